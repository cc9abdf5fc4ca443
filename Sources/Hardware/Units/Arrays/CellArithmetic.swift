import HDL
import NumberFormats

/// What the cells of a systolic array compute with.
///
/// A product of a signed and an unsigned operand is exact: the unsigned one gets a zero as sign bit. The accumulator is in
/// two's complement and wraps.
public struct CellArithmetic: Hashable, Parameterized, DefaultInitializable {
  public var activation = IntegerFormat.int8
  public var weight = IntegerFormat.int8
  public var accumulatorWidth = 32
  /// True when the product has a register of its own before the addition: half the path, one cycle more, and a register of
  /// ``productWidth`` bits in each cell.
  public var isPipelined = false

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .choice("activation", \.activation, formats, "Format of the operand that moves along the rows"),
    .choice("weight", \.weight, formats, "Format of the operand that belongs to the columns"),
    .integer(
      "accumulatorWidth", \.accumulatorWidth, in: 4...64,
      "Bits of a sum, at least those of an activation and a weight together"),
    .flag("isPipelined", \.isPipelined, "Whether each cell has a register between product and sum"),
  ]

  private static let formats: [(String, IntegerFormat)] = [2, 3, 4, 5, 6, 8, 12, 16].flatMap { width in
    [true, false].compactMap { isSigned in
      (try? IntegerFormat(width: width, isSigned: isSigned)).map { ($0.description, $0) }
    }
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

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("activation.width", activation.width, in: 2...16)
    parameters.require("weight.width", weight.width, in: 2...16)
    let least = activation.width + weight.width
    parameters.require(
      accumulatorWidth >= least,
      "an accumulator of \(accumulatorWidth) bits does not hold a product of \(activation) and \(weight)",
      fix: "use at least \(least) bits")
  }

  /// The product, exact save for what lies above the accumulator.
  func product(_ activation: Integer, _ weight: Integer) -> SInt {
    (activation * weight).number.truncated(to: productWidth)
  }
}
