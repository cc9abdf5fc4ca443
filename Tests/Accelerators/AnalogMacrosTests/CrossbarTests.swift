import AnalogMacros
import Testing

@Suite struct CrossbarTests {
  /// Levels that look random and are the same in every run.
  static func filled(
    _ geometry: CrossbarGeometry, _ effects: Nonidealities = Nonidealities(), number: UInt32 = 0,
    columnsPerConverter: Int = 1
  ) -> Crossbar {
    var crossbar = Crossbar(geometry, effects, number: number, columnsPerConverter: columnsPerConverter)
    for row in 0..<geometry.rows {
      crossbar.write(
        row: row,
        (0..<geometry.columns).map {
          UInt8(CounterNoise.mix(UInt64(row * 4096 + $0)) & UInt64(geometry.greatestLevel))
        })
    }
    return crossbar
  }

  static func plane(_ rows: Int, _ index: UInt64) -> [Bool] {
    (0..<rows).map { CounterNoise.mix(index << 32 | UInt64($0)) & 1 == 1 }
  }

  @Test(arguments: [(128, 2), (64, 2), (32, 1), (17, 4), (1, 3)])
  func `With every effect off a code is the exact sum`(rows: Int, cellBits: Int) {
    var geometry = CrossbarGeometry(rows: rows, columns: 24, cellBits: cellBits)
    geometry.converterBits = geometry.losslessBits
    let crossbar = Self.filled(geometry)
    for index in 0..<20 as Range<UInt64> {
      let plane = Self.plane(rows, index)
      #expect(crossbar.codes(plane: plane, event: UInt32(index)) == crossbar.idealSums(plane: plane))
    }
  }

  @Test func `All rows at the greatest level need nine bits, and clamp in eight`() {
    let all = [Bool](repeating: true, count: 128)
    for (bits, code) in [(9, 384), (8, 255), (7, 127)] {
      var crossbar = Crossbar(CrossbarGeometry(columns: 4, converterBits: bits))
      for row in 0..<128 { crossbar.write(row: row, [3, 0, 3, row == 5 ? 3 : 0]) }
      #expect(crossbar.codes(plane: all) == [code, 0, code, 3])
      #expect(crossbar.idealSums(plane: all) == [384, 0, 384, 3])
    }
    // At the edge: sums 255 and 256 of a converter of eight bits.
    var edge = Crossbar(CrossbarGeometry(columns: 2, converterBits: 8))
    for row in 0..<128 { edge.write(row: row, [row < 127 ? 2 : 1, 2]) }
    #expect(edge.codes(plane: all) == [255, 255])
    #expect(edge.idealSums(plane: all) == [255, 256])
  }

  @Test func `Noise is the same in every order, and another in another event and macro`() {
    var effects = Nonidealities()
    effects.readNoise = 1.5
    effects.telegraphShare = 0.5
    effects.telegraphStrength = 0.02
    effects.relativeProgramming = 0.05
    let crossbar = Self.filled(CrossbarGeometry(columns: 32), effects)
    let plane = Self.plane(128, 7)
    let forward = (0..<16 as Range<UInt32>).map { crossbar.codes(plane: plane, event: $0) }
    let backward = (0..<16 as Range<UInt32>).reversed().map { crossbar.codes(plane: plane, event: $0) }
    #expect(forward == backward.reversed())
    #expect(Set(forward).count == 16)
    let other = Self.filled(CrossbarGeometry(columns: 32), effects, number: 1)
    #expect(other.codes(plane: plane, event: 0) != forward[0])
  }

  @Test func `Spread of the read noise and of the programming is what was asked for`() {
    var geometry = CrossbarGeometry(rows: 100, columns: 1000)
    geometry.converterBits = 16
    func spread(_ effects: Nonidealities) -> (mean: Double, deviation: Double) {
      var crossbar = Crossbar(geometry, effects)
      for row in 0..<100 { crossbar.write(row: row, [UInt8](repeating: 2, count: 1000)) }
      let errors = crossbar.codes(plane: [Bool](repeating: true, count: 100)).map { Double($0 - 200) }
      let mean = errors.reduce(0, +) / 1000
      let square = errors.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1000
      return (mean, square.squareRoot())
    }
    var effects = Nonidealities()
    effects.readNoise = 10
    var found = spread(effects)
    #expect(abs(found.mean) < 1 && abs(found.deviation - 10) < 0.7)
    // σ of a cell 0.2 · 2 levels; of the sum of 100 cells ten times that.
    effects = Nonidealities()
    effects.relativeProgramming = 0.2
    found = spread(effects)
    #expect(abs(found.mean) < 0.5 && abs(found.deviation - 4) < 0.4)
    // σ of a cell 0.1 · 3 levels.
    effects = Nonidealities()
    effects.absoluteProgramming = 0.1
    found = spread(effects)
    #expect(abs(found.mean) < 0.5 && abs(found.deviation - 3) < 0.3)
    // A rounding to codes alone: a variance of 1/12.
    effects = Nonidealities()
    effects.converterOffset = 5
    found = spread(effects)
    #expect(abs(found.mean) < 0.6 && abs(found.deviation - 5) < 0.4)
    effects = Nonidealities()
    effects.converterGain = 0.05
    found = spread(effects)
    #expect(abs(found.mean) < 1.2 && abs(found.deviation - 10) < 0.8)
  }

  @Test func `Stuck cells come at their rate`() {
    var geometry = CrossbarGeometry(rows: 200, columns: 500)
    geometry.converterBits = 16
    var effects = Nonidealities()
    effects.stuckLowest = 0.0175
    effects.stuckHighest = 0.0904
    var crossbar = Crossbar(geometry, effects)
    for row in 0..<200 { crossbar.write(row: row, [UInt8](repeating: 1, count: 500)) }
    let cells = (0..<200).flatMap { row in crossbar.codes(plane: (0..<200).map { $0 == row }) }
    #expect(abs(Double(cells.count { $0 == 0 }) / 100_000 - 0.0175) < 0.002)
    #expect(abs(Double(cells.count { $0 == 3 }) / 100_000 - 0.0904) < 0.004)
    #expect(cells.count { $0 == 1 } == 100_000 - cells.count { $0 != 1 })
  }

  @Test func `A finite ratio is subtracted again by the column of lowest levels`() {
    var effects = Nonidealities()
    effects.onOffRatio = 17
    let crossbar = Self.filled(CrossbarGeometry(columns: 32), effects)
    for index in 0..<10 as Range<UInt64> {
      let plane = Self.plane(128, index)
      #expect(crossbar.codes(plane: plane) == crossbar.idealSums(plane: plane))
    }
  }

  @Test func `Drift, wires and warmth move codes as their formulas say`() {
    var geometry = CrossbarGeometry(rows: 100, columns: 64)
    geometry.converterBits = 16
    let all = [Bool](repeating: true, count: 100)
    func codes(_ effects: Nonidealities, temperature: UInt8 = 0) -> [Int] {
      var crossbar = Crossbar(geometry, effects)
      for row in 0..<100 { crossbar.write(row: row, [UInt8](repeating: 2, count: 64)) }
      return crossbar.codes(plane: all, temperature: temperature)
    }
    var effects = Nonidealities()
    effects.lossPerColumn = 0.001
    #expect(codes(effects)[0] == 200)
    #expect(abs(codes(effects)[50] - 190) <= 1)
    effects = Nonidealities()
    effects.lossPerRow = 0.001
    // The mean row loses 49.5 / 1,000.
    #expect(codes(effects).allSatisfy { abs($0 - 190) <= 1 })
    effects = Nonidealities()
    effects.temperatureCoefficient = -0.002
    #expect(codes(effects) == [Int](repeating: 200, count: 64))
    // 50 K: a tenth less.
    #expect(codes(effects, temperature: 100).allSatisfy { $0 == 180 })
    effects = Nonidealities()
    effects.driftExponent = 0.1
    effects.age = 10
    // Half of the cells at 0.794 of their level, half at 1.259: (1.589 + 2.518) / 2 · 100.
    let mean = Double(codes(effects).reduce(0, +)) / 64
    #expect(abs(mean - 205.3) < 2)
  }

  @Test func `A cell that is read back is written until it is near, and counts its pulses`() {
    var geometry = CrossbarGeometry(rows: 100, columns: 64)
    geometry.converterBits = 16
    geometry.codeFractionBits = 4
    var effects = Nonidealities()
    (effects.relativeProgramming, effects.stuckHighest) = (0.1, 0.01)
    func worst(_ effects: Nonidealities) -> (error: Double, crossbar: Crossbar, failed: Int) {
      var crossbar = Crossbar(geometry, effects)
      var failed = 0
      for row in 0..<100 { failed += crossbar.write(row: row, [UInt8](repeating: 2, count: 64)).hasFailed ? 1 : 0 }
      var greatest = 0.0
      for row in 0..<100 {
        for code in crossbar.codes(plane: (0..<100).map { $0 == row }) {
          let error = abs(Double(code) / 16 - 2)
          // Stuck cells are one level off.
          if error < 0.99 { greatest = max(greatest, error) }
        }
      }
      return (greatest, crossbar, failed)
    }
    let plain = worst(effects)
    #expect(plain.error > 0.4 && plain.failed == 0 && plain.crossbar.pulses.allSatisfy { $0 == 1 })
    (effects.verifyTolerance, effects.verifyPulses) = (0.125, 15)
    let near = worst(effects)
    // Rounded to a sixteenth.
    #expect(near.error <= 0.1876)
    // Of 64 cells, each near with p = 0.47, the last one takes some seven pulses; a stuck one takes all and fails.
    #expect(near.failed > 25 && near.failed < 70)
    #expect(near.crossbar.pulses.allSatisfy { (2...15).contains($0) })
    let stuck = near.crossbar.pulses.count { $0 == 15 }
    #expect(stuck >= near.failed && near.crossbar.pulses.contains { $0 < 12 })
    #expect(near.crossbar.writes == [UInt32](repeating: 1, count: 100))
  }

  @Test func `A warm store ages cells by Arrhenius' law`() {
    var effects = Nonidealities()
    (effects.age, effects.activationEnergy) = (10, 1.1)
    #expect(abs(effects.ageAtRoom - 10) < 1e-9)
    effects.storedKelvins = 325
    // exp(1.1 / 8.617e-5 · (1/300 − 1/325)) = 26.4.
    #expect(abs(effects.ageAtRoom / 264 - 1) < 0.01)
    #expect(effects.isIdeal)
    effects.driftExponent = 0.1
    let warm = CrossbarCoefficients(effects, CrossbarGeometry())
    (effects.age, effects.activationEnergy) = (effects.ageAtRoom, 0)
    #expect(CrossbarCoefficients(effects, CrossbarGeometry()) == warm)
  }

  @Test func `Fraction bits of a code are those of the current`() {
    var effects = Nonidealities()
    effects.relativeProgramming = 0.1
    var codes: [[Int]] = []
    for fraction in 0...4 {
      let geometry = CrossbarGeometry(columns: 32, converterBits: 9 + fraction, codeFractionBits: fraction)
      #expect(geometry.fault == nil)
      let (ideal, noisy) = (Self.filled(geometry), Self.filled(geometry, effects))
      let plane = Self.plane(128, 3)
      #expect(ideal.codes(plane: plane) == ideal.idealSums(plane: plane).map { $0 << fraction })
      codes.append(noisy.codes(plane: plane))
    }
    for fraction in 0..<4 {
      let scale = 1 << (4 - fraction)
      // To nearest: at most half a step from the finest.
      #expect(zip(codes[fraction], codes[4]).allSatisfy { abs($0 * scale - $1) <= scale / 2 })
    }
    #expect(codes[4].contains { $0 % 16 != 0 })
  }

  @Test func `Values out of range are named`() {
    #expect(CrossbarGeometry(rows: 0).fault == "rows is 0, and must be 1 to 512")
    #expect(CrossbarGeometry(converterBits: 17).fault == "converterBits is 17, and must be 1 to 16")
    var effects = Nonidealities()
    effects.readNoise = -1
    #expect(effects.fault == "readNoise is -1.0, and must be 0.0 to 64.0")
    effects = Nonidealities()
    effects.stuckLowest = 0.6
    effects.stuckHighest = 0.6
    #expect(effects.fault == "stuckLowest + stuckHighest is 1.2, and must be 0.0 to 1.0")
    effects = Nonidealities()
    effects.age = .nan
    #expect(effects.fault == "age is nan, and must be 1.0 to 1000000000000.0")
  }
}
