import Testbench
import Testing

@Suite struct RandomOperandsTests {
  @Test func `Bounded integers are those of an independent implementation`() {
    // Tests/Reference/random_vectors.py
    var random = Xoshiro256(seed: 42)
    #expect((0..<8).map { _ in random.integer(below: 10) } == [0, 3, 6, 9, 9, 7, 7, 8])
    random = Xoshiro256(seed: 7)
    #expect(
      (0..<4).map { _ in random.integer(below: 1 << 62 + 1) } == [
        1_285_513_147_583_695_668, 3_872_098_226_623_159_910, 4_524_514_661_162_294_416, 4_569_536_494_109_524_166,
      ])
  }

  @Test(arguments: [0...0, -3...3, Int.min...Int.max, Int.min...0, -1...Int.max])
  func `A drawn integer lies in its range`(range: ClosedRange<Int>) {
    var random = Xoshiro256(seed: 1)
    for _ in 0..<200 { #expect(range.contains(random.integer(in: range))) }
  }

  @Test func `Bounded integers are uniform`() {
    var random = Xoshiro256(seed: 2)
    var counts = [Int](repeating: 0, count: 6)
    for _ in 0..<60_000 { counts[random.integer(below: 6)] += 1 }
    // Five standard deviations of a binomial with p = 1/6 are 456.
    #expect(counts.allSatisfy { abs($0 - 10_000) < 456 }, "\(counts)")
  }

  @Test(arguments: 1...64)
  func `Operands stay in their width and meet every corner`(bits: Int) {
    var random = Xoshiro256(seed: 3)
    let mask = UInt64.max >> UInt64(64 - bits)
    let top = UInt64(1) << UInt64(bits - 1)
    var seen = Set<UInt64>()
    for _ in 0..<4_000 { seen.insert(random.operand(bits: bits)) }
    #expect(seen.allSatisfy { $0 & ~mask == 0 })
    for corner in [0, 1, mask, mask &- 1, top, (top | 1), top &- 1, 0x5555_5555_5555_5555, 0xAAAA_AAAA_AAAA_AAAA] {
      #expect(seen.contains(corner & mask), "\(corner & mask) of \(bits) bits")
    }
  }

  @Test func `Signed operands reach both ends`() {
    var random = Xoshiro256(seed: 4)
    let drawn = (0..<4_000).map { _ in random.signed(bits: 8) }
    #expect(drawn.min() == -128)
    #expect(drawn.max() == 127)
    #expect((0..<4_000).map { _ in random.unsigned(bits: 8) }.max() == 255)
    #expect((0..<4_000).map { _ in random.signed(bits: 64) }.min() == .min)
  }

  @Test func `A chance comes as often as it says`() {
    var random = Xoshiro256(seed: 5)
    for chance in [0.0, 0.1, 0.5, 1.0] {
      let hits = (0..<20_000).count { _ in random.happens(chance) }
      #expect(abs(Double(hits) / 20_000 - chance) < 0.02)
    }
  }
}
