import AccelTran
import Machines
import Testing

/// Tables as rows of a report.
struct EvidenceTableTests {
  private let table = EvidenceTable(
    "R9", "pruning", conditions: ["one thread", "512 rows"],
    columns: [
      .init("method"), .init("mode"), .init("ns", .measured, unit: "ns", beside: "figure"),
      .init("text", .computed, unit: "ns"), .init("figure", .published, unit: "ns"),
      .init("guess", .recalled, unit: "W"),
      .init("MHz", .computed, unit: "MHz", mode: .paper), .init("area", .published, unit: "um2"),
    ],
    rows: [
      ["threshold", "honest", "1.5", "stops: why", "2,000", "7", "636", ""],
      ["top-k", "paper", "3", "", "", "", "", "9418.67"],
    ], remarks: ["compare the shape"])

  @Test func `A figure has ours, the published one, unit, mode, conditions, tag and remark`() throws {
    let report = EvidenceReport(machine: "acceltran", title: "AccelTran", tables: [table, table])
    #expect(
      report.rows.map(\.id) == [
        "r9.1.ns", "r9.1.MHz", "r9.2.ns", "r9.2.area", "r9.3.ns", "r9.3.MHz", "r9.4.ns", "r9.4.area",
      ])
    let first = try #require(report.row("r9.1.ns"))
    #expect(first.ours == 1.5 && first.paper == 2000 && first.unit == "ns" && first.mode == .honest)
    #expect(first.tag == .measured && first.conditions == "one thread; 512 rows")
    #expect(first.what == "pruning: threshold: text stops: why: ns")
    // What is believed to be in a paper is no published figure.
    #expect(first.remark == "recalled, not checked: 7 W compare the shape")
    #expect(report.row("r9.1.MHz")?.mode == .paper && report.row("r9.2.ns")?.mode == .paper)
    let area = try #require(report.row("r9.2.area"))
    #expect(area.ours == nil && area.paper == 9418.67 && area.tag == .published)
  }

  @Test func `Every figure of the quick tables has a unit`() throws {
    let tables = [
      try AccelTranEvidence.dataflows(), try AccelTranEvidence.memory(), AccelTranEvidence.synthesis(),
      AccelTranEvidence.overhead(rows: 8), AccelTranEvidence.reproduction(),
    ]
    let report = EvidenceReport(machine: "acceltran", title: "AccelTran", tables: tables)
    #expect(report.rows.count > 100 && report.rows.allSatisfy { !$0.unit.isEmpty && !$0.conditions.isEmpty })
    #expect(Set(report.rows.map(\.id)).count == report.rows.count)
    let exact = report["r10"].filter { $0.paper != nil }
    #expect(exact.count == 6 && exact.allSatisfy { $0.ours == $0.paper })
    let reuse = report["r4"].filter { $0.paper != nil }
    #expect(reuse.count == 12 && reuse.allSatisfy { $0.ours == $0.paper && $0.mode == .paper })
  }

  @Test func `A named machine is extrapolated, dense and pruned`() throws {
    let table = try AccelTranEvidence.hardware(
      [(name: "Nano", layers: 2, hidden: 32, heads: 2, feedForward: 64)], tokens: 16)
    #expect(table.rows.map { $0[2] } == ["0", "50"] && table[0, "cores at once"] == "4 of 4 cores")
    func figure(_ row: Int, _ column: String) -> Double { table[row, column].flatMap(Double.init) ?? -1 }
    let (dense, pruned) = (figure(0, "clocks of a sequence"), figure(1, "clocks of a sequence"))
    #expect(pruned > 0 && pruned < dense)
    // Four sequences at once; the rate is rounded.
    #expect(abs(figure(0, "seq/s") - 4 * 700e6 / dense) <= 0.5)
    #expect(figure(0, "lanes step %") > 0 && figure(0, "lanes step %") < 100)
    let report = EvidenceReport(machine: "acceltran", title: "AccelTran", tables: [table])
    #expect(report["hardware"].count == 8 && report.rows.allSatisfy { $0.mode == .honest && $0.tag == .computed })
  }

  @Test func `Labels of a plot do not touch`() {
    let plot = EvidencePlot(
      "drift", "Over drift", across: "K", along: "cosine",
      lines: [.init("all", [-1, -0.1, 0, 0.1, 1].map { .init($0, 1 - abs($0)) })])
    func hasLabel(_ text: String) -> Bool { plot.svg.contains("text-anchor=\"middle\">\(text)</text>") }
    #expect(hasLabel("-1") && hasLabel("-0.1000") && hasLabel("1"))
    #expect(!hasLabel("0"))
    #expect(plot.svg.components(separatedBy: "<circle").count == 6)
  }
}
