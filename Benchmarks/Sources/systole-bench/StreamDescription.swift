import Foundation
import Netlist
import Testbench
import Verilator

/// The description of a design that the benches of the other frameworks and the hand-written one read; its form is in
/// Benchmarks/README.md.
struct StreamDescription: Encodable {
  struct Field: Encodable { var name: String, width: Int }
  struct Stream: Encodable { var stream: String, rows: String, count: Int, fields: [Field] }

  var sources: [String], top: String, clock: String, reset: String
  var reset_level: Int
  var inputs: [Stream] = []
  var outputs: [Stream] = []

  /// Writes description, Verilog and rows into `folder`; gives the path of the description.
  @discardableResult
  static func write(_ work: StreamWork, to folder: String) throws -> String {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let design = work.design
    guard let clock = design.interface.clocks.first, let reset = clock.reset else {
      throw Failure("\(design.interface.name) has no clock with a reset")
    }
    var description = StreamDescription(
      sources: design.sources.map(\.name), top: design.interface.name, clock: clock.clock, reset: reset,
      reset_level: clock.resetPolarity == .activeHigh ? 1 : 0)
    for source in design.sources {
      try source.text.write(toFile: "\(folder)/\(source.name)", atomically: true, encoding: .utf8)
    }
    for (name, words) in work.streams {
      let shape = try StreamShape(design.interface, name)
      let stream = Stream(
        stream: name, rows: name + ".i32", count: words.count / shape.payload.wordCount,
        fields: shape.payload.fields.map { Field(name: $0.name, width: $0.width) })
      var bytes = Data(capacity: 4 * words.count)
      for word in words {
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: word).littleEndian) { bytes.append(contentsOf: $0) }
      }
      try bytes.write(to: URL(fileURLWithPath: "\(folder)/\(stream.rows)"))
      if shape.direction == .input { description.inputs.append(stream) } else { description.outputs.append(stream) }
    }
    let path = folder + "/description.json"
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(description).write(to: URL(fileURLWithPath: path))
    return path
  }
}
