import Testbench
import Testing

@testable import Fuzzing

@Suite struct ShrinkerTests {
  /// The first program of a seed that shows a planted mistake, made as small as it gets: the lines of its `build`.
  private func smallest(_ engine: MistakenEngine, seed: Seed) throws -> [String] {
    var fuzzer = Fuzzer([.init(NativeCircuitEngine()), .init(engine)], seed: seed, range: 0..<60)
    fuzzer.batchSize = 60
    fuzzer.shrinkLimit = 1
    let (record, findings) = fuzzer.run()
    #expect(record.differences > 1)
    let finding = try #require(findings.first)
    #expect(finding.shown.keys.sorted() == ["mistaken", "native"])
    #expect(finding.shown["mistaken"] != finding.shown["native"])
    #expect(finding.cycle != nil)
    #expect(finding.verilog.contains { $0.name.hasSuffix(".v") })
    #expect(finding.description.contains("systole fuzz --seed \(seed) --first \(finding.index) --count 1"))
    let lines = try #require(finding.minimal).swiftText.split(separator: "\n")
    let start = try #require(lines.firstIndex { $0.contains("func build") })
    return lines[(start + 1)...].dropLast(2).map { $0.drop { $0 == " " } }.map(String.init)
  }

  /// Expects one line with one of `operators`, and beside it operands and the output alone.
  private func expectOne(_ operators: [String], _ lines: [String]) {
    func isOperation(_ line: String) -> Bool { operators.contains { line.contains(" \($0) ") } }
    #expect(lines.count <= 4 && lines.count(where: isOperation) == 1, "\(lines)")
    #expect(lines.allSatisfy { isOperation($0) || $0.contains("io.") }, "\(lines)")
  }

  @Test func `A wrong exclusive or is shrunk to one operation`() throws {
    expectOne(["^"], try smallest(MistakenEngine(wrong: .xor, taken: .or), seed: 3))
  }

  @Test func `A wrong shift is shrunk to one operation`() throws {
    expectOne([">>"], try smallest(MistakenEngine(wrong: .shiftRight, taken: .shiftLeft), seed: 6))
  }

  @Test func `A wrong comparison is shrunk to one operation`() throws {
    expectOne([".<", ".<=", ".>", ".>="], try smallest(MistakenEngine(wrong: .less, taken: .equal), seed: 8))
  }

  @Test func `A program on which engines agree stays as it is`() {
    let program = ProgramMaker.program(seed: 4)
    let shrunk = CircuitShrinker(engines: [NativeCircuitEngine(), NativeCircuitEngine(simplifies: false)])
      .shrink(program, seed: 4)
    #expect(shrunk.program == program)
  }
}
