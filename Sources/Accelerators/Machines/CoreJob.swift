import TATAAHardware

/// What a core of TATAA is to run, in its memory.
public struct CoreJob: Sendable {
  /// Where the program begins, a multiple of 4,096.
  public var program: Int
  /// Instructions of the program.
  public var words: Int
  /// Where the memory of the program begins, a multiple of 4,096.
  public var base: Int
  /// Bytes of that memory.
  public var size: Int

  /// A job.
  public init(program: Int, words: Int, base: Int, size: Int) {
    (self.program, self.words, self.base, self.size) = (program, words, base, size)
  }
}

/// How a core of TATAA ended.
public struct CoreReport: Sendable {
  /// The status; none for END.
  public var status: MachineStatus
  /// The instruction that the status is about.
  public var stoppedAt: Int
  /// The counters of the program.
  public var counters: [TATAAAccelerator.Counter: Int]
}
