import Foundation
import Testing
import Tools

@testable import systole

/// Verilog that somebody else wrote, good and bad, in front of the bench, in both versions of Verilator.
@Suite struct ForeignVerilogTests {
  private struct Foreign {
    let command: Command
    private let original: String

    init(_ verilator: String) throws {
      command = try Command(verilator: verilator)
      original = try command("generate", "stream-fifo", "--stdout").output
        .replacing("module StreamFIFO ", with: "module Foreign ")
    }

    /// Judges the queue after `old` became `new`.
    func judge(_ old: String, _ new: String, _ more: [String] = []) throws -> ProgramResult {
      try #require(original.contains(old))
      let text = original.replacing(old, with: new)
      try text.write(toFile: command.folder.path + "/foreign.v", atomically: true, encoding: .utf8)
      let arguments = [
        "cosim", "--verilog", "foreign.v", "--top", "Foreign", "--against", "stream-fifo", "--seed", "1",
      ]
      return try command.program.run(
        arguments + ["--work", "count=200"] + more, in: command.folder.path, timeout: .seconds(300))
    }

    /// A statement at every edge at which the queue holds five items.
    func judge(statement: String, _ more: [String] = []) throws -> ProgramResult {
      try judge("endmodule", "  always @(posedge clock) if (count == 5'd5) begin \(statement) end\nendmodule", more)
    }

    /// Writes a file of the user.
    func write(_ text: String, _ name: String) throws {
      let path = command.folder.path + "/" + name
      try FileManager.default.createDirectory(
        atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
  }

  @Test(arguments: Command.verilators)
  func `A good one passes`(verilator: String) throws {
    let foreign = try Foreign(verilator)
    let result = try foreign.judge("pop_data = items_data", "pop_data = {items_data[7:4], items_data[3:0]}")
    result.expect(0)
    #expect(result.output.contains("PASSED  stream-fifo  (module Foreign)"))
  }

  @Test(arguments: Command.verilators)
  func `A wrong one fails and leaves a wave`(verilator: String) throws {
    let foreign = try Foreign(verilator)
    let result = try foreign.judge(
      "pop_data = items_data", "pop_data = ~items_data", ["--junit", "results.xml", "--no-shrink"])
    result.expect(1)
    #expect(result.output.contains("FAILED  stream-fifo  (module Foreign)"))
    #expect(result.output.contains("wrong output at cycle"))
    #expect(result.output.contains("shows the failure"))
    #expect(foreign.command.exists("stream-fifo.fst"))
    let xml = try XMLSummary(contentsOf: foreign.command.folder.path + "/results.xml")
    #expect(xml.suite["failures"] == "1")
    #expect(xml.names.contains("failure"))
  }

  @Test(arguments: Command.verilators)
  func `A wrong one is explained, and its smallest case repeats`(verilator: String) throws {
    let foreign = try Foreign(verilator)
    let result = try foreign.judge(
      "pop_data = items_data", "pop_data = items_data | (items_data == 8'h40)", ["--shrink-seconds", "250"])
    result.expect(1)
    #expect(result.output.contains("count  200 -> 1"), "\(result.output)")
    #expect(result.output.contains("caused by  'push' transaction 0: data 0x40 (64)"), "\(result.output)")
    #expect(result.output.contains("▲ 'pop' transaction 0: data is 0x41 (65), must be 0x40 (64)"))
    #expect(result.output.contains("reproduce  systole cosim --case stream-fifo.case.json"))
    for name in ["stream-fifo.case.json", "stream-fifo.case.fst", "stream-fifo.case.gtkw"] {
      #expect(foreign.command.exists(name), "\(name)")
    }
    let again = try foreign.command("cosim", "--case", "stream-fifo.case.json", "--json")
    again.expect(1)
    let results = try #require(try again.object()["results"] as? [[String: Any]])
    let explanation = try #require(results.first?["explanation"] as? [String: Any])
    let inputs = try #require(explanation["inputs"] as? [String: Any])
    #expect(inputs["tapes"] as? [String: String] == ["items": "40"])
    try foreign.command("cosim", "--case", "stream-fifo.case.json", "--seed", "1").expect(64)
  }

  @Test(arguments: Command.verilators)
  func `It is not explained when that is not wanted`(verilator: String) throws {
    let foreign = try Foreign(verilator)
    let result = try foreign.judge("pop_data = items_data", "pop_data = ~items_data", ["--no-shrink"])
    result.expect(1)
    #expect(!result.output.contains("smallest"))
    #expect(result.output.contains("last transactions on 'pop'"))
    #expect(!foreign.command.exists("stream-fifo.case.json"))
  }

  @Test(arguments: Command.verilators)
  func `A wave is a VCD file when its name says so`(verilator: String) throws {
    let foreign = try Foreign(verilator)
    let result = try foreign.judge(
      "pop_data = items_data", "pop_data = ~items_data", ["--wave", "wave.vcd", "--no-shrink"])
    result.expect(1)
    #expect(
      try String(contentsOfFile: foreign.command.folder.path + "/wave.vcd", encoding: .utf8).contains("$timescale"))
  }

  @Test(arguments: Command.verilators)
  func `One that does not compile is refused with file and line`(verilator: String) throws {
    let foreign = try Foreign(verilator)
    let result = try foreign.judge("assign pop_data = items_data;", "assign pop_data = items_data")
    result.expect(2)
    #expect(result.errors.contains("the Verilog of module 'Foreign' does not compile"))
    #expect(result.errors.contains("foreign.v:"))
  }

  @Test(arguments: Command.verilators)
  func `Ports that differ are named`(verilator: String) throws {
    let foreign = try Foreign(verilator)
    let result = try foreign.judge("pop_ready", "pop_taken")
    result.expect(2)
    #expect(result.errors.contains("  input 'pop_ready' of 1 bit is missing\n"))
  }

  @Test(arguments: Command.verilators)
  func `A file and a module that are not there are named`(verilator: String) throws {
    let foreign = try Foreign(verilator)
    let file = try foreign.command("cosim", "--verilog", "missing.v", "--against", "stream-fifo")
    file.expect(2)
    #expect(file.errors == "systole: error: cannot read 'missing.v': there is no such file or folder\n")
    let module = try foreign.judge("pop_data", "pop_data", ["--top", "Absent"])
    module.expect(2)
    #expect(module.errors.contains("there is no module 'Absent' (--top) in the sources; they have Foreign"))
  }

  @Test(arguments: Command.verilators)
  func `One that finishes by itself fails with the place`(verilator: String) throws {
    let foreign = try Foreign(verilator)
    let result = try foreign.judge(statement: "$finish;", ["--no-shrink"])
    result.expect(1)
    #expect(result.output.contains("the design called $finish at foreign.v:"))
  }

  @Test(arguments: Command.verilators)
  func `One that crashes is reported by the parent`(verilator: String) throws {
    let foreign = try Foreign(verilator)
    let result = try foreign.judge(statement: #"$c("abort();");"#, ["--isolate"])
    result.expect(3)
    #expect(result.errors.contains("the worker process was ended by signal 6 (SIGABRT, abort)"))
    // Beside what tells that a slow machine is still at work.
    let words = result.errors.split(separator: "\n").filter { !$0.contains(" … ") }
    #expect(words.count <= 4, "\(result.errors)")
  }

  @Test(arguments: Command.verilators)
  func `One that hangs is ended by the watchdog`(verilator: String) throws {
    let foreign = try Foreign(verilator)
    let result = try foreign.judge(
      statement: #"$c("for (volatile int i = 0; i == 0;) {}");"#, ["--isolate", "--timeout", "5"])
    result.expect(3)
    #expect(result.errors.contains("the worker process was killed because it did not end within 5.0 seconds"))
  }

  @Test(arguments: Command.verilators)
  func `What an isolated worker refuses is refused with its words and code`(verilator: String) throws {
    let foreign = try Foreign(verilator)
    let result = try foreign.judge("pop_ready", "pop_taken", ["--isolate"])
    result.expect(2)
    #expect(result.errors.contains("module 'Foreign' cannot stand in for 'stream-fifo'"))
  }

  // MARK: What the design prints

  /// Everything that a design can print with, at one edge.
  private static let prints = """
    $display("held %0d items", count); $write("no line break"); $write("%s", {600{"0123456789"}}); $write("\\n");
    $fwrite(32'h8000_0001, "by descriptor\\n"); $display("[7] %%Error: not a failure"); $display("%c%c", 8'hFF, 8'hC0);
    """

  @Test(arguments: Command.verilators, [["--json"], ["--json", "--isolate"], ["--isolate"]])
  func `What it prints goes to standard error, whole, and the result stays alone`(
    verilator: String, more: [String]
  ) throws {
    let foreign = try Foreign(verilator)
    let result = try foreign.judge(statement: Self.prints, more)
    result.expect(0)
    for text in ["held 5 items\n", "no line break0123456789", "by descriptor\n", "[7] %Error: not a failure\n"] {
      #expect(result.errors.contains(text), "\(text)")
    }
    #expect(result.errors.contains(String(repeating: "0123456789", count: 600)))
    #expect(!result.output.contains("held") && !result.output.contains("0123456789"))
    if more.contains("--json") { #expect(try result.object()["results"] is [Any]) }
  }

  // MARK: How it is read

  private static let relay = """
    `include "widths.vh"
    module relay #(parameter W = 4) (
      input tick, input off, input push_valid, output push_ready, input [W-1:0] push_data,
      output reg pop_valid, input pop_ready, output reg [`WIDTH-1:0] pop_data
    );
      assign push_ready = !pop_valid | pop_ready;
      always @(negedge tick) begin
        if (off) pop_valid <= 0; else if (push_ready) pop_valid <= push_valid;
        if (push_ready) pop_data <= push_data;
      end
    `ifndef SYNTHESIS
      initial if (W != `WIDTH) $error("widths differ");
    `endif
    endmodule
    """

  @Test(arguments: Command.verilators)
  func `Parameters, macros, folders, lists of files, clocks and edges are the user's to give`(verilator: String) throws
  {
    let foreign = try Foreign(verilator)
    try foreign.write(Self.relay, "rtl/relay.sv")
    try foreign.write("`define WIDTH `BITS\n", "rtl/include/widths.vh")
    try foreign.write("// sources\n+incdir+rtl/include +define+BITS=8\nrtl/relay.sv # the relay\n", "files.f")
    let words = ["--against", "pipe-stage", "--work", "count=100", "--seed", "1", "--runs", "2"]
    let clocks = ["--clock", "tick", "--reset-port", "off", "--falling-edge", "--parameter", "W=8"]
    func cosim(_ arguments: [String]) throws -> ProgramResult {
      try foreign.command.program.run(
        ["cosim"] + arguments + words, in: foreign.command.folder.path, timeout: .seconds(300))
    }
    let listed = try cosim(["-f", "files.f"] + clocks)
    listed.expect(0)
    #expect(listed.output.contains("judged     function: what passes on each stream; stuck after 10000 idle cycles"))
    let options = ["--include", "rtl/include", "--define", "BITS=8", "--define", "SYNTHESIS"]
    try cosim(["--verilog", "rtl/relay.sv"] + options + clocks).expect(0)

    let edge = ["--clock", "tick:falling", "--reset-port", "off", "--parameter", "W=8"]
    try cosim(["-f", "files.f"] + edge).expect(0)
    let unknown = try cosim(["-f", "files.f", "--clock", "tick:both"])
    #expect(unknown.errors.contains("--clock 'tick:both' is neither NAME nor NAME:falling nor NAME:rising"))

    // Another width, a clock that is none, a list that is wrong.
    let narrow = try cosim(["-f", "files.f"] + clocks.dropLast(2))
    narrow.expect(2)
    #expect(narrow.errors.contains("'push_data' has 4 bits, not 8"), "\(narrow.errors)")
    let unnamed = try cosim(["-f", "files.f", "--parameter", "W=8"])
    unnamed.expect(2)
    #expect(unnamed.errors.contains("input 'tick' of 1 bit is not driven by the bench"), "\(unnamed.errors)")
    #expect(unnamed.errors.contains("it has no clock; if an input is one, name it: --clock PORT"))
    let unreset = try cosim(["-f", "files.f", "--parameter", "W=8", "--clock", "tick"])
    unreset.expect(2)
    #expect(
      unreset.errors.contains(
        "its clock 'tick' has no reset, where the block has 'reset'; if an input is one, name it: --clock tick --reset-port PORT"
      ),
      "\(unreset.errors)")
    try foreign.write("-y rtl\n", "other.f")
    let other = try cosim(["-f", "other.f"])
    other.expect(2)
    #expect(
      other.errors
        == "systole: error: cannot read 'other.f:1': '-y' is not understood; a list holds files, +incdir+, +define+, -I, -D, "
        + "-v, -f and -F\n")
  }

  @Test(arguments: Command.verilators)
  func `VHDL is refused by name`(verilator: String) throws {
    let foreign = try Foreign(verilator)
    try foreign.write("entity queue is end;", "queue.vhd")
    let result = try foreign.command("cosim", "--verilog", "queue.vhd", "--against", "stream-fifo")
    result.expect(2)
    #expect(
      result.errors
        == "systole: error: cannot read 'queue.vhd': it is VHDL, and Verilator reads Verilog and SystemVerilog; translate it, "
        + "for instance with 'ghdl synth --out=verilog'\n")
  }

  @Test(arguments: Command.verilators)
  func `A latch and a cut number are shown`(verilator: String) throws {
    let foreign = try Foreign(verilator)
    let result = try foreign.judge(
      "endmodule",
      """
        reg latch; always @(*) if (push_valid) latch = pop_ready;
        wire [2:0] cut = push_data;
      endmodule
      """, ["--no-shrink"])
    #expect(result.errors.contains("[LATCH]"))
    #expect(result.errors.contains("Assign RHS's VARREF 'push_data' generates 8 bits"))
    #expect(result.errors.contains("systole: warning: foreign.v:"))
  }

  @Test(arguments: Command.verilators)
  func `Verilog of 2005 may use words that SystemVerilog took`(verilator: String) throws {
    let foreign = try Foreign(verilator)
    try foreign.judge("endmodule", "  wire bit = count[0]; wire logic = bit;\nendmodule").expect(0)
  }
}
