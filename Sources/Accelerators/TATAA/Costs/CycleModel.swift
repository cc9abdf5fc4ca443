/// The cycles of a program on a core whose memory answers after a fixed time and never stalls.
///
/// Instructions are issued in order, one a cycle; each waits until what it needs is there, as the issue rules of the machine say.
/// The model follows every row that is loaded and stored, but no values: it is a walk over the program, some thousand times
/// faster than a simulation of the hardware. A load of sums, which no compiled program has, is an estimate.
///
///     let estimate = CycleModel(configuration: .standard, latency: 8).estimate(program)
///     print(estimate.cycles, estimate.stalls)
public struct CycleModel: Hashable, Sendable {
  /// The sizes of the core.
  public var configuration: Configuration
  /// Cycles from the address of a burst to its first word, and from the last word of a written burst to its answer.
  public var latency: Int

  /// A model of a core.
  public init(configuration: Configuration, latency: Int) {
    self.configuration = configuration
    self.latency = latency
  }

  /// The cycles of a program from its start to its end.
  public func estimate(_ program: MachineProgram) -> CycleEstimate {
    estimate(program, parts: []).program
  }

  /// The cycles of a program, and of parts of it that follow each other: from the issue of the last instruction before a part
  /// to that of its own last one, with the steps of products that were issued in it.
  public func estimate(
    _ program: MachineProgram, parts: [Range<Int>]
  ) -> (program: CycleEstimate, parts: [CycleEstimate]) {
    var walk = IssueWalk(configuration, latency)
    var found: [CycleEstimate] = []
    var before = CycleEstimate()
    func closeParts(_ end: Int) {
      while found.count < parts.count, parts[found.count].upperBound <= end {
        let now = walk.finished(withStores: false)
        found.append(
          CycleEstimate(
            cycles: now.cycles - before.cycles,
            stalls: now.stalls.merging(before.stalls) { $0 - $1 }.filter { $0.value > 0 },
            productSteps: now.productSteps - before.productSteps))
        before = now
      }
    }
    for (index, instruction) in program.instructions.enumerated() {
      closeParts(index)
      walk.issue(instruction)
      if instruction.opcode == .end { break }
    }
    closeParts(.max)
    return (walk.finished(), found)
  }
}

/// The constants of the machine's pipelines, in cycles.
enum PipelineCycles {
  /// From the issue of a vector operation to that of one that reads its result.
  static let vector = 6
  /// From the read of a row that is stored to the cycle in which it stands in front of the memory port.
  static let convert = 6
  /// Bursts whose words have not come.
  static let outstandingReads = 16
  /// Loads that have been issued and not ended.
  static let pendingLoads = 4
  /// Cycles of the check of addresses.
  static let check = 3
  /// From the start of a program to the first cycle in which its first instruction can be there, without the memory's time.
  static let start = 4
  /// Words of a burst of instructions, and bursts under way.
  static let fetchBurst = 16, fetchBursts = 2
}
