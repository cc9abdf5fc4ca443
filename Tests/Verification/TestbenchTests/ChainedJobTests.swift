import Synchronization
import Testbench
import Testing

@Suite struct ChainedJobTests {
  /// Sends 20 transactions, and then in each job those that came out of the job before, each number plus 1.
  private func bench(jobs: Int, blocks: Int = 0) throws -> StreamBench {
    var bench = try fifoBench(20)
    try bench.generate(blocks: blocks) { block, _, stimuli throws(BenchError) in
      try stimuli.send([block, 7], on: "push")
      try stimuli.expect([block, 7], on: "pop")
    }
    try bench.capture("pop")
    try bench.chain(jobs: jobs) { outputs, _, stimuli throws(BenchError) in
      let before: [Int] = try outputs[outputs.count - 1][0].values("data")
      for value in before {
        try stimuli.send([(value + 1) & 255, outputs.count], on: "push")
        try stimuli.expect([(value + 1) & 255, outputs.count], on: "pop")
      }
    }
    return bench
  }

  @Test(arguments: [0, 3]) func `A job is made of what the job before put out`(blocks: Int) throws {
    let bench = try bench(jobs: 3, blocks: blocks)
    let result = try bench.run(on: SoftwareFIFO())
    #expect(result.verdict == .passed, "\(result.text())")
    let count = 20 + blocks
    #expect(result.transactionsCompared == 4 * count)
    let data: [Int] = try #require(result.captured?.first).values("data")
    #expect(data.count == 4 * count)
    for index in count..<4 * count { #expect(data[index] == (data[index - count] + 1) & 255) }
  }

  @Test func `What comes is the design's, not what was expected`() throws {
    var bench = try fifoBench(0)
    try bench.send([1, 1, 2, 2], on: "push")
    try bench.expect([1, 1, 2, 2], on: "pop")
    try bench.capture("pop")
    let seen = Seen()
    try bench.chain(jobs: 2) { outputs, _, stimuli throws(BenchError) in
      seen.add(try outputs.map { job throws(BenchError) in try job[0].values("data") })
      if outputs.count == 1 {
        try stimuli.send([3, 3], on: "push")
        try stimuli.expect([3, 3], on: "pop")
      } else {
        try stimuli.send([4, 4], on: "push")
        try stimuli.expect([5, 4], on: "pop")
      }
    }
    let result = try bench.run(on: SoftwareFIFO())
    #expect(result.failure?.kind == .mismatch)
    #expect(seen.all == [[[1, 2]], [[1, 2], [3]]])
  }

  @Test func `A job is not asked for while something is to come`() throws {
    let bench = try bench(jobs: 1)
    let result = try bench.run(on: SoftwareFIFO(.drops(10)))
    #expect(result.verdict == .failed)
    #expect(try #require(result.captured?.first).count < 20)
  }

  @Test func `The recording of a chain is what a design that passes gives`() throws {
    let bench = try bench(jobs: 2, blocks: 2)
    guard case .streams(let recording) = try bench.recording() else {
      Issue.record("not of streams")
      return
    }
    let result = try bench.run(on: SoftwareFIFO())
    #expect(recording.streams[1].rows.words == result.captured?.first?.words)
    #expect(throws: BenchError.parameter(name: "jobs", value: -1, needed: "at least 0")) { try self.bench(jobs: -1) }
  }
}

/// What a closure has seen.
private final class Seen: Sendable {
  private let values = Mutex<[[[Int]]]>([])
  func add(_ value: [[Int]]) { values.withLock { $0.append(value) } }
  var all: [[[Int]]] { values.withLock { $0 } }
}
