import Foundation
import Packaging
import TATAA
import TestFiles
import Testing
import Tools

/// A whole accelerator as a package: its bench is the traffic of a run that equals the golden machine.
@Suite struct MachinePackageTests {
  private func fuseSoC(_ written: WrittenPackage, _ target: String) throws -> String {
    try written.run(
      "fusesoc", "--cores-root", ".", "run", "--target=\(target)", "systole:generated:\(written.top):1.0.0")
  }

  @Test func isLintedAndSimulatedAndFindsFaults() throws {
    let written = try WrittenPackage(TATAABlock(.tiny))
    #expect(written.top == "TATAAAccelerator")
    let header = try written.text("registers/tataa_accelerator.h")
    for name in ["PROGRAM_PAGE0", "LAST_ADDRESS0", "STALL_FETCH0"] { #expect(header.contains(name)) }
    #expect(try written.text("README.md").contains("memory_0_awvalid"))
    #expect(try written.text("memories.json").contains("\"TileBuffer\""))
    _ = try fuseSoC(written, "lint")
    let said = try fuseSoC(written, "sim")
    let vectors = said.firstMatch(of: /\nPASSED: (\d+) vectors/).flatMap { Int($0.output.1) } ?? 0
    // A start, a program of a whole layer, and the counters.
    #expect(vectors > 1000, "\(said.suffix(2000))")
    let verilator = try fuseSoC(written, "sim_verilator")
    #expect(verilator.contains("PASSED: \(vectors) vectors"), "\(verilator.suffix(2000))")
    // A wrong bit of a product, a write that never ends, and a rounding.
    for (file, right, wrong) in [
      ("DualModeCell.v", " + ", " - "), ("RowWriter.v", "bursts_open + 16'd1", "bursts_open + 16'd2"),
      ("AccumulatorConverter.v", "guard_1 & ", "guard_1 | "),
    ] {
      let path = written.folder.path + "/rtl/" + file
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let place = try #require(text.range(of: right), "no \(right) in \(file)")
      try text.replacingCharacters(in: place, with: wrong).write(toFile: path, atomically: true, encoding: .utf8)
      let wrongly = try fuseSoC(written, "sim")
      #expect(!wrongly.contains("\nPASSED"), "\(file): \(wrongly.suffix(2000))")
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
  }

  /// Yosys and nextpnr for ECP5 take ten minutes: the longest run of all packages.
  @Test(.enabled(if: Tier.isFull)) func placeAndRoute() throws {
    let written = try WrittenPackage(TATAABlock(.tiny))
    for target in ["synth", "pnr_ecp5"] { _ = try fuseSoC(written, target) }
  }
}
