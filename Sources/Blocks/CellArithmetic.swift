import HDL
import NumberFormats

/// What the cells of a systolic array compute with.
///
/// A product of a signed and an unsigned operand is exact: the unsigned one gets a zero as sign bit. The accumulator is in
/// two's complement and wraps.
public struct CellArithmetic: Hashable, Sendable {
  /// Format of the operand that moves along the rows.
  public var activation: IntegerFormat
  /// Format of the operand that belongs to the columns.
  public var weight: IntegerFormat
  /// Bits of a sum, at least those of an activation and a weight together.
  public var accumulatorWidth: Int
  /// True when the product has a register of its own before the addition: half the path, one cycle more, and a register of
  /// ``productWidth`` bits in each cell.
  public var isPipelined: Bool

  /// Signed 8-bit operands, 32-bit sums, product and sum within one cycle.
  public init(
    activation: IntegerFormat = .int8, weight: IntegerFormat = .int8, accumulatorWidth: Int = 32,
    isPipelined: Bool = false
  ) {
    self.activation = activation
    self.weight = weight
    self.accumulatorWidth = accumulatorWidth
    self.isPipelined = isPipelined
  }

  /// Format of a sum.
  var accumulator: IntegerFormat {
    guard let format = try? IntegerFormat(width: accumulatorWidth, isSigned: true) else {
      preconditionFailure("validate lets no width through that is no format")
    }
    return format
  }

  /// Bits of a product: those of both operands, and one more when both are unsigned and the accumulator has room for it.
  public var productWidth: Int {
    let width = activation.width + weight.width + (activation.isSigned || weight.isSigned ? 0 : 1)
    return min(width, accumulatorWidth)
  }

  func validate(_ parameters: inout ParameterCheck) {
    parameters.require("activation.width", activation.width, in: 2...16)
    parameters.require("weight.width", weight.width, in: 2...16)
    parameters.require("accumulatorWidth", accumulatorWidth, in: 4...64)
    let least = activation.width + weight.width
    parameters.require(
      accumulatorWidth >= least || accumulatorWidth < 4,
      "an accumulator of \(accumulatorWidth) bits does not hold a product of \(activation) and \(weight)",
      fix: "use at least \(least) bits")
  }

  /// The product, exact save for what lies above the accumulator.
  func product(_ activation: Integer, _ weight: Integer) -> SInt {
    (activation * weight).number.truncated(to: productWidth)
  }
}
