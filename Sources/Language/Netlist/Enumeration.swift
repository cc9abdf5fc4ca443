/// Names for the values of signals: what a person reads in the Verilog and in waves.
public struct Enumeration: Hashable, Sendable {
  /// A value with its name.
  public struct Case: Hashable, Sendable {
    /// Name in Swift.
    public var name: String
    /// The bits.
    public var code: BitVector

    /// A value with its name.
    public init(name: String, code: BitVector) {
      self.name = name
      self.code = code
    }
  }

  /// Name of the type in Swift.
  public var name: String
  /// Cases in the order of declaration, each with a code of its own.
  public var cases: [Case]

  /// Names for values.
  public init(name: String, cases: [Case]) {
    self.name = name
    self.cases = cases
  }

  /// The name of a value; nil for a code that no case has.
  public func name(of code: BitVector) -> String? { cases.first { $0.code == code }?.name }
}
