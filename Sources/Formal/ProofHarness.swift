import Netlist
import Testbench
import Verilog

/// The Verilog around a design that a solver reads: the design, its neighbours' promises, and properties.
///
/// Names that the harness adds begin with `systole_`, as no name of a design does. For properties there are shorter ones
/// beside the ports: `clock`, `in_reset` and `<clock>_tick`; where a port has such a name, the port is meant.
struct ProofHarness {
  static let top = "systole_proof"
  /// The instance of the design.
  static let design = "systole_design"
  /// Whether the design is in reset.
  static let inReset = "systole_in_reset"
  /// An output that says which of several modules differ.
  static let differences = "systole_differences"
  let interface: ModuleInterface
  let assumptions: String

  init(_ interface: ModuleInterface, assumptions: String) {
    self.interface = interface
    self.assumptions = assumptions
  }

  /// The module that checks `property`.
  func text(_ property: Property) -> String {
    let free = property.freeInputs.map { "input [\($0.width - 1):0] \($0.name)" }
    return """
      \(ProofLibrary.text)
      \(head(inputs + free))
      \(nets().joined(separator: "\n"))
      \(instance(of: interface.name, Self.design))
      \(assumptions)
      \(property.verilog)
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
    \(shortNames.joined(separator: "\n"))
    """
  }

  /// Nets under the names that properties read, as far as no port has such a name.
  private var shortNames: [String] {
    var names = [("in_reset", Self.inReset)]
    if interface.clocks.count > 1 { names += interface.clocks.map { ($0.clock + "_tick", SingleClock.tick($0.clock)) } }
    let ports = Set(interface.ports.map(\.name))
    return names.filter { !ports.contains($0.0) }.map { "wire \($0.0) = \($0.1);" }
  }

  /// The clock and what the design reads. A reset in the midst of a run would be a second start; the proof has one.
  var inputs: [String] {
    let data = interface.ports.filter { $0.direction == .input }.map { "input \(Self.range($0)) \($0.name)" }
    return ["input clock"] + data + ticks.map { "input \($0)" }
  }

  /// Nets for what the design shows, their names behind `prefix`.
  func nets(_ prefix: String = "") -> [String] {
    interface.ports.filter { $0.direction == .output }.map { "wire \(Self.range($0)) \(prefix)\($0.name);" }
  }

  /// An instance of a module with the ports of the design and `more` connections; its outputs are the nets behind
  /// `prefix`.
  func instance(of module: String, _ name: String, _ prefix: String = "", more: [String] = []) -> String {
    var connections = interface.ports.map { port in
      ".\(port.name)(\(port.direction == .output ? prefix : "")\(port.name))"
    }
    if interface.clocks.count > 1 {
      // Every clock ticks in the one cycle of reset.
      connections += ticks.map { ".\($0)(\($0) | \(Self.inReset))" } + [".\(SingleClock.clock.clock)(clock)"]
      if interface.clocks.contains(where: { $0.reset != nil }) {
        connections.append(".\(SingleClock.clock.reset!)(\(Self.inReset))")
      }
    } else if let clock = interface.clocks.first {
      connections.append(".\(clock.clock)(clock)")
      if let reset = clock.reset {
        connections.append(".\(reset)(\(clock.resetPolarity == .activeHigh ? "" : "!")\(Self.inReset))")
      }
    }
    return "\(module) \(name) (\((connections + more).joined(separator: ", ")));"
  }

  private var ticks: [String] {
    interface.clocks.count > 1 ? interface.clocks.map { SingleClock.tick($0.clock) } : []
  }

  private static func range(_ port: PortShape) -> String {
    "\(port.isSigned ? "signed " : "")[\(port.width - 1):0]"
  }

  /// The property that no run has `cycles` cycles; it must be refuted.
  static func witness(cycles: Int) -> Property {
    Property(
      "witness", "No run has \(cycles) cycles.",
      verilog: """
        reg [7:0] systole_cycle = 0;
        always @(posedge clock) systole_cycle <= systole_cycle + 1;
        always @* assert (systole_cycle < \(cycles - 1));

        """)
  }
}
