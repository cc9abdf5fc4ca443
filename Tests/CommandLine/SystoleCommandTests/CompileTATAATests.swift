import Foundation
import SmallModels
import TestFiles
import Testing
import Tools

@Suite struct CompileTATAATests {
  /// A folder with a small BERT of two layers and a vocabulary of letters.
  private func model(in command: Command) throws -> String {
    let folder = URL(fileURLWithPath: command.folder.path + "/small", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try SmallTransformer(hidden: 8, layers: 2, heads: 2, feedForward: 8, activation: "relu").write(to: folder)
    let words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + "abcdefghijklmno".map(String.init)
    try Data((words.joined(separator: "\n") + "\n").utf8).write(to: folder.appending(path: "vocab.txt"))
    return folder.path
  }

  private func compile(_ command: Command, _ arguments: [String] = []) throws -> ProgramResult {
    try command.program.run(
      ["compile", "tataa", "--model", try model(in: command), "--text", "a b", "--config", "tiny", "--output", "out"]
        + arguments, in: command.folder.path, timeout: .seconds(300))
  }

  /// Runs the host of a folder.
  private func host(in folder: String, _ simulator: String) throws -> ProgramResult {
    let tools = Checkout.tools
    let python = tools + "/peers/bin/python"
    guard FileManager.default.isExecutableFile(atPath: python) else {
      throw ToolMissing(tool: "cocotbext-axi", searched: [python], remedy: "run 'make setup'")
    }
    return try Program(path: python).run(
      ["test_tataa.py", simulator], in: folder,
      environment: [
        "PATH": "\(tools)/bin:" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"),
        "VERILATOR_ROOT": tools + "/verilator/5.048", "VERILATOR_ARGS": "-CFLAGS -O0",
      ], timeout: .seconds(900))
  }

  /// In Icarus registers and memories begin unknown, and no byte that is stored may be.
  @Test(arguments: [("verilator", 1), ("icarus", 1), ("icarus", 2)])
  func `A peer's memories and host run what is compiled, and a wrong byte is found`(
    simulator: String, ports: Int
  ) throws {
    let command = try Command()
    let compiled = try compile(command, ["--layers", "1", "--set", "readPorts=\(ports)"])
    compiled.expect(0)
    let folder = command.folder.path + "/out"
    for name in [
      "program.bin", "program.lst", "memory.bin", "memory.json", "expected.bin", "tataa.h", "rtl/manifest.json",
    ] {
      #expect(command.exists("out/" + name), "\(name)")
    }
    func host() throws -> ProgramResult { try self.host(in: folder, simulator) }
    let right = try host()
    #expect(right.termination.isSuccess, "\(right.output.suffix(4000))\(right.errors.suffix(4000))")
    #expect(right.output.contains("PASSED: 1 tests, 0 failures") && right.output.contains("bytes as expected after"))
    let expected = URL(fileURLWithPath: folder + "/expected.bin")
    var bytes = try Data(contentsOf: expected)
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: expected)
    let wrong = try host()
    #expect(!wrong.termination.isSuccess && wrong.output.contains("FAILED: 1 tests, 1 failures"))
    #expect(wrong.output.contains("1 of \(bytes.count) bytes differ"), "\(wrong.output.suffix(3000))")
  }

  @Test func `A peer's memories and host run a model of images on the image that was asked for`() throws {
    let command = try Command()
    let vision = try command.smallVision()
    func compile(_ image: String, to output: String) throws {
      try command.program.run(
        ["compile", "tataa", "--model", vision, "--config", "tiny", "--first", image, "--output", output],
        in: command.folder.path, timeout: .seconds(300)
      ).expect(0)
    }
    try compile("1", to: "one")
    try compile("2", to: "two")
    func file(_ name: String) throws -> Data {
      try Data(contentsOf: URL(fileURLWithPath: command.folder.path + "/" + name))
    }
    // One program; another image is other bytes in the place of the patches alone, and another result.
    #expect(try file("one/program.bin") == file("two/program.bin"))
    let map = try #require(try JSONSerialization.jsonObject(with: file("one/memory.json")) as? [String: Any])
    #expect(map["name"] as? String == "vit, 1 layers, 5 tokens: image 1 of test-images.idx3-ubyte")
    let pixels = try #require(
      (map["areas"] as? [[String: Any]])?.first { $0["name"] as? String == "input.pixels" })
    let address = try #require(pixels["address"] as? Int)
    let (first, second) = (try file("one/memory.bin"), try file("two/memory.bin"))
    let places = first.indices.filter { first[$0] != second[$0] }
    #expect(!places.isEmpty && pixels["bytes"] as? Int == 2 * 16)
    #expect(places.allSatisfy { (address..<address + 2 * 16).contains($0) })
    #expect(try file("one/expected.bin") != file("two/expected.bin"))
    let listing = String(decoding: try file("one/program.lst"), as: UTF8.self)
    #expect(listing.contains("; layer.0.feedforward.up\n"))
    let host = try host(in: command.folder.path + "/one", "verilator")
    #expect(host.termination.isSuccess, "\(host.output.suffix(4000))\(host.errors.suffix(4000))")
    #expect(host.output.contains("PASSED: 1 tests, 0 failures") && host.output.contains("bytes as expected after"))
    // The output of the other image is not that of this one.
    try file("two/expected.bin").write(to: URL(fileURLWithPath: command.folder.path + "/one/expected.bin"))
    let wrong = try self.host(in: command.folder.path + "/one", "verilator")
    #expect(!wrong.termination.isSuccess && wrong.output.contains("FAILED: 1 tests, 1 failures"))
  }

  @Test func `Images that cannot be compiled are refused with what to give`() throws {
    let command = try Command()
    let vision = try command.smallVision()
    for (arguments, words) in [
      (["--model", vision, "--text", "a"], "a model of images takes --image and --first"),
      (["--model", vision, "--first", "3"], "--first 3: 'test-images.idx3-ubyte' has images 0 to 2"),
      (["--model", vision, "--image", "nowhere.pgm"], "nowhere.pgm' cannot be read"),
      (
        ["--model", try model(in: command), "--first", "1"], "--image and --first are for models of images, such as vit"
      ),
    ] {
      let result = try command.program.run(
        ["compile", "tataa", "--config", "tiny", "--output", "out"] + arguments, in: command.folder.path,
        timeout: .seconds(120))
      result.expect(2)
      #expect(result.errors.contains(words), "\(result.errors)")
      #expect(!command.exists("out/memory.json"))
    }
  }

  @Test func `The files say the same`() throws {
    let command = try Command()
    try compile(command).expect(0)
    let folder = command.folder.path + "/out/"
    let program = try Data(contentsOf: URL(fileURLWithPath: folder + "program.bin"))
    let memory = try Data(contentsOf: URL(fileURLWithPath: folder + "memory.bin"))
    let map = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: folder + "memory.json")))
        as? [String: Any])
    func number(_ part: String, _ name: String) -> Int? { (map[part] as? [String: Any])?[name] as? Int }
    #expect(number("program", "bytes") == program.count && number("memory", "bytes") == memory.count)
    #expect(number("golden", "instructions") == program.count / 8)
    let listing = try String(contentsOfFile: folder + "program.lst", encoding: .utf8)
    let lines = listing.split(separator: "\n").filter { !$0.hasPrefix(";") }
    #expect(lines.count == program.count / 8 && lines.last?.hasSuffix("  end") == true)
    #expect(listing.contains("; layer.1.feedforward.up\n"))
    // A word of the listing is that of the program.
    let place = lines.count / 2
    let word = program[8 * place..<8 * place + 8].reversed().map { String(format: "%02X", $0) }.joined()
    #expect(lines[place].contains(word))
    // The header is C, and its numbers are those of the map.
    let source = """
      #include <stdio.h>
      #include "tataa.h"
      int main(void) {
        printf("%u %u %u %u %u", TATAA_PROGRAM_WORDS, TATAA_MEMORY_ADDRESS, TATAA_MEMORY_SIZE, TATAA_OUTPUT_ADDRESS,
               TATAA_STATUS0_OFFSET);
        return TATAA_STATUS_NONE;
      }
      """
    try Data(source.utf8).write(to: URL(fileURLWithPath: folder + "main.c"))
    let arguments = ["-x", "c", "-Wall", "-Wextra", "-Werror", "-o", "main", "main.c"]
    try Toolbox().compiler().program.run(arguments, in: folder, timeout: .seconds(60)).expect(0)
    let printed = try Program(path: folder + "main").run([], in: folder, timeout: .seconds(60))
    let registers = try #require(map["registers"] as? [String: Int])
    #expect(
      printed.output
        == [
          program.count / 8, number("memory", "address") ?? 0, memory.count, number("output", "address") ?? 0,
          registers["status0"] ?? 0,
        ].map(String.init).joined(separator: " "))
  }

  @Test func `What does not fit is refused with tensor, limit and what to change`() throws {
    let command = try Command()
    for (arguments, words) in [
      (
        ["--set", "vectorRegisters=2"],
        "of 4 × 8: the program needs more than the 2 vector registers: store what is not needed at once, or set "
          + "vectorRegisters higher"
      ),
      (
        ["--set", "constantRegisters=1"],
        "an operation needs more than the 1 constant registers: set constantRegisters higher"
      ),
      (["--layers", "3"], "--layers 3: the model has 2; give 1 to 2"),
      (["--set", "cores=2"], "a program is deployed on one core, and the configuration has 2: set cores=1"),
    ] {
      let result = try compile(command, arguments)
      result.expect(2)
      #expect(result.errors.contains(words), "\(result.errors)")
      #expect(!command.exists("out/memory.json"))
    }
  }
}
