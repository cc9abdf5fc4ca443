import HDL
import Machines
import Synthesis
import TATAA
import TATAAHardware
import Tools

/// What the second mode costs: a core with lanes beside one without, through Yosys.
enum TATAAArea {
  /// Rows of a core of some strips of the published size, for UltraScale+ and ECP5.
  ///
  /// - Throws: `ToolMissing`, `SynthesisFailure`, and what elaboration says.
  static func rows(strips: Int) throws -> [EvidenceRow] {
    var rows: [EvidenceRow] = []
    for target in [SynthesisTarget.xcup, .ecp5] {
      let both = try [Configuration.integer, .standard].map { configuration -> SynthesisResult in
        var configuration = configuration
        (configuration.strips, configuration.cores, configuration.maximumDepth) = (strips, 1, 512)
        let circuit = try TATAACore(configuration: configuration).elaborate().simplified()
        return try withProgress(
          "\(configuration.vectorRegisters == 0 ? "int8 alone" : "both modes") for \(target.rawValue)"
        ) { try SynthesisFlow(circuit, SynthesisOptions(target, seeds: 0)).run() }
      }
      let sizes = Configuration.standard
      let conditions =
        "a core of \(strips) strip(s) of \(sizes.rowsPerStrip) x \(sizes.columns) cells, banks of 512 steps, memories and buses "
        + "in it; \(both[0].tools[0]), \(target.rawValue), cells only"
      func add(_ id: String, _ what: String, _ value: (SynthesisResult) -> Int?, paper: Double?) {
        guard let integer = value(both[0]), let dual = value(both[1]) else { return }
        for (name, count) in [("integer", integer), ("dual", dual)] {
          rows.append(
            EvidenceRow(
              "area.\(target.rawValue).\(id).\(name)", "\(what), \(name == "dual" ? "both modes" : "int8 alone")",
              ours: Double(count), unit: "cells", conditions: conditions, tag: .measured))
        }
        rows.append(
          EvidenceRow(
            "area.\(target.rawValue).\(id).more", "\(what): both modes over int8 alone",
            ours: integer == 0 ? nil : 100 * Double(dual - integer) / Double(integer), paper: paper, unit: "%",
            conditions: conditions, tag: .measured,
            remark: "with vector registers, lanes, and the ways to load and store them"))
      }
      add("ff", "flip-flops", { $0.flipFlops }, paper: target == .xcup ? 10.5 : nil)
      add("lut", "lookup tables", { $0.lut }, paper: nil)
      add("dsp", "multiplier blocks", { $0.dsp }, paper: target == .xcup ? 0 : nil)
    }
    return rows
  }
}
