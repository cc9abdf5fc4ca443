import Foundation
import Testing
import Tools

@Suite struct CompileXFormerTests {
  @Test func `A machine is Verilog that every tool reads without a word`() throws {
    let command = try Command()
    let result = try command.program.run(
      ["compile", "xformer", "--config", "micro", "--set", "block=3", "--output", "machine", "--lint"],
      in: command.folder.path, timeout: .seconds(600))
    result.expect(0)
    #expect(
      result.output.hasPrefix(
        "machine: 2 projection engine(s) of 4 units, 1 attention tile(s), 16 crossbars, 1024 weights; "),
      "\(result.output)")
    // Both Verilators, Icarus and Yosys at least.
    let clean = result.output.split(separator: "\n").filter { $0.hasPrefix("clean") }
    #expect(clean.count >= 4 && clean.count { $0.contains("Verilator") } >= 2, "\(result.output)")
    let folder = command.folder.path + "/machine"
    let text = try String(contentsOfFile: folder + "/registers.md", encoding: .utf8)
    #expect(text.contains("| 0 | control | 1 |") && text.contains("| rowWrites |") && text.contains("| busy3 |"))
    let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/machine.json"))
    let machine = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(machine["cells"] as? Int == 16 * 16 * 32 && (machine["sizes"] as? [String: Int])?["block"] == 3)
    #expect(command.exists("machine/rtl/analog_crossbar.v"))
  }

  @Test func `What is no machine is refused with what to give`() throws {
    let command = try Command()
    for (arguments, words) in [
      (["--config", "huge"], "there are micro, compact, tiny, layer"),
      (["--set", "block=65"], "block is 65: give 1 to 64"),
      (["--set", "rows=20"], "rows is 20, no multiple of bus-bytes, which is 8"),
    ] {
      let result = try command.program.run(
        ["compile", "xformer", "--config", "micro", "--output", "machine"] + arguments, in: command.folder.path,
        timeout: .seconds(120))
      result.expect(2)
      #expect(result.errors.contains(words), "\(result.errors)")
      #expect(!command.exists("machine"))
    }
  }
}
