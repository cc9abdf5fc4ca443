import Catalog
import Testbench
import Units

extension Catalog {
  /// Rows to masks and packed elements.
  static let zeroFreeEncoder = Entry<ZeroFreeEncoder, CountWorkload>(
    "zero-free-encoder", "Packs rows without their pruned elements: masks, and the kept elements close together.",
    configurations: [
      ("wide", ZeroFreeEncoder { ($0.lanes, $0.elementWidth) = (6, 16) }),
      ("small", ZeroFreeEncoder { ($0.lanes, $0.elementWidth) = (3, 2) }),
    ],
    workload: CountWorkload(count: 150), workloadParameters: CountWorkload.parameters("Rows"),
    expectedCycles: { _, work in 3 * work.count }
  ) { request in
    let (lanes, width) = (request.generator.lanes, request.generator.elementWidth)
    var bench = try request.streamBench()
    var random = bench.random("rows")
    for _ in 0..<request.workload.count {
      let row = try SparseRow(lanes: lanes, width: width, isDirty: true, &random)
      try bench.withStimuli { stimuli throws(BenchError) in
        for beat in row.beats(of: lanes, width: width) { try stimuli.send(words: beat, on: "push") }
        for mask in row.masks(of: lanes) { try stimuli.expect(words: mask, on: "masks") }
        for beat in row.packedBeats(of: lanes, width: width) { try stimuli.expect(words: beat, on: "packed") }
      }
    }
    return bench
  }
  .covering { unit, model throws(CoverageError) in
    try model.addMask("push", unit.lanes)
    try model.point("end of row", over: try model.field("push", "is_last"), .bit)
  }
  .scored(on: "small")
}

extension CoverageModel {
  /// How much a mask keeps.
  mutating func addMask(_ stream: String, _ lanes: Int) throws(CoverageError) {
    let all = 1 << lanes - 1
    try point(
      "kept", over: [try field(stream, "mask")], [.value("none", 0), .value("some", 1), .value("all", 2)]
    ) { $0[0] == 0 ? 0 : $0[0] == all ? 2 : 1 }
  }
}
