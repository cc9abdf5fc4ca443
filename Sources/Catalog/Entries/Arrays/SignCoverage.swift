import Catalog
import Testbench
import Units

extension Catalog {
  static func addSigns(_ model: inout CoverageModel) throws(CoverageError) {
    try model.point("sign of activation 0", over: try model.pin("activations_0"), .signs)
    try model.point("sign of weight 0", over: try model.pin("weights_0"), .signs)
    try model.cross("signs", ["sign of activation 0", "sign of weight 0"])
  }
}
