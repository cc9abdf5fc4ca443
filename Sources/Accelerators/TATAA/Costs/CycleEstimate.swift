/// Why the issue of instructions waits, in the order in which causes count when there are several.
public enum StallClass: String, Hashable, Sendable, CaseIterable {
  /// The instruction has not come from memory.
  case fetch
  /// The addresses of an instruction that moves bytes are checked.
  case check
  /// A load is under way that brings what is read.
  case load
  /// A store is under way that reads what is changed, or that FENCE and END wait for.
  case store
  /// A product is under way.
  case matrix
  /// A vector operation is under way, or the unit does not take the instruction yet.
  case vector
}

/// What a program takes on a core.
public struct CycleEstimate: Hashable, Sendable {
  /// Cycles from the start to the end.
  public var cycles = 0
  /// Cycles in which no instruction is issued, by cause.
  public var stalls: [StallClass: Int] = [:]
  /// Steps of products.
  public var productSteps = 0
  /// The cycle in which the first word of an operand comes; nil when none does.
  public var firstOperandCycle: Int?
  /// The cycle of the last word of each row in memory that is stored, in the order of the golden machine's stores.
  public var storeCycles: [Int] = []
}
