import Foundation
import HDL
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
    var testDescription: String { command }
  }

  static let families = [
    Family(command: "synth_ecp5 -noflatten", cells: ["DP16KD"], count: 1, missing: [.pairOld]),
    Family(
      command: "synth_ice40 -noflatten", cells: ["SB_RAM40_4K"], count: 2,
      missing: [.pair, .pairNew, .pairKept, .pairOld]),
    Family(command: "synth_xilinx -family xc7", cells: ["RAMB18E1", "RAMB36E1"], count: 1, missing: []),
    Family(command: "synth_xilinx -family xcup", cells: ["RAMB18E2", "RAMB36E2"], count: 1, missing: []),
  ]

  @Test(arguments: families)
  func `Synthesis makes block memory of every kind that the family has`(family: Family) throws {
    let folder = NSTemporaryDirectory() + "systole-synthesis-\(UUID().uuidString)"
    let circuit = try BlockMemories().elaborate().simplified()
    try EmittedDesign(circuit).write(to: folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let files = circuit.verilog().map(\.name).joined(separator: " ")
    // Later steps only turn what is left into gates.
    let script = "read_verilog \(files); \(family.command) -run :map_ffram -top BlockMemories; stat"
    let result = try Toolbox().newestYosys().program.run(["-p", script], in: folder, timeout: .seconds(300))
    try #require(result.termination.isSuccess, "\(result.errors)")
    let statistics = result.output[result.output.range(of: "Printing statistics", options: .backwards)!.upperBound...]
    for kind in BlockMemory.Kind.allCases {
      let section = try #require(statistics.range(of: "=== BlockMemory_kind\(kind.rawValue) ==="))
      let text = statistics[section.upperBound...]
      let lines = text[..<(text.range(of: "===")?.lowerBound ?? text.endIndex)].split(separator: "\n")
      let found = lines.reduce(0) { sum, line in
        let words = line.split(separator: " ").map(String.init)
        guard family.cells.contains(where: words.contains) else { return sum }
        return sum + (words.compactMap { Int($0) }.first ?? 0)
      }
      #expect(found == (family.missing.contains(kind) ? 0 : family.count), "\(kind) in \(family.command)")
    }
  }

  @Test func `Every tool takes block memories without a warning`() throws {
    try Emission.expectClean(try BlockMemories().elaborate().simplified(), "block memories")
  }
}
