import AccelTran

extension AccelTranRun {
  /// The generated machine on a product of random numbers: clocks against the density of both operands, with every store
  /// compared, on the native engine.
  ///
  /// - Throws: ``MachineError`` when a store is wrong, and what the engine says.
  public static func laneEvidence() throws -> EvidenceTable {
    let (rows, inner, columns) = (16, 128, 16)
    var table: [[String]] = []
    var dense = 0
    for (name, density, isDense) in [
      ("masks ignored", 1.0, true), ("all kept", 1.0, false), ("half of both", 0.5, false),
      ("a quarter of both", 0.25, false),
    ] {
      var state: UInt64 = 1
      func codes(_ count: Int) -> [Int32] {
        (0..<count).map { _ in
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          let isKept = Double(state >> 40) / 16_777_216 < density
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          return isKept ? Int32(truncatingIfNeeded: state >> 33) % 32768 | 1 : 0
        }
      }
      let (program, counts) = try EngineProgram.product(
        .tiny, left: codes(rows * inner), right: codes(inner * columns), rows: rows, inner: inner, columns: columns,
        isDense: isDense)
      let outcome = try AccelTranRun(program).run(on: .native)
      guard outcome.isExact else { throw MachineError.model(outcome.difference ?? "a store is missing") }
      let busy = outcome.counters[.busyProduct] ?? 0
      if isDense { dense = busy }
      table.append([
        name, "\(outcome.storesCompared)", "\(counts.effectual)", "\(outcome.counters[.steps] ?? 0)", "\(busy)",
        dense > 0 ? "\((1000 * busy + dense / 2) / dense)" : "",
      ])
    }
    return EvidenceTable(
      "lanes", "the generated machine, clocks of a product against density",
      conditions: [
        "\(rows) × \(inner) · \(inner) × \(columns), random",
        "one element of 4 lanes of 4 multipliers, 16 positions a clock",
        "bijk", "every store equals the golden machine's",
      ],
      columns: [
        .init("numbers"), .init("stores compared", .measured, unit: "numbers", mode: .honest),
        .init("effectual pairs", .computed, unit: "pairs", mode: .honest),
        .init("lane steps", .measured, unit: "steps", mode: .honest),
        .init("clocks of the product", .measured, unit: "clocks", mode: .honest),
        .init("per mille of dense", .measured, unit: "per mille", mode: .honest),
      ], rows: table,
      remarks: [
        "A lane looks at four times as many positions as it has multipliers, so that less than a quarter of the dense clocks is not reached."
      ])
  }
}
