/// A statement about a module that holds at every clock edge outside reset.
public struct Assertion: Hashable, Sendable {
  /// What a tool does with the statement.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// It must hold; a proof shows it, a simulation stops when it fails.
    case assert
    /// It is taken to hold in a proof; a simulation stops when it fails, for then the stimuli are wrong.
    case assume
    /// It should hold once: a proof finds a way there, a simulation counts.
    case cover
  }

  /// What a tool does with it.
  public var kind: Kind
  /// Verilog identifier, unique in the definition.
  public var label: String
  /// What to tell a person when it fails; may be empty.
  public var message: String
  /// One bit.
  public var condition: NodeID
  /// One bit; nil when the statement is about every edge.
  public var enable: NodeID?
  /// Index in ``Definition/clocks``; the statement is not checked while the reset of that clock is active.
  public var clock: Int32
  /// Index in ``Definition/places``; -1 when unknown.
  public var place: Int32

  /// A statement about every edge, or about those at which `enable` is 1.
  public init(
    _ kind: Kind, label: String, message: String = "", condition: NodeID, enable: NodeID? = nil, clock: Int32 = 0,
    place: Int32 = -1
  ) {
    self.kind = kind
    self.label = label
    self.message = message
    self.condition = condition
    self.enable = enable
    self.clock = clock
    self.place = place
  }
}

extension DefinitionCheck {
  /// The rules of assertions.
  mutating func checkAssertions() {
    for assertion in definition.assertions {
      expect(assertion.condition, width: 1, signed: nil, what: "assertion '\(assertion.label)'")
      if let enable = assertion.enable {
        expect(enable, width: 1, signed: nil, what: "condition of assertion '\(assertion.label)'")
      }
      if !definition.clocks.indices.contains(Int(assertion.clock)) {
        fail("assertion '\(assertion.label)' has no clock", place: assertion.place)
      }
    }
  }
}
