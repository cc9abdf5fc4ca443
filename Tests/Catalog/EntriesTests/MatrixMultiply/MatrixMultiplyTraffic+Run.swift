import Entries
import Golden
import Testbench
import Testing
import Units
import Verilator

extension Product: CustomTestStringConvertible {
  /// M x K x N.
  public var testDescription: String { "\(rows)x\(depth)x\(columns)" }
}

extension MatrixMultiplyTraffic {
  /// Runs the products one after the other as jobs.
  func run(_ products: [Product], on model: VerilatedModel, seed: Seed, stalls: StallProfile) throws -> BenchResult {
    var bench = try StreamBench(model.interface, seed: seed, stalls: stalls)
    bench.options.watchdogCycles = 5000
    var random = bench.random("operands")
    for product in products { try add(product, to: &bench, &random) }
    return try bench.run(on: model)
  }
}
