import HDL

/// How many bits of `vector` are 1: a tree of adders.
///
/// - Returns: Enough bits for the width of `vector`.
public func populationCount(of vector: Bits) -> UInt {
  let total = sum((0..<vector.width).map { vector[$0].asUnsigned })
  return total.truncated(to: min(total.width, bits(for: vector.width)))
}

/// How many zeros stand above the highest 1 of `vector`; its width when it is zero.
///
/// A tree over halves: ⌈log₂ n⌉ multiplexers deep.
///
/// - Returns: Enough bits for the width of `vector`.
public func leadingZeroCount(of vector: Bits, in m: Module) -> UInt {
  guard vector.width > 1 else { return (~vector).asUnsigned }
  // The upper part has a power of two bits, so that its count, when it is full, is one bit.
  var upperWidth = 1
  while 2 * upperWidth < vector.width { upperWidth *= 2 }
  let lowerWidth = vector.width - upperWidth
  let resultWidth = bits(for: vector.width)
  let upper = leadingZeroCount(of: vector[lowerWidth..<vector.width], in: m)
  let lower = leadingZeroCount(of: vector[0..<lowerWidth], in: m)
  let isUpperZero = upper[upper.width - 1]
  let below = (lower + m.constant(upperWidth, width: upper.width, as: UInt.self))
  return mux(isUpperZero, fitted(below, to: resultWidth), fitted(upper, to: resultWidth))
}

private func fitted(_ value: UInt, to width: Int) -> UInt {
  value.width > width ? value.truncated(to: width) : value.extended(to: width)
}

/// Counts the bits of a word that are 1.
public struct PopulationCounter: WidthConfigurable, FixedLatencyGenerator {
  public var width = 16

  public init() {}

  public static let parameters: [Parameter<Self>] = [.integer("width", \.width, in: 1...4096, "Bits of the word")]

  public struct Ports {
    public let value: Input<Bits>
    public let count: Output<UInt>
  }

  public var ports: Ports {
    Ports(value: .init(width, "The word"), count: .init(bits(for: max(1, width)), "How many of its bits are 1"))
  }

  public var documentation: String { "Counts the bits of a word that are 1. Combinational." }

  /// The count follows the word within the clock.
  public var latency: Int { 0 }

  public func build(_ io: Interior<Ports>, in m: Module) { io.count <== populationCount(of: io.value) }
}

/// Counts the zeros above the highest 1 of a word.
public struct LeadingZeroCounter: WidthConfigurable, FixedLatencyGenerator {
  public var width = 16

  public init() {}

  public static let parameters: [Parameter<Self>] = [.integer("width", \.width, in: 1...4096, "Bits of the word")]

  public struct Ports {
    public let value: Input<Bits>
    public let count: Output<UInt>
  }

  public var ports: Ports {
    Ports(
      value: .init(width, "The word"),
      count: .init(bits(for: max(1, width)), "Zeros above the highest 1; the width of the word when it is zero"))
  }

  public var documentation: String { "Counts the zeros above the highest 1 of a word. Combinational." }

  /// The count follows the word within the clock.
  public var latency: Int { 0 }

  public func build(_ io: Interior<Ports>, in m: Module) { io.count <== leadingZeroCount(of: io.value, in: m) }
}
