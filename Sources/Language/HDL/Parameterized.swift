/// What has parameters: a generator, or a group of parameters that several generators have.
public protocol Parameterized: Sendable {
  /// The parameters that are declared; their ranges are checked before ``validate(_:)``.
  static var parameters: [Parameter<Self>] { get }

  /// Rejects parameters that do not go together; each is in its range by then. The default accepts all.
  func validate(_ parameters: inout ParameterCheck)
}

extension Parameterized {
  /// None.
  public static var parameters: [Parameter<Self>] { [] }
  /// Accepts every value.
  public func validate(_ parameters: inout ParameterCheck) {}
}

/// A group of parameters with a usual value.
public protocol DefaultInitializable {
  /// The usual value.
  init()
}

extension DefaultInitializable {
  /// The usual value but for what `change` sets: `StreamFIFO { $0.depth = 4 }`.
  public init<E: Error>(_ change: (inout Self) throws(E) -> Void) throws(E) {
    self.init()
    try change(&self)
  }
}

extension Parameterized {
  /// The same but for what `change` sets: `queue.with { $0.depth = 4 }`.
  public func with<E: Error>(_ change: (inout Self) throws(E) -> Void) throws(E) -> Self {
    var copy = self
    try change(&copy)
    return copy
  }
}

/// Collects what is wrong with the parameters of a generator.
public struct ParameterCheck {
  var mistakes: [(message: String, fix: String)] = []

  /// Nothing is wrong so far.
  public init() {}

  /// What is wrong with `value`.
  init(of value: some Parameterized) { require(value) }

  /// Requires what `part` declares, and what its `validate` does.
  public mutating func require<Part: Parameterized>(_ part: Part) {
    let found = Part.parameters.compactMap { $0.mistake(in: part) }
    mistakes += found
    if found.isEmpty { part.validate(&self) }
  }

  /// Records `message` unless `condition` holds.
  ///
  /// - Parameters:
  ///   - condition: What must hold.
  ///   - message: One sentence that names the parameter and its value.
  ///   - fix: What to write instead.
  public mutating func require(_ condition: Bool, _ message: @autoclosure () -> String, fix: @autoclosure () -> String)
  {
    if !condition { mistakes.append((message(), fix())) }
  }

  /// Requires that the parameter `name`, which is not declared as it is not always there, lies in `range`.
  public mutating func require(_ name: String, _ value: Int, in range: ClosedRange<Int>) {
    require(
      range.contains(value), "parameter '\(name)' is \(value)", fix: ParameterDomain.integer(range).fix)
  }
}
