import Netlist
import Testbench
import Verilog

/// The Verilog around a design that a solver reads: the design, its neighbours' promises, and properties.
struct ProofHarness {
  static let top = "systole_proof"
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
      \(instance(of: interface.name, "design"))
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
    reg in_reset = 1;
    always @(posedge clock) in_reset <= 0;
    """
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
      connections += ticks.map { ".\($0)(\($0) | in_reset)" } + [".\(SingleClock.clock.clock)(clock)"]
      if interface.clocks.contains(where: { $0.reset != nil }) {
        connections.append(".\(SingleClock.clock.reset!)(in_reset)")
      }
    } else if let clock = interface.clocks.first {
      connections.append(".\(clock.clock)(clock)")
      if let reset = clock.reset {
        connections.append(".\(reset)(\(clock.resetPolarity == .activeHigh ? "in_reset" : "!in_reset"))")
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
