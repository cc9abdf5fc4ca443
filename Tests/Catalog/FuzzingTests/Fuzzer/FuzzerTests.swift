import Foundation
import Testbench
import Testing
import Tools
import Verilator

@testable import Fuzzing

@Suite struct FuzzerTests {
  @Test func `Four engines agree on random circuits`() throws {
    let toolbox = Toolbox()
    let builder = try ModelBuilder(cache: ModelCache(folder: ".systole/test-cache"))
    var fuzzer = Fuzzer(
      [
        .init(NativeCircuitEngine()), .init(NativeCircuitEngine(simplifies: false)),
        .init(VerilatorCircuitEngine(builder: builder)), .init(try VerilogCircuitEngine(toolbox: toolbox)),
        .init(try VerilogCircuitEngine(toolbox: toolbox, synthesis: toolbox.newestYosys()), limit: 1500, share: 50),
      ], seed: 2026, range: 0..<50)
    fuzzer.batchSize = 50
    let (record, findings) = fuzzer.run()
    #expect(findings.isEmpty, "\(findings)")
    #expect(record.circuits == 50)
    #expect(record.differences == 0)
    for engine in ["native", "as-written", "verilator", "icarus"] { #expect(record.engines[engine] == 50, "\(engine)") }
    #expect((record.engines["yosys"] ?? 0) >= 3)
    #expect(Set(record.versions.keys) == ["verilator", "icarus", "yosys"])
  }

  /// Circuits of the same seed in which only assertions read some register, which Verilog without assertions leaves out.
  @Test(arguments: [206, 315, 1093, 1414])
  func `Registers that only assertions read are no difference`(number: Int) throws {
    let fuzzer = Fuzzer(
      [.init(NativeCircuitEngine()), .init(try VerilogCircuitEngine(toolbox: Toolbox()))], seed: 2026,
      range: number..<number + 1)
    let (record, findings) = fuzzer.run()
    #expect(findings.isEmpty, "\(findings)")
    #expect(record.engines["icarus"] == 1)
  }

  @Test func `What one version of a tool alone shows is its mistake, unless no other version knows better`() throws {
    let mistaken = MistakenEngine(wrong: .xor, taken: .or)
    let right = NativeCircuitEngine()
    let written = NativeCircuitEngine(simplifies: false)
    func record(_ others: [any CircuitEngine]) -> FuzzRecord {
      var fuzzer = Fuzzer(
        [.init(right), .init(written), .init(mistaken, otherVersions: others)], seed: 3, range: 0..<60)
      fuzzer.shrinkLimit = 0
      return fuzzer.run().record
    }
    let excused = record([mistaken, written])
    let counted = record([mistaken])
    #expect(excused.differences == 0)
    #expect(excused.toolDefects.count > 1)
    #expect(excused.toolDefects.allSatisfy { $0.tool == "mistaken" })
    #expect(counted.toolDefects.isEmpty)
    #expect(counted.differences == excused.toolDefects.count)
    let json = try JSONDecoder().decode(FuzzRecord.self, from: JSONEncoder().encode(excused))
    #expect(json == excused)
  }

  @Test func `A seed gives the same programs again, and others with another number`() {
    let fuzzer = Fuzzer([.init(NativeCircuitEngine())], seed: 7, range: 0..<1)
    #expect(fuzzer.program(11) == fuzzer.program(11))
    #expect(fuzzer.program(11) != fuzzer.program(12))
  }

  @Test func `An interrupted run tells of what it has done`() {
    var fuzzer = Fuzzer([.init(NativeCircuitEngine())], seed: 7, range: 0..<1000)
    let limit = Countdown(3)
    fuzzer.batchSize = 10
    fuzzer.progress = { _ in limit.count() }
    fuzzer.isInterrupted = { limit.isOver }
    let record = fuzzer.run().record
    #expect(record.circuits == 30)
    #expect(record.engines == ["native": 30])
  }
}

/// Counts down across threads.
final class Countdown: @unchecked Sendable {
  private let lock = NSLock()
  private var left: Int

  init(_ count: Int) { left = count }

  func count() { lock.withLock { left -= 1 } }

  var isOver: Bool { lock.withLock { left <= 0 } }
}
