/// Who sends to whom.
public enum TrafficPattern: Hashable, Sendable {
  /// Every other node equally often; the node itself too where `includesSelf`, which is what BookSim calls `uniform`.
  case uniform(includesSelf: Bool = false)
  /// Every other node in turn, each node beginning with the one behind itself.
  case allToAll
  /// Node (row, column) of a square to node (column, row); nodes on the diagonal to themselves.
  case transpose
  /// Node i to node n − 1 − i, which has the complement of its bits where n is a power of two.
  case bitComplement
  /// One node with a probability of `share`, otherwise every other node equally often.
  case hotspot(node: Int, share: Double)
  /// As often as a matrix says, row by source: entries are relative, and the load is the mean over the nodes.
  case matrix([[Double]])

  /// How often each node sends to each, row by source: rows of a permutation and of random patterns add up to 1, and those of
  /// a matrix to 1 on the average.
  ///
  /// - Throws: ``NetworkError/traffic(_:_:)`` where the pattern does not exist for so many nodes.
  public func shares(nodes count: Int) throws(NetworkError) -> [[Double]] {
    func rows(_ share: (Int, Int) -> Double) -> [[Double]] {
      (0..<count).map { source in (0..<count).map { share(source, $0) } }
    }
    let others = 1 / Double(max(1, count - 1))
    switch self {
    case .uniform(includesSelf: true): return rows { _, _ in 1 / Double(count) }
    case .uniform(includesSelf: false), .allToAll: return rows { $0 == $1 ? 0 : others }
    case .transpose:
      var side = 1
      while side * side < count { side += 1 }
      guard side * side == count else {
        throw .traffic(name, "\(count) nodes are no square: use a network of 4, 9, 16, … nodes or another pattern")
      }
      return rows { $1 == ($0 % side) * side + $0 / side ? 1 : 0 }
    case .bitComplement: return rows { $1 == count - 1 - $0 ? 1 : 0 }
    case .hotspot(let node, let share):
      guard (0..<count).contains(node) else {
        throw .traffic(name, "there is no node \(node): give 0 to \(count - 1)")
      }
      guard (0...1).contains(share) else { throw .traffic(name, "a share of \(share): give 0 to 1") }
      return rows { source, destination in
        let evenly = source == destination ? 0 : others
        guard source != node else { return evenly }
        return (destination == node ? share : 0) + (1 - share) * evenly
      }
    case .matrix(let matrix):
      guard matrix.count == count, matrix.allSatisfy({ $0.count == count }) else {
        throw .traffic(name, "give \(count) rows of \(count) numbers")
      }
      guard matrix.allSatisfy({ $0.allSatisfy { $0 >= 0 && $0.isFinite } }) else {
        throw .traffic(name, "give numbers that are not negative")
      }
      let sum = matrix.joined().reduce(0, +)
      guard sum > 0 else { throw .traffic(name, "nobody sends: give a number above 0") }
      guard (sum * Double(count)).isFinite else { throw .traffic(name, "the sum is not finite: give smaller numbers") }
      return matrix.map { $0.map { $0 * Double(count) / sum } }
    }
  }

  /// As the command line writes it.
  public var name: String {
    switch self {
    case .uniform(let includesSelf): includesSelf ? "uniform-self" : "uniform"
    case .allToAll: "all-to-all"
    case .transpose: "transpose"
    case .bitComplement: "bit-complement"
    case .hotspot(let node, let share): "hotspot:\(node):\(share)"
    case .matrix: "matrix"
    }
  }

  /// Forms of names that ``named(_:)`` knows, beside files of matrices.
  public static let forms = [
    "uniform", "uniform-self", "all-to-all", "transpose", "bit-complement", "hotspot:NODE:SHARE",
  ]

  /// A pattern by its name; nil where the name has no such form.
  public static func named(_ name: String) -> TrafficPattern? {
    let parts = name.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 3, parts[0] == "hotspot", let node = Int(parts[1]), let share = Double(parts[2]) {
      return .hotspot(node: node, share: share)
    }
    return [.uniform(), .uniform(includesSelf: true), .allToAll, .transpose, .bitComplement].first { $0.name == name }
  }

  /// A matrix as text: a line for each source, numbers apart by blanks or commas, `#` begins a comment.
  ///
  /// - Throws: ``NetworkError/text(line:_:)``.
  public static func matrix(text: String) throws(NetworkError) -> TrafficPattern {
    var rows: [[Double]] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let content = line.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)[0]
      let words = content.split { $0.isWhitespace || $0 == "," }
      if words.isEmpty { continue }
      var row: [Double] = []
      for word in words {
        guard let value = Double(word) else { throw .text(line: index + 1, "'\(word)' is no number") }
        row.append(value)
      }
      rows.append(row)
    }
    return .matrix(rows)
  }
}
