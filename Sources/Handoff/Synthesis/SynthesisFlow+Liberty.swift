import Foundation
import Netlist
import Tools

/// A liberty file that cannot be used.
public struct LibertyFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file.
  public var path: String
  /// What is wrong.
  public var reason: String

  /// One sentence.
  public var description: String { "'\(path)': \(reason)" }
}

extension SynthesisFlow {
  /// What abc is told to do for each goal; nothing for its usual script, which saves area.
  private static let goals: [(name: String, script: String?)] = [
    ("small", nil),
    (
      "fast",
      """
      strash
      ifraig
      scorr
      dc2
      strash
      dch -f
      map -B 0.9 -D 100
      topo
      buffer -c -N 16
      upsize -D 100
      dnsize -D 100

      """
    ),
  ]

  func map(to liberty: String, _ yosys: Tool, _ result: inout SynthesisResult) throws {
    let path = URL(fileURLWithPath: liberty).standardizedFileURL.path
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw LibertyFailure(path: liberty, reason: "it cannot be read")
    }
    let library = LibertyLibrary(text)
    let analyser = try? tools.openSTA()
    if let analyser { result.tools.append("OpenSTA \(analyser.version)") }
    for (goal, abc) in Self.goals {
      let script =
        reading + [
          "synth -flatten -top \(top)", "dfflibmap -liberty library.lib",
          "abc -liberty mapping.lib" + (abc == nil ? "" : " -script abc.txt"),
        ] + (library.cells == nil ? [] : ["techmap -map cells.v", "flatten"]) + [
          "opt_clean -purge", "tee -o stat.txt stat -liberty library.lib", "splitnets -ports",
          "write_verilog -noattr mapped.v",
        ]
      let timing = Self.timing(top, circuit.top.clocks)
      let versions = [yosys.version, analyser?.version ?? "none"]
      let folder = try cache.entry(ingredients + script + [abc ?? "", text, library.mapping, timing] + versions) {
        draft in
        progress("Yosys, \(URL(fileURLWithPath: path).lastPathComponent), \(goal)")
        try write(to: draft)
        try library.text.write(toFile: draft + "/library.lib", atomically: true, encoding: .utf8)
        try library.mapping.write(toFile: draft + "/mapping.lib", atomically: true, encoding: .utf8)
        try library.cells?.write(toFile: draft + "/cells.v", atomically: true, encoding: .utf8)
        try abc?.write(toFile: draft + "/abc.txt", atomically: true, encoding: .utf8)
        try run(yosys, ["-p", script.joined(separator: "; ")], in: draft)
        if let analyser {
          // OpenSTA knows no signed nets.
          let mapped = try String(contentsOfFile: draft + "/mapped.v", encoding: .utf8)
          try mapped.replacingOccurrences(of: " signed ", with: " ")
            .write(toFile: draft + "/mapped.v", atomically: true, encoding: .utf8)
          try timing.write(toFile: draft + "/timing.tcl", atomically: true, encoding: .utf8)
          let said = try run(analyser, ["-exit", "timing.tcl"], in: draft)
          try said.output.write(toFile: draft + "/timing.txt", atomically: true, encoding: .utf8)
        }
        for name in ["library.lib", "mapping.lib"] { try FileManager.default.removeItem(atPath: draft + "/" + name) }
      }
      let statistics = try String(contentsOfFile: folder + "/stat.txt", encoding: .utf8)
      guard let match = statistics.firstMatch(of: /Chip area for module .*: ([0-9.]+)/),
        let area = Double(match.output.1)
      else { throw LibertyFailure(path: liberty, reason: "Yosys finds no areas in it") }
      var mapped = SynthesisResult.Mapped(
        library: URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent, goal: goal, area: area)
      mapped.kiloGates = Self.area(ofNAND2: text).map { area / $0 / 1000 }
      if let text = try? String(contentsOfFile: folder + "/timing.txt", encoding: .utf8) {
        mapped.delay = text.firstMatch(of: /longest path (-?[0-9.]+)/).flatMap { Double($0.output.1) }
      }
      result.mapped.append(mapped)
    }
  }

  /// Area of the smallest NAND gate with two inputs, by the names that libraries give it.
  static func area(ofNAND2 library: String) -> Double? {
    library.matches(
      of: /cell\s*\(\s*"?([A-Za-z0-9_]*(?i:nand2|nand_x1)[A-Za-z0-9_]*)"?\s*\)\s*\{[^{}]*?\barea\s*:\s*([0-9.]+)/
    )
    .compactMap { Double($0.output.2) }.min()
  }

  /// Ideal clocks of a long period, no delay outside: the longest path is the period less the slack.
  static func timing(_ top: String, _ clocks: [ClockShape]) -> String {
    let names = clocks.map(\.clock)
    var text = "read_liberty library.lib\nread_verilog mapped.v\nlink_design \(top)\n"
    for name in names { text += "create_clock -name \(name) -period 1000 [get_ports {\(name)}]\n" }
    if names.isEmpty { text += "create_clock -name virtual -period 1000\n" }
    let first = names.first ?? "virtual"
    let inputs = names.isEmpty ? "[all_inputs]" : "[all_inputs -no_clocks]"
    text += "set_input_delay 0 -clock \(first) \(inputs)\nset_output_delay 0 -clock \(first) [all_outputs]\n"
    return text + "puts \"longest path [expr {1000 - [worst_slack -max]}]\"\n"
  }
}
