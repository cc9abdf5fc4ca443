import Foundation
import TestFiles
import Testing
import Tools

/// The built command line tool, run as a process in a folder of its own.
struct Command {
  let folder: TemporaryFolder
  let program: Program

  /// Versions of Verilator that every claim about failing runs is tested with.
  static let verilators = ["5.006", "5.048"]

  /// - Parameter verilator: The version of Verilator to use; by default the preferred one.
  init(verilator: String? = nil) throws {
    folder = try TemporaryFolder()
    let products = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
    let candidates = [products + "/systole", Checkout.path + "/.build/debug/systole"]
    let path = try #require(
      candidates.first { FileManager.default.isExecutableFile(atPath: $0) }, "build the product 'systole' first")
    var environment = ["SYSTOLE_TOOLS": Checkout.tools, "SYSTOLE_CACHE": Checkout.path + "/.systole/test-cache"]
    environment["SYSTOLE_VERILATOR"] = verilator.map { "\(Checkout.tools)/verilator/\($0)" } ?? ""
    program = Program(path: path, environment: environment)
  }

  func callAsFunction(
    _ arguments: String..., environment: [String: String?] = [:], timeout: Duration = .seconds(300)
  ) throws -> ProgramResult {
    try program.run(arguments, in: folder.path, environment: environment, timeout: timeout)
  }

  /// Runs the tool through a script of the shell that has the program and its arguments as `"$@"`.
  func through(_ script: String, _ arguments: [String], environment: [String: String?] = [:]) throws -> ProgramResult {
    let variables = program.environment.mapValues { Optional($0) }.merging(environment) { $1 }
    return try Program(path: "/bin/sh").run(
      ["-c", script, "sh", program.path] + arguments, in: folder.path, environment: variables, timeout: .seconds(300))
  }

  /// Starts the tool without waiting for it.
  func start(
    _ arguments: [String], output: FileHandle = .nullDevice, environment: [String: String] = [:]
  ) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program.path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.environment = ProcessInfo.processInfo.environment.merging(program.environment) { $1 }
      .merging(environment) { $1 }
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder.path + "/" + name) }
}

extension Process {
  /// Waits until `condition` holds or the process has ended.
  func wait(until condition: () -> Bool) {
    while isRunning, !condition() { Thread.sleep(forTimeInterval: 0.02) }
  }

  /// Sends a signal to this process alone, and gives the exit code; nil when a signal ended it.
  func end(with signal: Int32) -> Int32? {
    kill(processIdentifier, signal)
    waitUntilExit()
    return terminationReason == .exit ? terminationStatus : nil
  }
}

extension ProgramResult {
  /// Expects an end with `code`, showing what was printed otherwise.
  func expect(_ code: Int32, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(termination == .exited(code: code), "\(output)\(errors)", sourceLocation: sourceLocation)
  }

  /// Standard output as a JSON object.
  func object() throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
  }
}
