import HDL
import NumberFormats

/// `product` = `a` · `b` in a floating point format, rounded once to nearest, ties to even.
///
/// The format says what becomes of subnormal numbers, of results beyond its range, and of NaN, which is written in one code;
/// the product of an infinity and zero is NaN. Every result equals ``/NumberFormats/NumberFormat/multiply(_:_:rounding:overflow:)``.
/// One product a clock, ``latency`` clock edges after its operands.
public struct FloatingMultiplier: DefaultConfigurable, FixedLatencyGenerator {
  public var format = Minifloat.bfloat16
  public var stages = 0
  public var hasEnable = false

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .format("format", \.format, "Format of factors and product"),
    .integer(
      "stages", \.stages, in: 0...3,
      "Pipeline registers: behind the product of the significands, then before the rounding, then behind it"),
    .flag("hasEnable", \.hasEnable, "Whether a port holds the pipeline"),
  ]

  /// Factors in, product out.
  public struct Ports {
    public let a, b: Input<FloatingNumber>
    public let enable: Input<Bit>?
    public let product: Output<FloatingNumber>
  }

  public var ports: Ports {
    Ports(
      a: .init(shape: format, "A factor"), b: .init(shape: format, "The other factor"),
      enable: hasEnable ? .init("1 to advance the pipeline") : nil,
      product: .init(shape: format, "Their product, rounded to nearest, ties to even"))
  }

  public var documentation: String {
    "product = a x b in \(format), rounded once. \(timing(stages: stages, hasEnable: hasEnable))"
  }

  /// From factors to product.
  public var latency: Int { stages }

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("format", format)
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let pipeline = PipelineRegisters(module: m, enable: io.enable, places: Set(0..<stages))
    let (a, b) = (io.a.operand("a"), io.b.operand("b"))
    let exact = pipeline("exact", a.product(b, format), at: 0)
    let normalized = pipeline("unrounded", exact.normalized(for: format, .atMostOne, in: m), at: 1)
    io.product <== pipeline("product", normalized.rounded(to: format, in: m), at: 2)
  }
}

extension FloatingOperand {
  /// The exact product of two numbers of `format`.
  func product(_ other: FloatingOperand, _ format: Minifloat) -> UnroundedNumber {
    // A product of significands is less than 4, so that its highest bit weighs 2.
    let greatest = (2 << format.exponentBits) - 2
    return UnroundedNumber(
      sign: (sign ^ other.sign).named("product_sign"),
      exponent: (exponent + other.exponent).plus(1 - format.bias, greatest: greatest).named("product_exponent"),
      magnitude: (significand * other.significand).named("significand_product"),
      isNaN: productIsNaN(other)?.named("product_is_nan"),
      isInfinite: (isInfinite | other.isInfinite)?.named("product_is_infinite"))
  }

  /// Whether the product is no number: one of them is none, or an infinity meets zero.
  func productIsNaN(_ other: FloatingOperand) -> Bit? {
    isNaN | other.isNaN | (isInfinite & other.isZero) | (other.isInfinite & isZero)
  }
}
