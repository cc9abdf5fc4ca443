import HDL

/// Shifts or rotates a word by a variable number of bits: a multiplexer for each bit of the amount.
public struct BarrelShifter: WidthConfigurable, FixedLatencyGenerator {
  /// What enters where bits leave.
  public enum Operation: String, Hashable, Sendable, CaseIterable {
    /// Zeros.
    case logical
    /// To the right copies of the top bit, to the left zeros.
    case arithmetic
    /// The bits that leave.
    case rotate
  }

  /// Which way the bits go.
  public enum Direction: String, Hashable, Sendable, CaseIterable {
    /// Towards the high bits.
    case left
    /// Towards the low bits.
    case right
  }

  public var width = 8
  public var operation = Operation.logical
  public var direction = Direction.left

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("width", \.width, in: 1...4096, "Bits of the word"),
    .choice("operation", \.operation, "What enters where bits leave"),
    .choice("direction", \.direction, "Which way the bits go"),
  ]

  public struct Ports {
    public let value: Input<Bits>
    public let amount: Input<UInt>
    public let result: Output<Bits>
  }

  public var ports: Ports {
    Ports(
      value: .init(width, "The word"),
      amount: .init(
        bits(for: max(1, width - 1)),
        "By how many bits; from the width on everything is shifted out, or rotated by the remainder"),
      result: .init(width, "The word shifted"))
  }

  public var documentation: String {
    "\(operation.rawValue.capitalized) shift of \(width) bits to the \(direction.rawValue). Combinational."
  }

  /// The result follows the word within the clock.
  public var latency: Int { 0 }

  public func build(_ io: Interior<Ports>, in m: Module) {
    var word = io.value
    for stage in 0..<io.amount.width {
      word = mux(io.amount[stage], shifted(word, by: 1 << stage, in: m), word)
    }
    io.result <== word
  }

  private func shifted(_ word: Bits, by count: Int, in m: Module) -> Bits {
    if operation == .rotate {
      let left = direction == .left ? count % width : (width - count % width) % width
      return left == 0 ? word : concatenate(word[0..<(width - left)], word[(width - left)..<width])
    }
    let count = min(count, width)
    let isSign = operation == .arithmetic && direction == .right
    let fill: Bits = m.constant(0, width: count, as: Bits.self)
    let entering = isSign ? mux(word[width - 1], ~fill, fill) : fill
    if count == width { return entering }
    return direction == .left
      ? concatenate(word[0..<(width - count)], entering) : concatenate(entering, word[count..<width])
  }
}
