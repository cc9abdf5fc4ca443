import Netlist
import Synchronization
import Testbench
import Testing

/// A bench that pushes `count` transactions through a FIFO.
func fifoBench(
  _ count: Int, seed: Seed = 1, stalls: StallProfile = .mixed, dataWidth: Int = 8
) throws -> StreamBench {
  var bench = try StreamBench(SoftwareFIFO(dataWidth: dataWidth).interface, seed: seed, stalls: stalls)
  var random = bench.random("values")
  for _ in 0..<count {
    let row = [random.unsigned(bits: min(dataWidth, 60)), random.signed(bits: 12)]
    try bench.send(row, on: "push")
    try bench.expect(row, on: "pop")
  }
  bench.options.watchdogCycles = 100
  bench.options.drainCycles = 20
  return bench
}

@Suite struct StreamBenchTests {
  static let profiles: [StallProfile] = [
    .never, .random(0.25), .random(0.9), .bursts(stalled: 10, flowing: 3), .reluctant, .contrary, .mixed,
  ]

  @Test(arguments: profiles, [1, 8, 64, 65, 100, 128])
  func `A sound FIFO passes under every profile`(stalls: StallProfile, dataWidth: Int) throws {
    let bench = try fifoBench(500, stalls: stalls, dataWidth: dataWidth)
    let result = try bench.run(on: SoftwareFIFO(dataWidth: dataWidth))
    #expect(result.verdict == .passed, "\(result.text())")
    #expect(result.transactionsCompared == 500)
    #expect(result.valuesCompared == 1000)
    #expect(result.failure == nil)
    #expect(result.history.isEmpty)
  }

  @Test func `Without stalls every figure is known`() throws {
    let result = try fifoBench(100, stalls: .never).run(on: SoftwareFIFO())
    // Two cycles of reset, one of latency, a hundred transactions, twenty cycles of draining.
    #expect(result.cycles == 2 + 1 + 100 + 20)
    #expect(result.resetCycles == 2)
    let push = result.streams[0]
    let pop = result.streams[1]
    #expect((push.name, push.direction, push.transactions) == ("push", .input, 100))
    #expect((push.firstCycle, push.lastCycle, push.throughput) == (2, 101, 1))
    #expect((push.stalledByBench, push.stalledByDesign) == (0, 0))
    #expect((pop.name, pop.direction, pop.transactions) == ("pop", .output, 100))
    #expect((pop.firstCycle, pop.lastCycle, pop.throughput) == (3, 102, 1))
    #expect((pop.stalledByBench, pop.stalledByDesign) == (0, 1))
    let latency = try #require(result.latencies.first)
    #expect((latency.from, latency.to, latency.first) == ("push", "pop", 1))
    #expect((latency.minimum, latency.mean, latency.maximum) == (1, 1, 1))
  }

  @Test func `A reset in the middle of the traffic shows what survives it`() throws {
    var bench = try fifoBench(300)
    #expect(try bench.run(on: SoftwareFIFO(.survivesReset)).verdict == .passed)
    bench.options.rehearsals = [40, 41, 42]
    let result = try bench.run(on: SoftwareFIFO(.survivesReset))
    #expect(result.verdict == .failed, "\(result.text())")

    let sound = try bench.run(on: SoftwareFIFO())
    #expect(sound.verdict == .passed, "\(sound.text())")
    #expect(sound.transactionsCompared == 300)
    // Each rehearsal has a reset of its own.
    #expect(sound.rehearsalCycles == 40 + 41 + 42 + 3 * 2)
    #expect(sound.text().contains("of them 129 in runs that a reset ended and 2 in reset"))
    #expect(try BenchReport(json: BenchReport("r", [sound]).json()).results == [sound])

    // What goes wrong in a rehearsal counts, at the cycle where it happened.
    let early = try bench.run(on: SoftwareFIFO(.corrupts(2)))
    #expect(early.verdict == .failed)
    #expect(early.rehearsalCycles == nil)
    #expect(early.cycles < 42)
  }

  @Test(arguments: [8, 100])
  func `A captured stream is in the result as the design gave it`(dataWidth: Int) throws {
    var bench = try fifoBench(200, dataWidth: dataWidth)
    #expect(try bench.run(on: SoftwareFIFO(dataWidth: dataWidth)).captured == nil)
    try bench.capture("pop")
    bench.options.rehearsals = [37]
    let captured = try #require(bench.run(on: SoftwareFIFO(dataWidth: dataWidth)).captured)
    #expect(captured.map(\.stream) == ["pop"])
    var random = bench.random("values")
    let sent = (0..<200).flatMap { _ in
      let data = random.unsigned(bits: min(dataWidth, 60))
      let words = [UInt64(data)] + (dataWidth > 64 ? [0] : [])
      return words + [UInt64(bitPattern: Int64(random.signed(bits: 12))) & 0xFFF]
    }
    #expect(captured.first?.words == sent)
    #expect(throws: BenchError.unknownStream("push", module: bench.interface.name, streams: ["pop"])) {
      try bench.capture("push")
    }
  }

  @Test func `What a faulty design gave is captured, not what was expected`() throws {
    var bench = try fifoBench(3, stalls: .never)
    try bench.expect([1, 1], on: "pop")
    try bench.send([2, 2], on: "push")
    try bench.capture("pop")
    let result = try bench.run(on: SoftwareFIFO())
    #expect(result.verdict == .failed)
    #expect(result.captured?.first?.words.suffix(2) == [2, 2])
  }

  @Test func `A rehearsal without a cycle is refused`() throws {
    var bench = try fifoBench(3)
    bench.options.rehearsals = [0]
    let error = #expect(throws: BenchError.self) { try bench.run(on: SoftwareFIFO()) }
    #expect("\(error!)".contains("rehearsals"))
  }

  @Test func `Stalls are charged to the side that causes them`() throws {
    var bench = try fifoBench(2000, stalls: .never)
    try bench.setStalls(.random(0.5), on: "pop")
    var result = try bench.run(on: SoftwareFIFO())
    #expect(result.streams[0].stalledByBench == 0)
    #expect(result.streams[0].stalledByDesign > 1800)
    #expect((1800...2200).contains(result.streams[1].stalledByBench))
    #expect(result.streams[1].stalledByDesign < 10)

    try bench.setStalls(.never)
    try bench.setStalls(.random(0.5), on: "push")
    result = try bench.run(on: SoftwareFIFO())
    #expect((1800...2200).contains(result.streams[0].stalledByBench))
    #expect(result.streams[0].stalledByDesign == 0)
    #expect(result.streams[1].stalledByBench == 0)
    #expect((1800...2200).contains(result.streams[1].stalledByDesign))
  }

  @Test func `Two streams in and two out run together`() throws {
    var bench = try StreamBench(SoftwareJoin().interface, name: "joined", seed: 3)
    var random = bench.random("values")
    for _ in 0..<1000 {
      let (a, b) = (random.unsigned(bits: 16), random.unsigned(bits: 16))
      try bench.send([a], on: "a")
      try bench.send([b], on: "b")
      try bench.expect([a + b], on: "sum")
      try bench.expect([a + b], on: "copy")
    }
    let result = try bench.run(on: SoftwareJoin())
    #expect(result.verdict == .passed, "\(result.text())")
    #expect(result.transactionsCompared == 2000)
    #expect(result.streams.map(\.transactions) == [1000, 1000, 1000, 1000])
    #expect(result.latencies.map(\.from) == ["a", "a"])

    try bench.hold("zero", at: 1)
    #expect(try bench.run(on: SoftwareJoin()).failure?.kind == .mismatch)
    #expect(throws: BenchError.unknownPort("a_value", module: "join", ports: ["zero"])) {
      try bench.hold("a_value", at: 1)
    }
  }

  @Test func `Blocks made during the run are the same as rows made before`() throws {
    var whole = try fifoBench(0)
    var lazy = whole
    let block: StreamBench.BlockGenerator = { index, random, stimuli throws(BenchError) in
      for _ in 0..<(index % 3 * 20) {
        let row = [random.unsigned(bits: 8), index]
        try stimuli.send(row, on: "push")
        try stimuli.expect(row, on: "pop")
      }
    }
    try lazy.generate(blocks: 50, block)
    for index in 0..<50 {
      var random = whole.testSeed.generator("block", index: index)
      try whole.withStimuli { stimuli throws(BenchError) in try block(index, &random, &stimuli) }
    }
    var fromBlocks = try lazy.run(on: SoftwareFIFO())
    var fromMemory = try whole.run(on: SoftwareFIFO())
    fromBlocks.seconds = nil
    fromMemory.seconds = nil
    #expect(fromBlocks.stimulusBytes ?? 0 > 0 && fromMemory.stimulusBytes == nil)
    fromBlocks.stimulusBytes = nil
    #expect(fromBlocks.verdict == .passed, "\(fromBlocks.text())")
    #expect(fromBlocks == fromMemory)
    #expect(fromBlocks.transactionsCompared == 980)
  }

  @Test func `The same seed gives the same report and another one does not`() throws {
    func report(_ seed: Seed) throws -> String {
      var result = try fifoBench(300, seed: seed).run(on: SoftwareFIFO(.corrupts(250)))
      result.seconds = nil
      return result.text()
    }
    #expect(try report(7) == report(7))
    #expect(try report(7) != report(8))
  }

  @Test func `Tests of one run differ by name and index`() throws {
    let interface = SoftwareFIFO().interface
    let seeds = try [
      StreamBench(interface, seed: 1), StreamBench(interface, index: 1, seed: 1),
      StreamBench(interface, name: "other", seed: 1), StreamBench(interface, seed: 2),
    ].map(\.testSeed)
    #expect(Set(seeds).count == 4)
  }

  @Test func `A design without inputs and a stream without payload are checked too`() throws {
    var bench = try StreamBench(SoftwareCounter().interface, seed: 1)
    try bench.generate(blocks: 25) { index, _, stimuli throws(BenchError) in
      try stimuli.expect(4 * index..<4 * (index + 1), on: "count")
      try stimuli.expect([Int](), on: "tick")
    }
    let result = try bench.run(on: SoftwareCounter())
    #expect(result.verdict == .passed, "\(result.text())")
    #expect(result.streams.map(\.transactions) == [100, 25])
    #expect(result.valuesCompared == 100)
    #expect(result.latencies.isEmpty)

    try bench.generate(blocks: 24) { index, _, stimuli throws(BenchError) in
      try stimuli.expect(4 * index..<4 * (index + 1), on: "count")
      try stimuli.expect([Int](), on: "tick")
    }
    let surplus = try bench.run(on: SoftwareCounter())
    #expect(
      surplus.failure?.message
        == "stream 'count' gave transaction 96, but only 96 were expected: number 0x0060 (96)")
  }

  @Test func `Progress is reported during a long run`() throws {
    var bench = try fifoBench(0)
    try bench.generate(blocks: 1_000_000) { index, _, stimuli throws(BenchError) in
      for value in 0..<100 {
        try stimuli.send([value, 0], on: "push")
        try stimuli.expect([value, 0], on: "pop")
      }
    }
    let reported = Mutex<BenchProgress?>(nil)
    bench.options.progress = { progress in reported.withLock { $0 = progress } }
    bench.options.isCancelled = { reported.withLock { $0 != nil } }
    let result = try bench.run(on: SoftwareFIFO())
    #expect(result.verdict == .cancelled)
    let progress = try #require(reported.withLock { $0 })
    #expect(progress.cycle == result.cycles)
    #expect(progress.compared == result.transactionsCompared)
    #expect(progress.fraction > 0 && progress.fraction < 1)
  }

  @Test func `A cancelled run says how far it came`() throws {
    var bench = try fifoBench(0)
    try bench.generate(blocks: 1_000_000) { _, _, stimuli throws(BenchError) in
      try stimuli.send([1, 2], on: "push")
      try stimuli.expect([1, 2], on: "pop")
    }
    bench.options.isCancelled = { true }
    let result = try bench.run(on: SoftwareFIFO())
    #expect(result.verdict == .cancelled)
    #expect(result.failure == nil)
    #expect(result.cycles == 2 + 64)
    #expect(result.text().hasPrefix("CANCELLED  fifo\n"))
  }

  @Test func `A bench that expects nothing does not pass`() throws {
    let result = try fifoBench(0).run(on: SoftwareFIFO())
    #expect(result.verdict == .failed)
    #expect(result.failure?.kind == .nothingCompared)
  }
}
