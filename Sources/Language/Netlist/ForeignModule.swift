/// A module that is written elsewhere: what its definition is instead of nodes.
///
/// Its output ports are driven by signals of the kind ``NetlistSignal/Kind/foreign(port:)``.
public struct ForeignModule: Hashable, Sendable {
  /// A value for a parameter of the module.
  public enum Value: Hashable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    /// A number, written in decimal.
    case integer(Int)
    /// A text, written in quotes.
    case text(String)

    /// A number.
    public init(integerLiteral value: Int) { self = .integer(value) }
    /// A text.
    public init(stringLiteral value: String) { self = .text(value) }
  }

  /// A parameter of the module.
  public struct Parameter: Hashable, Sendable {
    /// Name in the Verilog.
    public var name: String
    /// What it is set to.
    public var value: Value

    /// A parameter with its value.
    public init(_ name: String, _ value: Value) {
      self.name = name
      self.value = value
    }
  }

  /// A file of Verilog.
  public struct Source: Hashable, Sendable {
    /// File name in the emitted design.
    public var name: String
    /// Contents.
    public var text: String

    /// Wraps the contents of a file.
    public init(name: String, text: String) {
      self.name = name
      self.text = text
    }
  }

  /// Name of the module in the Verilog.
  public var module: String
  /// Parameters in the order in which they are written.
  public var parameters: [Parameter] = []
  /// Names of ports in the Verilog where they are not those of ``Definition/ports``.
  public var portNames: [String: String] = [:]
  /// The port that takes the clock; nil for a module without one.
  public var clockPort: String?
  /// The port that takes the reset.
  public var resetPort: String?
  /// Level at which ``resetPort`` is active.
  public var resetPolarity = ResetPolarity.activeHigh
  /// Whether an output may follow an input without a clock edge between.
  public var followsInputs: Bool
  /// Verilog that comes with the design; may be empty when a flow brings the module.
  public var sources: [Source] = []
  /// Makes the software model of one instance; nil when there is none.
  public var model: ModelFactory?
  /// Nodes of the input ports, in their order.
  public var inputs: [NodeID] = []

  /// A module without parameters and clock.
  public init(module: String, followsInputs: Bool) {
    self.module = module
    self.followsInputs = followsInputs
  }

  /// Makes software models; two are equal when they are of equal generator values.
  public struct ModelFactory: Hashable, Sendable {
    /// The generator value as text.
    public let identity: String
    /// A model in its state before the first clock edge.
    public let make: @Sendable () -> any SoftwareModel

    /// The factory of the generator value that `identity` describes.
    public init(identity: String, make: @escaping @Sendable () -> any SoftwareModel) {
      self.identity = identity
      self.make = make
    }

    /// Compares the identities.
    public static func == (left: ModelFactory, right: ModelFactory) -> Bool { left.identity == right.identity }

    /// Feeds the identity.
    public func hash(into hasher: inout Hasher) { hasher.combine(identity) }
  }
}

/// What a foreign module does, for engines that cannot run its Verilog.
///
/// ```swift
/// struct DelayModel: SoftwareModel {
///   var stored = 0
///   func outputs(for inputs: PortValues) -> PortValues { ["late": stored] }
///   mutating func step(_ inputs: PortValues) { stored = inputs["early"] }
/// }
/// ```
public protocol SoftwareModel {
  /// The outputs in the present state: a value for each output port. Called any number of times in a cycle.
  ///
  /// A module of which no output follows an input gets no inputs here.
  func outputs(for inputs: PortValues) -> PortValues

  /// A rising edge of the clock, with the inputs as they are before it.
  mutating func step(_ inputs: PortValues)
}

extension SoftwareModel {
  /// Does nothing: a module without a clock.
  public mutating func step(_ inputs: PortValues) {}
}

/// Values of ports by name.
public struct PortValues: ExpressibleByDictionaryLiteral, Sendable {
  /// A value as bits, and how it is read.
  private var values: [String: (bits: BitVector, isSigned: Bool)] = [:]
  private var numbers: [String: Int] = [:]
  /// Whether the reset of the module is active.
  public var isReset = false

  /// No values.
  public init() {}

  /// Numbers by the names of ports.
  public init(dictionaryLiteral elements: (String, Int)...) {
    for (name, number) in elements { numbers[name] = number }
  }

  /// The value of a port as a number, signed where the port is; a port of more than 64 bits gives its low bits.
  public subscript(name: String) -> Int {
    get {
      if let number = numbers[name] { return number }
      guard let value = values[name] else {
        preconditionFailure("the software model has no value for port '\(name)'; known are \(names)")
      }
      let word = value.bits.words[0]
      guard value.isSigned, value.bits.width < 64 else { return Int(truncatingIfNeeded: word) }
      let unused = UInt64(64 - value.bits.width)
      return Int(Int64(bitPattern: word << unused) >> Int64(unused))
    }
    set {
      values[name] = nil
      numbers[name] = newValue
    }
  }

  /// Names of the ports that have a value, sorted.
  public var names: [String] { Array(Set(values.keys).union(numbers.keys)).sorted() }

  /// Sets the bits of a port.
  public mutating func set(_ name: String, to bits: BitVector, isSigned: Bool = false) {
    numbers[name] = nil
    values[name] = (bits, isSigned)
  }

  /// The value of a port as `width` bits; nil when it has none.
  public func bits(_ name: String, width: Int) -> BitVector? {
    if let number = numbers[name] { return BitVector(signed: number, width: width) }
    return values[name].map { BitVector(words: $0.bits.words, width: width) }
  }
}
