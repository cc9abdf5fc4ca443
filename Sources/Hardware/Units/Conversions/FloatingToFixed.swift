import HDL
import Netlist
import NumberFormats

/// A floating point number, times a scale or not, as an integer or a fixed-point number: exact, then rounded once to nearest,
/// ties to even, and saturated.
///
/// `code` = clamp(rne(`value` · `scale` · 2^f)). NaN gives 0, also that of zero times infinity; infinities saturate. The code
/// equals that of the target for the exact product. This is how bfloat16 activations become int8. Latency 0 to 3 cycles, one
/// number a clock.
public struct FloatingToFixed: DefaultConfigurable, FixedLatencyGenerator {
  public var source = Minifloat.bfloat16
  public var scale = Minifloat?.none
  public var target = IntegerFormat.int8
  public var fractionBits = 0
  public var isSymmetric = false
  public var stages = 0

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .format("source", \.source, "Format of the number"),
    .optionalFormat("scale", \.scale, "Format of the scale that comes with each number"),
    .integerFormat("target", \.target, "Format of the code"),
    .integer(
      "fractionBits", \.fractionBits, in: -1024...1024, "Bits of the code after the binary point; may be negative"),
    .flag(
      "isSymmetric", \.isSymmetric, "Whether the least code is the negative of the greatest one, such as -127 for int8"),
    .integer(
      "stages", \.stages, in: 0...3, "Pipeline registers: behind the product, then before the rounding, then behind it"),
  ]

  /// A number and its scale in, a code out.
  public struct Ports {
    public let value: Input<FloatingNumber>
    public let scale: Input<FloatingNumber>?
    public let code: Output<Integer>
  }

  public var ports: Ports {
    Ports(
      value: .init(shape: source, "The number"), scale: scale.map { .init(shape: $0, "Multiplied with it") },
      code: .init(
        shape: target,
        "The product\(fractionBits == 0 ? "" : " times 2^\(fractionBits)"), rounded to nearest, ties to even, saturated"
      ))
  }

  public var documentation: String {
    "From \(source)\(scale.map { " x \($0)" } ?? "") to \(target)\(fractionBits == 0 ? "" : " / 2^\(fractionBits)"), "
      + "\(least) to \(greatest), rounded once. \(timing(stages: stages, hasEnable: false))"
  }

  /// From number to code.
  public var latency: Int { stages }

  private var greatest: Int { Int(target.maximum) }
  private var least: Int { isSymmetric && target.isSigned ? -greatest : Int(target.minimum) }

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("source", source)
    if let scale { parameters.require("scale", scale) }
    parameters.require("target.width", target.width, in: 2...62)
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let pipeline = PipelineRegisters(module: m, enable: nil, places: Set(0..<stages))
    let exact = pipeline("exact", exact(io), at: 0)
    let aligned = pipeline("unrounded", aligned(exact, in: m), at: 1)
    let code = pipeline("code", aligned.code(least: least, greatest: greatest, target, in: m), at: 2)
    io.code <== Integer(code, as: target)
  }

  /// What the product weighs when its lowest bit is 1, as a power of two in units of the code.
  private func exact(_ io: Interior<Ports>) -> UnroundedNumber {
    let value = io.value.operand("value")
    let offset = fractionBits - source.bias - source.fractionBits
    let greatest = (1 << source.exponentBits) - 1
    guard let number = io.scale, let scale else {
      return UnroundedNumber(
        sign: value.sign, exponent: value.exponent.plus(offset, greatest: greatest).named("exact_weight"),
        magnitude: value.significand, isNaN: value.isNaN, isInfinite: value.isInfinite)
    }
    let factor = number.operand("scale")
    return UnroundedNumber(
      sign: value.sign ^ factor.sign,
      exponent: (value.exponent + factor.exponent).plus(
        offset - scale.bias - scale.fractionBits, greatest: greatest + (1 << scale.exponentBits) - 1
      ).named("exact_weight"),
      magnitude: (value.significand * factor.significand).named("scaled_significand"),
      isNaN: value.productIsNaN(factor), isInfinite: value.isInfinite | factor.isInfinite)
  }

  private func aligned(_ exact: UnroundedNumber, in m: Module) -> AlignedCode {
    let count = exact.magnitude.width
    // The place of the highest 1 that is at least there, when the number is not zero.
    let isNormal = source.subnormals == .flushed && scale?.subnormals ?? .flushed == .flushed
    let lead = isNormal ? count - (scale == nil ? 1 : 2) : 0
    // A number that weighs more than this is beyond every code.
    let greatestWeight = target.width - lead
    let integerBits = max(2, count + greatestWeight)
    let width = max(count, integerBits + 2)
    let distance = (SInt(greatestWeight).extended(to: BitVector.bitsNeeded(signed: greatestWeight)) - exact.exponent)
      .named("distance")
    let isBeyond = distance.isNegative
    let shift = mux(isBeyond, 0, distance.asUnsigned.truncated(to: distance.width - 1)).named("shift_down")
    let shifted = (exact.magnitude << (width - count)).shiftedRightSticky(by: shift, "alignment", in: m)
    let below = width - integerBits
    return AlignedCode(
      sign: exact.sign, integer: shifted[below..<width].asUnsigned, guardBit: shifted[below - 1],
      sticky: shifted[0..<(below - 1)].any,
      isBeyond: (isBeyond & exact.magnitude.any | exact.isInfinite ?? 0).named("is_out_of_range"),
      isNaN: exact.isNaN)
  }
}

/// A number in units of the code, with what lies below them.
private struct AlignedCode: SignalBundle {
  let sign: Bit
  let integer: UInt
  let guardBit: Bit
  let sticky: Bit
  let isBeyond: Bit
  let isNaN: Bit?

  func code(least: Int, greatest: Int, _ target: IntegerFormat, in m: Module) -> Bits {
    let roundsUp = (guardBit & (sticky | integer[0])).named("rounds_up")
    let rounded = (integer + roundsUp.asUnsigned).named("rounded")
    func limit(_ number: Int) -> Bits {
      target.isSigned
        ? m.constant(number, width: target.width, as: SInt.self).asBits
        : m.constant(number, width: target.width, as: Bits.self)
    }
    let isAbove = (isBeyond | (rounded .> UInt(greatest))).named("is_above")
    let isBelow = (isBeyond | (rounded .> UInt(-least))).named("is_below")
    let wide = fitted(rounded, to: max(rounded.width, target.width))
    let magnitude = wide.truncated(to: target.width)
    let code = mux(
      sign, mux(isBelow, limit(least), (0 &- magnitude).asBits), mux(isAbove, limit(greatest), magnitude.asBits))
    return isNaN.map { mux($0, 0, code) } ?? code
  }
}
