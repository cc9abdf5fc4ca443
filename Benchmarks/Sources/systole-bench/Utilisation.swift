import Blocks
import Testbench
import Verilator

/// Multiplications a cycle as a share of the cells, from the first operand in to the last result out.
enum Utilisation {
  static func measure(_ dataflow: Dataflow, cache: ModelCache) throws -> Double {
    let work = try MatrixMultiplyWork(MatrixMultiply(dataflow: dataflow), rows: 128, depth: 384, columns: 384)
    let design = try work.design()
    let model = try ModelBuilder(cache: cache).model(of: design)
    let result = try work.bench(for: design.interface, stalls: .never).run(on: model).checked()
    let starts = result.streams.filter { ["activations", "weights"].contains($0.name) }.compactMap(\.firstCycle)
    guard let start = starts.min(), let end = result.streams.first(where: { $0.name == "results" })?.lastCycle else {
      throw Failure("no operand or no result passed")
    }
    let cells = Double(work.engine.rows * work.engine.columns)
    return Double(work.rows * work.depth * work.columns) / (cells * Double(end - start + 1))
  }
}
