import Foundation
import Testing
import Tools

@Suite struct CompileHeTraXTests {
  @Test func `A machine is Verilog with its network, and one that cannot be is refused`() throws {
    let command = try Command()
    let result = try command.program.run(
      ["compile", "hetrax", "--config", "micro", "--set", "queue-depth=4", "--output", "machine", "--lint"],
      in: command.folder.path, timeout: .seconds(900))
    result.expect(0)
    #expect(
      result.output.hasPrefix(
        "machine: 2 multiprocessor(s) with 256 multipliers, 2 core(s) with 8 crossbars, 5 routers; "),
      "\(result.output)")
    let clean = result.output.split(separator: "\n").filter { $0.hasPrefix("clean") }
    #expect(clean.count >= 4 && clean.count { $0.contains("Verilator") } >= 2, "\(result.output)")
    let folder = command.folder.path + "/machine"
    let text = try String(contentsOfFile: folder + "/registers.md", encoding: .utf8)
    #expect(text.contains("| 0 | control | 1 |") && text.contains("busy7"))
    let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/machine.json"))
    let machine = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect((machine["cores"] as? [String])?.count == 5 && (machine["links"] as? [String])?.count == 5)
    #expect((machine["sizes"] as? [String: Int])?["queue-depth"] == 4)
    #expect(command.exists("machine/rtl/analog_crossbar.v"))
    let refused = try command.program.run(
      ["compile", "hetrax", "--config", "micro", "--set", "queue-depth=1", "--output", "other"],
      in: command.folder.path, timeout: .seconds(60))
    refused.expect(2)
    #expect(refused.errors.contains("queue-depth") && !command.exists("other"), "\(refused.errors)")
  }
}
