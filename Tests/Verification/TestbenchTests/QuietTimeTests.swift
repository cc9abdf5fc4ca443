import Testbench
import Testing

@Suite struct QuietTimeTests {
  /// Sums that become 0 while `zero` is 1, which changes `pauses` times.
  private func bench(_ pauses: Int) throws -> StreamBench {
    var bench = try StreamBench(SoftwareJoin().interface, name: "joined", seed: 3)
    var random = bench.random("values")
    for pause in 0...pauses {
      for _ in 0..<20 {
        let (a, b) = (random.unsigned(bits: 16), random.unsigned(bits: 16))
        try bench.send([a], on: "a")
        try bench.send([b], on: "b")
        try bench.expect([pause % 2 == 1 ? 0 : a + b], on: "sum")
        try bench.expect([pause % 2 == 1 ? 0 : a + b], on: "copy")
      }
      if pause == pauses { continue }
      try bench.pause([.init(cycles: 5), .init(["zero": pause % 2 == 0 ? 1 : 0], cycles: 30)])
    }
    return bench
  }

  @Test func `Inputs change when everything before has passed`() throws {
    let result = try bench(10).run(on: SoftwareJoin())
    #expect(result.verdict == .passed, "\(result.text())")
    #expect(result.transactionsCompared == 2 * 11 * 20)
    #expect(result.cycles > 10 * 35)
    var again = try bench(10)
    try again.setStalls(.never)
    again.options.watchdogCycles = 20
    #expect(try again.run(on: SoftwareJoin()).verdict == .passed)
  }

  @Test func `A pause without steps waits for what comes before it`() throws {
    var bench = try StreamBench(SoftwareJoin().interface, name: "joined", seed: 3, stalls: .never)
    var waiting = bench
    for number in 0..<50 {
      for stream in ["a", "b"] {
        try bench.send([number], on: stream)
        try waiting.send([number], on: stream)
      }
      for stream in ["sum", "copy"] {
        try bench.expect([2 * number], on: stream)
        try waiting.expect([2 * number], on: stream)
      }
      try waiting.pause()
    }
    let (free, ordered) = (try bench.run(on: SoftwareJoin()), try waiting.run(on: SoftwareJoin()))
    #expect(free.verdict == .passed)
    #expect(ordered.verdict == .passed, "\(ordered.text())")
    #expect(ordered.cycles >= free.cycles)
  }

  @Test func `A response waits for its request, and nothing else does`() throws {
    func run(isHeld: Bool) throws -> BenchResult {
      var bench = try StreamBench(SoftwareJoin().interface, name: "joined", seed: 3, stalls: .never)
      for number in 0..<50 {
        try bench.send([number], on: "a")
        if isHeld { try bench.holdResponse(on: "b", after: ["sum"]) }
        try bench.send([number], on: "b")
        for stream in ["sum", "copy"] { try bench.expect([2 * number], on: stream) }
      }
      return try bench.run(on: SoftwareJoin())
    }
    let (free, ordered) = (try run(isHeld: false), try run(isHeld: true))
    #expect(free.verdict == .passed)
    #expect(ordered.verdict == .passed, "\(ordered.text())")
    #expect(ordered.cycles > free.cycles)
  }

  @Test func `A response to what never comes is stuck`() throws {
    var bench = try StreamBench(SoftwareJoin().interface, name: "joined", seed: 3)
    try bench.send([1], on: "a")
    for stream in ["sum", "copy"] { try bench.expect([3], on: stream) }
    try bench.holdResponse(on: "b", after: ["sum"])
    try bench.send([2], on: "b")
    bench.options.watchdogCycles = 50
    #expect(try bench.run(on: SoftwareJoin()).failure?.kind == .stuck)
    #expect(throws: BenchError.self) { try bench.holdResponse(on: "sum", after: ["a"]) }
  }

  @Test func `What no input can do is refused`() throws {
    var bench = try bench(0)
    #expect(throws: BenchError.unknownPort("a_value", module: "join", ports: ["zero"])) {
      try bench.pause([.init(["a_value": 1], cycles: 1)])
    }
    #expect(throws: BenchError.self) { try bench.pause([.init(["zero": 2], cycles: 1)]) }
    #expect(throws: BenchError.parameter(name: "cycles", value: 0, needed: "at least 1")) {
      try bench.pause([.init(cycles: 0)])
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [Seed])
  func `Streams that are taken in any order find one that waits for the other`(seed: Seed) throws {
    var bench = try StreamBench(SoftwareJoin().interface, name: "joined", seed: seed)
    for number in 0..<500 {
      for stream in ["a", "b"] { try bench.send([number], on: stream) }
      for stream in ["sum", "copy"] { try bench.expect([2 * number], on: stream) }
    }
    bench.options.watchdogCycles = 500
    #expect(try bench.run(on: SoftwareJoin(copyWaits: true)).verdict == .passed)
    try bench.varyWriteOrder(address: "sum", words: "copy")
    try bench.varyWriteOrder(address: "a", words: "b")
    let right = try bench.run(on: SoftwareJoin())
    #expect(right.verdict == .passed, "\(right.text())")
    #expect(try bench.run(on: SoftwareJoin(copyWaits: true)).failure?.kind == .stuck)

    #expect(throws: BenchError.self) { try bench.varyWriteOrder(address: "sum", words: "a") }
    #expect(throws: BenchError.self) { try bench.varyWriteOrder(address: "sum", words: "copy", last: "last") }
  }
}
