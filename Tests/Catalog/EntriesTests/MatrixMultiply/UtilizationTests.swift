import Entries
import HDL
import TestSupport
import Testbench
import Testing
import Units
import Verilator

@Suite struct UtilizationTests {
  /// Product, and the cycles that the array needs when every cell multiplies in every cycle.
  static let products = [
    (Product(128, 384, 384), 73_728), (Product(64, 384, 384), 36_864), (Product(32, 384, 384), 18_432),
    (Product(16, 384, 384), 9_216),
  ]
  static let dataflows = [Dataflow.weightStationary(maximumRows: 128), .outputStationary]

  /// Filling and draining the array once is all that is lost, whatever the number of rows.
  @Test(arguments: dataflows, products)
  func `Every cell works in every cycle`(dataflow: Dataflow, item: (product: Product, cycles: Int)) throws {
    let engine = MatrixMultiply { ($0.dataflow, $0.requantization) = (dataflow, RequantizedOutput()) }
    let result = try MatrixMultiplyTraffic(engine)
      .run([item.product], on: try engine.verilated(profile: .default), seed: 1, stalls: .never)
    #expect(result.verdict == .passed, "\(result.text())")
    #expect(result.busyCycles >= item.cycles)
    #expect(result.busyCycles <= item.cycles + 60)
  }

  /// The second job loses nothing to the end of the first.
  @Test(arguments: dataflows) func `Jobs follow each other without a gap`(dataflow: Dataflow) throws {
    let engine = MatrixMultiply { $0.dataflow = dataflow }
    let bench = try MatrixMultiplyTraffic(engine)
    func cycles(_ products: [Product]) throws -> Int {
      let model = try engine.verilated(profile: .default)
      let result = try bench.run(products, on: model, seed: 1, stalls: .never)
      #expect(result.verdict == .passed, "\(result.text())")
      return result.busyCycles
    }
    let job = Product(32, 64, 48)
    let (three, one) = (try cycles([job, job, job]), try cycles([job]))
    #expect(three - one == 2 * (32 * 64 * 48) / (16 * 16))
  }
}
