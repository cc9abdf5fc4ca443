import HDL
import Netlist
import NumberFormats

/// An integer or a fixed-point number, times a scale or not, in a floating point format: exact, then rounded once to nearest,
/// ties to even.
///
/// `result` = rne(`code` · 2^−f · `scale`). Zero has the sign of the scale; zero times an infinite scale is NaN. The result
/// equals the format's code of the exact product. This is how the accumulator of an integer matrix product becomes bfloat16.
/// Latency 0 to 3 cycles, one number a clock.
public struct FixedToFloating: DefaultConfigurable, FixedLatencyGenerator {
  public var source = IntegerFormat.int32
  public var fractionBits = 0
  public var scale = Minifloat?.none
  public var target = Minifloat.bfloat16
  public var stages = 0

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integerFormat("source", \.source, "Format of the code"),
    .integer(
      "fractionBits", \.fractionBits, in: -1024...1024, "Bits of the code after the binary point; may be negative"),
    .optionalFormat("scale", \.scale, "Format of the scale that comes with each code"),
    .format("target", \.target, "Format of the result"),
    .integer(
      "stages", \.stages, in: 0...3, "Pipeline registers: behind the product, then before the rounding, then behind it"),
  ]

  /// A code and its scale in, a number out.
  public struct Ports {
    public let code: Input<Integer>
    public let scale: Input<FloatingNumber>?
    public let result: Output<FloatingNumber>
  }

  public var ports: Ports {
    Ports(
      code: .init(shape: source, "The number\(fractionBits == 0 ? "" : " times 2^\(fractionBits)")"),
      scale: scale.map { .init(shape: $0, "Multiplied with it") },
      result: .init(shape: target, "The product, rounded to nearest, ties to even"))
  }

  public var documentation: String {
    "From \(source)\(fractionBits == 0 ? "" : " / 2^\(fractionBits)")\(scale.map { " x \($0)" } ?? "") to \(target), "
      + "rounded once. \(timing(stages: stages, hasEnable: false))"
  }

  /// From code to result.
  public var latency: Int { stages }

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("source.width", source.width, in: 2...64)
    if let scale { parameters.require("scale", scale) }
    parameters.require("target", target)
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let pipeline = PipelineRegisters(module: m, enable: nil, places: Set(0..<stages))
    let exact = pipeline("exact", exact(io, in: m), at: 0)
    let mayUnderflow = scale != nil || integerExponent < 1
    let normalized = pipeline(
      "unrounded", exact.normalized(for: target, mayUnderflow: mayUnderflow, in: m), at: 1)
    io.result <== pipeline("result", normalized.rounded(to: target, in: m), at: 2)
  }

  /// The exponent field of a number whose code has the highest bit 1, without a scale.
  private var integerExponent: Int { source.width - 1 - fractionBits + target.bias }

  private func exact(_ io: Interior<Ports>, in m: Module) -> UnroundedNumber {
    let isNegative: Bit
    let magnitude: UInt
    switch io.code {
    case .signed(let code):
      isNegative = code.isNegative
      magnitude = mux(isNegative, 0 &- code, code).asUnsigned.named("code_magnitude")
    case .unsigned(let code): (isNegative, magnitude) = (0, code)
    }
    guard let number = io.scale, let scale else {
      let exponent = integerExponent
      return UnroundedNumber(
        sign: isNegative,
        exponent: m.constant(exponent, width: max(2, BitVector.bitsNeeded(signed: exponent)), as: SInt.self),
        magnitude: magnitude,
        isNaN: nil, isInfinite: nil)
    }
    let factor = number.operand("scale")
    let product = (magnitude * factor.significand).named("scaled_magnitude")
    let offset = product.width - 1 - fractionBits - scale.bias - scale.fractionBits + target.bias
    let isInvalid = factor.isInfinite & Optional(!magnitude.any)
    return UnroundedNumber(
      sign: isNegative ^ factor.sign,
      exponent: factor.exponent.plus(offset, greatest: (1 << scale.exponentBits) - 1).named("scaled_exponent"),
      magnitude: product, isNaN: factor.isNaN | isInvalid, isInfinite: factor.isInfinite)
  }
}
