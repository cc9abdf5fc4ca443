/// Blocks of the compression format LZ4, which readers of waves know.
enum LZ4 {
  private static let shortestMatch = 4
  /// The format keeps the end of a block free of matches: the last bytes are literals, and no match begins near them.
  private static let literalEnd = 5
  private static let matchlessEnd = 12
  private static let farthest = 65535
  private static let hashBits = 13

  /// `input` as one block: greedy, with the latest position of each hashed group of four bytes as the only candidate.
  static func block(_ input: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(input.count / 2 + 16)
    var seen = [Int32](repeating: -1, count: 1 << hashBits)
    input.withUnsafeBytes { bytes in
      var anchor = 0
      var position = 0
      while position + matchlessEnd <= bytes.count {
        let group = bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)
        let slot = Int((group &* 2_654_435_761) >> UInt32(32 - hashBits))
        let candidate = Int(seen[slot])
        seen[slot] = Int32(position)
        guard candidate >= 0, position - candidate <= farthest,
          bytes.loadUnaligned(fromByteOffset: candidate, as: UInt32.self) == group
        else {
          position += 1
          continue
        }
        var end = position + shortestMatch
        while end < bytes.count - literalEnd, bytes[end] == bytes[end - position + candidate] { end += 1 }
        add(
          bytes[anchor..<position], to: &output, match: (distance: position - candidate, count: end - position))
        anchor = end
        position = end
      }
      add(bytes[anchor...], to: &output, match: nil)
    }
    return output
  }

  /// A run of literals and, but for the last one, the match that follows them.
  private static func add(
    _ literals: Slice<UnsafeRawBufferPointer>, to output: inout [UInt8], match: (distance: Int, count: Int)?
  ) {
    let extra = match.map { $0.count - shortestMatch } ?? 0
    output.append(UInt8(min(literals.count, 15) << 4 | min(extra, 15)))
    addRest(of: literals.count, to: &output)
    output += literals
    guard let match else { return }
    output += [UInt8(match.distance & 255), UInt8(match.distance >> 8)]
    addRest(of: extra, to: &output)
  }

  /// What of a count does not fit into its half of the token.
  private static func addRest(of count: Int, to output: inout [UInt8]) {
    guard count >= 15 else { return }
    var rest = count - 15
    while rest >= 255 {
      output.append(255)
      rest -= 255
    }
    output.append(UInt8(rest))
  }
}
