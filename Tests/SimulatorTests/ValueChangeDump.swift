import Testing

/// A value change dump, read: changes by the path of a variable, such as `Top.unit_0.state`.
struct ValueChangeDump {
  struct Change: Equatable {
    var time: Int
    /// Binary digits without leading zeros.
    var value: String
  }

  private(set) var paths: Set<String> = []
  private var codes: [String: String] = [:]
  private var changesByCode: [String: [Change]] = [:]

  init(_ text: String) throws {
    var scopes: [String] = []
    var time = 0
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      switch words[0] {
      case "$scope": scopes.append(words[2])
      case "$upscope": scopes.removeLast()
      case "$var":
        let path = (scopes + [words[4]]).joined(separator: ".")
        paths.insert(path)
        codes[path] = words[3]
      case let word where word.hasPrefix("#"): time = try #require(Int(word.dropFirst()))
      case let word where word.hasPrefix("b"):
        changesByCode[words[1], default: []].append(Change(time: time, value: String(word.dropFirst())))
      case let word where "01".contains(word.prefix(1)):
        changesByCode[String(word.dropFirst()), default: []].append(
          Change(time: time, value: String(word.prefix(1))))
      default: continue
      }
    }
  }

  func changes(_ path: String) throws -> [Change] { changesByCode[try #require(codes[path])] ?? [] }
}
