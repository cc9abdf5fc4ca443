import Foundation
import Tools

/// The bench written by hand in C++, under Benchmarks/raw.
struct RawBench {
  /// What it prints.
  struct Figures: Decodable { var cycles: Int, transactions: Int, processor_s: Double }

  let folder: String
  private let program: Program

  /// Builds the bench of the design that is described in `folder`, with the compiler that models get.
  init(_ folder: String, compiler: String) throws {
    self.folder = folder
    let script = Program(path: "/usr/bin/env", leadingArguments: ["bash", "Benchmarks/raw/build"])
    let result = try script.run(
      ["\(folder)/description.json", "\(folder)/raw"], environment: ["CXX": compiler])
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
