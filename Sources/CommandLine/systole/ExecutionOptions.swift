import ArgumentParser
import Catalog

/// How a program of an accelerator is run: options of every `systole run` with a machine.
struct ExecutionOptions: ParsableArguments {
  @Option(help: "What executes the program: verilator (the emitted Verilog), native, or golden (no hardware).")
  var engine: Execution = .verilator

  @Option(help: "Cycles from the address of a burst to its first word, 1 to 10000.")
  var latency = 8

  @Option(help: "The probability with which each channel of a bus stalls in a cycle, below 1.")
  var stalls = 0.0

  @Flag(help: "Print the figures as JSON for a script.")
  var json = false

  enum Execution: String, ExpressibleByArgument, CaseIterable {
    case verilator, native, golden
  }

  /// Refuses what no bus can do.
  func check() throws(RequestError) {
    guard (1...10_000).contains(latency) else { throw RequestError("--latency \(latency): give 1 to 10000") }
    guard (0..<1).contains(stalls) else { throw RequestError("--stalls \(stalls): give a probability below 1") }
  }
}

/// A command with these options.
protocol ExecutingCommand {
  var execution: ExecutionOptions { get }
}

extension ExecutingCommand {
  var engine: ExecutionOptions.Execution { execution.engine }
  var latency: Int { execution.latency }
  var stalls: Double { execution.stalls }
  var json: Bool { execution.json }
}
