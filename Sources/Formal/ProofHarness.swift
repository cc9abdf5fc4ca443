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
    var inputs = ["input clock"]
    var nets: [String] = []
    for port in interface.ports {
      let range = "\(port.isSigned ? "signed " : "")[\(port.width - 1):0]"
      // A reset in the midst of a run would be a second start; the proof has one.
      if port.direction == .input {
        inputs.append("input \(range) \(port.name)")
      } else {
        nets.append("wire \(range) \(port.name);")
      }
    }
    let ticks = interface.clocks.count > 1 ? interface.clocks.map { SingleClock.tick($0.clock) } : []
    inputs += ticks.map { "input \($0)" }
    inputs += property.freeInputs.map { "input [\($0.width - 1):0] \($0.name)" }
    var connections = interface.ports.map { ".\($0.name)(\($0.name))" }
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
    return """
      \(ProofLibrary.text)
      module \(Self.top) (
        \(inputs.joined(separator: ",\n  "))
      );
      reg in_reset = 1;
      always @(posedge clock) in_reset <= 0;
      \(nets.joined(separator: "\n"))
      \(interface.name) design (\(connections.joined(separator: ", ")));
      \(assumptions)
      \(property.verilog)
      endmodule

      """
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
