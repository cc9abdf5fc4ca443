/// The kinds of mistakes that are put into a design.
public enum MutationOperator: String, Hashable, Sendable, Codable, CaseIterable {
  /// Another operation on the same operands: and for or, a sum for a difference, a shift the other way.
  case operatorExchanged = "operator-exchanged"
  /// The operands of an operation that does not commute, in the other order.
  case operandsExchanged = "operands-exchanged"
  /// A constant, or a word of a table, one more or one less.
  case constantOffByOne = "constant-off-by-one"
  /// A bit of a named signal, or of an output, that is always 0 or always 1.
  case bitStuck = "bit-stuck"
  /// A comparison that says the opposite.
  case comparisonInverted = "comparison-inverted"
  /// A strict comparison made one that holds for equal operands too.
  case comparisonNonStrict = "comparison-non-strict"
  /// A register or a port of a memory that acts at every clock edge instead of those it is enabled at.
  case enableDropped = "enable-dropped"
  /// A register without its reset: it starts as the complement of the value it should have.
  case resetDropped = "reset-dropped"
  /// A register with another value in reset.
  case resetValueChanged = "reset-value-changed"
  /// A multiplexer with two of its inputs in the other order.
  case muxInputsExchanged = "mux-inputs-exchanged"
  /// A result that has lost its highest bit: cut off, and extended again.
  case widthNarrowed = "width-narrowed"
  /// A signed extension, comparison, shift or product done on unsigned numbers.
  case signDropped = "sign-dropped"
  /// The next state of a register with named values is another one of them.
  case transitionRedirected = "transition-redirected"
  /// A port of a memory at the address one further.
  case addressOffByOne = "address-off-by-one"
  /// A register replaced by its next value, where that closes no loop; a delay line that is a stage shorter.
  case registerRemoved = "register-removed"

  /// A few words for a table.
  public var description: String { rawValue.replacing("-", with: " ") }
}
