import Foundation
import Testing

@Suite struct CompileAccelTranTests {
  @Test func `A machine of two cores is Verilog, sizes and registers`() throws {
    let command = try Command()
    let result = try command.program.run(
      ["compile", "acceltran", "--config", "tiny", "--cores", "2", "--set", "lanes=8", "--output", "machine"],
      in: command.folder.path, timeout: .seconds(600))
    result.expect(0)
    #expect(
      result.output.hasPrefix("machine: tiny, 2 core(s) of 1 element(s) of 8 lanes of 4 multipliers, 64 in all; "),
      "\(result.output)")
    let folder = command.folder.path + "/machine"
    let text = try String(contentsOfFile: folder + "/registers.md", encoding: .utf8)
    #expect(text.contains("| 0 | control | 2 |") && text.contains("| program1 |") && text.contains("| steps1 |"))
    let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/machine.json"))
    let machine = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(machine["multipliers"] as? Int == 64 && (machine["sizes"] as? [String: Int])?["lanes"] == 8)
    let top = try FileManager.default.contentsOfDirectory(atPath: folder + "/rtl")
      .first { $0.hasPrefix("AccelTranAccelerator") && $0.hasSuffix(".v") }
    let verilog = try String(contentsOfFile: folder + "/rtl/" + (try #require(top)), encoding: .utf8)
    #expect(verilog.contains("memory_1_awvalid") && verilog.contains("loaded_1_mask") && !verilog.contains("memory_2_"))
  }

  @Test func `What is no machine is refused with what to give`() throws {
    let command = try Command()
    for (arguments, words) in [
      (["--config", "Huge"], "there are Edge, Edge-LP, Server, Server-LP, Nano, tiny, edge-slice, tiny-int8"),
      (["--cores", "33"], "--cores 33: give 1 to 32"), (["--set", "rows=4"], "AccelTran has no size 'rows'"),
      (["--set", "lanes=6"], "elements · lanes is 6"),
    ] {
      let result = try command.program.run(
        ["compile", "acceltran", "--config", "tiny", "--output", "machine"] + arguments, in: command.folder.path,
        timeout: .seconds(120))
      result.expect(2)
      #expect(result.errors.contains(words), "\(result.errors)")
      #expect(!command.exists("machine"))
    }
  }
}
