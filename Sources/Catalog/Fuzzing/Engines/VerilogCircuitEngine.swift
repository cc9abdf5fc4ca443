import Foundation
import Netlist
import Tools
import Verilog

/// Icarus Verilog on the emitted text, or on the gates that Yosys makes of it.
package struct VerilogCircuitEngine: CircuitEngine {
  private let compiler: Tool
  private let runtime: Tool
  private let synthesis: Tool?

  /// Icarus on the text; with `synthesis` on the netlist that `synth` of this Yosys writes.
  package init(toolbox: Toolbox, synthesis: Tool? = nil) throws(ToolMissing) {
    compiler = try toolbox.icarus()
    runtime = try toolbox.icarusRuntime()
    self.synthesis = synthesis
  }

  /// `icarus`, or `yosys`.
  package var name: String { synthesis == nil ? "icarus" : "yosys" }
  /// Of the tool.
  package var version: String { (synthesis ?? compiler).version }

  /// Writes the batch into a folder of its own, runs the tools there, and reads what the bench prints.
  package func run(_ batch: CircuitBatch) throws -> [Trace] {
    let folder = NSTemporaryDirectory() + "systole-fuzz-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let circuit = try batch.joined().simplified()
    let bench = IcarusBench(batch: batch, joined: circuit)
    let emitted = synthesis == nil ? circuit : try circuit.withZeroedMemories()
    let design = zip(emitted.definitions.filter { $0.grid == nil }, emitted.verilog()).map { definition, file in
      synthesis == nil ? file.text : file.text.withInitialZeros(definition)
    }.joined(separator: "\n")
    let data = emitted.dataFiles.map { ($0.name, $0.text) }
    for (name, text) in bench.files(deposits: synthesis == nil) + data + [("design.v", design)] {
      try text.write(toFile: folder + "/" + name, atomically: false, encoding: .utf8)
    }
    var source = "design.v"
    if let synthesis {
      let script = "read_verilog design.v; synth -top Batch; write_verilog -noattr netlist.v"
      try run(synthesis, ["-q", "-p", script], in: folder)
      source = "netlist.v"
    }
    let options = ["-g2001", "-DSYSTOLE_ASSERT", "-s", "bench", "-o", "bench.vvp", "bench.v", source]
    try run(compiler, options, in: folder)
    let output = try run(runtime, ["-n", "bench.vvp"], in: folder)
    let lines = output.split(separator: "\n").map(String.init)
    let count = batch.circuits.count
    guard lines.count == count * batch.cycles else {
      throw CircuitEngineFailure(
        engine: name, message: "the bench printed \(lines.count) lines: \(lines.last ?? "nothing")")
    }
    return (0..<count).map { number in
      .lines((0..<batch.cycles).map { lines[$0 * count + number] })
    }
  }

  @discardableResult
  private func run(_ tool: Tool, _ arguments: [String], in folder: String) throws -> String {
    let result = try tool.program.run(arguments, in: folder, timeout: .seconds(600), outputLimit: 256 << 20)
    guard result.termination.isSuccess else {
      let words = (result.errors + result.output).split(separator: "\n").suffix(12).joined(separator: "\n")
      throw CircuitEngineFailure(engine: name, message: "\(tool.name) \(result.termination): \(words)")
    }
    return result.output
  }
}

/// A tool that did not run a batch.
package struct CircuitEngineFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The engine.
  package var engine: String
  /// What it said.
  package var message: String
  /// One sentence.
  package var description: String { "\(engine): \(message)" }
}

extension String {
  /// The text of a module in which registers that start undefined start as zeros: synthesis may make anything of what is
  /// undefined, so it is defined.
  fileprivate func withInitialZeros(_ definition: Definition) -> String {
    var names = definition.registers.filter { $0.initialValue == nil }.map(\.signal)
    names += definition.memories.flatMap { $0.readPorts.filter { $0.clock != nil }.map(\.signal) }
    guard !names.isEmpty, let end = range(of: "endmodule", options: .backwards) else { return self }
    let zeros = names.map { "    \(definition.signals[Int($0)].name) = 0;\n" }.joined()
    return replacingCharacters(in: end, with: "  initial begin\n\(zeros)  end\nendmodule")
  }
}

extension Circuit {
  /// The circuit with zeros in memories that start undefined.
  func withZeroedMemories() throws(DiagnosticList) -> Circuit {
    var definitions = definitions
    for index in definitions.indices {
      for number in definitions[index].memories.indices where definitions[index].memories[number].contents == nil {
        let memory = definitions[index].memories[number]
        definitions[index].memories[number].contents = Array(
          repeating: BitVector.zeros(memory.width), count: memory.depth)
      }
    }
    return try Circuit(definitions: definitions)
  }
}
