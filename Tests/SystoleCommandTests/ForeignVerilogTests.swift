import Foundation
import Testing
import Tools

@testable import systole

/// Verilog that somebody else wrote, good and bad, in front of the bench.
@Suite struct ForeignVerilogTests {
  private let command: Command
  private let original: String

  init() throws {
    command = try Command()
    original = try command("generate", "stream-fifo", "--stdout").output
      .replacing("module StreamFIFO ", with: "module Foreign ")
  }

  /// Judges the queue after `old` became `new`.
  private func judge(_ old: String, _ new: String, _ more: [String] = []) throws -> ProgramResult {
    try #require(original.contains(old))
    let text = original.replacing(old, with: new)
    try text.write(toFile: command.folder.path + "/foreign.v", atomically: true, encoding: .utf8)
    let arguments = ["cosim", "--verilog", "foreign.v", "--top", "Foreign", "--against", "stream-fifo", "--seed", "1"]
    return try command.program.run(
      arguments + ["--work", "count=200"] + more, in: command.folder.path, timeout: .seconds(300))
  }

  /// A statement at every edge at which the queue holds five items.
  private func judge(statement: String, _ more: [String] = []) throws -> ProgramResult {
    try judge("endmodule", "  always @(posedge clock) if (count == 5'd5) begin \(statement) end\nendmodule", more)
  }

  @Test func `A good one passes`() throws {
    let result = try judge("output_data = items_data", "output_data = {items_data[7:4], items_data[3:0]}")
    result.expect(0)
    #expect(result.output.contains("PASSED  stream-fifo  (module Foreign)"))
  }

  @Test func `A wrong one fails and leaves a wave`() throws {
    let result = try judge(
      "output_data = items_data", "output_data = ~items_data", ["--junit", "results.xml", "--no-shrink"])
    result.expect(1)
    #expect(result.output.contains("FAILED  stream-fifo  (module Foreign)"))
    #expect(result.output.contains("wrong output at cycle"))
    #expect(result.output.contains("shows the failure"))
    #expect(command.exists("stream-fifo.fst"))
    let xml = try XMLSummary(contentsOf: command.folder.path + "/results.xml")
    #expect(xml.suite["failures"] == "1")
    #expect(xml.names.contains("failure"))
  }

  @Test func `A wrong one is explained, and its smallest case repeats`() throws {
    let result = try judge(
      "output_data = items_data", "output_data = items_data | (items_data == 8'h40)", ["--shrink-seconds", "250"])
    result.expect(1)
    #expect(result.output.contains("count  200 -> 1"), "\(result.output)")
    #expect(result.output.contains("caused by  'input' transaction 0: data 0x40 (64)"), "\(result.output)")
    #expect(result.output.contains("▲ 'output' transaction 0: data is 0x41 (65), must be 0x40 (64)"))
    #expect(result.output.contains("reproduce  systole cosim --case stream-fifo.case.json"))
    for name in ["stream-fifo.case.json", "stream-fifo.case.fst", "stream-fifo.case.gtkw"] {
      #expect(command.exists(name), "\(name)")
    }
    let again = try command("cosim", "--case", "stream-fifo.case.json", "--json")
    again.expect(1)
    let results = try #require(try again.object()["results"] as? [[String: Any]])
    let explanation = try #require(results.first?["explanation"] as? [String: Any])
    let inputs = try #require(explanation["inputs"] as? [String: Any])
    #expect(inputs["tapes"] as? [String: String] == ["items": "40"])
    try command("cosim", "--case", "stream-fifo.case.json", "--seed", "1").expect(64)
  }

  @Test func `It is not explained when that is not wanted`() throws {
    let result = try judge("output_data = items_data", "output_data = ~items_data", ["--no-shrink"])
    result.expect(1)
    #expect(!result.output.contains("smallest"))
    #expect(result.output.contains("last transactions on 'output'"))
    #expect(!command.exists("stream-fifo.case.json"))
  }

  @Test func `A wave is a VCD file when its name says so`() throws {
    let result = try judge(
      "output_data = items_data", "output_data = ~items_data", ["--wave", "wave.vcd", "--no-shrink"])
    result.expect(1)
    #expect(try String(contentsOfFile: command.folder.path + "/wave.vcd", encoding: .utf8).contains("$timescale"))
  }

  @Test func `One that does not compile is refused with file and line`() throws {
    let result = try judge("assign output_data = items_data;", "assign output_data = items_data")
    result.expect(2)
    #expect(result.errors.contains("the Verilog of module 'Foreign' does not compile"))
    #expect(result.errors.contains("foreign.v:"))
  }

  @Test func `Ports that differ are named`() throws {
    let result = try judge("output_ready", "output_taken")
    result.expect(2)
    #expect(result.errors.contains("  input 'output_ready' of 1 bit is missing\n"))
  }

  @Test func `A file and a module that are not there are named`() throws {
    let file = try command("cosim", "--verilog", "missing.v", "--against", "stream-fifo")
    file.expect(2)
    #expect(file.errors == "systole: error: cannot read 'missing.v': there is no such file or folder\n")
    let module = try judge("output_data", "output_data", ["--top", "Absent"])
    module.expect(2)
    #expect(module.errors.contains("there is no module 'Absent' in the sources; they have Foreign"))
  }

  @Test func `One that finishes by itself fails with the place`() throws {
    let result = try judge(statement: "$finish;", ["--no-shrink"])
    result.expect(1)
    #expect(result.output.contains("the design called $finish at foreign.v:"))
  }

  @Test func `One that crashes is reported by the parent`() throws {
    let result = try judge(statement: #"$c("abort();");"#, ["--isolate"])
    result.expect(3)
    #expect(result.errors.contains("the worker process was ended by signal 6 (SIGABRT, abort)"))
    // Beside what tells that a slow machine is still at work.
    let words = result.errors.split(separator: "\n").filter { !$0.contains(" … ") }
    #expect(words.count <= 4, "\(result.errors)")
  }

  @Test func `One that hangs is ended by the watchdog`() throws {
    let result = try judge(
      statement: #"$c("for (volatile int i = 0; i == 0;) {}");"#, ["--isolate", "--timeout", "5"])
    result.expect(3)
    #expect(result.errors.contains("the worker process was killed because it did not end within 5.0 seconds"))
  }

  @Test func `What an isolated worker refuses is refused with its words and code`() throws {
    let result = try judge("output_ready", "output_taken", ["--isolate"])
    result.expect(2)
    #expect(result.errors.contains("module 'Foreign' cannot stand in for 'stream-fifo'"))
  }
}
