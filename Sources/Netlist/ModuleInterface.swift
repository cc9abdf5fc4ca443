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

  /// Describes a port of `width` bits.
  public init(name: String, direction: PortDirection, width: Int, isSigned: Bool = false) {
    self.name = name
    self.direction = direction
    self.width = width
    self.isSigned = isSigned
  }
}

/// How the registers of a clock domain take their initial values.
public enum ResetKind: String, Hashable, Sendable, Codable, CaseIterable {
  /// The reset is sampled at the clock edge like any other input.
  case synchronous
  /// The reset acts at once, without a clock edge.
  case asynchronous
}

/// The level of the reset port at which the registers are held in reset.
public enum ResetPolarity: String, Hashable, Sendable, Codable, CaseIterable {
  case activeHigh
  case activeLow
}

/// The clock of a domain and, where it has one, its reset. Registers act on the rising edge.
public struct ClockShape: Hashable, Sendable, Codable {
  /// Verilog name of the clock port.
  public var clock: String
  /// Verilog name of the reset port; nil when no register of the domain is reset.
  public var reset: String?
  /// Synchronous or asynchronous.
  public var resetKind: ResetKind
  /// Level at which the reset is active.
  public var resetPolarity: ResetPolarity

  /// Describes a clock and its reset.
  public init(
    clock: String, reset: String?, resetKind: ResetKind = .synchronous, resetPolarity: ResetPolarity = .activeHigh
  ) {
    self.clock = clock
    self.reset = reset
    self.resetKind = resetKind
    self.resetPolarity = resetPolarity
  }
}

/// Everything that a simulator or an integrator must know to connect a module: its name, data ports and clocks.
public struct ModuleInterface: Hashable, Sendable, Codable {
  /// Verilog module name.
  public var name: String
  /// Data ports in the order of declaration; clocks and resets are not among them.
  public var ports: [PortShape]
  /// Clock domains that enter through this module's ports.
  public var clocks: [ClockShape]

  /// Describes a module from outside.
  public init(name: String, ports: [PortShape], clocks: [ClockShape]) {
    self.name = name
    self.ports = ports
    self.clocks = clocks
  }
}
