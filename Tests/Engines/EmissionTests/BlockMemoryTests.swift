import Foundation
import HDL
import Netlist
import TestSupport
import Testing
import Tools
import Verilog

/// Block memories that synthesis makes of each kind of memory.
@Suite struct BlockMemoryTests {
  /// An FPGA family: the synthesis command and its block memories.
  struct Family: CustomTestStringConvertible {
    var command: String
    var cells: [String]
    /// Cells of a memory of 512 × 16 bits.
    var count: Int
    /// Kinds that the family does not have.
    var missing: Set<BlockMemory.Kind>
    /// Whether the family has a memory of which each port has a clock of its own.
    var hasTwoClocks = true
    var testDescription: String { command }
  }

  static let families = [
    Family(command: "synth_ecp5 -noflatten", cells: ["DP16KD"], count: 1, missing: [.pairOld]),
    Family(
      command: "synth_ice40 -noflatten", cells: ["SB_RAM40_4K"], count: 2,
      missing: [.pair, .pairNew, .pairKept, .pairOld], hasTwoClocks: false),
    Family(command: "synth_xilinx -family xc7", cells: ["RAMB18E1", "RAMB36E1"], count: 1, missing: []),
    Family(command: "synth_xilinx -family xcup", cells: ["RAMB18E2", "RAMB36E2"], count: 1, missing: []),
  ]

  @Test(arguments: families)
  func `Synthesis makes block memory of every kind that the family has`(family: Family) throws {
    let folder = NSTemporaryDirectory() + "systole-synthesis-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let rules = family.hasTwoClocks ? TwoClockMemory.rules : []
    let result = try synthesize(try BlockMemories(rules: rules).elaborate(), family, in: folder)
    try #require(result.termination.isSuccess, "\(result.errors)")
    let statistics = result.output[result.output.range(of: "Printing statistics", options: .backwards)!.upperBound...]
    func count(_ module: String) throws -> Int {
      let section = try #require(statistics.range(of: "=== \(module) ==="))
      let text = statistics[section.upperBound...]
      let lines = text[..<(text.range(of: "===")?.lowerBound ?? text.endIndex)].split(separator: "\n")
      return lines.reduce(0) { sum, line in
        let words = line.split(separator: " ").map(String.init)
        guard family.cells.contains(where: words.contains) else { return sum }
        return sum + (words.compactMap { Int($0) }.first ?? 0)
      }
    }
    for kind in BlockMemory.Kind.allCases {
      let expected = family.missing.contains(kind) ? 0 : family.count
      #expect(try count(BlockMemory(kind).elaborate().top.name) == expected, "\(kind) in \(family.command)")
    }
    for rule in rules {
      let module = try TwoClockMemory(rule).elaborate().top.name
      #expect(try count(module) == family.count, "two clocks, \(rule) in \(family.command)")
    }
    if !family.hasTwoClocks {
      let refused = try synthesize(try TwoClockMemory(.oldData).elaborate(), family, in: folder)
      #expect(refused.errors.contains("no valid mapping found for memory"), "\(refused.errors)")
    }
  }

  private func synthesize(_ circuit: Circuit, _ family: Family, in folder: String) throws -> ProgramResult {
    let circuit = circuit.simplified()
    try EmittedDesign(circuit).write(to: folder)
    let files = circuit.verilog().map(\.name).joined(separator: " ")
    // Later steps only turn what is left into gates.
    let script = "read_verilog \(files); \(family.command) -run :map_ffram -top \(circuit.top.name); stat"
    return try Toolbox().newestYosys().program.run(["-p", script], in: folder, timeout: .seconds(300))
  }

  @Test func `Every tool takes block memories without a warning`() throws {
    try Emission.expectClean(try BlockMemories().elaborate().simplified(), "block memories")
  }
}
