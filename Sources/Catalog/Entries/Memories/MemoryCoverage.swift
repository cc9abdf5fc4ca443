import Catalog
import Components
import Testbench

extension Catalog {
  static func excludeAddresses(
    _ ports: [String], depth: Int, _ model: inout CoverageModel
  ) throws(CoverageError) {
    for port in ports where model.width(port) > 1 && depth < 1 << model.width(port) {
      try model.exclude("\(port) corners", ["all ones"], because: "there are \(depth) words")
    }
  }

  static func addLanes(_ port: String, _ lanes: Int, _ model: inout CoverageModel) throws(CoverageError) {
    guard lanes > 1, lanes < 60 else { return }
    let all = 1 << lanes - 1
    try model.point("written \(port)", over: [try model.pin(port)], .named(["none", "some", "all"])) {
      $0[0] == 0 ? 0 : $0[0] == all ? 2 : 1
    }
  }
}
