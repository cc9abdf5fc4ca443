import Netlist

/// What a block without state computes of all its operands, by the definition: for a run over every combination of them.
///
/// ```swift
/// ExhaustiveCheck(["a", "b"], of: [16, 16], result: "product") { operands in
///   UInt64((BFloat16(bitPattern: UInt16(operands[0])) * BFloat16(bitPattern: UInt16(operands[1]))).bitPattern)
/// }
/// ```
public struct ExhaustiveCheck: Sendable {
  /// The result for the operands, in their order, as the bits of the port.
  public typealias Golden = @Sendable (UnsafePointer<UInt64>) -> UInt64

  /// Names of the inputs that take every value.
  public let operands: [String]
  /// Bits of each.
  public let widths: [Int]
  /// Values of the other inputs.
  public let held: [String: UInt64]
  /// Name of the output.
  public let result: String
  /// Clock edges from operands to result.
  public let latency: Int
  /// About how long the definition takes for one combination on one core, in nanoseconds: decides whether 2^32 of them are
  /// run without being asked for by name.
  public let nanoseconds: Int
  /// The definition.
  public let golden: Golden

  /// A check of the output `result`.
  ///
  /// - Parameters:
  ///   - operands: Names of the inputs that take every value, 1 to 8 of them.
  ///   - widths: Bits of each.
  ///   - held: Values of the other inputs; 0 where there is none.
  ///   - result: Name of an output of at most 64 bits.
  ///   - latency: Clock edges from operands to result.
  ///   - nanoseconds: About how long `golden` takes.
  ///   - golden: The definition.
  public init(
    _ operands: [String], of widths: [Int], held: [String: UInt64] = [:], result: String, latency: Int = 0,
    nanoseconds: Int = 1000, golden: @escaping Golden
  ) {
    precondition(operands.count == widths.count && (1...8).contains(operands.count), "each operand has a width")
    self.operands = operands
    self.widths = widths
    self.held = held
    self.result = result
    self.latency = latency
    self.nanoseconds = nanoseconds
    self.golden = golden
  }

  /// Bits of all operands together.
  public var operandBits: Int { widths.reduce(0, +) }

  /// Whether all combinations take minutes at most.
  public var isAffordable: Bool { operandBits <= 24 || operandBits <= 33 && nanoseconds <= 50 }
}
