import Netlist
import Testbench
import Verilog

/// The Verilog around a design that a solver reads: the design, its neighbours' promises, and properties.
struct ProofHarness {
  static let top = "systole_proof"
  let interface: ModuleInterface
  let assumptions: String

  init(_ interface: ModuleInterface, assumptions: String) throws(ProofFailure) {
    guard interface.clocks.count <= 1 else {
      throw .severalClocks(module: interface.name, clocks: interface.clocks.map(\.clock))
    }
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
    inputs += property.freeInputs.map { "input [\($0.width - 1):0] \($0.name)" }
    var connections = interface.ports.map { ".\($0.name)(\($0.name))" }
    if let clock = interface.clocks.first {
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
