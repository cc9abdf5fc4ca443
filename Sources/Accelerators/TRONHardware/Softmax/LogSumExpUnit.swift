import Components
public import HDL
import TRON

/// Exponents of a row of softmax, one a clock.
public struct ExponentBeat: SignalBundle {
  /// In base 2 with 6 fraction bits, −8191 to 8191.
  public let exponent: SInt
  /// 1 for an element that is seen; the code of another one is 0, whatever its exponent.
  public let isSeen: Bit
  /// 1 with the last exponent of a row.
  public let isLast: Bit

  /// The form of a beat.
  public init() { (exponent, isSeen, isLast) = (.shape(14), .shape, .shape) }
}

/// Probabilities of a row of softmax, one a clock.
public struct SoftmaxCodeBeat: SignalBundle {
  /// 127 stands for 1.
  public let code: UInt
  /// 1 with the last code of a row.
  public let isLast: Bit

  /// The form of a beat.
  public init() { (code, isLast) = (.shape(7), .shape) }

  init(code: UInt, isLast: Bit) { (self.code, self.isLast) = (code, isLast) }
}

/// Softmax without a divider: every code is that of ``/TRON/LogSumExpSoftmax``.
///
/// A row passes three times: it is stored and its greatest exponent found, its powers of two are added, and with the logarithm
/// of their sum the codes are given. n exponents take 3 n + 12 clocks where the codes are taken at once, whatever is seen of them; the next
/// row is taken then. An element that is not seen is stored as −8192, which is below all exponents; its power is 0. A row of more than
/// ``rowLength`` exponents is cut there.
public struct LogSumExpUnit: Generator {
  /// Exponents of a row at most, 2 to 4096.
  public var rowLength: Int

  /// A unit for rows of a length.
  public init(rowLength: Int = 512) { self.rowLength = rowLength }

  /// All ports belong to one clock.
  public struct Ports {
    public let exponents: StreamInput<ExponentBeat>
    public let codes: StreamOutput<SoftmaxCodeBeat>
  }
  public var ports: Ports {
    Ports(exponents: .init(ExponentBeat(), "Rows of exponents"), codes: .init(SoftmaxCodeBeat(), "Rows of codes"))
  }

  public func validate(_ parameters: inout ParameterCheck) { parameters.require("rowLength", rowLength, in: 2...4096) }

  private enum Phase: HardwareEnum { case take, add, drain, logarithm, line, give, finish }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let placeBits = bits(for: rowLength - 1)
    let sumBits = LogSumExpSoftmax.powerBits + bits(for: rowLength)
    let row = m.memory("row", SInt.self, width: 14, depth: rowLength)
    let place = m.register("place", UInt.self, width: placeBits, reset: 0)
    let last = m.register("last_place", UInt.self, width: placeBits)
    let greatest = m.register("greatest", SInt.self, width: 14)
    let takes = m.wire("takes", Bit.self, default: 0)
    let reads = m.wire("reads", Bit.self, default: 0)
    let isGiving = m.wire("is_giving", Bit.self, default: 0)
    let advances = m.wire("advances", Bit.self)
    let hidden = m.constant(-LogSumExpSoftmax.greatestExponent - 1, width: 14, as: SInt.self)
    let exponent = mux(io.exponents.payload.isSeen, io.exponents.payload.exponent, hidden).named("exponent_or_least")
    row.write(exponent, at: place, when: takes)
    let stored = row.read(at: place, when: advances)
    let isFirst = (place .== 0).named("is_first_place")
    m.when(takes) { greatest.next <== mux(isFirst | (exponent .> greatest), exponent, greatest) }

    // A power of two a clock: distance, two entries of the table, the line between them, the shift.
    let logarithm = m.register("logarithm", UInt.self, width: LogSumExpSoftmax.argumentBits + 5)
    let isRead = m.register("is_read", reads, when: advances, reset: 0)
    let isLastRead = m.register("is_last_read", reads & (place .== last), when: advances, reset: 0)
    let distance = (greatest - stored).asUnsigned.truncated(to: 14)
    let scaled = (distance << (LogSumExpSoftmax.argumentBits - LogSumExpSoftmax.exponentBits)).fitted(to: 21)
    let argument = m.register(
      "argument", mux(isGiving, scaled &+ logarithm.fitted(to: 21), scaled), when: advances)
    let isHidden = m.register("is_hidden", stored .== hidden, when: advances)
    let isArgument = m.register("is_argument", isRead, when: advances, reset: 0)
    let isLastArgument = m.register("is_last_argument", isLastRead, when: advances, reset: 0)
    let entry = argument[7..<12].asUnsigned
    let powers = m.rom("powers", UInt.self, width: 16, contents: .words(Array(LogSumExpSoftmax.powers.dropLast())))
      .readAsync(at: entry)
    let falls = m.rom(
      "falls", UInt.self, width: 10,
      contents: .words(zip(LogSumExpSoftmax.powers, LogSumExpSoftmax.powers.dropFirst()).map { $0 - $1 })
    ).readAsync(at: entry)
    let line = ((falls * argument[0..<7].asUnsigned + 64) >> 7).fitted(to: 16)
    let power = m.register("power", mux(isHidden, 0, powers &- line), when: advances)
    let shift = m.register("shift", argument[12..<21].asUnsigned, when: advances)
    let isPower = m.register("is_power", isArgument, when: advances, reset: 0)
    let isLastPower = m.register("is_last_power", isLastArgument, when: advances, reset: 0)

    // The sum of the powers, and its logarithm.
    let weight = power.extended(to: 17).asSigned.roundedRight(by: shift).asUnsigned.fitted(to: 16)
    let weightSum = m.register("weight_sum", UInt.self, width: sumBits)
    m.when(takes) { weightSum.next <== 0 }
      .otherwise(when: isPower & !isGiving & advances) { weightSum.next <== weightSum &+ weight.fitted(to: sumBits) }
    let zeros = leadingZeroCount(of: weightSum.asBits, in: m)
    let top = (UInt(sumBits - 1).fitted(to: zeros.width) &- zeros).named("leading_one")
    let aligned = (weightSum &<< zeros).asBits
    let mantissa = m.register("mantissa", aligned[sumBits - 13..<sumBits - 1].asUnsigned)
    let whole = m.register(
      "whole", (top.fitted(to: 5) &- UInt(LogSumExpSoftmax.powerBits)))
    let logarithms = m.rom(
      "logarithms", UInt.self, width: 12, contents: .words(Array(LogSumExpSoftmax.logarithms.dropLast()))
    ).readAsync(at: mantissa[6..<12].asUnsigned)
    let rises = m.rom(
      "rises", UInt.self, width: 8,
      contents: .words(zip(LogSumExpSoftmax.logarithms, LogSumExpSoftmax.logarithms.dropFirst()).map { $1 - $0 })
    ).readAsync(at: mantissa[6..<12].asUnsigned)
    let rise = ((rises * mantissa[0..<6].asUnsigned + 32) >> 6).fitted(to: 13)
    let hasLogarithm = m.wire("has_logarithm", Bit.self, default: 0)
    m.when(hasLogarithm) {
      logarithm.next
        <== (concatenate(whole, m.constant(0, width: 12, as: Bits.self)).asUnsigned
          &+ (logarithms.extended(to: 13) &+ rise).fitted(to: 17))
    }

    // Codes: 127 times a power, shifted once.
    let product = (power * UInt(LogSumExpSoftmax.one).extended(to: 7)).extended(to: 24).asSigned
    let places = (shift.extended(to: 10) &+ UInt(LogSumExpSoftmax.powerBits)).named("code_places")
    // At most 127, for a power is at most 1.
    let code = product.roundedRight(by: places).asUnsigned.truncated(to: 7)
    let isEmitted = (isPower & isGiving).named("has_code")
    let waits = (isEmitted & !io.codes.ready).named("code_waits")
    advances.driver <== !waits
    io.codes.valid <== isEmitted
    io.codes.payload <== SoftmaxCodeBeat(code: code, isLast: isLastPower)

    let isLastIn = (io.exponents.payload.isLast | (place .== UInt(rowLength - 1))).named("is_last_exponent")
    let machine = m.stateMachine("phase", of: Phase.self, reset: .take) { phase in
      phase.when(.take) {
        m.when(io.exponents.valid) {
          takes.driver <== 1
          place.next <== place &+ 1
          m.when(isLastIn) {
            last.next <== place
            place.next <== 0
            phase.go(.add)
          }
        }
      }
      phase.when(.add) {
        reads.driver <== 1
        place.next <== place &+ 1
        m.when(place .== last) {
          place.next <== 0
          phase.go(.drain)
        }
      }
      phase.when(.drain) { m.when(isLastPower) { phase.go(.logarithm) } }
      phase.when(.logarithm) { phase.go(.line) }
      phase.when(.line) {
        hasLogarithm.driver <== 1
        phase.go(.give)
      }
      phase.when(.give) {
        isGiving.driver <== 1
        reads.driver <== 1
        m.when(advances) {
          place.next <== place &+ 1
          m.when(place .== last) {
            place.next <== 0
            phase.go(.finish)
          }
        }
      }
      phase.when(.finish) {
        isGiving.driver <== 1
        m.when(isLastPower & io.codes.ready) { phase.go(.take) }
      }
    }
    io.exponents.ready <== machine.isIn(.take)
  }
}
