/// A sequential circuit of and gates and inverters, as AIGER writes it.
///
/// A literal is twice a variable, and one more for the complement; 0 and 1 are the constants.
struct AndInverterGraph: Equatable {
  /// Literals of the inputs.
  var inputs: [Int]
  /// Literals of the latches with that of the next value of each.
  var latches: [(literal: Int, next: Int, tail: [Int])]
  /// Literals of the outputs, and of the conditions that every run has to keep.
  var outputs: [Int]
  var constraints: [Int]
  /// Gates: the literal of each, greater than its operands.
  var gates: [(literal: Int, left: Int, right: Int)]
  private var greatest: Int

  static func == (left: AndInverterGraph, right: AndInverterGraph) -> Bool { left.binary == right.binary }

  /// Reads the text form; nil when it is not one.
  init?(text: String) {
    var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
    func numbers(_ line: Substring.UTF8View.SubSequence) -> [Int] {
      line.split(separator: UInt8(ascii: " ")).compactMap { Int(String(decoding: $0, as: UTF8.self)) }
    }
    guard let first = lines.popFirst(), first.starts(with: "aag ".utf8) else { return nil }
    var header = numbers(first)
    guard header.count >= 5 else { return nil }
    while header.count < 7 { header.append(0) }
    guard header[5] == 0, lines.count >= header[1...6].reduce(0, +) else { return nil }
    greatest = header[0]
    func take(_ count: Int) -> [[Int]] {
      let taken = lines.prefix(count).map(numbers)
      lines = lines.dropFirst(count)
      return taken
    }
    inputs = take(header[1]).map { $0[0] }
    latches = take(header[2]).map { ($0[0], $0[1], Array($0.dropFirst(2))) }
    outputs = take(header[3]).map { $0[0] }
    constraints = take(header[6]).map { $0[0] }
    gates = take(header[4]).map { ($0[0], $0[1], $0[2]) }
  }

  /// Reads one input wherever another one was read; the other one stays, unread.
  mutating func join(_ pairs: [Int: Int]) {
    func new(_ literal: Int) -> Int { pairs[literal & ~1].map { $0 | literal & 1 } ?? literal }
    for index in latches.indices { latches[index].next = new(latches[index].next) }
    outputs = outputs.map(new)
    constraints = constraints.map(new)
    for index in gates.indices {
      gates[index].left = new(gates[index].left)
      gates[index].right = new(gates[index].right)
    }
  }

  /// The binary form, which ABC reads.
  var binary: [UInt8] {
    var bytes = Array(
      "aig \(greatest) \(inputs.count) \(latches.count) \(outputs.count) \(gates.count) 0 \(constraints.count)\n".utf8)
    for latch in latches {
      bytes += ([latch.next] + latch.tail).map(String.init).joined(separator: " ").utf8
      bytes.append(UInt8(ascii: "\n"))
    }
    for literal in outputs + constraints { bytes += "\(literal)\n".utf8 }
    func append(_ difference: Int) {
      var rest = difference
      while rest >= 128 {
        bytes.append(UInt8(rest & 127 | 128))
        rest >>= 7
      }
      bytes.append(UInt8(rest))
    }
    for gate in gates {
      let (greater, smaller) = (max(gate.left, gate.right), min(gate.left, gate.right))
      append(gate.literal - greater)
      append(greater - smaller)
    }
    return bytes
  }
}
