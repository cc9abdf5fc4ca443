import Foundation
import Testing

/// Depths proposed from the command line.
@Suite struct SizeTests {
  @Test func `A FIFO is sized, as a table and as JSON`() throws {
    let command = try Command()
    let arguments = ["size", "stream-fifo", "--set", "storage=registers", "--work", "count=200", "--stalls", "never"]
    let text = try command.program.run(arguments, in: command.folder.path, timeout: .seconds(120))
    text.expect(0)
    #expect(text.output.contains(/the design itself\s+16\s+1\s+0\.\d+\s+0\.0 %\s+depth/), "\(text.output)")
    #expect(text.output.contains(/depth\s+16\s+2\s+1: \d+ cycles/), "\(text.output)")
    let json = try command.program.run(arguments + ["--json"], in: command.folder.path, timeout: .seconds(120))
    json.expect(0)
    let report = try json.object()
    let parameters = try #require(report["parameters"] as? [[String: Any]])
    #expect(parameters.first?["proposed"] as? Int == 2)
    #expect((report["proven_cycles"] as? Int) ?? 0 >= 200)
  }

  @Test func `What cannot be sized is refused with the remedy`() throws {
    let command = try Command()
    for (arguments, code, words) in [
      (["matmul"], 2, "these have one: stream-fifo"), (["nothing"], 2, "nothing"),
      (["stream-fifo", "--config", "tiny"], 64, "a block has --configuration"),
      (["hetrax", "--work", "count=3"], 64, "a machine has --tokens"),
      (["hetrax", "--config", "large"], 2, "there are micro, tiny, layer"),
      (["stream-fifo", "--tolerance", "101"], 64, "--tolerance"),
    ] as [([String], Int32, String)] {
      let refused = try command.program.run(["size"] + arguments, in: command.folder.path, timeout: .seconds(60))
      refused.expect(code)
      #expect(refused.errors.contains(words), "\(arguments): \(refused.errors)")
    }
  }
}
