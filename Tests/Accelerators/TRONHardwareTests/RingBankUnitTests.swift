import AnalogMacros
import Engine
import HDL
import Netlist
import Simulator
import TRON
import TRONHardware
import TestFiles
import TestSupport
import Testing

/// The shell around a bank of rings: both engines against the golden bank.
@Suite struct RingBankUnitTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var unit: RingBankUnit
    var temperature: Int8 = 0
    var heats = false
    var testDescription: String { name }
  }

  private static func unit(
    rows: Int, rings: Int, predistorts: Bool = false, converter: Int? = nil, shift: Int = 0,
    _ detection: RingBankGeometry.Detection = .balanced, bits: Int = 8, convert: Int = 2,
    _ change: (inout RingEffects) -> Void = { _ in }
  ) -> RingBankUnit {
    let geometry = RingBankGeometry(
      rows: rows, wavelengths: rings, operandBits: bits, converterBits: converter, converterShift: shift,
      detection: detection)
    var effects = RingEffects()
    change(&effects)
    effects = effects.calibrated(geometry, predistorts: predistorts)
    return RingBankUnit(
      geometry, effects: effects, predistorts: predistorts, number: 5, settleCycles: 4, convertCycles: convert,
      checksDesign: false)
  }

  /// The cases of every run; the others take a model in Verilator each.
  static var chosen: [Case] { Tier.isFull ? cases : cases.filter { short.contains($0.name) } }
  static let short: Set = [
    "arms by themselves, eight bits, noise", "light by rings, calibrated, noise",
    "lorentzian, spectra, fabrication, drift, heaters", "lorentzian, calibrated, light by rings",
  ]

  static let cases: [Case] = [
    Case(name: "ideal", unit: unit(rows: 4, rings: 8)),
    Case(name: "one ring", unit: unit(rows: 1, rings: 1, bits: 5)),
    Case(
      name: "arms by themselves, eight bits, noise",
      unit: unit(rows: 3, rings: 5, converter: 8, shift: 6, .separate) {
        $0.detectorNoise = 900
        $0.relativeNoise = 0.05
      }),
    Case(name: "matrix", unit: unit(rows: 4, rings: 8) { $0.crosstalk = .matrix }),
    Case(
      name: "matrix, calibrated",
      unit: unit(rows: 4, rings: 15, predistorts: true) {
        $0.crosstalk = .matrix
        $0.fractionBits = 5
      }),
    Case(
      name: "light by rings, calibrated, noise",
      unit: unit(rows: 2, rings: 8, predistorts: true, converter: 12, shift: 4, convert: 5) {
        $0.crosstalk = .matrix
        $0.imprintsByRings = true
        $0.fractionBits = 4
        $0.relativeNoise = 0.02
        $0.detectorNoise = 700
        $0.throughLoss = 0.0046
        $0.seed = 77
      }),
    Case(
      name: "lorentzian, spectra, fabrication, drift, heaters",
      unit: unit(rows: 2, rings: 6, .separate) {
        $0.tuning = .lorentzian
        $0.crosstalk = .spectral
        $0.fabrication = 0.03
        $0.heaterStep = 0.002
        $0.heating = 0.1
        $0.drift = 0.08
      }, temperature: -7, heats: true),
    Case(
      name: "lorentzian, calibrated, light by rings",
      unit: unit(rows: 2, rings: 4, predistorts: true) {
        $0.tuning = .lorentzian
        $0.crosstalk = .matrix
        $0.imprintsByRings = true
        $0.fractionBits = 3
        $0.drift = 0.08
      }, temperature: 2),
  ]

  private func number(_ index: Int, _ greatest: Int) -> Int {
    Int(CounterNoise.mix(UInt64(index)) % UInt64(2 * greatest + 1)) - greatest
  }

  @Test(arguments: chosen)
  func `The shell on both engines gives the golden codes`(example: Case) throws {
    let unit = example.unit
    let g = unit.geometry
    let engines: [any Engine] = [try NativeModel(unit.elaborate()), try unit.verilated()]
    for engine in engines {
      func set(_ name: String, _ values: [Int], width: Int) {
        var bits = BitVector.zeros(values.count * width)
        for (index, value) in values.enumerated() {
          for bit in 0..<width { bits[index * width + bit] = value >> bit & 1 == 1 }
        }
        engine.pin(name)!.store(bits)
      }
      for name in ["weights_valid", "vector_valid", "products_ready", "heat", "adds"] { engine[name] = 0 }
      engine["temperature"] = Int(UInt8(bitPattern: example.temperature))
      try engine.reset()
      var bank = RingBank(g, unit.effects, number: unit.number)
      let calibration = RingCalibration(g, unit.effects, predistorts: unit.predistorts)
      let weights = (0..<g.rows).map { row in
        (0..<g.wavelengths).map {
          row == 0 ? ($0 % 2 == 0 ? g.greatest : -g.greatest) : number(row << 8 | $0, g.greatest)
        }
      }
      if example.heats {
        for row in 0..<g.rows {
          let heaters = (0..<2).map { arm in (0..<g.wavelengths).map { number(row << 6 | arm << 5 | $0, 40) } }
          bank.heat(row: row, positive: heaters[0], negative: heaters[1])
          engine["heat"] = 1
          engine["heat_row"] = row
          set("heat_positive", heaters[0], width: 12)
          set("heat_negative", heaters[1], width: 12)
          try engine.run(cycles: 1)
        }
        engine["heat"] = 0
      }
      for (row, values) in weights.enumerated() {
        let codes = calibration.codes(weights: values, wavelengths: g.wavelengths)
        bank.write(row: row, positive: codes.positive, negative: codes.negative)
        engine["weights_valid"] = 1
        engine["weight_row"] = row
        set("weights_data", values, width: g.operandBits)
        try engine.run(cycles: 1)
        engine["weights_valid"] = 0
        try engine.settle()
        var cycles = 1
        while engine["vector_ready"] == 0 {
          try engine.run(cycles: 1)
          try engine.settle()
          cycles += 1
          try #require(cycles < 200)
        }
      }
      var sums = [Int](repeating: 0, count: g.rows)
      for run in 0..<7 {
        let vector = (0..<g.wavelengths).map { place -> Int in
          switch run {
          case 0: g.greatest
          case 1: -g.greatest
          case 2: 0
          case 3: abs(number(run << 12 | place, g.greatest))
          default: number(run << 12 | place, g.greatest) * (place % 3 == run % 3 ? 0 : 1)
          }
        }
        let event = run == 6 ? Int(UInt32.max) - 1 : run * 10
        let adds = run == 5
        if !adds { sums = [Int](repeating: 0, count: g.rows) }
        var (passes, dark) = (0, 0)
        for polarity in 0..<2 {
          let magnitudes = vector.map { max(polarity == 0 ? $0 : -$0, 0) }
          guard magnitudes.contains(where: { $0 > 0 }) else { continue }
          passes += 1
          dark += magnitudes.count { $0 == 0 }
          let light =
            unit.effects.imprintsByRings
            ? calibration.fine(magnitudes) : magnitudes.map { $0 << unit.effects.fractionBits }
          let codes = bank.codes(
            activations: light, event: UInt32(event + polarity), temperature: example.temperature)
          for row in 0..<g.rows { sums[row] += (polarity == 0 ? codes[row] : -codes[row]) << g.converterShift }
        }
        engine["vector_valid"] = 1
        engine["adds"] = adds ? 1 : 0
        engine["pass_event"] = event
        set("vector_data", vector, width: g.operandBits)
        try engine.run(cycles: 1)
        engine["vector_valid"] = 0
        try engine.settle()
        var cycles = 1
        while engine["products_valid"] == 0 {
          try engine.run(cycles: 1)
          try engine.settle()
          cycles += 1
          try #require(cycles < 500)
        }
        let coding = unit.predistorts && unit.effects.imprintsByRings ? g.wavelengths + 6 : 0
        #expect(cycles <= 2 + passes * (unit.convertCycles + 1 + coding))
        let bits = engine.pin("products_data")!.load()
        let products = (0..<g.rows).map {
          Int(Int32(truncatingIfNeeded: bits.slice(low: $0 * 32, width: 32).words[0]))
        }
        #expect(products == sums, "run \(run) in \(engine)")
        #expect(engine["passes"] == passes && engine["dark"] == dark, "run \(run)")
        engine["products_ready"] = 1
        try engine.run(cycles: 1)
        engine["products_ready"] = 0
      }
    }
  }

  @Test func `Impossible designs do not elaborate, and say why`() {
    func message(_ unit: RingBankUnit) -> String {
      do {
        _ = try unit.elaborate()
        return "none"
      } catch { return "\(error)" }
    }
    var effects = RingEffects()
    effects.crosstalk = .matrix
    let reference = RingBankGeometry(rows: 10, wavelengths: 15)
    let raw = message(RingBankUnit(reference, effects: effects))
    #expect(raw.contains("crosstalk leaves 5.67 bits of 15 rings at a quality factor of 8000, 1.20 nm apart"), "\(raw)")
    #expect(raw.contains("calibrate, use a spacing of 2.70 nm, or a quality factor of 18000"), "\(raw)")
    let wide = message(RingBankUnit(RingBankGeometry(rows: 10, wavelengths: 16)))
    #expect(wide.contains("16 wavelengths 1.20 nm apart take 19.20 nm"), "\(wide)")
    effects.fractionBits = 5
    #expect(message(RingBankUnit(reference, effects: effects, predistorts: true)) == "none")
    effects.gain = 20
    #expect(message(RingBankUnit(reference, effects: effects, predistorts: true)).contains("gain is 20.0"))
  }
}
