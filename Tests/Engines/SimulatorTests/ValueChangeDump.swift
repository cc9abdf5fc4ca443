import Testing

/// A value change dump, read: changes by the path of a variable, such as `Top.unit_0.state`.
struct ValueChangeDump {
  struct Change: Equatable {
    var time: Int
    /// Binary digits without leading zeros, or a text.
    var value: String
  }

  private(set) var paths: Set<String> = []
  /// Kind, width and range of each variable, by path.
  private(set) var declarations: [String: String] = [:]
  private(set) var times: [Int] = []
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
        // A text has no width; dumps state one all the same.
        declarations[path] =
          words[1] == "string" ? words[1] : ([words[1], words[2]] + words[5...]).joined(separator: " ")
      case let word where word.hasPrefix("#"):
        time = try #require(Int(word.dropFirst()))
        times.append(time)
      case let word where word.hasPrefix("b"):
        let digits = word.dropFirst()
        let significant = digits.drop { $0 == "0" }
        add(words[1], significant.isEmpty ? "0" : String(significant), time)
      case let word where word.hasPrefix("s"): add(words[1], String(word.dropFirst()), time)
      case let word where "01".contains(word.prefix(1)): add(String(word.dropFirst()), String(word.prefix(1)), time)
      default: continue
      }
    }
  }

  /// A value that is stated again is no change.
  private mutating func add(_ code: String, _ value: String, _ time: Int) {
    guard changesByCode[code]?.last?.value != value else { return }
    changesByCode[code, default: []].append(Change(time: time, value: value))
  }

  func changes(_ path: String) throws -> [Change] { changesByCode[try #require(codes[path])] ?? [] }
}
