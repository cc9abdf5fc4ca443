import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// One bit into step with a clock.
  public static let bitSynchronizer = Entry<BitSynchronizer, CountWorkload>(
    "bit-synchronizer", "Brings one bit of another clock, or of none, into step with the clock.",
    configurations: [("deep", BitSynchronizer { ($0.stages, $0.isSetInReset) = (4, true) })],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Bits"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let synchronizer = request.generator
    return try request.delayBench(by: synchronizer.stages, reset: synchronizer.isSetInReset ? 1 : 0)
  }
  .covering(coverBitSynchronizer)

  /// A reset into step with a clock.
  public static let resetSynchronizer = Entry<SynchronizedReset, CountWorkload>(
    "reset-synchronizer", "Begins a reset at once, and ends it in step with the clock.",
    configurations: [("deep", SynchronizedReset { $0.stages = 5 })],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Clocks"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let edges = request.generator.stages
    var golden = ResetModel(edges: edges)
    var bench = try PinBench(
      request.interface, latency: 0, name: request.name, index: request.index, seed: request.seed)
    var random = bench.random("requests")
    // A request at first: what came before the bench may have been anything.
    var (asks, left) = (true, 1)
    for _ in 0..<request.workload.count {
      try bench.append([asks ? 1 : 0], expecting: [golden.isActive(request: asks) ? 1 : 0])
      golden.clock(request: asks)
      left -= 1
      if left == 0 {
        asks.toggle()
        // Requests end before and after the reset of the one before has ended.
        left = 1 + random.integer(below: asks ? 3 : 2 * edges)
      }
    }
    return bench
  }
  .checked(proving: SynchronizedReset { $0.stages = 3 }) { unit in
    [
      Checker("begins-at-once", "The reset is active whenever it is asked for, without a clock edge between.") {
        io, m in
        m.assert(io.active | !io.request, "is_active", "a reset is asked for and not active")
      },
      Checker("ends-in-step", "The reset ends at edge \(unit.stages) after its request, not before and not later.") {
        io, m in
        let passed = m.register("passed", UInt.self, width: 5, initial: 0)
        passed.next
          <== mux(io.request, 0, mux(passed .== UInt(unit.stages), passed, passed &+ 1))
        m.assert(
          io.request | (io.active .== (passed .< UInt(unit.stages))), "ends_in_time",
          "the reset ends too early or too late")
      },
    ]
  }

  /// Pulses of one clock as pulses of another.
  public static let pulseSynchronizer = Entry<PulseSynchronizer, CountWorkload>(
    "pulse-synchronizer", "Makes a pulse of one clock a pulse of another.",
    workload: CountWorkload(count: 5000),
    workloadParameters: CountWorkload.parameters("Cycles, a third of them with a pulse; the clocks tick together"),
    expectedCycles: { _, work in work.count }
  ) { try $0.delayBench(by: $0.generator.stages + 1, reset: 0, areApart: true) }
  .checked(proving: PulseSynchronizer()) { synchronizer in
    [
      Checker("pulses-are-apart", "A pulse comes after an edge of the destination that has seen the one before.") {
        io, m in
        let turned = m.domain(.source) { m.register("turned", Bit.self, reset: 0) }
        let seen = m.domain(.destination) { m.register("seen", turned, reset: 0) }
        m.when(io.pulse) { turned.next <== !turned }
        m.domain(.source) {
          m.assume(
            !io.pulse | (seen .== turned), "is_apart", "two pulses are closer than a clock of the destination")
        }
      },
      Checker(
        "once",
        "A pulse arrives once, within \(synchronizer.stages + 1) clocks, if the destination ticks before the next one."
      ) { io, m in
        // No more pulses are under way than the destination has edges to see them.
        let width = clog2(synchronizer.stages + 3)
        let sent = m.domain(.source) { m.register("sent", UInt.self, width: width, reset: 0) }
        let seen = m.domain(.destination) { m.register("seen", UInt.self, width: width, reset: 0) }
        let waiting = m.domain(.destination) { m.register("waiting", UInt.self, width: width, reset: 0) }
        let isUnderWay = sent .!= seen
        m.when(io.pulse) { sent.next <== sent &+ 1 }
        m.when(io.pulseSeen) { seen.next <== seen &+ 1 }
        waiting.next <== mux(io.pulseSeen | !isUnderWay, 0, waiting &+ 1)
        m.domain(.destination) {
          m.assert(!io.pulseSeen | isUnderWay, "was_sent", "a pulse arrives that was not sent, or twice")
          m.assert(
            waiting .<= UInt(synchronizer.stages), "is_in_time", "a pulse is lost, or arrives late")
        }
      },
    ]
  }
  .covering(coverPulseSynchronizer)

  /// Items handed over by a handshake.
  public static let busSynchronizer = Entry<BusSynchronizer, CountWorkload>(
    "bus-synchronizer", "Hands items from one clock to another by a handshake, one at a time.",
    configurations: [("wide", BusSynchronizer(width: 130) { $0.stages = 3 })],
    workload: CountWorkload(count: 2000), workloadParameters: CountWorkload.parameters("Items sent through"),
    expectedCycles: { _, work in 20 * work.count }
  ) { try $0.relayBench(width: $0.generator.width, timing: crossing(capacity: 1, stages: $0.generator.stages)) }
  .checked(proving: BusSynchronizer(width: 2)) { _ in
    [
      Checker("order", "Items leave once, in order, whole, for every order of the edges of both clocks.") { io, m in
        m.checkOrder(from: (io.push, .source), to: (io.pop, .destination), capacity: 2)
      }
    ]
  }
  .covering(coverBusSynchronizer)

  /// A queue between two clocks.
  public static let asynchronousFIFO = Entry<AsynchronousFIFO, CountWorkload>(
    "asynchronous-fifo", "First-in first-out queue that is written with one clock and read with another one.",
    benched: ["canBeIsolated": .words(["false"])],
    configurations: [("small", AsynchronousFIFO(width: 70, depth: 2) { ($0.stages, $0.showsOccupancy) = (3, false) })],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Items sent through"),
    expectedCycles: { _, work in 6 * work.count }
  ) { request in
    let queue = request.generator
    let gauges = [
      TimingGauge(port: "written") { $0.used[0] }, TimingGauge(port: "readable") { $0.visible[0] + $0.occupied[1] },
    ]
    // Each side learns late of what the other one did, so that one counts too many and the other one too few.
    let depth = queue.depth
    let written = QueueGauge(port: "written") { taken, given in
      .count(from: taken - given - 1, to: min(depth, taken))
    }
    let readable = QueueGauge(port: "readable") { taken, given in .count(from: 0, to: taken - given) }
    return try request.relayBench(
      width: queue.width, timing: crossing(capacity: queue.depth, stages: queue.stages),
      gauges: queue.showsOccupancy ? gauges : [], sides: queue.showsOccupancy ? [written, readable] : [])
  }
  .checked(proving: AsynchronousFIFO(width: 1, depth: 2)) { queue in
    [
      Checker("order", "Items leave once, in order, whole, for every order of the edges of both clocks.") { io, m in
        m.checkOrder(from: (io.push, .source), to: (io.pop, .destination), capacity: queue.capacity)
      }
    ]
  }
  .covering(coverAsynchronousFIFO)

  /// Places on one side, an output register on the other, and registers between them each way.
  private static func crossing(capacity: Int, stages: Int) -> [QueueTiming.Stage] {
    [
      .init(capacity: capacity, latency: stages + 1, returnDelay: stages + 1), .init(capacity: 1, returnDelay: 0),
    ]
  }
}

extension BenchRequest where Workload == CountWorkload {
  /// A bench for a module that gives each bit `delay` clocks later, and `reset` until then; clocks tick together.
  ///
  /// - Parameter areApart: Whether a 1 is never followed by another one.
  fileprivate func delayBench(by delay: Int, reset: UInt64, areApart: Bool = false) throws(BenchError) -> PinBench {
    var bench = try PinBench(interface, latency: 0, name: name, index: index, seed: seed)
    var random = bench.random("bits")
    var due = [UInt64](repeating: reset, count: delay)
    var last: UInt64 = 0
    for _ in 0..<workload.count {
      let bit = areApart && last == 1 ? 0 : random.next() & 1
      last = bit
      due.append(bit)
      try bench.append([bit], expecting: [due.removeFirst()])
    }
    return bench
  }
}
