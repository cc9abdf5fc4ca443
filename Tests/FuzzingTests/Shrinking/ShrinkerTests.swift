import Testbench
import Testing

@testable import Fuzzing

@Suite struct ShrinkerTests {
  /// The first program of a seed that shows a planted mistake, made as small as it gets.
  private func smallest(_ engine: MistakenEngine, seed: Seed) throws -> CircuitProgram {
    var fuzzer = Fuzzer([.init(NativeCircuitEngine()), .init(engine)], seed: seed, range: 0..<60)
    fuzzer.batchSize = 60
    fuzzer.shrinkLimit = 1
    let (record, findings) = fuzzer.run()
    #expect(record.differences > 1)
    let finding = try #require(findings.first)
    #expect(finding.shown.keys.sorted() == ["mistaken", "native"])
    #expect(finding.shown["mistaken"] != finding.shown["native"])
    #expect(finding.cycle != nil)
    return try #require(finding.minimal)
  }

  @Test func `A wrong exclusive or is shrunk to one operation`() throws {
    let program = try smallest(MistakenEngine(wrong: .xor, taken: .or), seed: 3)
    print(program.swiftText)
  }

  @Test func `A wrong difference is shrunk to one operation`() throws {
    let program = try smallest(MistakenEngine(wrong: .subtract, taken: .add), seed: 4)
    print(program.swiftText)
  }
}
