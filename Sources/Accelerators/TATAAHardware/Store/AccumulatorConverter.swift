import HDL
import NumberFormats
import TATAA

/// What a sum is stored as, and the scales of its column.
public struct ConverterScale: SignalBundle {
  /// The place of the format in ``/TATAA/Opcode/StoredAccumulator``.
  public let kind: UInt
  /// Multiplier and shift of a code.
  public let multiplier, shift: UInt
  /// The scale of a bfloat16 number, a code of binary32.
  public let scale: Bits

  /// The scales of a column.
  public init() { (kind, multiplier, shift, scale) = (.shape(2), .shape(16), .shape(6), .shape(32)) }

  /// The fields, each of which may be a literal.
  public init(kind: UInt, multiplier: UInt, shift: UInt, scale: Bits) {
    (self.kind, self.multiplier, self.shift, self.scale) = (kind, multiplier, shift, scale)
  }
}

/// A sum to a code, to bfloat16 or to 32 bits, one a cycle; each way rounds once. Both scales share a multiplier.
public struct AccumulatorConverter: DefaultConfigurable {
  /// Bits of a sum.
  public var accumulatorWidth: Int

  /// A converter for sums of this width.
  public init(accumulatorWidth: Int = 32) { self.accumulatorWidth = accumulatorWidth }

  /// The default configuration.
  public init() { self.init(accumulatorWidth: 32) }

  /// A sum with its scales in, its bytes out.
  public struct Ports {
    public let sum: Input<SInt>
    public let by: Input<ConverterScale>
    public let range: Input<CodeRange>
    public let result: Output<Bits>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      sum: .init(accumulatorWidth, "The sum"), by: .init(ConverterScale(), "What it becomes"),
      range: .init(CodeRange(), "The codes; stands still"),
      result: .init(32, "A code in the low 8 bits, a bfloat16 number in the low 16, or the sum"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    "Sum of \(accumulatorWidth) bits to int8 (requantised), bfloat16 (scaled) or int32, \(Self.latency) cycles later."
  }

  /// Cycles from a sum to its bytes.
  public static let latency = 4

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("accumulatorWidth", accumulatorWidth, in: 4...32)
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let isCode = io.by.kind .== UInt(Opcode.StoredAccumulator.int8.rawValue)
    let number = FloatingNumber(io.by.scale, as: .float32)
    let exponent = number.exponentField
    let fraction = io.by.scale[0..<23]
    // A subnormal scale has no leading one, and the exponent of the least normal one.
    let significand = concatenate(exponent.any, fraction).asUnsigned
    let factor = mux(isCode, io.by.multiplier.extended(to: 24), significand)
    let isSpecial = exponent.all
    let special = BFloat16Rounding.Special(
      isNaN: isSpecial & (fraction.any | (io.sum .== 0)), isInfinite: isSpecial,
      sign: io.sum[accumulatorWidth - 1] ^ number.signBit)

    let negative = io.sum[accumulatorWidth - 1]
    let absolute = mux(negative, (-io.sum).truncated(to: accumulatorWidth), io.sum).asUnsigned
    let size = m.register("absolute", absolute)
    let factorHeld = m.register("factor", factor)
    let product = m.register("product", size * factorHeld)

    // As a code: shifted with what is lost, rounded, with sign and zero.
    let shift = m.delayed("shift", io.by.shift, by: 2)
    var whole = product.resized(to: max(64, product.width))
    var (guardBit, sticky): (Bit, Bit) = (
      m.constant(0, width: 1, as: Bits.self)[0], m.constant(0, width: 1, as: Bits.self)[0]
    )
    for step in (0..<6).reversed() {
      let count = 1 << step
      let low = whole[0..<min(count, whole.width)]
      let lost = count == 1 ? guardBit : guardBit | low[0..<count - 1].any
      sticky = (sticky | shift[step] & lost).named("sticky_\(count)")
      guardBit = mux(shift[step], low[count - 1], guardBit).named("guard_\(count)")
      whole = mux(shift[step], whole >> count, whole).named("whole_\(count)")
    }
    let isLarge = whole[9..<whole.width].any
    let rounded = whole.truncated(to: 9) + (guardBit & (sticky | whole[0])).asUnsigned.extended(to: 9)
    let magnitude = m.register("code_magnitude", mux(isLarge, 512, rounded))
    let signs = m.delays("is_negative", negative, upTo: 3)
    let value = magnitude.extended(to: 12).asSigned
    let code = io.range.clamped(mux(signs[3], (-value).truncated(to: 12), value))

    // As a number: normalised and rounded.
    let (normal, zeros) = BFloat16Rounding.normalized(product, "normal")
    let held = m.register("normal", normal)
    let least = mux(exponent.any, exponent, 1)
    let base = m.delayed("scale_exponent", least, by: 2).extended(to: 10).asSigned
    // The highest bit of the product counts 2^(its place + exponent − 150), and the bias of the result is 127.
    let top = base + SInt(product.width - 1 - 150 + 127)
    let exponentHeld = m.register("exponent", (top - zeros.extended(to: 7).asSigned).truncated(to: 12))
    let specials = m.delayed("special", special, by: 3)
    let real = BFloat16Rounding.code(held, exponent: exponentHeld, sign: specials.sign, special: specials)

    let kind = m.delayed("kind", io.by.kind, by: 3)
    let sum = m.delayed("sum", io.sum, by: 3)
    io.result
      <== m.register(
        "result",
        mux(
          kind .== UInt(Opcode.StoredAccumulator.int8.rawValue), code.extended(to: 32),
          mux(
            kind .== UInt(Opcode.StoredAccumulator.bfloat16.rawValue), real.extended(to: 32),
            sum.extended(to: 32).asBits)))
  }
}
