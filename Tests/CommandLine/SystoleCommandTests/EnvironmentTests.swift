import Foundation
import TestFiles
import Testing
import Tools

/// What the variables of the environment may be.
@Suite struct EnvironmentTests {
  @Test func `Variables that are empty count as not set`() throws {
    let command = try Command()
    let empty: [String: String?] = [
      "SYSTOLE_CACHE": "", "SYSTOLE_TOOLS": "", "SYSTOLE_VERILATOR": "", "SYSTOLE_CXX": "", "SYSTOLE_TESTS": "",
      "SYSTOLE_DOCS": "", "NO_COLOR": "", "TERM": "", "COLUMNS": "",
    ]
    let result = try command("cosim", "counter", "--runs", "1", "--work", "count=20", environment: empty)
    result.expect(0)
    #expect(result.output.hasPrefix("PASSED  counter"))
    // The cache is where it is without the variable, and nowhere else.
    #expect(try FileManager.default.contentsOfDirectory(atPath: command.folder.path) == [".systole"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: command.folder.path + "/.systole") == ["cache"])
    try command("cover", "counter", environment: empty).expect(0)
  }

  @Test func `Relative paths in variables mean the folder in which the command was called`() throws {
    let command = try Command()
    try FileManager.default.createSymbolicLink(
      atPath: command.folder.path + "/tools", withDestinationPath: Checkout.tools)
    let result = try command(
      "cosim", "counter", "--runs", "1", "--work", "count=20",
      environment: ["SYSTOLE_TOOLS": "tools", "SYSTOLE_VERILATOR": "tools/verilator/5.006"])
    result.expect(0)
    #expect(result.output.contains("Verilator 5.006"))
  }

  @Test(arguments: [
    ["lint", "counter"], ["prove", "counter"], ["cosim", "counter", "--runs", "1", "--trace", "--wave", "wave.fst"],
    ["fuzz", "--count", "1", "--seed", "3"], ["mutate", "counter"], ["doctor"],
  ])
  func `Programs on PATH that bear the names of tools are not run`(arguments: [String]) throws {
    let command = try Command()
    let folder = command.folder.path + "/bin"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for name in [
      "verilator", "verilator_bin", "iverilog", "vvp", "yosys", "yosys_070", "yosys-abc", "abc", "fst2vcd", "clang++",
      "g++",
      "sbatch",
    ] {
      let path = folder + "/" + name
      try "#!/bin/sh\n: > \(command.folder.path)/\(name).ran\nexit 1\n"
        .write(toFile: path, atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }
    let path = folder + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
    try command.program.run(
      arguments, in: command.folder.path, environment: ["PATH": path], timeout: .seconds(300)
    ).expect(0)
    let ran = try FileManager.default.contentsOfDirectory(atPath: command.folder.path).filter { $0.hasSuffix(".ran") }
    #expect(ran.isEmpty)
  }
}
