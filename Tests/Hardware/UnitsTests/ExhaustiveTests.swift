import Foundation
import NumberFormats
import Testing
import Units

/// Every pair of bfloat16 operands in the long form, which takes minutes in a release build; some first operands with every
/// second one else.
@Suite struct ExhaustiveTests {
  private func check(
    _ unit: UnitUnderTest, _ expected: @Sendable (BFloat16, BFloat16) -> BFloat16
  ) throws {
    let first = isExhaustive ? Array(0...UInt16.max) : [0x3F81]
    let threads = isExhaustive ? ProcessInfo.processInfo.activeProcessorCount : 1
    let start = ContinuousClock.now
    let count = try ExhaustiveRun(unit: unit, threads: threads).run(first: first) { a, b in
      expected(BFloat16(bitPattern: a), BFloat16(bitPattern: b)).bitPattern
    }
    #expect(count == first.count << 16)
    if isExhaustive { print("\(count) pairs in \(ContinuousClock.now - start)") }
  }

  @Test func `Products of bfloat16`() throws { try check(.multiplier(.init())) { $0 * $1 } }

  @Test func `Sums of bfloat16`() throws { try check(.adder(.init())) { $0 + $1 } }

  @Test func `Differences of bfloat16`() throws { try check(.adder(.init { $0.operation = .subtract })) { $0 - $1 } }
}
