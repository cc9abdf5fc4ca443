/// A number that decides how big a test is, or the design that it tests.
public struct ShrinkParameter: Hashable, Sendable, Codable {
  /// What it decides.
  public enum Role: String, Hashable, Sendable, Codable {
    /// How much the bench does: the first thing to be made less.
    case workload
    /// What the design is like.
    case design
  }

  /// The name, unique among those of a test.
  public var name: String
  /// What it decides.
  public var role: Role
  /// The number.
  public var value: Int
  /// The number at which nothing is simpler.
  public var simplest: Int
  /// Whether the numbers between are simpler too; if not, only the simplest one is tried.
  public var isOrdered: Bool

  /// A parameter.
  public init(_ name: String, _ role: Role, _ value: Int, simplest: Int, isOrdered: Bool = true) {
    self.name = name
    self.role = role
    self.value = value
    self.simplest = simplest
    self.isOrdered = isOrdered
  }

  /// How many transactions or vectors a bench makes.
  public static func count(_ name: String, _ value: Int, atLeast least: Int = 1) -> ShrinkParameter {
    ShrinkParameter(name, .workload, value, simplest: least)
  }

  /// A parameter of the design.
  public static func design(_ name: String, _ value: Int, simplest: Int) -> ShrinkParameter {
    ShrinkParameter(name, .design, value, simplest: simplest)
  }
}

/// Everything that decides a run of a test: what a shrinker makes simpler.
public struct ShrinkInputs: Hashable, Sendable, Codable {
  /// Counts, and parameters of the design.
  public var parameters: [ShrinkParameter]
  /// The master seed.
  public var seed: Seed
  /// Decides what state holds that the design does not define; nil for zeros.
  public var initialState: UInt64?
  /// What the random generators give; nil where the seed decides it.
  public var tapes: DrawTapes?
  /// What ``BenchOptions/rehearsals`` are in place of the bench's own; nil for these.
  public var rehearsals: [Int]?

  /// Inputs with nothing but a seed.
  public init(_ parameters: [ShrinkParameter] = [], seed: Seed, initialState: UInt64? = nil, tapes: DrawTapes? = nil) {
    self.parameters = parameters
    self.seed = seed
    self.initialState = initialState
    self.tapes = tapes
  }

  /// The value of the parameter called `name`.
  public subscript(name: String) -> Int {
    guard let parameter = parameters.first(where: { $0.name == name }) else {
      preconditionFailure("no parameter is called '\(name)'; there are \(parameters.map(\.name))")
    }
    return parameter.value
  }
}
