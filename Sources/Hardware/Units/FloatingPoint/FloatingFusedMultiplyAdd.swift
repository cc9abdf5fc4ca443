import HDL
import NumberFormats

/// `result` = `a` · `b` + `c` in a floating point format, rounded once to nearest, ties to even.
///
/// The product is exact. x · y − x · y is +0; an infinity times zero, and infinities of opposite signs, give NaN, which is
/// written in one code. Every result equals
/// ``/NumberFormats/NumberFormat/fusedMultiplyAdd(_:_:_:rounding:overflow:)``. One result a clock, ``latency`` clock
/// edges after its operands.
public struct FloatingFusedMultiplyAdd: DefaultConfigurable, FixedLatencyGenerator {
  public var format = Minifloat.bfloat16
  public var stages = 0
  public var hasEnable = false

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .format("format", \.format, "Format of operands and result"),
    .integer(
      "stages", \.stages, in: 0...3,
      "Pipeline registers: behind product and alignment, then behind the sum, then before the rounding"),
    .flag("hasEnable", \.hasEnable, "Whether a port holds the pipeline"),
  ]

  /// Factors and addend in, result out.
  public struct Ports {
    public let a, b, c: Input<FloatingNumber>
    public let enable: Input<Bit>?
    public let result: Output<FloatingNumber>
  }

  public var ports: Ports {
    Ports(
      a: .init(shape: format, "A factor"), b: .init(shape: format, "The other factor"),
      c: .init(shape: format, "Added to their exact product"),
      enable: hasEnable ? .init("1 to advance the pipeline") : nil,
      result: .init(shape: format, "Product and addend together, rounded to nearest, ties to even"))
  }

  public var documentation: String {
    "result = a x b + c in \(format), rounded once. \(timing(stages: stages, hasEnable: hasEnable))"
  }

  /// From operands to result.
  public var latency: Int { stages }

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("format", format)
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let pipeline = PipelineRegisters(module: m, enable: io.enable, places: Set(0..<stages))
    let (a, b, c) = (io.a.operand("a"), io.b.operand("b"), io.c.operand("c"))
    let product = a.product(b, format)
    let isZero = (a.isZero | b.isZero).named("product_is_zero")
    let aligned = pipeline("aligned", AlignedAddend(product, isZero: isZero, c, format, in: m), at: 0)
    let exact = pipeline("exact", aligned.sum, at: 1)
    let normalized = pipeline("unrounded", exact.normalized(for: format, in: m), at: 2)
    io.result <== normalized.rounded(to: format, in: m)
  }
}

/// A product, and an addend shifted to its place in a window around the product.
///
/// The window has room for the addend and two bits above the product, and its lowest bit stands for what of the addend lies
/// below. An addend still higher is left at the top of the window: then the product only decides how it is rounded.
private struct AlignedAddend: SignalBundle {
  let productSign: Bit
  let addendSign: Bit
  let exponent: SInt
  let product: UInt
  let addend: UInt
  let isNaN: Bit?
  let isInfinite: Bit?
  let addendIsInfinite: Bit?

  init(_ exact: UnroundedNumber, isZero: Bit, _ c: FloatingOperand, _ format: Minifloat, in m: Module) {
    let significand = format.significandBits
    // A product that has zeros at the top, or only a few bits, may need bits of the addend below its own lowest one.
    let below = format.subnormals == .kept || significand < 4 ? 2 : 0
    product = exact.magnitude << (below + 1)
    let width = product.width + significand + 2

    // One bit more for the distance between two exponents.
    let top = (exact.exponent.extended(to: exact.exponent.width + 1) &+ SInt(significand + 2)).named("window_exponent")
    let addendExponent = c.exponent.extended(to: top.width).asSigned
    let distance = (top - addendExponent).named("addend_distance")
    let isAbove = (isZero | distance.isNegative).named("addend_is_above")
    exponent = mux(isAbove, addendExponent, top).named("sum_exponent")
    let shift = mux(isAbove, 0, distance.asUnsigned.truncated(to: distance.width - 1)).named("addend_shift")
    addend = (c.significand << (width - significand)).shiftedRightSticky(by: shift, "alignment", in: m)

    productSign = exact.sign
    let cancels = (exact.isInfinite & c.isInfinite) & Optional(exact.sign ^ c.sign)
    isNaN = (exact.isNaN | c.isNaN | cancels)?.named("result_is_nan")
    isInfinite = (exact.isInfinite | c.isInfinite)?.named("result_is_infinite")
    addendSign = c.sign
    addendIsInfinite = c.isInfinite
  }

  /// The exact sum, save that its lowest bit may stand for more.
  var sum: UnroundedNumber {
    let signsDiffer = (productSign ^ addendSign).named("signs_differ")
    let wide = product.extended(to: addend.width + 1)
    let sum = mux(signsDiffer, wide &- addend, wide &+ addend).named("signed_sum")
    let addendIsGreater = (signsDiffer & sum[addend.width]).named("addend_is_greater")
    let magnitude = mux(addendIsGreater, 0 &- sum, sum).truncated(to: addend.width).named("sum_magnitude")
    let isZero = !magnitude.any
    // Opposite terms that cancel give +0.
    let finiteSign = mux(isZero, productSign & addendSign, productSign ^ addendIsGreater)
    return UnroundedNumber(
      sign: (addendIsInfinite.map { mux($0, addendSign, infiniteSign(finiteSign)) } ?? finiteSign).named("sum_sign"),
      exponent: exponent, magnitude: magnitude, isNaN: isNaN, isInfinite: isInfinite)
  }

  /// The sign of an infinite product, else that of the finite sum.
  private func infiniteSign(_ finiteSign: Bit) -> Bit {
    isInfinite.map { mux($0, productSign, finiteSign) } ?? finiteSign
  }
}
