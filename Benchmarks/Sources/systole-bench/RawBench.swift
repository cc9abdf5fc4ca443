import Foundation
import Tools
import Verilator

/// The bench written by hand in C++, under Benchmarks/raw.
struct RawBench {
  /// What it prints.
  struct Figures: Decodable { var cycles: Int, transactions: Int, processor_s: Double }

  let folder: String
  private let program: Program

  /// Builds the bench of the design that is described in `folder` as `model` was built: the same Verilator, compiler and
  /// flags.
  init(_ folder: String, like model: VerilatedModel, _ toolchain: Toolchain) throws {
    self.folder = folder
    let commands = model.library.record.commands.map { $0.split(separator: " ").map(String.init) }
    guard commands.count == 3, let named = commands[0].firstIndex(of: "--Mdir"),
      let compiled = commands[1].firstIndex(where: { $0.hasSuffix("clang++") || $0.hasSuffix("g++") })
    else { throw Failure("cannot tell from its record how the model was built: \(model.library.record.commands)") }
    let verilation = commands[0].dropFirst(named + 2).prefix { !$0.hasPrefix("source") }
    // The harness has its own answers to $finish and the like; a bench by hand takes the runtime's.
    let compilation = commands[1].dropFirst(compiled + 1)
      .prefix { !$0.hasPrefix("-include") }.filter { !$0.hasPrefix("-DVL_USER") }
    let script = Program(path: "/usr/bin/env", leadingArguments: ["bash", "Benchmarks/raw/build"])
    let result = try script.run(
      ["\(folder)/description.json", "\(folder)/raw"],
      environment: [
        "CXX": toolchain.compiler.program.path, "CXXFLAGS": compilation.joined(separator: " "),
        "VERILATOR_ROOT": Benchmark.verilator, "VERILATOR_FLAGS": verilation.joined(separator: " "),
      ])
    guard result.termination.isSuccess else {
      throw Failure("Benchmarks/raw/build \(result.termination); run it from the package's folder\n\(result.errors)")
    }
    program = Program(path: "\(folder)/raw/bench")
  }

  /// Runs `pins` or `streams`.
  func run(_ mode: String, repetitions: Int, stall: Double) throws -> Figures {
    let result = try program.run([mode, folder, "\(repetitions)", "\(stall)", "1"])
    guard result.termination.isSuccess else { throw Failure("the hand-written bench: \(result.errors)") }
    return try JSONDecoder().decode(Figures.self, from: Data(result.output.utf8))
  }
}
