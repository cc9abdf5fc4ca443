import Foundation
import Netlist
import TestFiles
import Testing
import Tools

@testable import Verilator

/// The test executable that builds and runs one design in a process of its own.
struct Worker {
  let design: ModelDesign
  private let verilator: String
  private let compiler: String
  private let program: Program
  private let verilog: String
  private let arguments: [String]

  /// Prepares a run of the counter against `cache`.
  init(folder: TemporaryFolder, cache: ModelCache, pair: Bench.Pair = .newClang) throws {
    design = Designs.counter(marker: "worker")
    let toolchain = try pair.toolchain()
    verilator = toolchain.verilator.program.path
    compiler = toolchain.compiler.program.path
    let products = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let candidates = [products.appendingPathComponent("BuildWorker").path, ".build/debug/BuildWorker"]
    program = Program(path: try #require(candidates.first { FileSystem.exists($0) }))
    verilog = try folder.write(design.sources[0].text, to: "counter.v")
    let interface = try folder.write(
      String(decoding: JSONEncoder().encode(design.interface), as: UTF8.self), to: "interface.json")
    arguments = [cache.folder, verilog, interface, "5"]
  }

  func run() throws -> ProgramResult { try program.run(arguments, environment: environment) }

  /// Builds and runs with `profile` and a wave, in a process that has loaded nothing else.
  func run(_ profile: ModelProfile, wave: String?) throws -> ProgramResult {
    let text = String(decoding: try JSONEncoder().encode(profile), as: UTF8.self)
    return try program.run(arguments + [text] + [wave].compactMap { $0 }, environment: environment)
  }

  private var environment: [String: String?] { ["SYSTOLE_VERILATOR": verilator, "SYSTOLE_CXX": compiler] }

  /// Runs under a shell script that ends in `exec "$@"`.
  func run(through script: String) throws -> ProgramResult {
    let shell = Program(path: "/bin/sh", leadingArguments: ["-c", script, "sh", program.path])
    return try shell.run(arguments, environment: environment)
  }

  /// Starts a run in a process group of its own, as a shell does, after `suffix` was added to the Verilog.
  func start(verilogSuffix suffix: String) throws -> Process {
    try (design.sources[0].text + "\n" + suffix).write(toFile: verilog, atomically: true, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program.path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment.compactMapValues { $0 }) { $1 }
    try process.run()
    return process
  }
}
