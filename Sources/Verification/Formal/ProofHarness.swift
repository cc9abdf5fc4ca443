import Netlist
import Verilog

/// The Verilog around a design that a solver reads: the design, and checkers beside it that assume and assert.
///
/// Names that the harness adds begin with `systole_`, as no name of a design does.
struct ProofHarness {
  static let top = "systole_proof"
  /// The instance of the design.
  static let design = "systole_design"
  /// The instance of the checkers.
  static let checks = "systole_checks"
  /// Whether the design is in reset.
  static let inReset = "systole_in_reset"
  /// An output that says which of several modules differ.
  static let differences = "systole_differences"
  let interface: ModuleInterface
  /// The checkers; nil without any.
  let checks: ProofChecks?

  init(_ interface: ModuleInterface, checks: ProofChecks? = nil) {
    self.interface = interface
    self.checks = checks
  }

  /// The module that a solver reads, with `more` in it.
  func text(_ more: String = "") -> String {
    """
    \(head(inputs))
    \(nets().joined(separator: "\n"))
    \(instance(of: interface.name, Self.design))
    \(checksInstance)
    \(more)
    endmodule

    """
  }

  /// The beginning of the module, up to the net that says whether the design is in reset.
  func head(_ ports: [String]) -> String {
    """
    module \(Self.top) (
      \(ports.joined(separator: ",\n  "))
    );
    reg \(Self.inReset) = 1;
    always @(posedge clock) \(Self.inReset) <= 0;
    """
  }

  /// The clock, what the design reads, and what checkers choose freely. A reset in the midst of a run would be a second
  /// start; the proof has one.
  var inputs: [String] {
    let data = interface.ports.filter { $0.direction == .input }
    let chosen = checks.map { checks in checks.interface.ports.filter { checks.choices.contains($0.name) } } ?? []
    return ["input clock"] + (data + chosen).map { "input \(Self.range($0)) \($0.name)" } + ticks.map { "input \($0)" }
  }

  /// Nets for what the design shows, their names behind `prefix`.
  func nets(_ prefix: String = "") -> [String] {
    interface.ports.filter { $0.direction == .output }.map { "wire \(Self.range($0)) \(prefix)\($0.name);" }
  }

  /// An instance of a module with the ports of the design and `more` connections; its outputs are the nets behind
  /// `prefix`.
  func instance(of module: String, _ name: String, _ prefix: String = "", more: [String] = []) -> String {
    let ports = interface.ports.map { port in
      ".\(port.name)(\(port.direction == .output ? prefix : "")\(port.name))"
    }
    return "\(module) \(name) (\((ports + clocks(interface.clocks) + more).joined(separator: ", ")));"
  }

  /// The instance of the checkers; nothing without any.
  var checksInstance: String {
    guard let checks else { return "" }
    let ports = checks.interface.ports.map { ".\($0.name)(\($0.name))" }
    let connections = ports + clocks(checks.interface.clocks)
    return "\(checks.interface.name) \(Self.checks) (\(connections.joined(separator: ", ")));"
  }

  /// Connections of the clocks of a module and their resets.
  private func clocks(_ clocks: [ClockShape]) -> [String] {
    guard interface.clocks.count > 1 else {
      return clocks.flatMap { clock in
        [".\(clock.clock)(clock)"]
          + (clock.reset.map { [".\($0)(\(clock.resetPolarity == .activeHigh ? "" : "!")\(Self.inReset))"] } ?? [])
      }
    }
    guard !clocks.isEmpty else { return [] }
    // Every clock ticks in the one cycle of reset.
    let ticks = clocks.map { ".\(SingleClock.tick($0.clock))(\(SingleClock.tick($0.clock)) | \(Self.inReset))" }
    let reset = clocks.contains { $0.reset != nil } ? [".\(SingleClock.clock.reset!)(\(Self.inReset))"] : []
    return ticks + [".\(SingleClock.clock.clock)(clock)"] + reset
  }

  private var ticks: [String] {
    interface.clocks.count > 1 ? interface.clocks.map { SingleClock.tick($0.clock) } : []
  }

  private static func range(_ port: PortShape) -> String {
    "\(port.isSigned ? "signed " : "")[\(port.width - 1):0]"
  }

  /// States that no run has `cycles` cycles; it must be refuted.
  static func witness(cycles: Int) -> String {
    """
    reg [7:0] systole_cycle = 0;
    always @(posedge clock) systole_cycle <= systole_cycle + 1;
    always @* assert (systole_cycle < \(cycles - 1));
    """
  }
}

/// Checkers as a solver reads them: their Verilog, and the ports of the module around them.
struct ProofChecks {
  /// Ports and clocks before all clocks became one.
  let interface: ModuleInterface
  /// Ports that the solver drives.
  let choices: Set<String>
  /// Names and contents of the files.
  let sources: [(name: String, text: String)]
  /// Contents of memories.
  let data: [(name: String, text: String)]

  /// The checkers `set` of a design with so many clocks.
  init(_ set: CheckerSet, clocksOfDesign: Int) throws {
    interface = set.circuit.top.interface
    choices = Set(set.choices)
    let circuit = clocksOfDesign > 1 ? try SingleClock.circuit(set.circuit) : set.circuit
    sources = circuit.verilog().map { ($0.name, $0.text) }
    data = circuit.dataFiles.map { ($0.name, $0.text) }
  }

  /// What `checkers` assume of the inputs of `design`, beside the rules of its streams; nil for nothing.
  ///
  /// - Parameter property: A checker of which more than the assumptions counts.
  init?(
    assumptions checkers: [CheckerCircuit], of design: Circuit, beside property: CheckerCircuit? = nil
  ) throws {
    let assumed = checkers.filter { $0.states(.assume) && $0.name != property?.name }.map { $0.stating([.assume]) }
    let all = assumed + (property.map { [$0] } ?? [])
    if all.isEmpty { return nil }
    try self.init(
      CheckerSet(all, of: design, choices: .inputs), clocksOfDesign: design.top.interface.clocks.count)
  }
}
