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

/// The edge of a clock on which registers act.
public enum ClockEdge: String, Hashable, Sendable, Codable, CaseIterable {
  case rising
  case falling
}

/// The clock of a domain and, where it has one, its reset.
public struct ClockShape: Hashable, Sendable {
  /// Verilog name of the clock port.
  public var clock: String
  /// Verilog name of the reset port; nil when no register of the domain is reset.
  public var reset: String?
  /// Synchronous or asynchronous.
  public var resetKind: ResetKind
  /// Level at which the reset is active.
  public var resetPolarity: ResetPolarity
  /// Edge on which the registers of the domain act.
  public var edge: ClockEdge

  /// Describes a clock and its reset.
  public init(
    clock: String, reset: String?, resetKind: ResetKind = .synchronous, resetPolarity: ResetPolarity = .activeHigh,
    edge: ClockEdge = .rising
  ) {
    self.clock = clock
    self.reset = reset
    self.resetKind = resetKind
    self.resetPolarity = resetPolarity
    self.edge = edge
  }
}

extension ClockShape: Codable {
  private enum CodingKeys: String, CodingKey { case clock, reset, resetKind, resetPolarity, edge }

  /// Reads a clock; without `edge` it rises.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    clock = try values.decode(String.self, forKey: .clock)
    reset = try values.decodeIfPresent(String.self, forKey: .reset)
    resetKind = try values.decode(ResetKind.self, forKey: .resetKind)
    resetPolarity = try values.decode(ResetPolarity.self, forKey: .resetPolarity)
    edge = try values.decodeIfPresent(ClockEdge.self, forKey: .edge) ?? .rising
  }

  /// Writes the clock, its edge only where it falls.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(clock, forKey: .clock)
    try values.encodeIfPresent(reset, forKey: .reset)
    try values.encode(resetKind, forKey: .resetKind)
    try values.encode(resetPolarity, forKey: .resetPolarity)
    if edge == .falling { try values.encode(edge, forKey: .edge) }
  }
}
