import Catalog
import Components
import Testbench

extension Catalog {
  static let okay: [CoverBin] = .named(["OKAY", "EXOKAY", "SLVERR", "DECERR"])

  static let responseIsAwaited =
    "a manager is ready for a response from the cycle after its request was accepted"

  /// Bits and values of a response that is OKAY or SLVERR.
  static func addResponse(_ channel: String, _ model: inout CoverageModel) throws(CoverageError) {
    let response = try model.field(channel, "resp")
    try model.point("response of \(channel)", over: response, [.value("OKAY", 0), .value("SLVERR", 2)])
    try model.excludeBits("\(channel).resp", [0], because: "a response is OKAY or SLVERR")
  }

  static func addReadResponses(_ channel: String, _ model: inout CoverageModel) throws(CoverageError) {
    let response = try model.field(channel, "resp")
    try model.point("read response", over: response, okay)
    try model.point("last word", over: try model.field(channel, "last"), .bit)
    try model.cross("response × last word", ["read response", "last word"])
  }
}
