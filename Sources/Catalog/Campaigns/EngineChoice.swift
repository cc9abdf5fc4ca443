/// What runs a module under test.
public enum EngineChoice: String, Hashable, Sendable, Codable, CaseIterable {
  /// The emitted Verilog in Verilator: the verdict that counts.
  case verilator
  /// The netlist in this process, without any other tool.
  case native
  /// Both side by side; every output must be the same in every cycle.
  case both
}
