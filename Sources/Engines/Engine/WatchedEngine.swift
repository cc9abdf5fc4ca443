import Netlist

/// An engine in front of another one that shows every cycle to whoever asked: what stands on the pins when the logic has
/// settled, and which clocks tick then.
public final class WatchedEngine: Engine {
  /// The engine that does the work.
  public let base: any Engine
  /// Called before every step with the number of the cycle, from 0, and the clocks that tick.
  private let seen: (_ cycle: UInt64, _ clocks: UInt64) -> Void
  /// Steps so far, of whichever clocks.
  public private(set) var steps: UInt64 = 0

  /// Watches `base`.
  ///
  /// - Parameters:
  ///   - base: The engine that runs.
  ///   - seen: Called before every step with the number of the cycle, from 0, and the clocks that tick.
  public init(_ base: any Engine, seen: @escaping (_ cycle: UInt64, _ clocks: UInt64) -> Void) {
    self.base = base
    self.seen = seen
  }

  /// That of the engine behind.
  public var interface: ModuleInterface { base.interface }
  /// That of the engine behind.
  public var cycle: UInt64 { base.cycle }
  /// That of the engine behind.
  public func pin(at index: Int) -> Pin { base.pin(at: index) }
  /// That of the engine behind.
  public func resetPin(ofClock index: Int) -> Pin? { base.resetPin(ofClock: index) }
  /// Settles the engine behind.
  public func settle() throws(EngineFailure) { try base.settle() }

  /// Shows the cycle, then steps the engine behind.
  public func step(clocks: UInt64) throws(EngineFailure) {
    seen(steps, clocks)
    try base.step(clocks: clocks)
    steps += 1
  }

  /// Settles and steps `cycles` times, so that each is seen.
  public func run(cycles: Int) throws(EngineFailure) {
    for _ in 0..<max(0, cycles) {
      try settle()
      try step(clocks: .max)
    }
  }

  /// Starts a wave of the engine behind.
  public func startTrace(path: String) throws(EngineFailure) { try base.startTrace(path: path) }
  /// Ends the wave of the engine behind.
  public func stopTrace() throws(EngineFailure) { try base.stopTrace() }
}
