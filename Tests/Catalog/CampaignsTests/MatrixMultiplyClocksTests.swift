import Catalog
import Entries
import Mutation
import Simulator
import Testbench
import Testing
import Units

/// Runs of the matrix-multiply engine without stalls, which are held to the clocks of the golden schedule.
@Suite struct MatrixMultiplyClocksTests {
  private func block(_ settings: [Setting]) throws -> any CatalogBlock {
    try Catalog.entry("matmul").block(configuration: nil, settings: settings, workload: [])
  }

  /// The first run that has no stalls.
  private func result(_ block: any CatalogBlock, seed: Seed, run: Int = 1) throws -> BenchResult {
    let circuit = try block.elaborate(reset: .init())
    return try block.bench(for: circuit.top.interface, seed: seed, index: run, stalls: .never)
      .run(on: try NativeModel(circuit))
  }

  @Test(
    arguments: ["weight-stationary", "output-stationary"], ["accumulators", "per-channel", "per-tensor"])
  func `No configuration takes longer`(dataflow: String, output: String) throws {
    for (rows, columns) in [(1, 1), (1, 8), (5, 3), (8, 2), (4, 9)] {
      for seed in [1, 2] as [UInt64] {
        let settings = [
          Setting("rows", "\(rows)"), Setting("columns", "\(columns)"),
          Setting("dataflow", dataflow), Setting("output", output),
          Setting("sizeWidth", "7"), Setting("isPipelined", "\(seed == 2)"),
        ]
        let result = try result(try block(settings), seed: Seed(seed), run: Int(seed))
        #expect(result.verdict == .passed, "\(rows)×\(columns): \(result.text())")
      }
    }
  }

  /// The results of an engine that waits between its passes longer than it must are right, and late.
  @Test func `An engine that loses clocks is found`() throws {
    let block = try Catalog.entry("matmul").block(configuration: "small", settings: [], workload: [])
    let circuit = try block.elaborate(reset: .init())
    let slow = try #require(circuit.mutants.first { "\($0)".contains("register 'has_issued' is stuck at 1") })
    func verdict(_ run: Int) throws -> BenchResult {
      try block.bench(for: circuit.top.interface, seed: 1, index: run, stalls: nil)
        .run(on: try NativeModel(try circuit.applying(slow)))
    }
    #expect(try verdict(0).verdict == .passed)
    let failure = try #require(try verdict(1).failure)
    #expect(failure.kind == .stuck)
    #expect(failure.message.contains("cycles, which is its limit"))
  }
}
