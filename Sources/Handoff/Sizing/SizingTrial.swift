/// One run with some depths.
public struct SizingTrial: Hashable, Sendable, Codable {
  /// The depths by the names of their parameters.
  public var depths: [String: Int]
  /// Cycles of the work; nil where the run was not right.
  public var cycles: UInt64?
  /// Why the run was not right.
  public var problem: String?
  /// How full the FIFOs were.
  public var queues: [QueueUse] = []

  /// A run that was right.
  init(_ depths: [String: Int], cycles: UInt64, _ queues: [QueueUse]) {
    (self.depths, self.cycles, self.queues) = (depths, cycles, queues)
  }

  /// A run that was not.
  init(_ depths: [String: Int], problem: String) { (self.depths, self.problem) = (depths, problem) }
}

/// What is sized: parameters that are depths, and what runs the work with any of their values.
struct SizedDesign {
  struct Depth {
    /// The name of the parameter.
    var name: String
    /// The value that the user has.
    var value: Int
    /// The values that there are, smallest first; `value` is one of them.
    var candidates: [Int]
    /// The FIFOs whose depth follows from it.
    var queues: Set<String>
  }

  /// What it is called.
  var name: String
  /// What runs, in words.
  var work: String
  var depths: [Depth]
  /// Runs the work; a run that is not right is a trial with a problem.
  var run: ([String: Int]) throws -> SizingTrial
}
