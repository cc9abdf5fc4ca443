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

  @Test func `A wrong exclusive or is shrunk to one operation`() throws {
    let lines = try smallest(MistakenEngine(wrong: .xor, taken: .or), seed: 3)
    // Operands, one operation, and the output.
    #expect(lines.count <= 4 && lines.count { $0.contains(" ^ ") } == 1, "\(lines)")
    #expect(lines.allSatisfy { $0.contains("io.") || $0.contains(" ^ ") }, "\(lines)")
  }

  @Test func `A wrong shift is shrunk to one operation`() throws {
    let lines = try smallest(MistakenEngine(wrong: .shiftRight, taken: .shiftLeft), seed: 6)
    #expect(
      lines == [
        "let v0 = io.unsigned[0]", "let v1 = io.unsigned[1]", "let v2 = v1 >> v0", "io.unsignedOut[0] <== v2",
      ])
  }

  @Test func `A wrong comparison is shrunk to one operation`() throws {
    let lines = try smallest(MistakenEngine(wrong: .less, taken: .equal), seed: 8)
    #expect(
      lines == [
        "let v0 = m.constant(0, width: 1, as: SInt.self) .<= m.constant(0, width: 1, as: SInt.self)",
        "io.bitsOut[0] <== v0",
      ])
  }

  @Test func `A program on which engines agree stays as it is`() {
    let program = ProgramMaker.program(seed: 4)
    let shrunk = CircuitShrinker(engines: [NativeCircuitEngine(), NativeCircuitEngine(simplifies: false)])
      .shrink(program, seed: 4)
    #expect(shrunk.program == program)
  }
}
