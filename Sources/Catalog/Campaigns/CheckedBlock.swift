import Catalog
import Formal
import HDL
import Netlist
import Verilator
import Verilog

/// A block's circuit with its checkers beside it, as simulations run it.
///
/// Beside the checkers of the block's entry stand those of its streams: the rule is asserted of what leaves the block, and
/// assumed of what enters it.
public struct CheckedBlock: Sendable {
  /// The block alone.
  public let design: Circuit
  /// The checkers.
  public let checkers: [CheckerCircuit]
  /// The block with the checkers beside it.
  public let circuit: Circuit

  /// The circuit of `block` with all its checkers.
  ///
  /// - Throws: `DiagnosticList`, `BenchError` for malformed streams.
  public init(_ block: any CatalogBlock, reset: ResetStyle) throws {
    design = try block.elaborate(reset: reset)
    let interface = design.top.interface
    checkers =
      try block.checkers(reset: reset) + StreamRules.assumptions(for: interface, reset: reset)
      + StreamRules.properties(for: interface, reset: reset)
    circuit = try design.checked(by: checkers)
  }

  /// The ports and clocks of what runs, under the name of the block's own module.
  public var interface: ModuleInterface {
    var interface = circuit.top.interface
    interface.name = design.top.name
    return interface
  }

  /// Names and texts of the Verilog beside that of the block's own modules.
  public func files(_ options: VerilogOptions = VerilogOptions()) -> [(name: String, text: String)] {
    let own = Set(design.definitions.map { $0.name + ".v" })
    return circuit.verilog(options).map { (name: $0.name, text: $0.text) }.filter { !own.contains($0.name) }
  }

  /// Ports and clocks of the module with all checkers; nil without checkers.
  public var checks: ModuleInterface? {
    checkers.isEmpty ? nil : circuit.definitions[circuit.definitions.count - 2].interface
  }

  /// The emitted text, with what checks it.
  public var modelDesign: ModelDesign {
    var result = ModelDesign(circuit)
    result.macros["SYSTOLE_ASSERT"] = ""
    return result
  }
}
