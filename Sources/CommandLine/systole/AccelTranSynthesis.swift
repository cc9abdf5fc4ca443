import AccelTran
import AccelTranHardware
import HDL
import Netlist
import Synthesis

/// R13 with own modules: area and longest path on the cells of a liberty file, beside the committed reports.
///
/// The published reports are of 1429 ps at 0.8 V. Yosys and abc map, OpenSTA times without wires; both of abc's goals are shown.
struct AccelTranSynthesis {
  /// The liberty file.
  var liberty: String
  /// Told what is done.
  var progress: @Sendable (String) -> Void = { _ in }

  /// A module and the published one that it stands beside.
  private struct Case {
    var name: String
    var circuit: () throws -> Circuit
    /// µm² and worst slack in ps of the committed report; nil where there is none.
    var published: (area: Double, slack: Double)?
  }

  /// Q(4, 16), 16 multipliers, words of 8 numbers, rows of 128 for softmax and normalisation.
  private var sizes: EngineSizes {
    var sizes = EngineSizes.edgeSlice
    sizes.rowLength = 128
    return sizes
  }

  private var cases: [Case] {
    let lane = LaneShape(
      width: sizes.width, multipliers: sizes.multipliers, chunk: sizes.chunk, rows: sizes.sharedRows, queue: sizes.queue
    )
    var one = lane
    (one.multipliers, one.rows, one.chunk, one.queue) = (1, 1, 2, 4)
    var plain = lane
    plain.rows = 1
    return [
      Case(
        name: "lane, 1 multiplier", circuit: { try MACLane(shape: one).elaborate() }, published: (598.34, -92.6)),
      Case(
        name: "lane, 16 multipliers, one row", circuit: { try MACLane(shape: plain).elaborate() },
        published: (9418.67, -143.2)),
      Case(
        name: "lane, 16 multipliers, four rows", circuit: { try MACLane(shape: lane).elaborate() },
        published: (9418.67, -143.2)),
      Case(
        name: "sparsity front end, 64 positions", circuit: { try PairPacker(shape: lane).elaborate() },
        published: (6216.90, 676.9)),
      Case(name: "24 loop orders", circuit: { try TileLoops().elaborate() }),
      Case(
        name: "softmax of rows of 128, 8 numbers a clock", circuit: { try SoftmaxRows(sizes: sizes).elaborate() },
        published: (87573.33, 222.9)),
      Case(
        name: "normalisation of rows of 128, 8 numbers a clock",
        circuit: { try NormalizationRows(sizes: sizes).elaborate() }, published: (81104.13, -165.1)),
    ]
  }

  /// The table.
  ///
  /// - Throws: what the tools say.
  func table() throws -> EvidenceTable {
    var rows: [[String]] = []
    for one in cases {
      var flow = SynthesisFlow(
        try one.circuit().simplified(), SynthesisOptions(.generic, liberty: liberty, seeds: 0))
      let (progress, name) = (progress, one.name)
      flow.progress = { progress("\(name): \($0)") }
      for mapped in try flow.run().mapped {
        let slack = mapped.delay.map { 1429 - $0 }
        func text(_ value: Double?) -> String { value.map { "\(($0 * 10).rounded() / 10)" } ?? "" }
        rows.append([
          "\(one.name), \(mapped.goal)", text(mapped.area), text(slack), text(mapped.delay.map { 1e6 / $0 }),
          text(one.published?.area), text(one.published?.slack),
        ])
      }
    }
    return EvidenceTable(
      "R13", "own modules on the published 14 nm library",
      conditions: ["0.8 V, 1429 ps", "Yosys and abc for small area and for speed, OpenSTA without wires"],
      columns: [
        .init("module"), .init("own um2", .measured, unit: "um2", mode: .honest, beside: "um2"),
        .init("own slack ps", .measured, unit: "ps", mode: .honest, beside: "slack ps"),
        .init("own MHz", .measured, unit: "MHz", mode: .honest), .init("um2", .published, unit: "um2"),
        .init("slack ps", .published, unit: "ps"),
      ], rows: rows,
      remarks: [
        "the published softmax and normalisation work on a tile of 16 x 16 at once, with untimed dividers, and compute neither; own "
          + "ones hold a whole row and are right",
        "the published lane has no clear, no handshake and rounds each step; the own one keeps exact sums of four rows",
      ])
  }
}
