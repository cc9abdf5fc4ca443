import Testbench
import Units
import Verilator

/// Multiplications a cycle as a share of the cells, from the first operand in to the last result out.
enum Utilisation {
  static func measure() throws -> [String: Double] {
    progress("Counting cycles of a product of 128 x 384 x 384")
    return [
      "matmul_utilisation": try measure(.weightStationary(maximumRows: 128)),
      "matmul_utilisation_output_stationary": try measure(.outputStationary),
    ]
  }

  static func measure(_ dataflow: Dataflow) throws -> Double {
    let work = try MatrixMultiplyWork(MatrixMultiply { $0.dataflow = dataflow }, rows: 128, depth: 384, columns: 384)
    let streams = try work.streams()
    let model = try Benchmark.builder().model(of: streams.design)
    let result = try streams.bench(stalls: .never).run(on: model).checked()
    let starts = result.streams.filter { ["activations", "weights"].contains($0.name) }.compactMap(\.firstCycle)
    guard let start = starts.min(), let end = result.streams.first(where: { $0.name == "results" })?.lastCycle else {
      throw Failure("no operand or no result passed")
    }
    let cells = Double(work.engine.rows * work.engine.columns)
    return Double(work.rows * work.depth * work.columns) / (cells * Double(end - start + 1))
  }
}
