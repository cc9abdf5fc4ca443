/// What a program takes on the generated machine, in clocks.
public struct XFormerCycleEstimate: Hashable, Sendable {
  /// One part of a program.
  public struct Part: Hashable, Sendable {
    /// Clocks from the start to the last acknowledgement.
    public var cycles = 0
    /// Clocks of work of each engine, and those in which its next command waits for others.
    public var busy, waits: [Int]
  }

  /// What comes before inference; nil where nothing does.
  public var deployment: Part?
  /// Inference.
  public var inference: Part
}

/// When something happens in the generated machine: its engines, buses and queues clock by clock, without any number that is computed.
///
/// The memory answers in order, each burst so many clocks after its address, and never stalls.
///
///     let clocks = XFormerCycleModel(latency: 8).estimate(program).inference.cycles
public struct XFormerCycleModel: Hashable, Sendable {
  /// Clocks from the address of a burst to its first word, and from its last word to its acknowledgement: 1 and above.
  public var latency: Int

  /// A machine with a memory of this latency.
  public init(latency: Int = 8) { self.latency = latency }

  /// The clocks of a program; as long as the machine takes, in steps of a clock.
  public func estimate(_ program: XFormerProgram) -> XFormerCycleEstimate {
    let sizes = program.sizes
    var projections = (0..<sizes.projectionEngines).map { _ in ProjectionTiming(sizes, latency: latency) }
    var tiles = (0..<sizes.attentionTiles).map { _ in AttentionTiming(sizes, latency: latency) }
    var vector = VectorTiming(sizes, latency: latency)
    func run(_ commands: [XFormerCommand]) -> XFormerCycleEstimate.Part {
      let count = sizes.engines
      var part = XFormerCycleEstimate.Part(
        busy: [Int](repeating: 0, count: count), waits: [Int](repeating: 0, count: count))
      var dispatch = DispatchTiming(commands, engines: count, latency: latency)
      var isIdle = [Bool](repeating: true, count: count)
      var isDone = [Bool](repeating: false, count: count)
      func step<E: EngineTiming>(_ engine: inout E, _ number: Int, _ clock: Int) {
        isIdle[number] = engine.isIdle
        if isIdle[number] {
          if dispatch.isWaiting(number, isIdle: true) { part.waits[number] += 1 }
        } else {
          part.busy[number] += 1
        }
        isDone[number] = engine.step(clock, isIdle[number] ? dispatch.head(number) : nil)
      }
      var clock = 0
      while true {
        clock += 1
        for index in projections.indices { step(&projections[index], index, clock) }
        for index in tiles.indices { step(&tiles[index], sizes.attentionEngine(index), clock) }
        step(&vector, sizes.vectorEngine, clock)
        if dispatch.step(clock, isIdle: isIdle, isDone: isDone) { break }
      }
      part.cycles = clock
      return part
    }
    let deployment = program.deployment.isEmpty ? nil : run(program.deployment)
    return XFormerCycleEstimate(deployment: deployment, inference: run(program.inference))
  }
}
