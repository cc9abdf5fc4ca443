import AccelTran
import AccelTranHardware
import Models
import NumberFormats
import SmallModels
import Testing
import Tools
import Transformer
import Verilator

@testable import Machines

struct AccelTranRunTests {
  /// Random codes of the published format, of which a share is not zero.
  static func codes(_ count: Int, density: Double, spread: Int32 = 1 << 17, seed: UInt64) -> [Int32] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      Double.random(in: 0..<1, using: &random) < density ? Int32.random(in: -spread...spread, using: &random) : 0
    }
  }

  static func product(
    rows: Int, inner: Int, columns: Int, batch: Int = 1, density: Double, order: LoopOrder = .bijk, dense: Bool = false,
    sizes: EngineSizes = .tiny, change: (inout EngineProgram.Finish) -> Void = { _ in }
  ) throws -> (program: EngineProgram, counts: ProductCounts) {
    var finish = EngineProgram.Finish()
    change(&finish)
    return try EngineProgram.product(
      sizes, left: codes(batch * rows * inner, density: density, seed: 1),
      right: codes(batch * inner * columns, density: density, seed: 2), batch: batch, rows: rows, inner: inner,
      columns: columns, order: order, isDense: dense, finish: finish)
  }

  @Test(arguments: [0.0, 0.4]) func `A product is that of the golden machine`(stalls: Double) throws {
    let (program, _) = try Self.product(rows: 10, inner: 40, columns: 13, density: 0.5)
    var run = AccelTranRun(program)
    run.stalls = stalls
    let outcome = try run.run(on: .native)
    #expect(outcome.isExact, "\(outcome.difference ?? "") \(outcome.storesCompared) of \(outcome.stores)")
    #expect(outcome.stores == 130 && outcome.counters[.stores]! > 0)
    #expect(outcome.parts.map(\.name) == ["product"])
  }
}
