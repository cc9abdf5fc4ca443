import Netlist
import Testbench
import Tools
import Verilator

extension RunRecipe {
  /// The command line that does run `run`, for a shell.
  public func command(run: Int) -> String {
    var words = ["systole", "cosim"]
    if let foreign = self.foreign {
      words += foreign.options + ["--against", block]
      if self.judgesTiming == true { words.append("--timing") }
    } else {
      words.append(block)
    }
    if let configuration { words += ["--configuration", configuration] }
    for setting in settings { words += ["--set", setting.text] }
    for setting in workload { words += ["--work", setting.text] }
    if self.engine != .verilator { words += ["--engine", self.engine.rawValue] }
    if self.reset.kind == .asynchronous { words += ["--reset", "async"] }
    if self.reset.polarity == .activeLow { words.append("--active-low") }
    if let stalls = self.stalls { words += ["--stalls", stalls.argument] }
    words += ["--seed", self.seed.description, "--first-run", String(run)]
    return words.map(shellQuoted).joined(separator: " ")
  }
}

extension StallProfile {
  /// The profile that a command line names: `never`, `reluctant`, `contrary`, `mixed`, or a probability below 1; nil for
  /// other words.
  public init?(argument: String) {
    switch argument {
    case "never": self = .never
    case "reluctant": self = .reluctant
    case "contrary": self = .contrary
    case "mixed": self = .mixed
    default:
      guard let chance = Double(argument), (0..<1).contains(chance) else { return nil }
      self = .random(chance)
    }
  }

  /// The word by which ``init(argument:)`` finds it; a description for bursts, which have no word.
  var argument: String {
    switch self {
    case .random(let chance): "\(chance)"
    default: description
    }
  }
}

extension ForeignVerilog {
  /// The options of a command line that name it. Resets of named clocks are those of the command's reset options.
  fileprivate var options: [String] {
    var words = files.flatMap { ["--verilog", $0] }
    if let top { words += ["--top", top] }
    words += includeFolders.flatMap { ["--include", $0] }
    for (name, value) in macros.sorted(by: { $0.key < $1.key }) {
      words += ["--define", value.isEmpty ? name : "\(name)=\(value)"]
    }
    for (name, value) in parameters.sorted(by: { $0.key < $1.key }) { words += ["--parameter", "\(name)=\(value)"] }
    let resets = (clocks ?? []).compactMap(\.reset)
    for clock in clocks ?? [] { words += ["--clock", clock.edge == .falling ? "\(clock.clock):falling" : clock.clock] }
    // One that all clocks share stands once.
    for reset in Set(resets).count == 1 ? [resets[0]] : resets { words += ["--reset-port", reset] }
    return words
  }
}
