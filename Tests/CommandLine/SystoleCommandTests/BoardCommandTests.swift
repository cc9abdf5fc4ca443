import Foundation
import Testing

/// Projects of boards, and packages of machines, from the command line.
@Suite struct BoardCommandTests {
  @Test func `A project is written, and impossible boards are refused`() throws {
    let command = try Command()
    let made = try command("board", "--words", "512", "--baud", "115200", "--output", "out")
    made.expect(0)
    #expect(made.output.contains("top module TATAABoard_words512_divisor217"))
    for file in ["ulx3s.lpf", "Makefile", "README.md", "rtl/TATAABoard_words512_divisor217.v"] {
      #expect(command.exists("out/" + file), "\(file)")
    }
    for (arguments, code, words) in [
      (["--words", "1000"], 2, "use a power of two"), (["--config", "large"], 2, "no configuration is called"),
      (["--set", "busWidth=128"], 2, "64 bits"), (["--baud", "10"], 64, "--baud"),
    ] as [([String], Int32, String)] {
      let refused = try command.program.run(["board"] + arguments, in: command.folder.path, timeout: .seconds(60))
      refused.expect(code)
      #expect(refused.errors.contains(words), "\(arguments): \(refused.errors)")
    }
  }

  @Test func `Options of blocks and machines are told apart`() throws {
    let command = try Command()
    for (arguments, words) in [
      (["package", "tataa", "--configuration", "default"], "a machine has --config"),
      (["package", "tataa", "--work", "count=3"], "--work is for blocks"),
      (["package", "stream-fifo", "--config", "tiny"], "a block has --configuration"),
      (["synth", "stream-fifo", "--config", "tiny"], "a block has --configuration"),
    ] {
      let refused = try command.program.run(arguments, in: command.folder.path, timeout: .seconds(60))
      refused.expect(64)
      #expect(refused.errors.contains(words), "\(arguments): \(refused.errors)")
    }
  }
}
