import Foundation
import Netlist
import Tools
import Verilog

/// Runs emitted text in Icarus Verilog.
enum IcarusRun {
  /// The outputs in every cycle, in the order of the ports: hexadecimal digits, with `x` for what is undefined.
  ///
  /// - Parameters:
  ///   - circuit: A design with one clock and no reset.
  ///   - stimuli: For each cycle the inputs, in the order of the ports.
  static func outputs(of circuit: Circuit, _ stimuli: [[BitVector]]) throws -> [[String]] {
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
    try bench(circuit.top, stimuli).write(toFile: folder + "/bench.v", atomically: true, encoding: .utf8)
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

  private static func bench(_ top: Definition, _ stimuli: [[BitVector]]) -> String {
    var text = "module bench;\n  reg clock = 0;\n"
    for port in top.ports {
      text += "  \(port.driver == nil ? "reg" : "wire") [\(port.shape.width - 1):0] \(port.shape.name);\n"
    }
    let connections = (["clock"] + top.ports.map(\.shape.name)).map { ".\($0)(\($0))" }
    text += "  \(top.name) dut (\(connections.joined(separator: ", ")));\n  initial begin\n"
    let inputs = top.ports.filter { $0.driver == nil }.map(\.shape.name)
    let outputs = top.ports.filter { $0.driver != nil }.map(\.shape.name)
    let form = outputs.map { _ in "%h" }.joined(separator: " ")
    for values in stimuli {
      let sets = zip(inputs, values).map { "\($0) = \($1);" }.joined(separator: " ")
      text += "    \(sets) #1 $display(\"\(form)\", \(outputs.joined(separator: ", "))); clock = 1; #1 clock = 0;\n"
    }
    return text + "  end\nendmodule\n"
  }
}
