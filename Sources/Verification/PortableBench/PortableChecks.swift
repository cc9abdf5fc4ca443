import Netlist

/// Checkers in Verilog for a bench of other people.
public struct PortableChecks: Sendable {
  /// The module with the design and its checkers.
  public let interface: ModuleInterface
  /// The module that the checkers watch.
  public let design: ModuleInterface
  /// The module with all checkers.
  public let checks: ModuleInterface
  /// Names and texts of the checkers' Verilog, those that others use first.
  public let files: [(name: String, text: String)]

  /// Checkers of `design`.
  ///
  /// - Parameters:
  ///   - interface: The module with the design and its checkers.
  ///   - design: The module that the checkers watch.
  ///   - checks: The module with all checkers.
  ///   - files: Names and texts of the checkers' Verilog, those that others use first.
  public init(
    interface: ModuleInterface, design: ModuleInterface, checks: ModuleInterface, files: [(name: String, text: String)]
  ) {
    (self.interface, self.design, self.checks, self.files) = (interface, design, checks, files)
  }

  /// Every file: the Verilog, and the `bind` for tools that know SystemVerilog.
  var contents: [(name: String, text: String)] { files + (bind.map { [("\(design.name)_bind.sv", $0)] } ?? []) }

  /// Adds the checkers to every instance of the design; nil where they need a clock or a reset that it does not have.
  private var bind: String? {
    func pins(_ interface: ModuleInterface) -> [String] {
      interface.clocks.flatMap { [$0.clock] + ($0.reset.map { [$0] } ?? []) } + interface.ports.map(\.name)
    }
    guard Set(pins(checks)).isSubset(of: pins(design)) else { return nil }
    let list = pins(checks).map { "  .\($0)(\($0))" }.joined(separator: ",\n")
    return """
      // Reads the checkers into every instance of \(design.name), in tools that know SystemVerilog; Icarus does not.
      bind \(design.name) \(checks.name) systole_checks (
      \(list)
      );

      """
  }
}
