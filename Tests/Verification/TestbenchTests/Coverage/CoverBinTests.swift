import Testing

@testable import Testbench

@Suite struct CoverBinTests {
  @Test func `Values, sets and ranges count what falls into them`() throws {
    let found = try hits(
      of: [0, 1, 2, 7, 7, 200, 255], [.value("seven", 7), .values("few", [0, 2, 9]), .range("high", 128...255)])
    #expect(found == ["seven": 2, "few": 2, "high": 2])
  }

  @Test func `A range is shared equally, the first bins longer`() throws {
    let bins: [CoverBin] = .equal(0...9, count: 4)
    #expect(bins.map(\.name) == ["0…2", "3…5", "6…7", "8…9"])
    #expect(try hits(of: Array(0...9), bins) == ["0…2": 3, "3…5": 3, "6…7": 2, "8…9": 2])
    #expect([CoverBin].equal(5...6, count: 9).map(\.name) == ["5", "6"])
  }

  @Test func `Masks and patterns look at some bits`() throws {
    let found = try hits(
      of: [0b0000_0001, 0b1000_0001, 0b1000_0000, 0b1111_1111],
      [.mask("odd", 1, mask: 1), .pattern("1??? ???0", "1???_???0"), .pattern("top", "1???????")])
    #expect(found == ["odd": 3, "1??? ???0": 1, "top": 3])
  }

  @Test func `Transitions count the last of values that follow each other`() throws {
    let found = try hits(
      of: [1, 2, 3, 1, 2, 2, 3, 9, 1],
      [
        .transition("1, 2", 1, 2), .transition("1, 2, 3", 1, 2, 3),
        .transition("up to high", through: [0...3, 4...255]),
      ])
    #expect(found == ["1, 2": 2, "1, 2, 3": 1, "up to high": 1])
  }

  @Test func `An ignored bin takes its values from the others`() throws {
    let found = try hits(
      of: [1, 2, 3], [.range("all", 0...9), .ignored("two", 2...2, because: "it is even")])
    #expect(found == ["all": 2, "two": 1])
  }

  @Test func `An illegal bin fails the run and names itself`() throws {
    var model = try CoverageModel.empty(SoftwareFIFO().interface)
    try model.point(
      "data", over: try model.field("push", "data"), [.range("low", 0...9), .illegal("reserved", 13...13)])
    #expect(try coverage(of: [1, 2], model: model).verdict == .passed)
    let result = try coverage(of: [1, 2, 13, 4], model: model)
    #expect(result.verdict == .failed)
    #expect(result.coverage == nil)
    let failure = try #require(result.failure)
    #expect(failure.kind == .illegalBin)
    #expect(failure.message == "bin 'reserved' of cover point 'data' must not be hit, and was")
    // Two cycles of reset, and the third transaction.
    #expect(failure.cycle == 4)
    #expect(result.text().contains("illegal coverage bin"))
  }

  @Test func `Signed fields count as such`() throws {
    var model = try CoverageModel.empty(SoftwareFIFO().interface)
    try model.point(
      "tag", over: try model.field("push", "tag"),
      [.range("negative", Int.min ... -1), .value("zero", 0), .value("smallest", -2048)])
    let run = try #require(try coverage(of: [0, 0, 0], tags: [-5, 0, -2048], model: model).coverage)
    #expect(run.counts == [2, 1, 1])
  }

  @Test func `Mistakes in a model name what is wrong and what there is`() throws {
    var model = try CoverageModel.empty(SoftwareFIFO().interface)
    let data = try model.field("push", "data")
    #expect(throws: CoverageError.unknown("dta", kind: "field of 'push'", known: ["data", "tag"])) {
      try model.field("push", "dta")
    }
    #expect(throws: CoverageError.unknown("psh", kind: "stream", known: ["push", "pop"])) { try model.wait("psh") }
    #expect(throws: CoverageError.badPattern("10x", bin: "a", point: "p")) {
      try model.point("p", over: data, [.pattern("a", "10x")])
    }
    #expect(throws: CoverageError.duplicate("a", kind: "bin of 'p'")) {
      try model.point("p", over: data, [.value("a", 1), .value("a", 2)])
    }
    #expect(throws: CoverageError.badNumber("goal of 'p', 'a'", value: 0, needed: "at least 1")) {
      try model.point("p", over: data, [.value("a", 1)], goal: 0)
    }
    #expect(throws: CoverageError.badNumber("bins of 'p'", value: 0, needed: "at least 1")) {
      try model.point("p", over: data, [])
    }
    let handshake = try model.handshake("push")
    #expect(throws: CoverageError.differentEvents("p", parts: ["push.data", "push handshake"])) {
      try model.point("p", over: [data, handshake], [.value("a", 1)]) { $0[0] }
    }
    try model.point("p", over: data, [.value("a", 1)])
    #expect(throws: CoverageError.duplicate("p", kind: "point")) { try model.point("p", over: data, [.value("a", 1)]) }
    #expect(throws: CoverageError.unknown("b", kind: "bin of 'p'", known: ["a"])) {
      try model.exclude("p", ["b"], because: "")
    }
  }

  @Test func `A model for another module is refused`() throws {
    let model = try CoverageModel(SoftwareFIFO(dataWidth: 9).interface)
    #expect(throws: BenchError.self) { try coverage(of: [1], model: model) }
    let other = try CoverageModel(SoftwareAdder(latency: 1).interface)
    #expect(throws: BenchError.self) { try coverage(of: [1], model: other) }
  }
}
