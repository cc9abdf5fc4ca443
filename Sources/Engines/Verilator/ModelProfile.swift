/// How a model is compiled: what it costs to build and how fast it runs.
///
/// Measured for a 16 × 16 systolic array on one core: `debug` builds in about half a second and runs 0.25 million cycles
/// a second, `default` in about a second and 5 million, `fast` the same and 7 million, `trace` writes 20 thousand cycles
/// a second. Of larger designs `fast` may make a slower model than `default`: see ``fast``.
public struct ModelProfile: Hashable, Sendable, Codable {
  /// What the C++ compiler is asked for.
  public enum Optimization: String, Hashable, Sendable, Codable, CaseIterable {
    /// `-O0`.
    case none
    /// `-O2`.
    case standard
    /// `-O3 -march=native`: the model runs only on this kind of processor.
    case native
  }

  /// What waves the model can write.
  public enum Waves: String, Hashable, Sendable, Codable, CaseIterable {
    case none
    case vcd
    /// Compressed; needs zlib and, from Verilator 5.040 on, lz4.
    case fst
    /// FST where it can be compiled, else VCD.
    case best
  }

  /// Optimisation of the model.
  public var optimization: Optimization
  /// Waves that the model can write.
  public var waves: Waves
  /// Whether the model counts which lines run and which bits change: see ``VerilatedModel/coverage()``.
  public var countsCoverage: Bool

  /// Combines the choices.
  public init(optimization: Optimization, waves: Waves = .none, countsCoverage: Bool = false) {
    self.optimization = optimization
    self.waves = waves
    self.countsCoverage = countsCoverage
  }

  /// The shortest way from an edit to the first cycle.
  public static let debug = ModelProfile(optimization: .none)
  /// The right choice for most runs.
  public static let `default` = ModelProfile(optimization: .standard)
  /// For long runs on this machine, if a measurement of the design shows that it pays: with the wider vectors clang may
  /// gather registers into them that stand apart, and the 16 × 16 matrix engine with its double-buffered weights then runs
  /// at a quarter of its speed in ``default``.
  public static let fast = ModelProfile(optimization: .native)
  /// Writes waves. Not optimised, because writing the wave takes nearly all of the time.
  public static let trace = ModelProfile(optimization: .none, waves: .best)

  /// Counts lines and bits. Not optimised: the counters take most of the time, and much to compile.
  public static let cover = ModelProfile(optimization: .none, countsCoverage: true)

  /// The profile with the least time for build and run together.
  ///
  /// The limit comes from the 16 × 16 array: there `default` costs 0.7 s more to build than `debug` and saves 3.9 µs a
  /// cycle. ``fast`` is never chosen: nothing tells beforehand whether it is faster.
  public static func suited(toCycles cycles: Int) -> ModelProfile { cycles < 180_000 ? .debug : .default }
}
