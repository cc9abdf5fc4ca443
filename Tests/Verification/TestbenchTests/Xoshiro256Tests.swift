import Testing

@testable import Testbench

/// Expected numbers: `Tests/Reference/random_vectors.py`.
@Suite struct Xoshiro256Tests {
  @Test func `The seeding generator gives the published sequence`() {
    var mixer = SplitMix64(state: 1_234_567)
    #expect(
      (0..<3).map { _ in mixer.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      ])
  }

  @Test func `The generator gives the published sequence`() {
    var random = Xoshiro256(state: (1, 2, 3, 4))
    #expect(
      (0..<10).map { _ in random.next() } == [
        11520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360, 607_988_272_756_665_600,
        16_172_922_978_634_559_625, 8_476_171_486_693_032_832, 10_595_114_339_597_558_777, 2_904_607_092_377_533_576,
      ])
    var seeded = Xoshiro256(seed: 42)
    #expect(
      (0..<3).map { _ in seeded.next() } == [
        1_546_998_764_402_558_742, 6_990_951_692_964_543_102, 12_544_586_762_248_559_009,
      ])
  }

  @Test func `A state of zeros is not a trap`() {
    var random = Xoshiro256(state: (0, 0, 0, 0))
    var seeded = Xoshiro256(seed: 0)
    #expect(random.next() == seeded.next())
    #expect(random.next() != 0)
  }
}
