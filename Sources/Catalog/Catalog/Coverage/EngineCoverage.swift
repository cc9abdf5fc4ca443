import Units
import Testbench

extension Catalog {
  static let coverWeightStationaryArray: Entry<WeightStationaryArray, CountWorkload>.AddCoverage = {
    array, model throws(CoverageError) in
    for port in ["load", "swap"] { try model.point(port, over: try model.pin(port), .bit) }
    try model.cross(
      "load × swap", ["load", "swap"], [.excluded("1", "1", because: "a tile is exchanged when all of it is loaded")])
    try model.point(
      "sum", over: try model.pin("sums_0"), [.range("negative", Int.min ... -1), .range("positive", 1...Int.max)])
    try addSigns(&model)
  }

  static let coverOutputStationaryArray: Entry<OutputStationaryArray, CountWorkload>.AddCoverage = {
    _, model throws(CoverageError) in
    for port in ["first", "last"] { try model.point(port, over: try model.pin(port), .bit) }
    try model.cross("first × last", ["first", "last"])
    try model.point(
      "sum", over: try model.pin("sums_0"), [.range("negative", Int.min ... -1), .range("positive", 1...Int.max)])
    try addSigns(&model)
  }

  private static func addSigns(_ model: inout CoverageModel) throws(CoverageError) {
    try model.point("sign of activation 0", over: try model.pin("activations_0"), .signs)
    try model.point("sign of weight 0", over: try model.pin("weights_0"), .signs)
    try model.cross("signs", ["sign of activation 0", "sign of weight 0"])
  }

  static let coverMatrixMultiply: Entry<MatrixMultiply, MatrixMultiplyWorkload>.AddCoverage = {
    engine, model throws(CoverageError) in
    let tiles = [
      ("rows", engine.dataflow == .outputStationary ? engine.rows : engine.maximumRows),
      ("depth", engine.dataflow == .outputStationary ? 1 : engine.rows),
      ("columns", engine.columns),
    ]
    let sizes = try tiles.map { name, _ throws(CoverageError) in try model.field("job", name) }
    for ((name, tile), size) in zip(tiles, sizes) where tile > 1 {
      try model.point("tiles of \(name)", over: [size], .named(["one", "two", "many"])) {
        min(3, ($0[0] + tile - 1) / tile) - 1  // A job without work, -1, is in none of them.
      }
      try model.point("edge of \(name)", over: [size], .named(["whole", "ragged"])) {
        $0[0] == 0 ? -1 : $0[0] % tile == 0 ? 0 : 1
      }
      try model.cross("tiles × edge of \(name)", ["tiles of \(name)", "edge of \(name)"])
    }
    try model.cross("edges", tiles.filter { $0.1 > 1 }.map { "edge of \($0.0)" })
    for name in ["rows", "depth", "columns"] {
      if engine.sizeWidth > 16 {
        try model.exclude(
          "job.\(name) corners", ["all ones"],
          because: "a job of that size takes more than 2^16 beats; \(name) of all magnitudes below are there")
      }
    }
    try model.point("job", over: sizes, .named(["with work", "without"])) { values in
      (0..<3).contains { values[$0] == 0 } ? 1 : 0
    }
    try model.exclude("results.keep bits", ["bit 0 at 0"], because: "a beat has a result in lane 0")
    guard let requantization = engine.requantization else { return }
    let stream = requantization.granularity == .perChannel ? "channels" : "scale"
    let normal = "a multiplier is 2^15 at least"
    try model.exclude("\(stream).multiplier corners", ["0", "1"], because: normal)
    try model.exclude("\(stream).multiplier bits", ["bit 15 at 0"], because: normal)
    try model.exclude("\(stream).shift corners", ["all ones"], because: "a shift is 47 at most")
    let values = try resultValues(model)
    for value in values.prefix(1) {
      try model.point(
        "code", over: value,
        [
          .value("least", requantization.least), .value("zero", requantization.zeroPoint),
          .value("greatest", requantization.greatest),
        ])
    }
  }

  /// The fields of a beat of results that are numbers.
  private static func resultValues(_ model: CoverageModel) throws(CoverageError) -> [CoverVariable] {
    let fields = model.streams.first { $0.name == "results" }?.payload.fields.map(\.name) ?? []
    return try fields.filter { $0.hasPrefix("values") }.map { name throws(CoverageError) in
      try model.field("results", name)
    }
  }
}
