import Testing

@testable import Sizing

/// The search on designs whose cycles are a formula.
@Suite struct DepthSearchTests {
  /// One parameter; FIFO "q" was full when its depth is at most `most`.
  private func design(
    _ value: Int, of candidates: [Int], most: Int, cycles: @escaping (Int) -> UInt64?
  ) -> SizedDesign {
    SizedDesign(
      name: "d", work: "w", depths: [.init(name: "depth", value: value, candidates: candidates, queues: ["q"])],
      run: { depths in
        let depth = depths["depth"] ?? 0
        guard let taken = cycles(depth) else { return SizingTrial(depths, problem: "stuck") }
        let inside = min(depth, most)
        return SizingTrial(
          depths, cycles: taken,
          [
            QueueUse(
              queue: "q", depth: depth, maximum: inside, mean: 0.5, fullCycles: inside == depth ? 3 : 0, cycles: 100)
          ])
      })
  }

  @Test(arguments: [1, 2, 5, 8, 16]) func `The smallest depth that keeps the cycles is found, wherever it is`(
    least: Int
  )
    throws
  {
    var search = DepthSearch(
      design(16, of: Array(1...64), most: least) { $0 >= least ? 100 : 200 }, tolerance: 0)
    let report = try search.report()
    #expect(report.parameters.map(\.proposed) == [least])
    #expect(report.parameters[0].below?.depth == (least == 1 ? nil : least - 1))
    #expect(report.parameters[0].below?.cycles == (least == 1 ? nil : 200))
    #expect(report.provenCycles == 100 && report.cycles == 100)
    #expect(report.queues.map(\.parameter) == ["depth"])
  }

  @Test func `What is too small is made deeper while that helps`() throws {
    // 1000 cycles with one word, and half as many with each doubling up to 8.
    var search = DepthSearch(
      design(1, of: [1, 2, 4, 8, 16, 32], most: 40) { 1000 / UInt64(min($0, 8)) }, tolerance: 0)
    let report = try search.report()
    #expect(report.cycles == 1000 && report.ampleCycles == 125 && report.provenCycles == 125)
    #expect(report.parameters.map(\.proposed) == [8])
    #expect(report.text.contains("4: 250 cycles, +100.0 %"))
  }

  @Test func `The tolerance buys a smaller depth`() throws {
    func proposed(_ tolerance: Double) throws -> Int {
      var search = DepthSearch(
        design(16, of: Array(1...16), most: 16) { UInt64(1000 + 10 * (16 - $0)) }, tolerance: tolerance)
      return try search.report().parameters[0].proposed
    }
    #expect(try proposed(0) == 16)
    #expect(try proposed(1) == 15)
    #expect(try proposed(5) == 11)
  }

  @Test func `A depth with which the run is not right is too small`() throws {
    var search = DepthSearch(design(16, of: Array(2...16), most: 4) { $0 >= 6 ? 100 : nil }, tolerance: 50)
    let report = try search.report()
    #expect(report.parameters[0].proposed == 6)
    #expect(report.parameters[0].below == .init(depth: 5, cycles: nil, problem: "stuck"))
  }

  @Test func `A start that is not right, and a run that does not repeat, are refused`() throws {
    var stuck = DepthSearch(design(4, of: [4], most: 1) { _ in nil }, tolerance: 0)
    #expect(throws: SizingError.startFails("d", "stuck")) { try stuck.report() }
    final class Count { var value: UInt64 = 100 }
    let count = Count()
    var moody = DepthSearch(
      design(4, of: [4], most: 1) { _ in
        count.value -= 1
        return count.value
      }, tolerance: 0)
    #expect(throws: SizingError.notRepeated("d", nil)) { try moody.report() }
  }

  @Test func `Two parameters are made small one after the other`() throws {
    // a and b share what they need: together 10 words.
    let depths = ["a", "b"].map { name in
      SizedDesign.Depth(name: name, value: 16, candidates: Array(1...16), queues: [name])
    }
    var search = DepthSearch(
      SizedDesign(name: "d", work: "w", depths: depths) { depths in
        SizingTrial(depths, cycles: depths.values.reduce(0, +) >= 10 ? 50 : 60, [])
      }, tolerance: 0)
    let report = try search.report()
    #expect(report.parameters.map(\.proposed) == [1, 9])
    #expect(report.trials.contains { $0.depths == ["a": 1, "b": 8] && $0.cycles == 60 })
  }
}
