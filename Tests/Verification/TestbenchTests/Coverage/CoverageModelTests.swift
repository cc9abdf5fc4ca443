import Testing

@testable import Testbench

@Suite struct CoverageModelTests {
  @Test func `An interface gives corners, bits, flows and crosses`() throws {
    let model = try CoverageModel(SoftwareFIFO().interface)
    #expect(
      model.points.map(\.name) == [
        "push.data corners", "push.data bits", "push.tag corners", "push.tag bits", "push flow", "pop.data bits",
        "pop.tag bits", "pop flow", "push producer", "pop consumer",
      ])
    #expect(model.crosses.map(\.name) == ["push × pop"])
    #expect(model.points[0].bins.map(\.name) == ["0", "1", "top bit alone", "all ones"])
    #expect(model.points[2].bins.map(\.name) == ["0", "1", "smallest", "minus one", "largest"])
    #expect(model.points[3].bins.count == 24)
    #expect(
      model.crosses[0].bins.map(\.name) == [
        "offers × takes", "offers × holds back", "holds back × takes", "holds back × holds back",
      ])
  }

  @Test func `Corners and bits count what was sent`() throws {
    var model = try CoverageModel.empty(SoftwareFIFO().interface)
    try model.corners("corners", of: try model.field("push", "tag"))
    try model.bits("bits", of: try model.field("pop", "data"))
    let run = try #require(
      try coverage(of: [0, 255, 1], tags: [-2048, -1, 2047], model: model).coverage)
    #expect(Array(run.counts.prefix(5)) == [0, 0, 1, 1, 1])
    #expect(run.counts[5] == 1 && run.counts[6] == 2, "bit 0 at 0 and at 1")
    #expect(run.counts[7] == 2 && run.counts[8] == 1, "bit 1 at 0 and at 1")
    #expect(run.samples == [3, 3])
  }

  @Test func `Corners of wide fields look at every word`() throws {
    var model = try CoverageModel.empty(SoftwareFIFO(dataWidth: 100).interface)
    try model.corners("corners", of: try model.field("push", "data"))
    var bench = try StreamBench(SoftwareFIFO(dataWidth: 100).interface, seed: 1, stalls: .never)
    let high: UInt64 = 1 << 35
    for row in [[0, 0, 0], [1, 0, 0], [0, high, 0], [.max, 2 * high - 1, 0], [.max, high, 0]] as [[UInt64]] {
      try bench.withStimuli { stimuli throws(BenchError) in
        try stimuli.send(words: row, on: "push")
        try stimuli.expect(words: row, on: "pop")
      }
    }
    bench.options.coverage = model
    let result = try bench.run(on: SoftwareFIFO(dataWidth: 100))
    #expect(try #require(result.coverage, "\(result.text())").counts == [1, 1, 1, 1])
  }

  @Test func `Crosses count combinations, and leave out what is excluded`() throws {
    var model = try CoverageModel.empty(SoftwareFIFO().interface)
    try model.point("odd", over: [try model.field("push", "data")], .named(["even", "odd"])) { $0[0] & 1 }
    try model.point(
      "sign", over: [try model.field("push", "tag")], .named(["plus", "minus"])
    ) { $0[0] < 0 ? 1 : 0 }
    try model.cross("both", ["odd", "sign"], [.excluded("odd", "minus", because: "odd ones are never negative")])
    let run = try #require(try coverage(of: [2, 3, 4, 5], tags: [1, 1, -1, 1], model: model).coverage)
    #expect(run.counts == [2, 2] + [3, 1] + [1, 1, 2, 0])
    let kept = try block(model, [run])
    #expect(kept.isClosed)
    #expect(kept.points[2].bins.map(\.goal) == [1, 1, 1, 0])

    try model.cross("wrong", ["odd", "sign"], [.illegal("even", "minus")])
    #expect(try coverage(of: [2], tags: [-1], model: model).failure?.kind == .illegalBin)
    #expect(throws: CoverageError.unknown("evn", kind: "bin of 'odd'", known: ["even", "odd"])) {
      try model.cross("typo", ["odd", "sign"], [.excluded("evn", "*", because: "")])
    }
    try model.point("clock", over: try model.handshake("push"), [.value("idle", 0)])
    #expect(throws: CoverageError.differentEvents("mixed", parts: ["odd", "clock"])) {
      try model.cross("mixed", ["odd", "clock"])
    }
  }

  @Test func `A point may join the nth transactions of two streams`() throws {
    var model = try CoverageModel.empty(SoftwareFIFO().interface)
    try model.point(
      "same", over: [try model.field("push", "data"), try model.field("pop", "data")], .named(["other", "same"])
    ) { $0[0] == $0[1] ? 1 : 0 }
    let run = try #require(try coverage(of: Array(0..<100), stalls: .mixed, model: model).coverage)
    #expect(run.counts == [0, 100])
  }

  @Test func `Without stalls everything comes at once and back to back`() throws {
    let model = try CoverageModel(SoftwareFIFO().interface)
    let kept = try block(model, [try coverage(of: Array(0..<200), model: model).coverage])
    let flow = try #require(kept.points.firstIndex { $0.name == "push flow" })
    // At once, stalled, idle before, back to back.
    #expect(kept.hits[flow] == [200, 0, 0, 199])
    let cross = try #require(kept.points.firstIndex { $0.name == "push × pop" })
    #expect(kept.hits[cross][1] == 0 && kept.hits[cross][3] == 0, "the consumer never holds back")
    let latency = try #require(kept.latencies.first)
    #expect((latency.from, latency.to) == ("push", "pop"))
    #expect(latency.clocks.counts == [1: 200])
    #expect(kept.throughputs.map(\.stream) == ["push", "pop"])
    // 200 transactions: three whole windows, and a fourth that does not count.
    #expect(kept.throughputs[0].transactions.counts == [64: 3])
  }

  @Test func `Occupancy, waits and gaps follow the traffic`() throws {
    var model = try CoverageModel.empty(SoftwareFIFO().interface)
    try model.point(
      "inside", over: try model.occupancy(from: "push", to: "pop"), .each(0...4) + [.illegal("too many", 5...Int.max)])
    try model.point("wait", over: try model.wait("push"), [.value("none", 0), .range("some", 1...1000)])
    try model.point("gap", over: try model.gap("push"), [.value("none", 0), .range("some", 1...1000)])
    try model.point(
      "latency", over: try model.latency(from: "push", to: "pop"),
      [.illegal("too soon", 0...0), .value("least", 1), .range("longer", 2...1000)])
    let result = try coverage(of: Array(repeating: 7, count: 800), stalls: .mixed, model: model)
    let run = try #require(result.coverage, "\(result.text())")
    #expect(run.counts[0..<5].allSatisfy { $0 > 0 })
    #expect(run.counts[6] + run.counts[7] == 800 && run.counts[7] > 0)
    #expect(run.counts[8] + run.counts[9] == 800 && run.counts[9] > 0)
    #expect(run.counts[11] + run.counts[12] == 800)
  }

  @Test func `Stimuli that are made block by block count all the same`() throws {
    let model = try CoverageModel(SoftwareFIFO().interface)
    var bench = try StreamBench(SoftwareFIFO().interface, seed: 3)
    try bench.generate(blocks: 20) { _, random, stimuli throws(BenchError) in
      for _ in 0..<50 {
        let row = [random.unsigned(bits: 8), random.signed(bits: 12)]
        try stimuli.send(row, on: "push")
        try stimuli.expect(row, on: "pop")
      }
    }
    bench.options.coverage = model
    let result = try bench.run(on: SoftwareFIFO())
    #expect(result.verdict == .passed, "\(result.text())")
    let kept = try block(model, [result.coverage])
    for (point, samples) in zip(kept.points, kept.samples) where point.over.contains("transaction") {
      #expect(samples == 1000, "\(point.name)")
    }
    #expect(kept.latencies.first?.clocks.total == 1000)
    #expect(kept.gaps.filter { $0.point.hasPrefix("push.") || $0.point.hasPrefix("pop.") }.isEmpty)
  }

  @Test(arguments: [0, 1, 40])
  func `Vectors count with their outputs whatever the latency`(latency: Int) throws {
    var model = try CoverageModel.empty(SoftwareAdder(latency: latency).interface)
    try model.point(
      "sum", over: [try model.pin("a"), try model.pin("b"), try model.pin("sum")], .named(["wrong", "right"])
    ) { $0[0] + $0[1] == $0[2] ? 1 : 0 }
    var bench = try PinBench(
      SoftwareAdder(latency: latency).interface, latency: latency, inputs: ["a", "b"], outputs: ["sum"], seed: 1)
    try bench.generate(blocks: 6) { _, random, vectors throws(BenchError) in
      for _ in 0..<25 {
        let (a, b) = (random.signed(bits: 8), random.signed(bits: 8))
        try vectors.append([a, b], expecting: [a + b])
      }
    }
    bench.options.coverage = model
    let result = try bench.run(on: SoftwareAdder(latency: latency))
    #expect(try #require(result.coverage, "\(result.text())").counts == [0, 150])
  }

  @Test func `Outputs that nobody compares are not counted`() throws {
    var model = try CoverageModel.empty(SoftwareAdder(latency: 0).interface)
    try model.point("sum", over: try model.pin("sum"), [.range("any", Int.min...Int.max)])
    var bench = try PinBench(
      SoftwareAdder(latency: 0).interface, latency: 0, inputs: ["a", "b"], outputs: ["sum"], seed: 1)
    try bench.append([1, 2, 3, 4], expecting: [3, 7], care: [.max, 0])
    bench.options.coverage = model
    #expect(try bench.run(on: SoftwareAdder(latency: 0)).coverage?.counts == [1])
  }

  @Test func `Coverage changes nothing else of a run`() throws {
    var bench = try fifoBench(300)
    var plain = try bench.run(on: SoftwareFIFO())
    bench.options.coverage = try CoverageModel(bench.interface)
    var counted = try bench.run(on: SoftwareFIFO())
    #expect(plain.coverage == nil && counted.coverage != nil)
    (plain.seconds, counted.seconds, counted.coverage) = (nil, nil, nil)
    #expect(plain == counted)
  }

  @Test func `Only the run that counts is covered, and no rehearsal`() throws {
    var bench = try fifoBench(300)
    bench.options.coverage = try CoverageModel(bench.interface)
    let alone = try bench.run(on: SoftwareFIFO()).coverage
    bench.options.rehearsals = [40, 41]
    #expect(try bench.run(on: SoftwareFIFO()).coverage == alone)
  }

  @Test func `A run that fails covers nothing`() throws {
    var bench = try fifoBench(300)
    bench.options.coverage = try CoverageModel(bench.interface)
    let result = try bench.run(on: SoftwareFIFO(.corrupts(100)))
    #expect(result.failure?.kind == .mismatch)
    #expect(result.coverage == nil)
  }
}
