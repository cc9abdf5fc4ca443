import Netlist
import Tools

/// A module around one whose ports have names that Verilator's C++ class has for itself, or that of the module: its own
/// ports are numbered.
struct PortWrapper {
  /// What Verilator gets: the sources with the wrapper, no parameters, for they are set inside.
  let design: ModelDesign
  /// Names of the wrapper's ports by those of the module's.
  let names: [String: String]
  /// The wrapper's own name.
  let module: String

  /// The wrapper of `original`; nil where it needs none.
  init?(_ original: ModelDesign) {
    let interface = original.interface
    let clocks = interface.clocks.flatMap { [$0.clock] + [$0.reset].compactMap { $0 } }
    let ports =
      clocks.map { (name: $0, direction: PortDirection.input, width: 1) }
      + interface.ports.map { (name: $0.name, direction: $0.direction, width: $0.width) }
    guard ports.contains(where: { VerilatedClass.owns($0.name) || $0.name == interface.name }) else { return nil }
    // Clocks may share a reset.
    var names: [String: String] = [:]
    let distinct = ports.filter { port in
      if names[port.name] != nil { return false }
      names[port.name] = "port_\(names.count)"
      return true
    }
    var module = "systole_ports"
    while original.sources.contains(where: { $0.text.contains(module) }) { module += "_" }
    self.module = module
    self.names = names
    let declarations = distinct.map { port in
      "  \(port.direction == .input ? "input" : "output") wire [\(port.width - 1):0] \(names[port.name]!)"
    }
    let parameters = original.parameters.sorted { $0.key < $1.key }.map { ".\($0.key)(\($0.value))" }
    // The blank ends a name that is escaped.
    let connections = distinct.map { "    .\\\($0.name) (\(names[$0.name]!))" }
    let text = """
      // verilator coverage_off
      module \(module) (
      \(declarations.joined(separator: ",\n"))
      );
        \(interface.name) \(parameters.isEmpty ? "" : "#(\(parameters.joined(separator: ", "))) ")\(interface.name) (
      \(connections.joined(separator: ",\n"))
        );
      endmodule

      """
    var design = original
    design.sources.append(VerilogSource(name: module + ".v", text: text))
    design.parameters = [:]
    self.design = design
  }
}
