import AnalogMacros
import Testing

@Suite struct CounterNoiseTests {
  @Test func `The finaliser is that of splitmix64`() {
    // The first outputs of the published generator from seed 1234567.
    let expected: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
      16_408_922_859_458_223_821,
    ]
    for (index, word) in expected.enumerated() {
      #expect(CounterNoise.mix(1_234_567 &+ CounterNoise.increment &* UInt64(index + 1)) == word)
    }
  }

  @Test func `Words differ by seed, macro, purpose and coordinates`() {
    var words: Set<UInt64> = []
    var count = 0
    for seed in 0..<3 as Range<UInt64> {
      for macro in 0..<3 as Range<UInt32> {
        for purpose in CounterNoise.Purpose.allCases {
          let noise = CounterNoise(seed: seed, macro: macro, purpose: purpose)
          for first in 0..<8 as Range<UInt32> {
            for second in 0..<8 as Range<UInt32> {
              words.insert(noise.word(first, second))
              words.insert(noise.word(first, second, 1))
              count += 2
            }
          }
        }
      }
    }
    #expect(words.count == count)
  }

  @Test func `The table has the moments of a normal distribution`() {
    let values = (0..<1024 as Range<UInt64>).map { Double(GaussianTable.value($0)) / 4096 }
    func moment(_ power: Int) -> Double {
      values.reduce(0) { sum, z in sum + (0..<power).reduce(1) { product, _ in product * z } } / 1024
    }
    #expect(moment(1) == 0)
    #expect(abs(moment(2) - 1) < 0.003)
    #expect(moment(3) == 0)
    #expect(abs(moment(4) - 3) < 0.06)
    #expect(values.max()! > 3.29 && values.max()! < 3.31)
    #expect(zip(GaussianTable.magnitudes, GaussianTable.magnitudes.dropFirst()).allSatisfy { $0 < $1 })
  }
}
