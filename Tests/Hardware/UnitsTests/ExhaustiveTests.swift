import Foundation
import NumberFormats
import TestFiles
import Testing
import Units

/// Some first operands with every second one, more of them in the long form; `systole prove --exhaustive --full` takes all
/// pairs.
@Suite struct ExhaustiveTests {
  private func check(
    _ unit: UnitUnderTest, _ expected: @Sendable (BFloat16, BFloat16) -> BFloat16
  ) throws {
    let first = Tier.isFull ? Array(stride(from: 0, through: UInt16.max, by: 257)) : [0x3F81]
    let threads = Tier.isFull ? ProcessInfo.processInfo.activeProcessorCount : 1
    let start = ContinuousClock.now
    let count = try ExhaustiveRun(unit: unit, threads: threads).run(first: first) { a, b in
      expected(BFloat16(bitPattern: a), BFloat16(bitPattern: b)).bitPattern
    }
    #expect(count == first.count << 16)
    if Tier.isFull { print("\(count) pairs in \(ContinuousClock.now - start)") }
  }

  @Test func `Products of bfloat16`() throws { try check(.multiplier(.init())) { $0 * $1 } }

  @Test func `Sums of bfloat16`() throws { try check(.adder(.init())) { $0 + $1 } }

  @Test func `Differences of bfloat16`() throws { try check(.adder(.init { $0.operation = .subtract })) { $0 - $1 } }
}
