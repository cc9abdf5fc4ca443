import Foundation
import Netlist
import Tools
import Verilog

/// Runs emitted text in Icarus Verilog.
enum IcarusRun {
  /// The outputs in every cycle, in the order of the ports: hexadecimal digits, with `x` for what is undefined.
  ///
  /// - Parameters:
  ///   - circuit: A design without reset.
  ///   - stimuli: For each cycle the inputs, in the order of the ports.
  ///   - edges: For each cycle the clocks that rise, a bit each; nil for all of them.
  static func outputs(of circuit: Circuit, _ stimuli: [[BitVector]], edges: [UInt64]? = nil) throws -> [[String]] {
    let folder = NSTemporaryDirectory() + "systole-icarus-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var files = ["bench.v"]
    for file in circuit.verilog() {
      try file.text.write(toFile: folder + "/" + file.name, atomically: true, encoding: .utf8)
      files.append(file.name)
    }
    for file in circuit.foreignSources {
      try file.text.write(toFile: folder + "/" + file.name, atomically: true, encoding: .utf8)
      files.append(file.name)
    }
    for file in circuit.dataFiles {
      try file.text.write(toFile: folder + "/" + file.name, atomically: true, encoding: .utf8)
    }
    try bench(circuit.top, stimuli, edges ?? stimuli.map { _ in .max })
      .write(toFile: folder + "/bench.v", atomically: true, encoding: .utf8)
    let toolbox = Toolbox()
    _ = try successful(toolbox.icarus().program.run(["-g2001", "-s", "bench", "-o", "run"] + files, in: folder))
    let run = try successful(toolbox.icarusRuntime().program.run(["-n", "run"], in: folder))
    return run.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
  }

  private static func successful(_ result: ProgramResult) throws -> ProgramResult {
    guard result.termination.isSuccess else { throw Failure(messages: result.errors + result.output) }
    return result
  }

  struct Failure: Error { var messages: String }

  /// Icarus reads no line of more than 16,384 characters.
  private static func number(_ value: BitVector) -> String {
    let pieces = stride(from: 0, to: value.width, by: 1024).map { low in
      "\(value.slice(low: low, width: min(1024, value.width - low)))"
    }
    return "{\(pieces.reversed().joined(separator: ",\n      "))}"
  }

  private static func bench(_ top: Definition, _ stimuli: [[BitVector]], _ edges: [UInt64]) -> String {
    let clocks = top.clocks.map(\.clock)
    var text = "module bench;\n"
    for clock in clocks { text += "  reg \(clock) = 0;\n" }
    for port in top.ports {
      text += "  \(port.driver == nil ? "reg" : "wire") [\(port.shape.width - 1):0] \(port.shape.name);\n"
    }
    let connections = (clocks + top.ports.map(\.shape.name)).map { ".\($0)(\($0))" }
    text += "  \(top.name) dut (\(connections.joined(separator: ", ")));\n  initial begin\n"
    let inputs = top.ports.filter { $0.driver == nil }.map(\.shape.name)
    let outputs = top.ports.filter { $0.driver != nil }.map(\.shape.name)
    let form = outputs.map { _ in "%h" }.joined(separator: " ")
    let falls = clocks.map { "\($0) = 0;" }.joined(separator: " ")
    for (values, edges) in zip(stimuli, edges) {
      let sets = zip(inputs, values).map { "\($0) = \(number($1));" }.joined(separator: " ")
      let rises = clocks.enumerated().filter { edges >> UInt64($0.offset) & 1 == 1 }.map { "\($0.element) = 1;" }
      text += "    \(sets) #1 $display(\"\(form)\", \(outputs.joined(separator: ", ")));"
      text += " \(rises.joined(separator: " ")) #1; \(falls)\n"
    }
    return text + "  end\nendmodule\n"
  }
}
