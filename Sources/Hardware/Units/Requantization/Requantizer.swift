import Components
import HDL
import Netlist
import NumberFormats

/// Integer accumulators to narrow codes:
/// `code` = clamp(rne((`accumulator` + `bias`) · `multiplier` / 2^`shift`) + zero point, least…greatest).
///
/// Sum and product are exact; rounding is to nearest, ties to even; what is out of range becomes the nearest code. `shift`
/// is 0 to ``maximumShift``. Bias, multiplier and shift belong to the accumulator that they come with, so the same module
/// serves a scale for the whole tensor and one for each channel. One code a clock, ``latency`` clock edges after its
/// accumulator.
///
/// The shifter narrows while it shifts: after each step only the bits that can still reach the code are kept; those above
/// are folded into one flag for saturation and those below into a guard bit and a sticky bit.
public struct Requantizer: DefaultConfigurable, FixedLatencyGenerator {
  public var accumulatorWidth = 32
  public var biasWidth = 32
  public var multiplierWidth = 16
  public var maximumShift = 47
  public var least = -127
  public var greatest = 127
  public var zeroPoint = 0
  /// Bias, multiplier and shift when they are the same for ever; else they are inputs.
  public var constants: Constants?
  public var stages = 0

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("accumulatorWidth", \.accumulatorWidth, in: 4...64, "Bits of the accumulator, in two's complement"),
    .integer("biasWidth", \.biasWidth, in: 0...64, "Bits of the bias, in two's complement; 0 for none"),
    .integer("multiplierWidth", \.multiplierWidth, in: 1...32, "Bits of the multiplier, an unsigned number"),
    .integer("maximumShift", \.maximumShift, in: 0...63, "The greatest shift; a greater one gives an undefined code"),
    .integer("least", \.least, in: -0x8000...0xFFFF, "The least code"),
    .integer("greatest", \.greatest, in: -0x8000...0xFFFF, "The greatest code"),
    .integer("zeroPoint", \.zeroPoint, in: -0x8000...0xFFFF, "The code of zero"),
    .integer(
      "stages", \.stages, in: 0...3,
      "Pipeline registers: behind the product, then behind the shifter, then behind the sum"),
  ]

  /// A scale and a bias.
  public struct Constants: Hashable, Sendable {
    /// Added to the accumulator.
    public var bias: Int
    /// The scale's significand.
    public var multiplier: Int
    /// The scale's number of fraction bits.
    public var shift: Int

    /// The scale `multiplier` / 2^`shift` after `bias`.
    public init(bias: Int = 0, multiplier: Int, shift: Int) {
      self.bias = bias
      self.multiplier = multiplier
      self.shift = shift
    }
  }

  /// All inputs belong to one clock.
  public struct Ports {
    public let accumulator: Input<SInt>
    public let bias: Input<SInt>?
    public let multiplier, shift: Input<UInt>?
    public let code: Output<Integer>
  }

  public var ports: Ports {
    let isInput = constants == nil
    return Ports(
      accumulator: .init(accumulatorWidth, "The number to requantise"),
      bias: isInput && biasWidth > 0 ? .init(biasWidth, "Added to the accumulator") : nil,
      multiplier: isInput ? .init(multiplierWidth, "The scale: multiplier") : nil,
      shift: isInput ? .init(shiftWidth, "The scale: bits to shift right") : nil,
      code: .init(shape: codeFormat, "The code"))
  }

  /// Bits of the shift.
  public var shiftWidth: Int { bits(for: maximumShift) }

  /// Format of the code: signed when the least one is negative.
  public var codeFormat: IntegerFormat {
    let width =
      least < 0 ? max(BitVector.bitsNeeded(signed: least), BitVector.bitsNeeded(signed: greatest)) : bits(for: greatest)
    guard let format = try? IntegerFormat(width: width, isSigned: least < 0) else {
      preconditionFailure("validate lets no range through that has no format")
    }
    return format
  }

  /// From an accumulator to its code.
  public var latency: Int { stages }

  public var documentation: String {
    """
    code = clamp(rne((accumulator + bias) x multiplier / 2^shift)\(zeroPoint == 0 ? "" : " + (\(zeroPoint))"), \(least) to \(greatest)), \
    \(stages) clock edges later.
    Sum and product are exact, rne rounds to nearest with ties to even, shift is at most \(maximumShift).
    One code a clock; no register is reset.
    """
  }

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require(
      least < greatest && least <= zeroPoint && zeroPoint <= greatest,
      "the zero point \(zeroPoint) is outside the codes from \(least) to \(greatest)",
      fix: "use least < greatest and a zero point between them")
    guard let constants else { return }
    parameters.require("constants.shift", constants.shift, in: 0...maximumShift)
    parameters.require(
      constants.multiplier >= 1 && bits(for: constants.multiplier) <= multiplierWidth,
      "the constant multiplier is \(constants.multiplier)", fix: "use a number of 1 to \(multiplierWidth) bits above 0")
    parameters.require(
      constants.bias == 0 || BitVector.bitsNeeded(signed: constants.bias) <= biasWidth,
      "the constant bias is \(constants.bias)",
      fix: "use a number of \(biasWidth) bits, or a wider bias")
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    var scale = Scale(
      multiplier: io.multiplier ?? m.constant(constants?.multiplier ?? 1, width: multiplierWidth, as: UInt.self),
      shift: io.shift ?? m.constant(constants?.shift ?? 0, width: shiftWidth, as: UInt.self))

    var sum = io.accumulator
    if let bias = io.bias {
      sum = sum + bias
    } else if let bias = constants?.bias, bias != 0 {
      sum = sum + m.constant(bias, width: biasWidth, as: SInt.self)
    }
    if stages == 3 {
      sum = m.register("sum", sum)
      scale = scale.registered("sum", isConstant: constants != nil, in: m)
    }

    var product = sum * scale.multiplier.extended(to: multiplierWidth + 1).asSigned
    product = product.truncated(to: product.width - 1)
    if stages >= 1 {
      product = m.register("product", product)
      scale = scale.registered("product", isConstant: constants != nil, in: m)
    }

    var shifted = NarrowingShift(
      stages == 0 ? product.named("product") : product, longest: maximumShift, keeping: windowWidth)
    for step in (0..<shiftWidth).reversed() where 1 << step <= maximumShift {
      shifted.shift(by: 1 << step, when: scale.shift[step], rest: (1 << step) - 1)
    }
    if stages >= 2 { shifted = shifted.registered(in: m) }
    io.code <== rounded(shifted, in: m)
  }

  /// Bits of the shifted number that are kept: enough for both bounds less the zero point.
  private var windowWidth: Int {
    max(BitVector.bitsNeeded(signed: least - zeroPoint), BitVector.bitsNeeded(signed: greatest - zeroPoint))
  }

  private func rounded(_ shifted: NarrowingShift, in m: Module) -> Integer {
    let window = shifted.window
    let roundsUp = (shifted.guardBit & (shifted.sticky | window[0])).named("rounds_up")
    let rounded = (window + roundsUp.asUnsigned.extended(to: 2).asSigned).truncated(to: windowWidth + 1).named(
      "rounded")
    let isAbove = !shifted.isNegative & (shifted.overflows | (rounded .> SInt(greatest - zeroPoint)))
    let isBelow = shifted.isNegative & (shifted.overflows | (rounded .< SInt(least - zeroPoint)))
    let format = codeFormat
    // One bit more than the code, so that an unsigned code is a signed number too.
    let width = max(format.width + 1, windowWidth + 1, BitVector.bitsNeeded(signed: zeroPoint))
    let shiftedZero = zeroPoint == 0 ? rounded.extended(to: width) : rounded.extended(to: width) &+ SInt(zeroPoint)
    let code = shiftedZero.truncated(to: format.width)
    func clamped<T: VectorSignal>(_ code: T) -> T {
      mux(
        isAbove.named("is_above"), m.constant(greatest, width: format.width, as: T.self),
        mux(isBelow.named("is_below"), m.constant(least, width: format.width, as: T.self), code))
    }
    return format.isSigned ? .signed(clamped(code)) : .unsigned(clamped(code.asUnsigned))
  }
}

/// Multiplier and shift on their way through the pipeline.
private struct Scale {
  var multiplier, shift: UInt

  /// One stage later; the multiplier is needed before the product alone, and constants need no register.
  func registered(_ stage: String, isConstant: Bool, in m: Module) -> Scale {
    if isConstant { return self }
    return Scale(
      multiplier: stage == "sum" ? m.register("sum_multiplier", multiplier) : multiplier,
      shift: m.register("\(stage)_shift", shift))
  }
}
