import HDL
import NumberFormats

/// `product` = `a` · `b` in a floating point format, rounded once to nearest, ties to even.
///
/// The format says what becomes of subnormal numbers, of results beyond its range, and of NaN, which is written in one code;
/// the product of an infinity and zero is NaN. Every result equals ``/NumberFormats/NumberFormat/multiply(_:_:rounding:overflow:)``.
/// One product a clock, ``latency`` clock edges after its operands.
public struct FloatingMultiplier: DefaultConfigurable, FixedLatencyGenerator {
  /// Format of operands and product.
  public var format: Minifloat
  /// Pipeline registers, 0 to 3: behind the product of the significands; then also before the rounding; then also behind it.
  public var stages: Int
  /// Whether a port holds the pipeline.
  public var hasEnable: Bool

  /// A multiplier of `format` with `stages` pipeline registers.
  public init(format: Minifloat = .bfloat16, stages: Int = 0, hasEnable: Bool = false) {
    self.format = format
    self.stages = stages
    self.hasEnable = hasEnable
  }

  /// The default configuration.
  public init() { self.init(stages: 0) }

  /// Factors in, product out.
  public struct Ports {
    public let a, b: Input<FloatingNumber>
    public let enable: Input<Bit>?
    public let product: Output<FloatingNumber>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      a: .init(shape: format, "A factor"), b: .init(shape: format, "The other factor"),
      enable: hasEnable ? .init("1 to advance the pipeline") : nil,
      product: .init(shape: format, "Their product, rounded to nearest, ties to even"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    "product = a x b in \(format), rounded once. \(timing(stages: stages, hasEnable: hasEnable))"
  }

  /// From factors to product.
  public var latency: Int { stages }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("format", format)
    parameters.require("stages", stages, in: 0...3)
  }

  /// Makes the hardware.
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
