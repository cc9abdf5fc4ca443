/// The keys of a ``ThermalRequest`` as they stand in a file, to find those that nothing reads.
struct RequestKeys: Decodable {
  private var members: [String: RequestKeys] = [:]
  private var elements: [RequestKeys] = []

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    if let values = try? decoder.container(keyedBy: AnyKey.self) {
      for key in values.allKeys { members[key.stringValue] = try values.decode(RequestKeys.self, forKey: key) }
    } else if var list = try? decoder.unkeyedContainer() {
      while !list.isAtEnd { elements.append(try list.decode(RequestKeys.self)) }
    }
  }

  private static let layer: Set<String> = ["thickness", "material"]
  private static let known: [String: Set<String>] = [
    "the file": ["width", "height", "tiers", "package"], "tiers": ["name", "silicon", "bond", "grid", "blocks"],
    "silicon": layer, "bond": layer, "interface": layer, "spreader": layer, "sink": layer,
    "material": ["conductivity", "capacity"], "blocks": ["name", "x", "y", "width", "height", "watts"],
    "package": [
      "interface", "spreader", "spreaderSide", "sink", "sinkSide", "convectionResistance", "convectionCapacity",
      "ambient",
    ],
  ]

  /// Refuses the first key in the order of the alphabet that is not one of those which are read.
  func check(in part: String = "the file") throws(HeTraXError) {
    let known = Self.known[part] ?? []
    for name in members.keys.sorted() {
      guard known.contains(name) else {
        throw .request("'\(name)' is no key of \(part); there are \(known.sorted().joined(separator: ", "))")
      }
      try members[name]?.check(in: name)
    }
    for element in elements { try element.check(in: part) }
  }
}
