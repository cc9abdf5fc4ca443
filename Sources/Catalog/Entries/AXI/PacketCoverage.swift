import Catalog
import Components
import Testbench

extension Catalog {
  static func addPackets(_ stream: String, _ bytes: Int, _ model: inout CoverageModel) throws(CoverageError) {
    guard bytes < 60 else { return }
    let full = 1 << bytes - 1
    let keep = try model.field(stream, "keep")
    try model.point(
      "bytes of a beat", over: [keep],
      [.value("none", 0), .value("all", 1), .value("from byte 0 on", 2), .value("with gaps", 3)]
    ) { values in
      let keep = values[0]
      if keep == 0 || keep == full { return keep == 0 ? 0 : 1 }
      return keep & (keep + 1) == 0 ? 2 : 3
    }
    if bytes == 1 {
      try model.exclude("bytes of a beat", ["from byte 0 on", "with gaps"], because: "a beat is one byte")
    } else if bytes == 2 {
      try model.exclude("bytes of a beat", ["from byte 0 on"], because: "it is 'with gaps' or not for more bytes")
    }
    let last = try model.field(stream, "last")
    try model.point("end of a packet", over: last, .bit)
    try model.cross("bytes × end", ["bytes of a beat", "end of a packet"])
    try model.point(
      "packets", over: last,
      [.transition("of one beat", 1, 1), .transition("of two beats", 1, 0, 1), .transition("of more", 0, 0, 1)])
  }
}
