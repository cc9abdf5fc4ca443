import AccelTran
import AccelTranHardware
import Foundation
import HDL
import NumberFormats
import Synthesis
import Units

/// R13: modules of this package, mapped to the library of the published reports and timed with it.
struct AccelTranSynthesis {
  /// The path of the library.
  let library: String

  /// A module, and the published one that does the same.
  private struct Part {
    var name: String
    var beside: String
    var generator: any Generator
    var remark = ""
  }

  private func parts() throws -> [Part] {
    func lane(_ multipliers: Int, rows: Int) -> MACLane {
      MACLane(shape: LaneShape(multipliers: multipliers, chunk: max(2, multipliers), rows: rows, queue: 8))
    }
    let code = try IntegerFormat(width: 20, isSigned: true)
    var row = EngineSizes.tiny
    (row.rowLength, row.busWidth) = (16, 128)
    return [
      Part(name: "multiplier 20 x 20, calibration", beside: "multiplier 20 x 20", generator: CalibrationMultiplier()),
      Part(name: "MACLane, 1 multiplier", beside: "lane, 1 multiplier", generator: lane(1, rows: 1)),
      Part(name: "MACLane, 16 multipliers", beside: "lane, 16 multipliers", generator: lane(16, rows: 1)),
      Part(name: "MACLane, 16 multipliers for 4 rows", beside: "", generator: lane(16, rows: 4)),
      Part(
        name: "PairPacker, 32 positions to 16", beside: "pre-sparsity, 16 of 32",
        generator: PairPacker { ($0.width, $0.multipliers, $0.chunk, $0.rows, $0.queue) = (20, 16, 32, 1, 4) }),
      Part(
        name: "StochasticRounder, 44 to 20", beside: "stochastic rounding, 44 to 20",
        generator: StochasticRounder { ($0.noiseBits, $0.degree) = (16, 16) }),
      Part(
        name: "MagnitudePruner, 16 codes", beside: "",
        generator: MagnitudePruner { ($0.element, $0.count) = (.integer(code), 16) }),
      Part(name: "ThresholdLoops, 8 places", beside: "", generator: ThresholdLoops()),
      Part(name: "SoftmaxRows, 4 of 16 numbers", beside: "softmax, tile of 16", generator: SoftmaxRows(sizes: row)),
      Part(
        name: "NormalizationRows, 4 of 16 numbers", beside: "layer norm, tile of 16",
        generator: NormalizationRows(sizes: row)),
    ]
  }

  /// The table.
  ///
  /// - Throws: what the tools say.
  func table() throws -> EvidenceTable {
    let rows = try parts().map { part in
      var flow = SynthesisFlow(
        try part.generator.elaborate().simplified(), SynthesisOptions(.generic, liberty: library, seeds: 0))
      flow.progress = { Console.progress("\(part.name): \($0) …") }
      let result = try flow.run()
      let published = AccelTranEvidence.synthesisReports.first { $0.module == part.beside }
      func text(_ value: Double?, _ digits: Int = 0) -> String {
        value.map { String(format: "%.\(digits)f", $0) } ?? ""
      }
      let goals = ["small", "fast"].flatMap { goal -> [String] in
        let mapped = result.mapped.first { $0.goal == goal }
        return [text(mapped?.area), text(mapped?.delay.map { 1e6 / $0 })]
      }
      return [part.name, part.beside] + goals + [
        text(published?.area), text(published.map { 1e6 / (1429 - $0.slack) }), "\(result.flipFlops)",
      ]
    }
    return EvidenceTable(
      "R13", "modules of this package on the published library",
      conditions: [
        "Yosys and abc, once for area and once for speed; OpenSTA, ideal clock, no wire loads",
        "memories are registers", "published figures: Design Compiler, wire loads of a thousand gates, 1429 ps",
      ],
      columns: [
        .init("module"), .init("beside"), .init("small um2", .measured, unit: "um2", beside: "published um2"),
        .init("small MHz", .measured, unit: "MHz"), .init("fast um2", .measured, unit: "um2"),
        .init("fast MHz", .measured, unit: "MHz", beside: "published MHz"),
        .init("published um2", .published, unit: "um2"), .init("published MHz", .computed, unit: "MHz", mode: .paper),
        .init("registers", .measured, unit: "bits"),
      ], rows: rows,
      remarks: [
        "the library's tables of propagation are delays between half of the supply; its published reports are several times slower on "
          + "the same multiplier, so that times compare within a column alone",
        "the published pre-sparsity unit takes 55 clocks a vector, PairPacker 1; published softmax and layer norm take whole tiles, "
          + "these four numbers of a row at a time, and are right",
      ])
  }
}

/// A product without registers, for comparison of the tools.
private struct CalibrationMultiplier: Generator {
  struct Ports {
    let left, right: Input<SInt>
    let product: Output<SInt>
  }

  var ports: Ports {
    Ports(left: .init(20, "A factor"), right: .init(20, "A factor"), product: .init(40, "Their product"))
  }

  var documentation: String { "A product of two numbers of 20 bits." }

  func build(_ io: Interior<Ports>, in m: Module) { io.product <== io.left * io.right }
}
