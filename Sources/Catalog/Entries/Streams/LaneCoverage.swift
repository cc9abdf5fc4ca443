import Catalog
import Components
import Testbench

extension Catalog {
  static func addLanes(
    _ stream: String, _ factor: Int, width: Int, _ model: inout CoverageModel
  ) throws(CoverageError) {
    let keep = try model.field(stream, "keep")
    if factor <= 62 {
      try model.point(
        "lanes of \(stream)", over: keep,
        (1...factor).map { .value("\($0)", 1 << $0 - 1) })
      try model.point("end of \(stream)", over: try model.field(stream, "last"), .bit)
      try model.cross(
        "lanes × end of \(stream)", ["lanes of \(stream)", "end of \(stream)"],
        factor == 1
          ? [] : (1..<factor).map { .excluded("\($0)", "0", because: "all lanes are used unless a packet ends") })
    }
    try model.exclude("\(stream).keep bits", ["bit 0 at 0"], because: "a beat has an item in lane 0")
  }
}
