/// Which way a port points, seen from inside the module that owns it.
public enum PortDirection: String, Hashable, Sendable, Codable, CaseIterable {
  case input
  case output
}

/// One port as a tool outside the language sees it: a flat vector under its Verilog name.
public struct PortShape: Hashable, Sendable, Codable {
  /// The Verilog name, unique in the module.
  public var name: String
  /// Input or output.
  public var direction: PortDirection
  /// Width in bits, at least 1.
  public var width: Int
  /// True when the vector holds a two's complement number.
  public var isSigned: Bool
  /// Verilog name of the clock that the port belongs to, in the interface of a module with several; else nil.
  public var clock: String?

  /// Describes a port of `width` bits.
  public init(
    name: String, direction: PortDirection, width: Int, isSigned: Bool = false, clock: String? = nil
  ) {
    self.name = name
    self.direction = direction
    self.width = width
    self.isSigned = isSigned
    self.clock = clock
  }
}

/// Everything that a simulator or an integrator must know to connect a module: its name, data ports and clocks, and what
/// the ports belong to.
public struct ModuleInterface: Hashable, Sendable, Codable {
  /// Verilog module name.
  public var name: String
  /// Data ports in the order of declaration; clocks and resets are not among them.
  public var ports: [PortShape]
  /// Clock domains that enter through this module's ports.
  public var clocks: [ClockShape]
  /// What the ports are to the generator that declares them; nil where only names are known, as of foreign Verilog.
  public var parts: [InterfacePart]?

  /// Describes a module from outside.
  public init(name: String, ports: [PortShape], clocks: [ClockShape], parts: [InterfacePart]? = nil) {
    self.parts = parts
    self.name = name
    self.ports = ports
    self.clocks = clocks
  }
}
