import Foundation
import Testing

@testable import Testbench

@Suite struct BlockCoverageTests {
  /// Four runs with narrow data, and their model.
  private func runs() throws -> (model: CoverageModel, runs: [RunCoverage]) {
    let model = try CoverageModel(SoftwareFIFO().interface)
    let runs = try (0..<4).map { index in
      var bench = try StreamBench(SoftwareFIFO().interface, index: index, seed: 5)
      var random = bench.random("values")
      for _ in 0..<60 {
        let row = [random.unsigned(bits: 8), random.signed(bits: 12)]
        try bench.send(row, on: "push")
        try bench.expect(row, on: "pop")
      }
      bench.options.coverage = model
      let result = try bench.run(on: SoftwareFIFO())
      return try #require(result.coverage, "\(result.text())")
    }
    return (model, runs)
  }

  @Test func `Runs that are split and merged equal those that are not, in any order`() throws {
    let (model, runs) = try runs()
    let whole = try block(model, runs)
    var left = try block(model, [runs[2], runs[0]])
    let right = try block(model, [runs[3], runs[1]])
    var swapped = right
    try swapped.merge(left)
    try left.merge(right)
    #expect(left == whole)
    #expect(swapped == whole)
    #expect(whole.hits.flatMap { $0 } == runs[0].counts.indices.map { bin in runs.reduce(0) { $0 + $1.counts[bin] } })
    #expect(whole.latencies.first?.clocks.total == 240)
  }

  @Test func `A run counts once however often it comes`() throws {
    let (model, runs) = try runs()
    let whole = try block(model, runs)
    var again = whole
    try again.merge(whole)
    try again.merge(try block(model, [runs[1], runs[1]]))
    #expect(again == whole)
  }

  @Test func `One run with two outcomes is refused`() throws {
    let (model, runs) = try runs()
    var kept = try block(model, runs)
    var other = runs[1]
    other.counts[0] += 1
    #expect(throws: CoverageError.conflict(run: other.run, block: "fifo")) { try kept.add(other) }
  }

  @Test func `Coverage of another model is refused`() throws {
    let (model, runs) = try runs()
    var kept = try block(model, runs)
    var changed = model
    try changed.exclude("push flow", ["stalled"], because: "the bench never stalls")
    #expect(changed.fingerprint != model.fingerprint)
    let other = BlockCoverage(changed, block: "fifo", generator: "FIFO()")
    #expect(throws: CoverageError.otherModel(block: "fifo", kept: model.fingerprint, new: changed.fingerprint)) {
      try kept.merge(other)
    }
  }

  @Test func `Stimuli that are too narrow leave the named bins empty`() throws {
    let model = try CoverageModel(SoftwareFIFO().interface)
    let kept = try block(
      model, [try coverage(of: (0..<300).map { $0 % 16 }, tags: (0..<300).map { $0 - 150 }, model: model).coverage])
    #expect(!kept.isClosed)
    let empty = Set(kept.gaps.map { "\($0.point): \($0.bin)" })
    #expect(empty.isSuperset(of: ["push.data corners: top bit alone", "push.data corners: all ones"]))
    for bit in 4..<8 { #expect(empty.contains("push.data bits: bit \(bit) at 1")) }
    #expect(empty.contains("push flow: stalled") && empty.contains("push × pop: offers × holds back"))
    #expect(!empty.contains("push.data bits: bit 3 at 1"))
    let gap = try #require(kept.gaps.first { $0.bin == "all ones" })
    #expect(gap.reason == "the bench has not sent it in 300 samples: widen the stimuli")
    let text = kept.text(width: 60)
    #expect(text.contains("  push.data corners: all ones, 0 of 1\n"))
    #expect(text.contains("Clocks from 'push' to 'pop': min 1, median 1, 99 % up to 1, max 1, mean 1.0"))
    #expect(text.split(separator: "\n").filter { $0.contains("█") }.allSatisfy { $0.count <= 60 })
  }

  @Test func `Goals and weights decide whether it is closed`() throws {
    var model = try CoverageModel.empty(SoftwareFIFO().interface)
    let data = try model.field("push", "data")
    try model.point("often", over: data, [.value("one", 1), .value("two", 2).wanted(3)], weight: 3)
    try model.point("seldom", over: data, [.value("nine", 9)])
    let first = try #require(try coverage(of: [1, 2], model: model).coverage)
    var kept = try block(model, [first])
    #expect(kept.goals.reached == 1 && kept.goals.total == 3)
    // Half of the first point, three times, and nothing of the second.
    #expect(kept.share == 0.375)
    #expect(kept.gaps.map(\.bin) == ["two", "nine"])
    #expect(kept.gaps[0].reason.hasPrefix("1 of 3 hits in 1 runs"))
    try kept.add(try #require(try coverage(of: [2, 2, 9], index: 1, model: model).coverage))
    #expect(kept.isClosed && kept.share == 1 && kept.gaps.isEmpty)
    #expect(!BlockCoverage(model, block: "fifo", generator: "").isClosed, "nothing ran")
  }

  @Test func `A file holds all of it, and the same text each time`() throws {
    let (model, runs) = try runs()
    let database = CoverageDatabase([try block(model, runs)])
    let text = try database.json()
    #expect(try CoverageDatabase(json: text) == database)
    #expect(try CoverageDatabase(json: text).json() == text)
    var merged = CoverageDatabase()
    try merged.merge(database)
    try merged.merge(database)
    #expect(merged == database)
  }

  @Test func `Files that hold no coverage say what is wrong`() throws {
    let (model, runs) = try runs()
    let text = String(decoding: try CoverageDatabase([try block(model, runs)]).json(), as: UTF8.self)
    func reading(_ text: String) -> CoverageError? {
      do throws(CoverageError) {
        _ = try CoverageDatabase(json: Data(text.utf8))
        return nil
      } catch { return error }
    }
    #expect(reading(text) == nil)
    #expect(reading("") == .unreadable("it is no JSON"))
    #expect(reading("[1, 2") == .unreadable("it is no JSON"))
    #expect(reading("{}") == .unreadable("the key 'version' is missing"))
    #expect(
      reading(#"{"version":99,"blocks":[]}"#)
        == .unreadable("it is of version 99, and this program reads version 1"))
    #expect(reading(#"{"version":1,"blocks":7}"#) == .unreadable("'blocks' has a value of another type"))
    #expect(reading(#"{"version":1,"blocks":[{}]}"#) != nil)
    let short = text.replacing(/"counts":\[\d+,/, with: "\"counts\":[", maxReplacements: 1)
    guard case .unreadable(let reason)? = reading(short) else {
      Issue.record("a run with a count too few was taken")
      return
    }
    #expect(reason.contains("has") && reason.contains("counts"))
    #expect(reading(text.replacing(/"counts":\[\d+,/, with: "\"counts\":[-4,", maxReplacements: 1)) != nil)
    let other = text.replacing(model.fingerprint, with: "0000000000000000", maxReplacements: 1)
    #expect(reading(other) != nil)
  }

  @Test func `Histograms are exact where they are small, and merge`() throws {
    var first = CoverageHistogram()
    for number in 0..<100 { first.add(number) }
    var second = CoverageHistogram()
    second.add(1000, times: 3)
    #expect(first.counts[63] == 1 && first.counts[64] == 2)
    #expect(first.total == 100 && first.sum == 4950 && first.range == 0...99)
    var both = first
    both.add(second)
    #expect(both.total == 103 && both.range == 0...1000)
    #expect(both.quantile(0.5) == 51)
    #expect(both.classes(4).reduce(0) { $0 + $1.count } == 103)
    #expect(try JSONDecoder().decode(CoverageHistogram.self, from: JSONEncoder().encode(both)) == both)
    #expect(CoverageHistogram().drawing(width: 40).isEmpty)
    #expect(first.drawing(width: 30, rows: 4).count == 4)
  }

  @Test func `The page stands by itself and escapes what it shows`() throws {
    var model = try CoverageModel.empty(SoftwareFIFO().interface)
    try model.point("a < b & \"c\"", over: try model.field("push", "data"), [.value("<script>", 1), .value("two", 2)])
    var kept = try block(model, [try coverage(of: [1, 1], model: model).coverage])
    try kept.add(
      StructuralCoverage(
        tool: "Verilator 5", sources: [.init(name: "F.v", text: "module F;\nif (a < b) x <= 1;\nendmodule")],
        items: [
          .init(kind: .branch, file: "F.v", lines: [2], column: 1, module: "F", name: "if", place: "F.swift:3"),
          .init(kind: .toggle, file: "F.v", lines: [1], column: 1, module: "F", name: "x[0]"),
          .init(kind: .toggle, file: "F.v", lines: [1], column: 1, module: "F", name: "x[1]"),
        ], counts: [0, 0, 0], run: "r"))
    let page = CoverageDatabase([kept]).html()
    #expect(page.contains("a &lt; b &amp; &quot;c&quot;") && !page.contains("<script>two"))
    #expect(page.contains("if (a &lt; b) x &lt;= 1;"))
    #expect(page.contains("<code>x[1:0]</code>"))
    #expect(!page.contains("http"), "nothing is fetched")
    #expect(page.contains("<svg"))
    #expect(kept.text().contains("F.v:2 if, made by F.swift:3"))
  }

  @Test func `Counts of the Verilog merge by run, and only of the same text`() throws {
    let items = [
      StructuralCoverage.Item(kind: .line, file: "F.v", lines: [2], column: 1, module: "F", name: "block")
    ]
    func counted(_ count: Int, run: String, tool: String = "V") -> StructuralCoverage {
      StructuralCoverage(tool: tool, sources: [], items: items, counts: [count], run: run)
    }
    var first = counted(0, run: "a")
    try first.merge(counted(3, run: "b"), of: "F")
    try first.merge(counted(3, run: "b"), of: "F")
    #expect(first.totals == [3] && first.missed([.line]).isEmpty)
    #expect(throws: CoverageError.conflict(run: "b", block: "F")) { try first.merge(counted(4, run: "b"), of: "F") }
    var other = counted(0, run: "c")
    other.sources = [.init(name: "F.v", text: "")]
    #expect(throws: CoverageError.self) { try first.merge(other, of: "F") }
  }
}
