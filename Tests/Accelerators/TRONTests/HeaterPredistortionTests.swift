import AnalogMacros
import TRON
import Testing

/// The inverse of the heaters' coupling in fixed point.
@Suite struct HeaterPredistortionTests {
  private static func predistortion(rings: Int, heating: Double) -> HeaterPredistortion {
    var effects = RingEffects()
    (effects.tuning, effects.heating) = (.lorentzian, heating)
    return HeaterPredistortion(RingBankGeometry(rows: 1, wavelengths: rings), effects)
  }

  private static func row(_ rings: Int, _ range: Int, seed: Int) -> [Int] {
    (0..<rings).map { Int(CounterNoise.mix(UInt64(seed << 8 | $0)) % UInt64(2 * range + 1)) - range }
  }

  @Test(arguments: [1, 2, 3, 8, 15], [0.0, 0.05, 0.3, 0.9])
  func `Coefficients are those of the closed form, three diagonals`(rings: Int, heating: Double) {
    let own = Self.predistortion(rings: rings, heating: heating)
    #expect(own.rings == rings)
    for column in 0..<rings {
      // A column is what a wanted step of one ring asks of all heaters.
      let exact = RingLock.solved(shifts: (0..<rings).map { $0 == column ? 1 : 0 }, heating: heating)
      for ring in 0..<rings {
        #expect(abs(Double(own.coefficients[ring][column]) - exact[ring] * 16384) <= 0.5 + 1e-6)
        if abs(ring - column) > 1 { #expect(own.coefficients[ring][column] == 0) }
      }
    }
  }

  @Test(arguments: [0.05, 0.3, 0.6])
  func `What the heaters move is what was wanted, within the roundings`(heating: Double) {
    let rings = 9
    let own = Self.predistortion(rings: rings, heating: heating)
    for seed in 0..<50 {
      let wanted = Self.row(rings, 300, seed: seed)
      let codes = own.codes(wanted)
      let exact = RingLock.solved(shifts: wanted.map { Double($0) }, heating: heating)
      let bound = 0.5 + 3 * 300 / 32768.0
      #expect(zip(codes, exact).allSatisfy { abs(Double($0) - $1) <= bound })
      // Roundings of heaters add up over neighbours: the sum of a row of the coupling.
      let moved = RingLock.shifts(powers: codes.map { Double($0) }, heating: heating)
      let spread = (1 + heating) / (1 - heating)
      #expect(zip(moved, wanted).allSatisfy { abs($0 - Double($1)) <= bound * spread })
    }
  }

  @Test func `Codes end at those of a heater, and ties go to even`() throws {
    let own = Self.predistortion(rings: 3, heating: 0.5)
    // 4/3 at the ends, 5/3 between them, −2/3 beside.
    #expect(own.coefficients[1] == [-10923, 27307, -10923] && own.coefficients[0] == [21845, -10923, 0])
    #expect(own.codes([2047, -2048, 2047]) == [2047, -2048, 2047])
    #expect(own.codes([-2048, 2047, -2048]) == [-2048, 2047, -2048])
    #expect(own.codes([0, 0, 0]) == [0, 0, 0])
    #expect(own.codes([3, 0, 0]) == [4, -2, 0])
    // A half of a code: K = 2 has C = 1/2.
    let half = try #require(HeaterPredistortion(coupling: [[2]], fractionBits: 1))
    #expect(half.coefficients == [[1]])
    #expect([-3, -1, 1, 3, 5].map { half.codes([$0])[0] } == [-2, 0, 0, 2, 2])
    #expect(Self.predistortion(rings: 1, heating: 0.9).codes([-2048]) == [-2048])
  }

  @Test func `A measured coupling is inverted, one without an inverse is refused`() throws {
    let coupling = [[1, 0.3, 0.1], [0.2, 1, 0.3], [0, 0.25, 1.1]]
    let own = try #require(HeaterPredistortion(coupling: coupling, fractionBits: 20))
    let wanted = [500, -300, 120]
    let codes = own.codes(wanted)
    for (row, want) in zip(coupling, wanted) {
      let moved = zip(row, codes).reduce(0) { $0 + $1.0 * Double($1.1) }
      #expect(abs(moved - Double(want)) <= 0.5 * 1.5 + 0.01)
    }
    #expect(HeaterPredistortion(coupling: [[1, 1], [1, 1]]) == nil)
    #expect(HeaterPredistortion(coupling: [[1, 0]]) == nil && HeaterPredistortion(coupling: []) == nil)
    #expect(HeaterPredistortion(coupling: [[0.01]]) == nil)
  }
}
