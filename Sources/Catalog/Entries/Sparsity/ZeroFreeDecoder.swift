import Catalog
import Testbench
import Units

extension Catalog {
  /// Masks and packed elements to rows.
  static let zeroFreeDecoder = Entry<ZeroFreeDecoder, CountWorkload>(
    "zero-free-decoder", "Restores rows from masks and the kept elements close together.",
    configurations: [
      ("wide", ZeroFreeDecoder { ($0.lanes, $0.elementWidth) = (6, 16) }),
      ("small", ZeroFreeDecoder { ($0.lanes, $0.elementWidth) = (3, 2) }),
    ],
    workload: CountWorkload(count: 150), workloadParameters: CountWorkload.parameters("Rows"),
    expectedCycles: { _, work in 3 * work.count }
  ) { request in
    let (lanes, width) = (request.generator.lanes, request.generator.elementWidth)
    var bench = try request.streamBench()
    var random = bench.random("rows")
    for _ in 0..<request.workload.count {
      let row = try SparseRow(lanes: lanes, width: width, isDirty: false, &random)
      try bench.withStimuli { stimuli throws(BenchError) in
        for mask in row.masks(of: lanes) { try stimuli.send(words: mask, on: "masks") }
        for beat in row.packedBeats(of: lanes, width: width) { try stimuli.send(words: beat, on: "packed") }
        for beat in row.beats(of: lanes, width: width) { try stimuli.expect(words: beat, on: "pop") }
      }
    }
    return bench
  }
  .covering { unit, model throws(CoverageError) in
    try model.addMask("masks", unit.lanes)
    try model.point("end of row", over: try model.field("masks", "is_last"), .bit)
  }
  .scored(on: "small")
}
