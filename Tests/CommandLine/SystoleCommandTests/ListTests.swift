import Foundation
import Testing

@testable import systole

@Suite struct ListTests {
  @Test func `Help names every subcommand and every exit code`() throws {
    let result = try Command()("--help")
    result.expect(0)
    let commands = [
      "list", "generate", "cosim", "prove", "mutate", "cover", "scores", "regress", "fuzz", "testbench", "run", "lint",
      "doctor",
    ]
    for word in commands + ["Exit codes: 0", "130 interrupted"] {
      #expect(result.output.contains(word), "'\(word)' is not in the help")
    }
  }

  @Test(arguments: ["list", "generate", "cosim", "prove", "run", "lint", "doctor"])
  func `Every subcommand has help of its own`(name: String) throws {
    let result = try Command()(name, "--help")
    result.expect(0)
    #expect(result.output.contains("OVERVIEW: "))
  }

  @Test func `All blocks are listed, for people and for scripts`() throws {
    let command = try Command()
    let text = try command("list")
    text.expect(0)
    let json = try command("list", "--json")
    json.expect(0)
    let entries = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
    let names = entries.compactMap { $0["name"] as? String }
    #expect(names.first == "stream-fifo")
    #expect(names.suffix(4) == ["stochastic-rounder", "weight-stationary-array", "output-stationary-array", "matmul"])
    #expect(Set(names).isSuperset(of: ["skid-buffer", "stream-arbiter", "arbiter"]))
    let lines = text.output.split(separator: "\n")
    #expect(
      lines.filter { $0.hasPrefix("  ") }.compactMap { $0.split(separator: " ").first }.map(String.init) == names)
    #expect(lines.filter { !$0.hasPrefix("  ") }.first == "Streams:")
    #expect(lines.contains("Floating point arithmetic:"))
  }

  @Test func `The parameters of a block are listed, for people and for scripts`() throws {
    let command = try Command()
    let text = try command("list", "matmul")
    text.expect(0)
    let configurations = "Configurations (--configuration name): default, int8, output-stationary, small"
    for line in ["  rows=16", "  jobs=3", configurations] {
      #expect(text.output.contains(line), "'\(line)' is not in\n\(text.output)")
    }
    let entry = try command("list", "matmul", "--json").object()
    #expect(entry["configurations"] as? [String] == ["default", "int8", "output-stationary", "small"])
    #expect((entry["parameters"] as? [[String: Any]])?.first?["name"] as? String == "rows")
  }

  @Test func `An unknown block is refused with a suggestion`() throws {
    let result = try Command()("list", "matmull")
    result.expect(2)
    #expect(
      result.errors
        == "systole: error: no block is called 'matmull'; did you mean 'matmul'?; 'systole list' shows all of them\n")
    #expect(result.output.isEmpty)
  }

  @Test(arguments: [["frobnicate"], ["cosim"], ["generate"], ["cosim", "matmul", "--seed", "x"], ["lint"]])
  func `A malformed command line has a code of its own`(arguments: [String]) throws {
    let command = try Command()
    let result = try command.program.run(arguments, in: command.folder.path)
    result.expect(64)
    #expect(result.errors.contains("Usage: "))
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `A completion script is made for each shell`(shell: String) throws {
    let result = try Command()("--generate-completion-script", shell)
    result.expect(0)
    #expect(result.output.contains("systole"))
    #expect(result.output.contains("weight-stationary-array"))
  }
}
