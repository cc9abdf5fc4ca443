import Campaigns
import Catalog
import Entries
import Foundation
import HDL
import TestFiles
import Testbench
import Testing

@Suite struct CoverageTests {
  /// The coverage model of a configuration.
  private func model(_ regression: Regression) throws -> CoverageModel {
    let block = try regression.block()
    return try block.coverage(for: try block.elaborate(reset: ResetStyle()).top.interface)
  }

  @Test(arguments: Regression.all)
  func `Every entry has goals, and a reason for what is none`(regression: Regression) throws {
    let coverage = BlockCoverage(try model(regression), block: regression.entry, generator: "")
    #expect(coverage.goals.total > 0)
    for point in coverage.points {
      for bin in point.bins { #expect(bin.because?.isEmpty != true, "\(point.name): \(bin.name)") }
    }
  }

  @Test(arguments: ["stream-fifo", "divider", "arbiter", "asynchronous-fifo"])
  func `Native simulator and Verilator cover the same`(entry: String) throws {
    let block = try Catalog.entry(entry).block(
      configuration: nil, settings: [], workload: [Setting("count", "300")])
    var runs: [[RunCoverage?]] = []
    for engine in [EngineChoice.native, .verilator, .both] {
      var job = Cosimulation(block, seed: 0xC0, runs: 0..<2)
      job.engine = engine
      job.covers = true
      runs.append(try job.run(with: try Checkout.builder(.init(5, 6))).report.results.map(\.coverage))
    }
    #expect(runs[0].count == 2 && !runs[0].contains(nil))
    #expect(runs[1] == runs[0])
    #expect(runs[2] == runs[0])
  }

  /// The short form of `make coverage`.
  @Test(arguments: ["pipe-stage", "stream-fifo", "credit-sender", "counter", "arbiter", "stream-filter"])
  func `The benches of small entries reach their goals`(entry: String) throws {
    var campaign = CoverageCampaign(
      try Catalog.entry(entry).block(configuration: nil, settings: [], workload: []), configuration: "default")
    campaign.maximumRuns = 16
    let outcome = try campaign.run(with: try Checkout.builder(.init(0, 0)))
    #expect(outcome.isClosed, "\(outcome.coverage.text())")
    #expect(outcome.coverage.surprises.isEmpty)
    let kept = try #require(try kept().blocks.first { $0.block == entry && $0.configuration == "default" })
    #expect(CoverageSummary([outcome.coverage], detailed: false).blocks == [kept], "run 'make coverage'")
  }

  private func kept() throws -> CoverageSummary {
    try JSONDecoder().decode(
      CoverageSummary.self, from: Data(contentsOf: Checkout.root.appending(path: "Scores/coverage.json")))
  }

  @Test func `What is kept is of the models as they are now, and closed`() throws {
    let kept = try kept()
    #expect(kept.isClosed)
    #expect(
      kept.blocks.map { "\($0.block) \($0.configuration ?? "")" }
        == Regression.all.map { "\($0.entry) \($0.configuration)" })
    for (block, regression) in zip(kept.blocks, Regression.all) {
      #expect(try model(regression).fingerprint == block.model, "\(regression.folder): run 'make coverage'")
    }
    let page = Checkout.root.appending(path: "Sources/Catalog/Catalog/Catalog.docc/Coverage.md")
    #expect(try String(contentsOf: page, encoding: .utf8) == kept.page, "run 'make coverage'")
    #expect(try kept.json() == Data(contentsOf: Checkout.root.appending(path: "Scores/coverage.json")))
  }

  @Test func `A bench that does too little is told what stays empty`() throws {
    var campaign = CoverageCampaign(
      try Catalog.entry("stream-fifo").block(configuration: nil, settings: [], workload: [Setting("count", "3")]))
    campaign.maximumRuns = 2
    let outcome = try campaign.run(with: try Checkout.builder(.init(0, 0)))
    #expect(!outcome.isClosed && outcome.runs == 2 && outcome.failure == nil)
    #expect(outcome.coverage.gaps.contains { $0.point == "occupancy" && $0.bin == "full" })
  }

  @Test func `A campaign goes on from what was covered, and the runs count once`() throws {
    let block = try Catalog.entry("stream-fifo").block(
      configuration: nil, settings: [], workload: [Setting("count", "40")])
    func cover(_ runs: Int, from database: CoverageDatabase?) throws -> CoverageCampaign.Outcome {
      var campaign = CoverageCampaign(block)
      campaign.maximumRuns = runs
      campaign.earlier = database
      return try campaign.run(with: try Checkout.builder(.init(0, 0)))
    }
    let whole = try cover(4, from: nil)
    #expect(!whole.coverage.isClosed)
    let first = try cover(1, from: nil)
    let second = try cover(3, from: CoverageDatabase([first.coverage]))
    #expect(second.runs == 3)
    #expect(second.coverage == whole.coverage)
  }

  @Test(arguments: [(5, 6), (5, 48)])
  func `Lines and bits of the Verilog lead to the Swift they were made by`(release: (Int, Int)) throws {
    var campaign = CoverageCampaign(
      try Catalog.entry("stream-fifo").block(configuration: nil, settings: [], workload: [Setting("count", "400")]))
    campaign.engine = .verilator
    campaign.coversStructure = true
    campaign.maximumRuns = 2
    let coverage = try campaign.run(with: try Checkout.builder(.init(release.0, release.1))).coverage
    let structure = try #require(coverage.structure)
    #expect(structure.runs.count == coverage.runs.count)
    #expect(structure.missed(StructuralCoverage.lineKinds).isEmpty, "\(structure.missed(StructuralCoverage.lineKinds))")
    let bit = try #require(structure.items.first { $0.kind == .toggle && $0.name.hasPrefix("count[") })
    #expect(bit.file == "StreamFIFO.v" && bit.module == "StreamFIFO")
    #expect(bit.place?.contains("StreamFIFO.swift:") == true, "\(bit)")
    #expect(
      structure.items.contains { $0.kind == .branch && $0.place?.contains("StreamFIFO.swift:") == true },
      "\(structure.items.filter { $0.kind == .branch })")
    #expect(structure.share(of: [.toggle]).reached > 0)
  }
}
