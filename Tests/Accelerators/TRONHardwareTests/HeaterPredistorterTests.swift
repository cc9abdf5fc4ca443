import AnalogMacros
import Engine
import HDL
import Netlist
import Simulator
import TRON
import TRONHardware
import TestSupport
import Testing
import Verilog

/// The inverse of the heaters' coupling on both engines against its definition.
@Suite struct HeaterPredistorterTests {
  private static func unit(_ rings: Int, _ heating: Double) -> HeaterPredistorter {
    var effects = RingEffects()
    (effects.tuning, effects.heating) = (.lorentzian, heating)
    return HeaterPredistorter(HeaterPredistortion(RingBankGeometry(rows: 1, wavelengths: rings), effects))
  }

  /// A matrix without a zero, not symmetric.
  private static func dense(_ rings: Int) -> HeaterPredistorter {
    let coupling = (0..<rings).map { row in
      (0..<rings).map { column in
        row == column ? 1 : 0.3 / Double(rings) * (Double(CounterNoise.mix(UInt64(row * 64 + column)) % 7) + 1) / 7
      }
    }
    return HeaterPredistorter(HeaterPredistortion(coupling: coupling, fractionBits: 11)!)
  }

  private static let units = [
    unit(1, 0), unit(2, 0.4), unit(3, 0), unit(5, 0.9), unit(8, 0.05), unit(15, 0.3), dense(6),
  ]

  private static func rows(_ rings: Int) -> [[Int]] {
    var rows = [2047, -2048, 0, 1, -1].map { [Int](repeating: $0, count: rings) }
    rows.append((0..<rings).map { $0 % 2 == 0 ? 2047 : -2048 })
    rows.append((0..<rings).map { $0 % 2 == 0 ? -2048 : 2047 })
    for ring in 0..<rings {
      for value in [-2048, -3, 7, 2047] { rows.append((0..<rings).map { $0 == ring ? value : 0 }) }
    }
    for seed in 0..<60 {
      let range = [5, 64, 700, 2047][seed % 4]
      rows.append(
        (0..<rings).map { Int(CounterNoise.mix(UInt64(seed << 8 | $0)) % UInt64(2 * range + 1)) - range })
    }
    return rows
  }

  @Test(arguments: units.indices)
  func `Codes are those of the definition, at the stated clock`(index: Int) throws {
    let unit = Self.units[index]
    let (rings, width) = (unit.predistortion.rings, HeaterPredistortion.codeBits)
    for engine in [try NativeModel(unit.elaborate()), try unit.verilated()] as [any Engine] {
      (engine["wanted_valid"], engine["codes_ready"]) = (0, 0)
      try engine.reset()
      for (number, row) in Self.rows(rings).enumerated() {
        var bits = BitVector.zeros(rings * width)
        for (ring, value) in row.enumerated() {
          for bit in 0..<width { bits[ring * width + bit] = value >> bit & 1 == 1 }
        }
        engine.pin("wanted_data")!.store(bits)
        engine["wanted_valid"] = 1
        try engine.settle()
        #expect(engine["wanted_ready"] == 1)
        try engine.run(cycles: 1)
        engine["wanted_valid"] = 0
        // What is taken is kept: the input may change.
        engine.pin("wanted_data")!.store(BitVector.ones(rings * width))
        var cycles = 0
        try engine.settle()
        while engine["codes_valid"] == 0 {
          try engine.run(cycles: 1)
          try engine.settle()
          cycles += 1
          try #require(cycles < 100)
        }
        #expect(cycles == rings + 4, "row \(number)")
        // Codes stay until they are taken.
        if number % 3 == 0 { try engine.run(cycles: number % 5) }
        try engine.settle()
        let given = engine.pin("codes_data")!.load()
        let codes = (0..<rings).map { ring -> Int in
          let pattern = Int(given.slice(low: ring * width, width: width).words[0])
          return pattern > 2047 ? pattern - 4096 : pattern
        }
        #expect(codes == unit.predistortion.codes(row), "row \(number) in \(engine)")
        engine["codes_ready"] = 1
        try engine.run(cycles: 1)
        engine["codes_ready"] = 0
      }
    }
  }

  @Test func `A multiplier for each diagonal, and no word from any linter`() throws {
    for (unit, diagonals) in [
      (Self.unit(8, 0.05), [0, 1, 7]), (Self.unit(3, 0), [0]), (Self.dense(6), [0, 1, 2, 3, 4, 5]),
    ] {
      let text = try unit.elaborate().simplified().verilog().map(\.text).joined()
      #expect(text.contains("\(diagonals.count) diagonal(s)"))
      for offset in 0..<8 { #expect(text.contains("wanted_\(offset)") == diagonals.contains(offset), "\(text)") }
    }
    #expect(try Self.unit(8, 0.05).toolComplaints() == "")
    #expect(try Self.dense(6).toolComplaints() == "")
    var effects = RingEffects()
    effects.tuning = .lorentzian
    var lock = RingLockUnit(
      RingBankGeometry(rows: 2, wavelengths: 4, detection: .separate), effects: effects, heatCycles: 9)
    lock.predistortion = Self.unit(4, 0.1).predistortion
    #expect(try lock.toolComplaints() == "")
  }

  @Test func `A matrix of another number of rings is refused`() {
    let geometry = RingBankGeometry(rows: 2, wavelengths: 4, detection: .separate)
    var effects = RingEffects()
    effects.tuning = .lorentzian
    var lock = RingLockUnit(geometry, effects: effects)
    lock.predistortion = Self.unit(5, 0.1).predistortion
    #expect(throws: (any Error).self) { try lock.elaborate() }
    lock.predistortion = Self.unit(4, 0.1).predistortion
    #expect(throws: Never.self) { try lock.elaborate() }
  }
}
