import Testing

@testable import Testbench

/// Runs the software FIFO with known data and gives what a model counted.
func coverage(
  of data: [Int], tags: [Int] = [], stalls: StallProfile = .never, seed: Seed = 1, index: Int = 0,
  model: CoverageModel
) throws -> BenchResult {
  var bench = try StreamBench(SoftwareFIFO().interface, index: index, seed: seed, stalls: stalls)
  for (position, value) in data.enumerated() {
    let row = [value, position < tags.count ? tags[position] : 0]
    try bench.send(row, on: "push")
    try bench.expect(row, on: "pop")
  }
  bench.options.drainCycles = 4
  bench.options.coverage = model
  return try bench.run(on: SoftwareFIFO())
}

/// Hits of the bins of a point over `push.data`, by name.
func hits(of data: [Int], _ bins: [CoverBin]) throws -> [String: Int] {
  var model = try CoverageModel.empty(SoftwareFIFO().interface)
  try model.point("data", over: try model.field("push", "data"), bins)
  let result = try coverage(of: data, model: model)
  let run = try #require(result.coverage, "\(result.text())")
  return Dictionary(uniqueKeysWithValues: zip(bins.map(\.name), run.counts))
}

/// The coverage of a block with these runs.
func block(_ model: CoverageModel, _ runs: [RunCoverage?]) throws -> BlockCoverage {
  var block = BlockCoverage(model, block: "fifo", generator: "FIFO()")
  for run in runs { try block.add(try #require(run)) }
  return block
}
