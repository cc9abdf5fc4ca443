import AnalogMacros
import AnalogMacrosHardware
import Engine
import HDL
import Netlist
import Simulator
import TestFiles
import TestSupport
import Testing

@Suite struct CrossbarProductUnitTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var unit: CrossbarProductUnit
    var temperature = 0
    var testDescription: String { name }
  }

  static let cases: [Case] = {
    func unit(
      rows: Int, columns: Int, _ encoding: WeightEncoding, converter: Int, cellBits: Int = 2, weightBits: Int = 8,
      inputBits: Int = 8, share: Int = 1, cycles: Int = 2, fraction: Int = 0,
      _ change: (inout Nonidealities) -> Void = { _ in }
    ) -> CrossbarProductUnit {
      var effects = Nonidealities()
      change(&effects)
      let geometry = CrossbarGeometry(
        rows: rows, columns: columns, cellBits: cellBits, converterBits: converter, codeFractionBits: fraction)
      return CrossbarProductUnit(
        .init(
          geometry, encoding, weightBits: weightBits, inputBits: inputBits, columnsPerConverter: share,
          effects: effects), number: 3, convertCycles: cycles)
    }
    return [
      Case(name: "offset, nine bits", unit: unit(rows: 128, columns: 16, .offset, converter: 9)),
      Case(name: "offset, clipped", unit: unit(rows: 128, columns: 16, .offset, converter: 8)),
      Case(
        name: "flipped, eight bits and a fraction",
        unit: unit(rows: 128, columns: 16, .flippedOffset, converter: 9, fraction: 1)),
      Case(
        name: "differential, four columns a converter",
        unit: unit(rows: 64, columns: 16, .differential, converter: 7, share: 4, cycles: 3)),
      Case(
        name: "odd sizes",
        unit: unit(
          rows: 17, columns: 9, .differential, converter: 6, cellBits: 3, weightBits: 5, inputBits: 3, share: 3)),
      Case(
        name: "programming with read-back, stuck cells, ratio, fine converters",
        unit: unit(rows: 64, columns: 16, .differential, converter: 9, share: 2, fraction: 2) {
          ($0.verifyTolerance, $0.verifyPulses) = (0.06, 4)
          $0.relativeProgramming = 0.05
          $0.absoluteProgramming = 0.01
          $0.stuckLowest = 0.0175
          $0.stuckHighest = 0.0904
          $0.onOffRatio = 17
        }),
      Case(
        name: "reads, telegraph, converters",
        unit: unit(rows: 40, columns: 8, .offset, converter: 8, share: 4) {
          $0.seed = 99
          $0.readNoise = 1.25
          $0.telegraphShare = 0.5
          $0.telegraphStrength = 0.018
          $0.converterOffset = 0.7
          $0.converterGain = 0.02
        }),
      Case(
        name: "drift, wires, warmth",
        unit: unit(rows: 64, columns: 8, .flippedOffset, converter: 8) {
          $0.driftExponent = 0.05
          $0.age = 1000
          $0.lossPerColumn = 0.0007
          $0.lossPerRow = 0.0004
          $0.temperatureCoefficient = -0.0015
          $0.onOffRatio = 20
        }, temperature: 70),
    ]
  }()

  private func number(_ index: Int, bits: Int) -> Int32 {
    let word = Int32(truncatingIfNeeded: CounterNoise.mix(UInt64(index))) << Int32(32 - bits)
    return word >> Int32(32 - bits)
  }

  /// The first four are at full size in ``CrossbarConformanceTests`` too.
  @Test(arguments: Tier.isFull ? cases : Array(cases.dropFirst(4)))
  func `The shell on both engines gives the golden products`(example: Case) throws {
    let (unit, c) = (example.unit, example.unit.configuration)
    let g = c.geometry
    let weights = (0..<g.rows).map { row in
      (0..<c.outputs).map { column in
        (row + column) % 11 == 0 ? -(1 << Int32(c.weightBits - 1)) : number(row << 12 | column, bits: c.weightBits)
      }
    }
    let golden = CrossbarProduct(weights, c, number: unit.number)
    let encoded = EncodedWeights(weights, bits: c.weightBits, c.encoding, g)
    let engines: [any Engine] = [try NativeModel(unit.elaborate()), try unit.verilated()]
    var differences = 0
    for engine in engines {
      func set(_ name: String, _ values: [Int], width: Int) {
        var bits = BitVector.zeros(values.count * width)
        for (index, value) in values.enumerated() {
          for bit in 0..<width { bits[index * width + bit] = value >> bit & 1 == 1 }
        }
        engine.pin(name)!.store(bits)
      }
      engine["products_ready"] = 0
      engine["vector_valid"] = 0
      engine["write"] = 0
      engine["temperature"] = example.temperature
      try engine.reset()
      var reference = encoded.levels.indices.map {
        Crossbar(g, c.effects, number: unit.number &+ UInt32($0), columnsPerConverter: c.columnsPerConverter)
      }
      var most = 0
      for (crossbar, levels) in encoded.levels.enumerated() {
        for (row, values) in levels.enumerated() {
          engine["write"] = 1
          if c.encoding == .differential { engine["write_crossbar"] = crossbar }
          engine["write_row"] = row
          set("write_levels", values.map { Int($0) }, width: g.cellBits)
          if c.encoding == .flippedOffset { set("flips", encoded.isFlipped.map { $0 ? 1 : 0 }, width: 1) }
          try engine.run(cycles: 1)
          try engine.settle()
          let write = reference[crossbar].write(row: row, values)
          #expect(engine["write_pulses"] == write.pulses && engine["write_failed"] == (write.hasFailed ? 1 : 0))
          most = max(most, write.pulses)
        }
      }
      #expect(most > 1 || c.effects.verifyTolerance == 0)
      engine["write"] = 0
      for run in 0..<6 {
        let vector = (0..<g.rows).map { row in
          run == 0 ? -(1 << Int32(c.inputBits - 1)) : number(run << 20 | row, bits: c.inputBits)
        }
        let event = run == 5 ? UInt32.max - 2 : UInt32(run * 100)
        engine["vector_valid"] = 1
        engine["read_event"] = Int(event)
        set("vector_data", vector.map { Int($0) }, width: c.inputBits)
        try engine.settle()
        #expect(engine["vector_ready"] == 1)
        try engine.run(cycles: 1)
        engine["vector_valid"] = 0
        var cycles = 1
        try engine.settle()
        while engine["products_valid"] == 0 {
          try engine.run(cycles: 1)
          try engine.settle()
          cycles += 1
          try #require(cycles < 5000)
        }
        let steps = c.columnsPerConverter
        #expect(cycles == 1 + c.inputBits * (1 + steps * (unit.convertCycles + 1)) + 1)
        let bits = engine.pin("products_data")!.load()
        let products = (0..<c.outputs).map { Int32(truncatingIfNeeded: bits.slice(low: $0 * 32, width: 32).words[0]) }
        let expected = golden.times(vector, event: event, temperature: UInt8(example.temperature))
        if products != expected { differences += 1 }
        #expect(products == expected, "run \(run) in \(engine)")
        engine["products_ready"] = 1
        try engine.run(cycles: 1)
        engine["products_ready"] = 0
      }
    }
    #expect(differences == 0)
  }

  @Test func `Mistakes in the parameters are named`() {
    func message(_ unit: CrossbarProductUnit) -> String {
      do {
        _ = try unit.elaborate()
        return "none"
      } catch { return "\(error)" }
    }
    var effects = Nonidealities()
    effects.readNoise = 100
    #expect(
      message(CrossbarProductUnit(.init(effects: effects))).contains("readNoise is 100.0, and must be 0.0 to 64.0"))
    #expect(
      message(CrossbarProductUnit(.init(columnsPerConverter: 5))).contains(
        "5 columns a converter do not divide 128 columns"))
    #expect(message(CrossbarProductUnit(.init(weightBits: 17))).contains("configuration.weightBits"))
    #expect(message(CrossbarProductUnit(convertCycles: 1)).contains("convertCycles"))
  }
}
