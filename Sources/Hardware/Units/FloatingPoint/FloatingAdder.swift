import HDL
import NumberFormats

/// `sum` = `a` + `b` or `a` − `b` in a floating point format, rounded once to nearest, ties to even.
///
/// x − x is +0; −0 comes only of two of them. Infinities of opposite signs give NaN, which is written in one code. Every
/// result equals ``/NumberFormats/NumberFormat/add(_:_:rounding:overflow:)`` or `subtract`. One sum a clock, ``latency``
/// clock edges after its operands.
public struct FloatingAdder: DefaultConfigurable, FixedLatencyGenerator {
  /// What is done with the second operand.
  public enum Operation: String, Hashable, Sendable, CaseIterable {
    /// It is added.
    case add
    /// It is subtracted.
    case subtract
    /// A port says which.
    case either
  }

  public var format = Minifloat.bfloat16
  public var operation = Operation.add
  public var stages = 0
  public var hasEnable = false

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .format("format", \.format, "Format of terms and sum"),
    .choice("operation", \.operation, "Whether it adds or subtracts, or a port says which"),
    .integer(
      "stages", \.stages, in: 0...3,
      "Pipeline registers: behind the sum of the significands, then before it, then before the rounding"),
    .flag("hasEnable", \.hasEnable, "Whether a port holds the pipeline"),
  ]

  /// Terms in, sum out.
  public struct Ports {
    public let a, b: Input<FloatingNumber>
    public let subtract: Input<Bit>?
    public let enable: Input<Bit>?
    public let sum: Output<FloatingNumber>
  }

  public var ports: Ports {
    Ports(
      a: .init(shape: format, "A term"),
      b: .init(shape: format, operation == .subtract ? "What is subtracted from it" : "The other term"),
      subtract: operation == .either ? .init("1 to subtract the other term") : nil,
      enable: hasEnable ? .init("1 to advance the pipeline") : nil,
      sum: .init(
        shape: format, "The \(operation == .subtract ? "difference" : "sum"), rounded to nearest, ties to even"))
  }

  public var documentation: String {
    let sum =
      switch operation {
      case .add: "a + b"
      case .subtract: "a - b"
      case .either: "a + b, or a - b while subtract is 1,"
      }
    return "sum = \(sum) in \(format), rounded once. \(timing(stages: stages, hasEnable: hasEnable))"
  }

  /// From terms to sum.
  public var latency: Int { stages }

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("format", format)
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let places: [Set<Int>] = [[], [1], [0, 1], [0, 1, 2]]
    let pipeline = PipelineRegisters(module: m, enable: io.enable, places: places[stages])
    let flips: Bit = operation == .subtract ? 1 : io.subtract ?? 0
    let aligned = pipeline("aligned", AlignedTerms(io.a.operand("a"), io.b.operand("b"), flips: flips, in: m), at: 0)
    let exact = pipeline("exact", aligned.sum, at: 1)
    let normalized = pipeline("unrounded", exact.normalized(for: format, mayUnderflow: false, in: m), at: 2)
    io.sum <== normalized.rounded(to: format, in: m)
  }
}

/// Two terms, the one with the greater absolute value first, the other one shifted to its exponent.
private struct AlignedTerms: SignalBundle {
  let sign: Bit
  let exponent: UInt
  let greater: UInt
  let lesser: UInt
  let signsDiffer: Bit
  let zeroSign: Bit
  let isNaN: Bit?
  let isInfinite: Bit?

  init(_ a: FloatingOperand, _ b: FloatingOperand, flips: Bit, in m: Module) {
    let bSign = b.sign ^ flips
    let bIsGreater =
      (concatenate(a.exponent, a.significand).asUnsigned .< concatenate(b.exponent, b.significand).asUnsigned)
      .named("b_is_greater")
    exponent = mux(bIsGreater, b.exponent, a.exponent).named("greater_exponent")
    let difference = (exponent &- mux(bIsGreater, a.exponent, b.exponent)).named("exponent_difference")
    greater = mux(bIsGreater, b.significand, a.significand).named("greater_significand")
    // Two more bits decide the rounding, and one stands for the rest.
    lesser =
      (mux(bIsGreater, a.significand, b.significand).named("lesser_significand") << 3)
      .shiftedRightSticky(by: difference, "alignment", in: m)
    sign = mux(bIsGreater, bSign, a.sign).named("greater_sign")
    signsDiffer = (a.sign ^ bSign).named("signs_differ")
    zeroSign = (a.sign & bSign).named("zero_sign")
    let cancels = (a.isInfinite & b.isInfinite) & Optional(signsDiffer)
    isNaN = (a.isNaN | b.isNaN | cancels)?.named("sum_is_nan")
    isInfinite = (a.isInfinite | b.isInfinite)?.named("sum_is_infinite")
  }

  /// The exact sum, save that its lowest bit may stand for more.
  var sum: UnroundedNumber {
    let upper = greater << 3
    let magnitude = mux(
      signsDiffer, (upper &- lesser).extended(to: upper.width + 1), (upper + lesser)
    ).named("sum_magnitude")
    return UnroundedNumber(
      sign: mux(magnitude.any, sign, zeroSign).named("sum_sign"),
      exponent: (exponent + 1).extended(to: exponent.width + 2).asSigned.named("sum_exponent"),
      magnitude: magnitude, isNaN: isNaN, isInfinite: isInfinite)
  }
}
