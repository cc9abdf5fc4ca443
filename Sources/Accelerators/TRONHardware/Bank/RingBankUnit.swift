import Components
public import HDL
public import TRON

/// Products of signed vectors with a tile of weights on a bank of rings: the digital shell around the macro.
///
/// A row of weights is split into two arms, its magnitudes become codes, and the rings are set; it counts as taken when they have
/// settled. A vector is a pass of its positive codes and one of its negative ones; a pass that would send no light is left out. Codes are
/// subtracted arm from arm and pass from pass, and added to the products of the vector before where `adds`, in 32 bits, wrapping: so
/// partial sums of an inner dimension beyond the bank are added electrically.
public struct RingBankUnit: Generator {
  /// Rings and converters.
  public var geometry: RingBankGeometry
  /// What is not ideal.
  public var effects: RingEffects
  /// Whether crosstalk is inverted.
  public var predistorts: Bool
  /// Number of the bank.
  public var number: UInt32
  /// Clock edges in which rings settle, 2 to 64.
  public var settleCycles: Int
  /// Clock edges of a conversion, 2 to 64.
  public var convertCycles: Int
  /// Whether a controller finds the heaters by dither when asked; for Lorentzian tuning, with arms that are converted separately.
  public var locks = false
  /// Clock edges in which a heater settles, 1 to 65,535: 4 µs at 1 GHz are 4,000.
  public var heatCycles = 4000
  /// Sweeps of the controller over the rings of a row, 1 to 4.
  public var lockSweeps = 3
  /// What the controller makes of the codes of heaters that it wants; nil where they are the same.
  public var heaterPredistortion: HeaterPredistortion?
  /// Whether a design whose link, comb or resolution is impossible is refused; see ``/TRON/DesignCheck``.
  public var checksDesign: Bool

  /// The unit of a bank.
  public init(
    _ geometry: RingBankGeometry = RingBankGeometry(rows: 4, wavelengths: 8), effects: RingEffects = RingEffects(),
    predistorts: Bool = false, number: UInt32 = 0, settleCycles: Int = 20, convertCycles: Int = 2,
    checksDesign: Bool = true
  ) {
    (self.geometry, self.effects, self.predistorts, self.number) = (geometry, effects, predistorts, number)
    (self.settleCycles, self.convertCycles, self.checksDesign) = (settleCycles, convertCycles, checksDesign)
  }

  /// All ports belong to one clock.
  public struct Ports {
    public let weights: StreamInput<Bits>
    public let weightRow: Input<UInt>
    public let vector: StreamInput<Bits>
    public let adds: Input<Bit>
    public let passEvent: Input<UInt>
    public let temperature: Input<SInt>
    public let products: StreamOutput<Bits>
    public let passes, dark: Output<UInt>
    public let heat: Input<Bit>
    public let heatRow: Input<UInt>
    public let heatPositive, heatNegative: Input<Bits>
    /// Where heaters are found by the controller.
    public let lock: Input<Bit>?
    public let isLocking: Output<Bit>?
  }
  public var ports: Ports {
    let (rings, operands) = (geometry.wavelengths, geometry.wavelengths * geometry.operandBits)
    return Ports(
      weights: .init(operands, "Weights of a row, that of wavelength 0 lowest"),
      weightRow: .init(bits(for: geometry.rows - 1), "Row of the weights"),
      vector: .init(operands, "Activations, that of wavelength 0 lowest"),
      adds: .init("Adds the products to those before"),
      passEvent: .init(32, "Number of the positive pass; the negative one has the next"),
      temperature: .init(8, "Steps of 0.05 K from the calibrated temperature"),
      products: .init(geometry.rows * 32, "Sums, that of row 0 lowest"),
      passes: .init(2, "Passes of the vector that is given"),
      dark: .init(bits(for: 2 * rings), "Lasers that stayed dark in them"),
      heat: .init("Sets the heaters of a row"), heatRow: .init(bits(for: geometry.rows - 1), "Row to heat"),
      heatPositive: .init(rings * 12, "Heaters of the positive arm, signed"),
      heatNegative: .init(rings * 12, "Heaters of the negative arm, signed"),
      lock: locks ? .init("Finds the heaters; not while vectors or weights are under way") : nil,
      isLocking: locks ? .init("1 while heaters are being found") : nil)
  }

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require(
      !locks || effects.tuning == .lorentzian && geometry.detection == .separate,
      "the lock shifts resonances and reads each arm by itself", fix: "set Lorentzian tuning and separate detection")
    parameters.require("heatCycles", heatCycles, in: 1...65535)
    // Faults of the bank itself are reported by the macro.
    guard checksDesign, geometry.fault == nil, effects.fault == nil else { return }
    let check = DesignCheck(geometry, effects, isCalibrated: predistorts || effects.crosstalk == .none)
    for finding in check.findings { parameters.require(false, finding.message, fix: finding.fix) }
  }

  private enum Phase: HardwareEnum {
    case idle, codePositive, codeNegative, set, settle, begin, codeLight, drive, convert, give
  }

  private func magnitudes(_ operands: Bits, _ isNegative: Bool) -> [UInt] {
    let (width, own) = (geometry.operandBits, geometry.magnitudeBits)
    return (0..<geometry.wavelengths).map { place in
      let code = operands[place * width..<(place + 1) * width].asSigned
      let magnitude = isNegative ? (0 - code).asUnsigned.truncated(to: own) : code.asUnsigned.truncated(to: own)
      return mux(isNegative ? code.isNegative : !code.isNegative, magnitude, UInt(0).extended(to: own))
    }
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let macro = RingBankMacro(
      geometry, effects: effects, number: number, settleCycles: settleCycles, convertCycles: convertCycles)
    let bank = m.instance(macro, "bank")
    let takesWeights = m.wire("takes_weights", Bit.self, default: 0)
    let takesVector = m.wire("takes_vector", Bit.self, default: 0)
    let operands = m.register(
      "operands", mux(takesWeights, io.weights.payload, io.vector.payload), when: takesWeights | takesVector)
    let row = m.register("row", io.weightRow, when: takesWeights)
    let isNegative = m.register("is_negative", Bit.self)
    let (positive, negative) = (magnitudes(operands, false), magnitudes(operands, true))
    let hasPositive = anyOf(positive.map { $0.any }).named("has_positive")
    let hasNegative = anyOf(negative.map { $0.any }).named("has_negative")
    let chosen = concatenate(zip(positive, negative).map { mux(isNegative, $1, $0).asBits }.reversed())
      .named("magnitudes")

    // Codes of rings: by the coder, or magnitudes as they are.
    let isLorentzian = effects.tuning == .lorentzian
    let codesLight = predistorts && effects.imprintsByRings
    let plain = concatenate(
      (0..<geometry.wavelengths).reversed().map { place in
        let magnitude = chosen[place * geometry.magnitudeBits..<(place + 1) * geometry.magnitudeBits].asUnsigned
        return (magnitude << effects.fractionBits).asBits
      })
    let wantsRings = m.wire("wants_rings", Bit.self, default: 0)
    let wantsLight = m.wire("wants_light", Bit.self, default: 0)
    let hasAsked = m.register("has_asked", Bit.self, reset: 0)
    var (ringCodes, lightCodes) = (plain, plain)
    var (hasRings, hasLight) = (Bit(1), Bit(1))
    if predistorts || isLorentzian {
      let coder = m.instance(
        OperandCoder(geometry, effects, predistorts: predistorts, looksUp: isLorentzian), "ring_coder")
      // Light is set without a table; where rings are too, one coder does for both.
      let isShared = codesLight && !isLorentzian
      coder.magnitudes.valid <== ((isShared ? wantsRings | wantsLight : wantsRings) & !hasAsked)
      coder.magnitudes.payload <== chosen
      coder.codes.ready <== 1
      (ringCodes, hasRings) = (coder.codes.payload, coder.codes.valid)
      var given = hasRings
      if isShared { (lightCodes, hasLight) = (ringCodes, hasRings) }
      if codesLight, isLorentzian {
        let other = m.instance(OperandCoder(geometry, effects, predistorts: true, looksUp: false), "light_coder")
        other.magnitudes.valid <== (wantsLight & !hasAsked)
        other.magnitudes.payload <== chosen
        other.codes.ready <== 1
        (lightCodes, hasLight) = (other.codes.payload, other.codes.valid)
        given = given | hasLight
      }
      let asks = codesLight ? wantsRings | wantsLight : wantsRings
      m.when(given) { hasAsked.next <== 0 }.otherwise(when: asks) { hasAsked.next <== 1 }
    }
    let positiveCodes = m.register(
      "positive_codes", ringCodes, when: (wantsRings & !isNegative & hasRings).named("has_positive_codes"))
    let negativeCodes = m.register(
      "negative_codes", ringCodes, when: (wantsRings & isNegative & hasRings).named("has_negative_codes"))
    let light =
      codesLight ? m.register("light", lightCodes, when: (wantsLight & hasLight).named("has_light")) : lightCodes

    let event = m.register("pass_number", io.passEvent, when: takesVector)
    let keeps = m.register("keeps", io.adds, when: takesVector)
    let begins = m.wire("begins", Bit.self, default: 0)
    let ends = m.wire("ends_pass", Bit.self, default: 0)
    let states = Phase.allCases.filter { codesLight || $0 != .codeLight }
    let machine = m.stateMachine("phase", of: Phase.self, states: states, reset: .idle) { phase in
      phase.when(.idle) {
        isNegative.next <== 0
        m.when(io.weights.valid) {
          takesWeights.driver <== 1
          phase.go(.codePositive)
        }
        .otherwise(when: io.vector.valid) {
          takesVector.driver <== 1
          phase.go(.begin)
        }
      }
      phase.when(.codePositive) {
        wantsRings.driver <== 1
        m.when(hasRings) {
          isNegative.next <== 1
          phase.go(.codeNegative)
        }
      }
      phase.when(.codeNegative) {
        wantsRings.driver <== 1
        m.when(hasRings) { phase.go(.set) }
      }
      phase.when(.set) { phase.go(.settle) }
      phase.when(.settle) { m.when(bank.settled) { phase.go(.idle) } }
      // The positive pass, then the negative one, each where it sends light.
      phase.when(.begin) {
        begins.driver <== 1
        m.when(hasPositive) { phase.go(codesLight ? .codeLight : .drive) }
          .otherwise {
            isNegative.next <== 1
            m.when(hasNegative) { phase.go(codesLight ? .codeLight : .drive) }.otherwise { phase.go(.give) }
          }
      }
      if codesLight {
        phase.when(.codeLight) {
          wantsLight.driver <== 1
          m.when(hasLight) { phase.go(.drive) }
        }
      }
      phase.when(.drive) { phase.go(.convert) }
      phase.when(.convert) {
        m.when(bank.codesValid) {
          ends.driver <== 1
          isNegative.next <== 1
          m.when(!isNegative & hasNegative) { phase.go(codesLight ? .codeLight : .drive) }.otherwise { phase.go(.give) }
        }
      }
      phase.when(.give) { m.when(io.products.ready) { phase.go(.idle) } }
    }
    io.weights.ready <== machine.isIn(.idle)
    io.vector.ready <== (machine.isIn(.idle) & !io.weights.valid)
    io.products.valid <== machine.isIn(.give)

    let sets = machine.isIn(.set)
    let drives = machine.isIn(.drive)
    let passNumber = event &+ isNegative.asUnsigned.extended(to: 32)
    bank.writeWeights <== operands
    bank.continues <== 0
    bank.magnitudes <== chosen
    if let lock = io.lock {
      var controller = RingLockUnit(geometry, effects: effects, heatCycles: heatCycles)
      (controller.sweeps, controller.predistortion) = (lockSweeps, heaterPredistortion)
      let own = m.instance(controller, "lock_controller")
      own.start <== lock
      own.codesValid <== bank.codesValid
      own.codes <== bank.codes
      let isOn = own.isRunning
      let zero = m.constant(0, width: positiveCodes.width, as: Bits.self)
      bank.write <== (sets | own.write)
      bank.writeRow <== mux(isOn, own.row, row)
      bank.writePositive <== mux(isOn, zero, positiveCodes)
      bank.writeNegative <== mux(isOn, zero, negativeCodes)
      bank.heat <== (io.heat | own.heat)
      bank.heatRow <== mux(own.heat, own.row, io.heatRow)
      bank.heatPositive <== mux(own.heat, own.heatPositive, io.heatPositive)
      bank.heatNegative <== mux(own.heat, own.heatNegative, io.heatNegative)
      bank.drive <== (drives | own.drive)
      bank.light <== mux(isOn, own.light, light)
      bank.driveEvent <== mux(isOn, own.conversions, passNumber)
      io.isLocking <== isOn
    } else {
      bank.write <== sets
      bank.writeRow <== row
      bank.writePositive <== positiveCodes
      bank.writeNegative <== negativeCodes
      bank.heat <== io.heat
      bank.heatRow <== io.heatRow
      bank.heatPositive <== io.heatPositive
      bank.heatNegative <== io.heatNegative
      bank.drive <== drives
      bank.light <== light
      bank.driveEvent <== passNumber
    }
    bank.temperature <== io.temperature

    var sums: [SInt] = []
    for row in 0..<geometry.rows {
      let bits = geometry.converterBits
      let start = row * macro.resultBits
      let first = bank.codes[start..<start + bits]
      let code: SInt
      if geometry.detection == .balanced {
        code = first.asSigned
      } else {
        let second = bank.codes[start + bits..<start + 2 * bits]
        code = first.asUnsigned.extended(to: bits + 1).asSigned &- second.asUnsigned.extended(to: bits + 1).asSigned
      }
      let weighted = (code << geometry.converterShift).fitted(to: 32)
      let sum = m.register("product_\(row)", SInt.self, width: 32)
      m.when(begins & !keeps) { sum.next <== 0 }
        .otherwise(when: ends) { sum.next <== mux(isNegative, sum &- weighted, sum &+ weighted) }
      sums.append(sum)
    }
    io.products.payload <== concatenate(sums.reversed())

    let passes = m.register("passes_made", UInt.self, width: 2)
    m.when(begins) { passes.next <== 0 }.otherwise(when: ends) { passes.next <== passes &+ 1 }
    let lanes = geometry.wavelengths
    let zeros = populationCount(
      of: concatenate(
        (0..<lanes).map { !chosen[$0 * geometry.magnitudeBits..<($0 + 1) * geometry.magnitudeBits].any })
    ).named("dark_in_pass")
    let dark = m.register("dark_lasers", UInt.self, width: bits(for: 2 * lanes))
    m.when(begins) { dark.next <== 0 }.otherwise(when: ends) { dark.next <== dark &+ zeros.fitted(to: dark.width) }
    io.passes <== passes
    io.dark <== dark
  }
}
