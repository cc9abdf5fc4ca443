import Components
public import HDL
public import TRON

/// Codes of rings for magnitudes of operands: the inverse of crosstalk to first order, and the table of shifts.
///
/// One wavelength a clock: the magnitudes of all others, weighed by distance, are taken off its factor, as ``/TRON/RingCalibration`` says.
/// A row is taken when the coder is idle; its codes are there wavelengths + 4 clock edges later.
public struct OperandCoder: Generator {
  /// Rings and operands.
  public var geometry: RingBankGeometry
  /// The comb, and how weights are set.
  public var effects: RingEffects
  /// Whether crosstalk is inverted.
  public var predistorts: Bool
  /// Whether codes are looked up in the table of shifts.
  public var looksUp: Bool

  /// The coder of a bank.
  public init(_ geometry: RingBankGeometry, _ effects: RingEffects, predistorts: Bool, looksUp: Bool) {
    (self.geometry, self.effects) = (geometry, effects)
    (self.predistorts, self.looksUp) = (predistorts, looksUp)
  }

  private var calibration: RingCalibration { RingCalibration(geometry, effects, predistorts: predistorts) }

  /// Bits of a code.
  public var codeBits: Int { looksUp ? effects.tuningBits : geometry.magnitudeBits + effects.fractionBits }

  /// All ports belong to one clock.
  public struct Ports {
    public let magnitudes: StreamInput<Bits>
    public let codes: StreamOutput<Bits>
  }
  public var ports: Ports {
    Ports(
      magnitudes: .init(geometry.wavelengths * geometry.magnitudeBits, "Magnitudes, that of wavelength 0 lowest"),
      codes: .init(geometry.wavelengths * codeBits, "Codes of rings, that of wavelength 0 lowest"))
  }

  public func validate(_ parameters: inout ParameterCheck) {
    let fault = geometry.fault ?? effects.fault
    parameters.require(fault == nil, fault ?? "", fix: "choose a value in the range")
    parameters.require(
      !looksUp || effects.tuning == .lorentzian, "linear tuning has no table of shifts",
      fix: "set Lorentzian tuning or look nothing up")
  }

  private enum Phase: HardwareEnum { case idle, code, drain, give }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let (count, width) = (geometry.wavelengths, geometry.magnitudeBits)
    let calibration = calibration
    let placeBits = bits(for: count)
    let place = m.register("place", UInt.self, width: placeBits)
    let takes = m.wire("takes", Bit.self, default: 0)
    let codes = m.wire("coding", Bit.self, default: 0)
    let row = m.register("row", io.magnitudes.payload, when: takes)
    let all = (0..<count).map { row[$0 * width..<($0 + 1) * width].asUnsigned }
    // The row turns by a wavelength a clock, so that its own magnitude is always the lowest.
    let turning = m.register("turning", Bits.self, width: count * width)
    m.when(takes) { turning.next <== io.magnitudes.payload }
      .otherwise(when: codes) {
        if count > 1 { turning.next <== concatenate(turning[0..<width], turning[width..<count * width]) }
      }
    let own = m.register("own", turning[0..<width].asUnsigned)
    let isCoding = m.register("is_coding", codes, reset: 0)
    let fineBits = width + effects.fractionBits
    var fine: UInt
    var isFine: Bit
    if predistorts {
      // Words of the factors of a wavelength: what all others take at most, less their magnitudes by distance.
      let tapBits = bits(for: max(1, Int(calibration.taps.max() ?? 1)))
      let constantBits = bits(for: Int(calibration.base + (calibration.constants.max() ?? 0)))
      let taps = (0..<count).map { other in
        m.rom(
          "taps_\(other)", UInt.self, width: tapBits,
          contents: .words((0..<count).map { Int(calibration.taps[abs($0 - other)]) })
        ).read(at: place.fitted(to: bits(for: count - 1)))
      }
      let constant = m.rom(
        "factors", UInt.self, width: constantBits,
        contents: .words(calibration.constants.map { Int(calibration.base + $0) })
      ).read(at: place.fitted(to: bits(for: count - 1)))
      let taken = sum(zip(taps, all).map { $0 * $1 })
      let factorBits = max(constantBits, taken.width) + 1
      let factor = m.register(
        "factor", constant.extended(to: factorBits).asSigned &- taken.extended(to: factorBits).asSigned)
      let magnitude = m.register("magnitude", own)
      let isFactored = m.register("is_factored", isCoding, reset: 0)
      let scaled = magnitude.extended(to: width + 1).asSigned * factor
      let rounded = scaled.roundedRight(by: RingCalibration.factorBits).asUnsigned
      let top = m.constant(calibration.top, width: rounded.width, as: UInt.self)
      fine = m.register("fine", mux(rounded .> top, top, rounded).fitted(to: fineBits))
      isFine = m.register("is_fine", isFactored, reset: 0)
    } else {
      fine = m.register("fine", (own << effects.fractionBits).fitted(to: fineBits))
      isFine = m.register("is_fine", isCoding, reset: 0)
    }
    var code = fine.asBits
    var isCode = isFine
    if looksUp, let table = calibration.table {
      code = m.rom("shifts", Bits.self, width: effects.tuningBits, contents: .words(table.map { Int($0) })).read(
        at: fine)
      isCode = m.register("is_code", isFine, reset: 0)
    }
    let result = m.register("codes_held", Bits.self, width: count * codeBits)
    m.when(isCode) {
      result.next <== (count > 1 ? concatenate(code, result[codeBits..<count * codeBits]) : code)
    }
    let left = m.register("left", UInt.self, width: placeBits)
    m.when(takes) { left.next <== UInt(count) }.otherwise(when: isCode) { left.next <== left &- 1 }
    let machine = m.stateMachine("phase", of: Phase.self, reset: .idle) { phase in
      phase.when(.idle) {
        place.next <== 0
        m.when(io.magnitudes.valid) {
          takes.driver <== 1
          phase.go(.code)
        }
      }
      phase.when(.code) {
        codes.driver <== 1
        place.next <== place &+ 1
        m.when(place .== UInt(count - 1)) { phase.go(.drain) }
      }
      phase.when(.drain) { m.when(left .== 0) { phase.go(.give) } }
      phase.when(.give) { m.when(io.codes.ready) { phase.go(.idle) } }
    }
    io.magnitudes.ready <== machine.isIn(.idle)
    io.codes.valid <== machine.isIn(.give)
    io.codes.payload <== result
  }
}
