import Components
import HDL
import TRON

/// Finds the heaters of a bank by dither, from the codes of its converters alone: every step is that of ``/TRON/RingLock``.
///
/// The codes of all rings are set to 0. One wavelength is lit; the heater of its ring goes to the lower of its two neighbours, by
/// smaller and smaller steps, with time to settle before each conversion. Rings of an arm, arms, sweeps and rows follow one
/// another. A row's heaters stay when the next row begins. With a ``predistortion`` the codes of both arms pass a
/// ``HeaterPredistorter`` one behind the other before they are set, which takes 2 · (rings + 6) clocks more for each conversion and
/// for the heaters of a row that are found. Behind a reset all heaters are set to 0, a row in each clock: a bank has no reset, and
/// heaters hold whatever came before.
public struct RingLockUnit: Generator {
  /// Rings and converters; each arm is converted by itself.
  public var geometry: RingBankGeometry
  /// How rings are set.
  public var effects: RingEffects
  /// Clock edges in which a heater settles.
  public var heatCycles: Int
  /// Sweeps over the rings of a row, 1 to 4.
  public var sweeps = 3
  /// The first step of a heater, a power of two up to 512.
  public var reach = 64
  /// What makes codes of heaters of wanted ones; nil where they are the same.
  public var predistortion: HeaterPredistortion?

  /// The controller of a bank.
  public init(_ geometry: RingBankGeometry, effects: RingEffects, heatCycles: Int = 4000) {
    (self.geometry, self.effects, self.heatCycles) = (geometry, effects, heatCycles)
  }

  /// All ports belong to one clock.
  public struct Ports {
    public let start: Input<Bit>
    public let isRunning, write, heat, drive: Output<Bit>
    public let row: Output<UInt>
    public let heatPositive, heatNegative, light: Output<Bits>
    public let codesValid: Input<Bit>
    public let codes: Input<Bits>
    public let conversions: Output<UInt>
    public let isRowSet: Output<Bit>
  }
  public var ports: Ports {
    let rings = geometry.wavelengths
    return Ports(
      start: .init("Finds the heaters"), isRunning: .init("1 while they are being found"),
      write: .init("Sets the rings of a row to 0"), heat: .init("Sets the heaters of a row"),
      drive: .init("Sends the light of one wavelength"), row: .init(bits(for: geometry.rows - 1), "The row"),
      heatPositive: .init(rings * 12, "Heaters of the positive arm, signed"),
      heatNegative: .init(rings * 12, "Heaters of the negative arm, signed"),
      light: .init(rings * (geometry.magnitudeBits + effects.fractionBits), "The light"),
      codesValid: .init("The codes are settled"), codes: .init(geometry.rows * 2 * geometry.converterBits, "Codes"),
      conversions: .init(32, "Conversions so far, and number of this one"),
      isRowSet: .init("The heaters of a row are found, and set with this clock"))
  }

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("sweeps", sweeps, in: 1...4)
    parameters.require("reach", reach, in: 1...512)
    parameters.require("heatCycles", heatCycles, in: 1...65535)
    parameters.require(
      predistortion.map { $0.rings == geometry.wavelengths } ?? true,
      "heaters are predistorted for \(predistortion?.rings ?? 0) rings, and a row has \(geometry.wavelengths)",
      fix: "make the matrix for the bank")
    parameters.require(reach.nonzeroBitCount == 1, "reach is \(reach)", fix: "give a power of two")
    parameters.require(
      geometry.detection == .separate, "the lock reads each arm by itself", fix: "set separate detection")
  }

  private enum Phase: HardwareEnum { case zero, idle, clear, code, heat, settle, drive, convert, codeFound, fix }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let (rings, rows) = (geometry.wavelengths, geometry.rows)
    let (rowBits, ringBits) = (bits(for: rows - 1), bits(for: rings - 1))
    let row = m.register("row_number", UInt.self, width: rowBits, reset: 0)
    let ring = m.register("ring", UInt.self, width: ringBits)
    let isNegative = m.register("is_negative_arm", Bit.self)
    let sweep = m.register("sweep", UInt.self, width: 2)
    let stepBits = 11
    let step = m.register("step", UInt.self, width: stepBits)
    let point = m.register("point", UInt.self, width: 2)
    let conversions = m.register("conversions_made", UInt.self, width: 32)
    let wait = m.register("heat_wait", UInt.self, width: bits(for: heatCycles))
    let codeBits = geometry.converterBits
    let least = m.register("least", UInt.self, width: codeBits)
    let below = m.register("below", UInt.self, width: codeBits)

    // The heaters of the row, and the one that is tried.
    let clears = m.wire("clears_heaters", Bit.self, default: 0)
    let moves = m.wire("moves", Bit.self, default: 0)
    let place = m.wire("place", SInt.self, width: 12)
    let goal = m.wire("goal", SInt.self, width: 12)
    let isFixed = m.wire("is_fixed", Bit.self, default: 0)
    let signed = step.extended(to: 12).asSigned
    let tried = mux(
      point .== 1, place &- signed, mux(point .== 2, place &+ signed, place)
    ).named("tried")
    var heaters: [[SInt]] = []
    for arm in 0..<2 {
      heaters.append(
        (0..<rings).map { index in
          let heater = m.register("heater_\(arm)_\(index)", SInt.self, width: 12)
          let isOwn = ((ring .== UInt(index)) & (arm == 1 ? isNegative : !isNegative)).named("is_tried_\(arm)_\(index)")
          m.when(clears) { heater.next <== 0 }.otherwise(when: moves & isOwn) { heater.next <== goal }
          return heater
        })
    }
    place.driver <== mux(isNegative, select(ring, heaters[1]), select(ring, heaters[0]))
    func all(_ arm: Int) -> Bits {
      concatenate(
        heaters[arm].enumerated().reversed().map { index, heater in
          let isOwn = (ring .== UInt(index)) & (arm == 1 ? isNegative : !isNegative) & !isFixed
          return mux(isOwn, tried, heater).asBits as any Signal
        })
    }
    let lightBits = geometry.magnitudeBits + effects.fractionBits
    let lit = m.constant(geometry.greatest << effects.fractionBits, width: lightBits, as: Bits.self)
    let dark = m.constant(0, width: lightBits, as: Bits.self)
    io.light <== concatenate((0..<rings).reversed().map { mux(ring .== UInt($0), lit, dark) as any Signal })
    let isZeroing = m.wire("is_zeroing", Bit.self)
    let zeros = m.constant(0, width: rings * 12, as: Bits.self)
    let codesHeaters = predistortion.map { _ in m.wire("codes_heaters", Bit.self, default: 0) }
    var (heated, isCoded) = ([all(0), all(1)], Bit(1))
    if let predistortion, let codesHeaters {
      // One arm behind the other.
      let coder = m.instance(HeaterPredistorter(predistortion), "heater_coder")
      let isSecond = m.register("codes_second_arm", Bit.self, reset: 0)
      let hasAsked = m.register("has_asked", Bit.self, reset: 0)
      coder.wanted.valid <== (codesHeaters & !hasAsked)
      coder.wanted.payload <== mux(isSecond, heated[1], heated[0])
      coder.codes.ready <== 1
      let hasCodes = coder.codes.valid
      m.when(hasCodes) {
        hasAsked.next <== 0
        isSecond.next <== !isSecond
      }
      .otherwise(when: codesHeaters) { hasAsked.next <== 1 }
      isCoded = (hasCodes & isSecond).named("is_coded")
      heated = [
        m.register("positive_codes", coder.codes.payload, when: (hasCodes & !isSecond).named("has_positive_codes")),
        m.register("negative_codes", coder.codes.payload, when: isCoded),
      ]
    }
    io.heatPositive <== mux(isZeroing, zeros, heated[0])
    io.heatNegative <== mux(isZeroing, zeros, heated[1])

    let code = select(
      row,
      (0..<rows).map { index -> UInt in
        let start = 2 * codeBits * index
        return mux(
          isNegative, io.codes[start + codeBits..<start + 2 * codeBits], io.codes[start..<start + codeBits]
        ).asUnsigned
      }
    ).named("code_of_arm")
    let isBelow = ((below .< least) & (below .<= code)).named("goes_below")
    let isAbove = (code .< least).named("goes_above")
    goal.driver <== mux(isBelow, place &- signed, place &+ signed)
    let isLastRing = ring .== UInt(rings - 1)
    let isLastSweep = sweep .== UInt(sweeps - 1)
    let isLastRow = row .== UInt(rows - 1)
    let steps = (0..<sweeps).map { $0 == 0 ? reach : max(1, reach >> (2 * $0)) }
    func firstStep(_ sweep: UInt) -> UInt {
      select(sweep, (0..<4).map { UInt(steps[min($0, sweeps - 1)]).extended(to: stepBits) })
    }
    let states = Phase.allCases.filter { predistortion != nil || $0 != .code && $0 != .codeFound }
    let (tries, fixes): (Phase, Phase) = predistortion == nil ? (.heat, .fix) : (.code, .codeFound)
    let machine = m.stateMachine("phase", of: Phase.self, states: states, reset: .zero) { phase in
      phase.when(.zero) {
        row.next <== row &+ 1
        m.when(isLastRow) { phase.go(.idle) }
        m.when(io.start) {
          row.next <== 0
          conversions.next <== 0
          phase.go(.clear)
        }
      }
      phase.when(.idle) {
        row.next <== 0
        conversions.next <== 0
        m.when(io.start) { phase.go(.clear) }
      }
      phase.when(.clear) {
        clears.driver <== 1
        ring.next <== 0
        isNegative.next <== 0
        sweep.next <== 0
        point.next <== 0
        step.next <== UInt(reach).extended(to: stepBits)
        row.next <== mux(isLastRow, 0, row &+ 1)
        m.when(isLastRow) { phase.go(tries) }
      }
      if let codesHeaters {
        phase.when(.code) {
          codesHeaters.driver <== 1
          m.when(isCoded) { phase.go(.heat) }
        }
        phase.when(.codeFound) {
          codesHeaters.driver <== 1
          isFixed.driver <== 1
          m.when(isCoded) { phase.go(.fix) }
        }
      }
      phase.when(.heat) {
        wait.next <== UInt(heatCycles).extended(to: wait.width)
        phase.go(.settle)
      }
      phase.when(.settle) {
        wait.next <== wait &- 1
        m.when(wait .== 1) {
          conversions.next <== conversions &+ 1
          phase.go(.drive)
        }
      }
      phase.when(.drive) { phase.go(.convert) }
      phase.when(.convert) {
        m.when(io.codesValid) {
          phase.go(tries)
          point.next <== 1
          m.when(point .== 0) { least.next <== code }
            .otherwise(when: point .== 1) {
              below.next <== code
              point.next <== 2
            }
            .otherwise(when: isBelow | isAbove) {
              moves.driver <== 1
              least.next <== mux(isBelow, below, code)
            }
            .otherwise(when: step .!= 1) { step.next <== step >> 1 }
            .otherwise {
              // To the next ring, arm, sweep or row.
              point.next <== 0
              ring.next <== mux(isLastRing, 0, ring &+ 1)
              step.next <== firstStep(sweep)
              m.when(isLastRing) {
                isNegative.next <== !isNegative
                m.when(isNegative) {
                  sweep.next <== sweep &+ 1
                  step.next <== firstStep(sweep &+ 1)
                  m.when(isLastSweep) { phase.go(fixes) }
                }
              }
            }
        }
      }
      phase.when(.fix) {
        isFixed.driver <== 1
        clears.driver <== 1
        sweep.next <== 0
        step.next <== UInt(reach).extended(to: stepBits)
        row.next <== row &+ 1
        phase.go(tries)
        m.when(isLastRow) { phase.go(.idle) }
      }
    }
    isZeroing.driver <== machine.isIn(.zero)
    io.isRunning <== !(machine.isIn(.idle) | isZeroing)
    io.write <== machine.isIn(.clear)
    io.heat <== (machine.isIn(.heat) | machine.isIn(.fix) | isZeroing)
    io.drive <== machine.isIn(.drive)
    io.row <== row
    io.conversions <== conversions
    io.isRowSet <== machine.isIn(.fix)
  }
}
