import XFormer

/// What a program takes on the generated machine, in clocks.
public struct TRONCycleEstimate: Hashable, Sendable {
  /// Clocks from the start to the last acknowledgement.
  public var cycles = 0
  /// Clocks of work of each engine, and those in which its next command waits for others.
  public var busy, waits: [Int]
}

/// When something happens in the generated machine: its units, buses and queues clock by clock, without any number that is computed.
///
/// How many passes of light a vector takes depends on its signs: the golden machine knows. The memory answers in order, each
/// burst so many clocks after its address, and never stalls.
///
///     let clocks = try TRONCycleModel(latency: 8).estimate(program, golden).cycles
public struct TRONCycleModel: Hashable, Sendable {
  /// Clocks from the address of a burst to its first word, and from its last word to its acknowledgement: 1 and above.
  public var latency: Int

  /// A machine with a memory of this latency.
  public init(latency: Int = 8) { self.latency = latency }

  /// The clocks of a program; as long as the machine takes, in steps of a clock.
  ///
  /// - Parameter golden: the golden machine with the program executed.
  /// - Throws: ``TRONError`` for sizes without hardware.
  public func estimate(_ program: TRONProgram, _ golden: TRONMachine) throws(TRONError) -> TRONCycleEstimate {
    let sizes = program.sizes
    let commands = try program.instructions()
    var products = [[TRONCommand.Product]](repeating: [], count: sizes.heads)
    var passes = [[[UInt8]]](repeating: [], count: sizes.heads)
    var softmax = [[TRONCommand.Softmax]](repeating: [], count: sizes.heads)
    var number = 0
    for (command, issue) in zip(program.commands, program.issues) {
      switch command {
      case .product(let order):
        products[issue.engine].append(order)
        passes[issue.engine].append(golden.passes[number])
        number += 1
      case .softmax(let order): softmax[issue.engine - sizes.heads].append(order)
      case .normalize: break
      }
    }
    var rings = (0..<sizes.heads).map {
      RingTiming(sizes, latency: latency, orders: products[$0], passes: passes[$0])
    }
    var rows = (0..<sizes.heads).map { SoftmaxTiming(latency: latency, orders: softmax[$0]) }
    var vector = VectorTiming(sizes.control, latency: latency)
    let count = sizes.engines
    var estimate = TRONCycleEstimate(
      busy: [Int](repeating: 0, count: count), waits: [Int](repeating: 0, count: count))
    var dispatch = DispatchTiming(commands, engines: count, latency: latency)
    var isIdle = [Bool](repeating: true, count: count)
    var isDone = [Bool](repeating: false, count: count)
    func step<E: EngineTiming>(_ engine: inout E, _ number: Int, _ clock: Int) {
      isIdle[number] = engine.isIdle
      if isIdle[number] {
        if dispatch.isWaiting(number, isIdle: true) { estimate.waits[number] += 1 }
      } else {
        estimate.busy[number] += 1
      }
      isDone[number] = engine.step(clock, isIdle[number] ? dispatch.head(number) : nil)
    }
    var clock = 0
    while true {
      clock += 1
      for head in 0..<sizes.heads { step(&rings[head], head, clock) }
      for head in 0..<sizes.heads { step(&rows[head], sizes.heads + head, clock) }
      step(&vector, count - 1, clock)
      if dispatch.step(clock, isIdle: isIdle, isDone: isDone) { break }
    }
    estimate.cycles = clock
    return estimate
  }
}
