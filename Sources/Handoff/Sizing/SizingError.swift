/// Why no depths are proposed.
public enum SizingError: Error, Hashable, CustomStringConvertible {
  /// No parameter of the block is a depth.
  case noDepths(String, others: [String])
  /// No FIFO follows from a parameter that says it is a depth.
  case noQueues(String, parameter: String)
  /// The run with the depths that the user has is not right.
  case startFails(String, String)
  /// The second run with the depths that were found was another one.
  case notRepeated(String, String?)

  /// What is wrong, and the remedy.
  public var description: String {
    switch self {
    case .noDepths(let block, let others):
      "'\(block)' has no parameter that is the depth of a FIFO; these have one: \(others.joined(separator: ", "))"
    case .noQueues(let block, let parameter):
      "no FIFO of '\(block)' follows from its parameter '\(parameter)': take the mark 'asQueueDepth' from the parameter"
    case .startFails(let design, let problem):
      "the run of '\(design)' with the depths that it has is not right: \(problem); make it pass before its depths are chosen"
    case .notRepeated(let design, let problem):
      "the second run of '\(design)' with the depths that were found differs from the first"
        + (problem.map { ": \($0)" } ?? "") + "; its work does not follow from the seed alone"
    }
  }
}
