import Foundation
import Models
import SmallModels
import TATAA
import Testing
import Transformer

@testable import Machines

#if canImport(FoundationXML)
  import FoundationXML
#endif

struct EvidenceReportTests {
  private static func report() -> EvidenceReport {
    var report = EvidenceReport(machine: "none", title: "A <report>")
    report.notes = ["What holds & counts."]
    report.rows = [
      EvidenceRow(
        "a.one", "a figure, with a comma", ours: 1234.5, paper: nil, unit: "cycles", conditions: "\"quoted\"",
        tag: .measured),
      EvidenceRow("b.two", "another", ours: nil, paper: 0.125, unit: "%", mode: .paper, conditions: "", tag: .inferred),
      EvidenceRow(
        "a.three", "a third", ours: -2, paper: 3, unit: "ratio", conditions: "", tag: .computed, remark: "less"),
    ]
    report.charts = [
      EvidenceChart("bars", "Bars & more", unit: "%", bars: [.init("x", 2), .init("y", 4, reference: 1)])
    ]
    return report
  }

  @Test func `Every row has every key, and comes back`() throws {
    let report = Self.report()
    let files = Dictionary(uniqueKeysWithValues: try report.files().map { ($0.name, $0.text) })
    #expect(files.keys.sorted() == ["bars.svg", "evidence.csv", "evidence.html", "evidence.json"])
    let data = Data(try #require(files["evidence.json"]).utf8)
    let objects = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
    let keys = ["conditions", "id", "mode", "ours", "paper", "remark", "tag", "unit", "what"]
    #expect(objects.allSatisfy { $0.keys.sorted() == keys } && objects[1]["ours"] is NSNull)
    #expect(try JSONDecoder().decode([EvidenceRow].self, from: data) == report.rows)
    #expect(
      files["evidence.csv"] == """
        id,what,ours,paper,unit,mode,conditions,tag,remark\r
        a.one,"a figure, with a comma",1234.5,,cycles,honest,\"""quoted\""",measured,\r
        b.two,another,,0.125,%,paper,,inferred,\r
        a.three,a third,-2,3,ratio,honest,,computed,less\r

        """)
  }

  @Test func `The page has a table for each group, and is escaped`() throws {
    let report = Self.report()
    #expect(
      report.groups == ["a", "b"] && report["a"].map(\.id) == ["a.one", "a.three"]
        && report.row("b.two")?.paper == 0.125)
    let page = report.html
    #expect(page.contains("<h1>A &lt;report&gt;</h1>") && page.contains("<p>What holds &amp; counts.</p>"))
    #expect(page.components(separatedBy: "<h2>").count == 3 && page.components(separatedBy: "<tr>").count == 6)
    #expect(page.contains("prefers-color-scheme:dark") && !page.contains("<script"))
    _ = try XMLDocument(xmlString: report.charts[0].svg)
    // The longest bar takes the whole width, the other ones their share.
    #expect(report.charts[0].svg.contains("width=\"520.0\"") && report.charts[0].svg.contains("width=\"260.0\""))
    #expect(report.charts[0].svg.contains("(published 1)"))
  }

  @Test(
    arguments: [
      (nil, ""), (0, "0"), (12, "12"), (-3, "-3"), (1234.56, "1235"), (12.3456, "12.35"), (0.0012345, "0.001235"),
      (-0.5, "-0.5000"), (1.0005, "1.001"), (Double.infinity, "inf"),
    ] as [(Double?, String)])
  func `Numbers have four figures`(value: Double?, text: String) { #expect(EvidenceRow.text(value) == text) }
}

struct TATAAEvidenceTests {
  private static func tiny() throws -> TATAAEvidence { try TATAAEvidence(configuration: .tiny) }

  @Test func `Functions, products and layers are computed, each with conditions`() throws {
    var evidence = try Self.tiny()
    try evidence.addFunctions()
    let operations = try #require(evidence.report.row("function.gelu.operations")?.ours)
    let cycles = try #require(evidence.report.row("function.gelu.cycles")?.ours)
    // 25 operations are what the function is made of; no vector takes fewer cycles than operations.
    #expect(operations == 25 && cycles > 25 && cycles < 100)
    let softmax = try #require(evidence.report.row("function.softmax.operations"))
    #expect(softmax.paper == (5 * 197 + 6) / 197 && (softmax.ours ?? 0) > 12)
    for row in evidence.report.rows { #expect(!row.conditions.isEmpty && (row.ours ?? 0) > 0, "\(row.id)") }
    #expect(Set(evidence.report.rows.map(\.id)).count == evidence.report.rows.count)
  }

  @Test func `A product's share is that of the cycle model`() throws {
    var evidence = try TATAAEvidence()
    try evidence.addProducts()
    let tiler = MatrixTiler(
      rows: 64, columns: 64, depth: 64, x: 1 << 20, y: 1 << 24, bias: 0,
      result: .int8(requantizers: 1 << 16, perColumn: true),
      z: 1 << 28, isTransposed: true)
    let program = MachineProgram(try tiler.instructions(for: .standard) + [try Instruction(.end)])
    let cycles = TATAAEvidence.window(CycleModel(configuration: .standard, latency: 8).estimate(program))
    let row = try #require(evidence.report.row("product.64x64x64.utilisation"))
    let share = 100 * Double(64 * 64 * 64) / (Double(cycles) * 1024)
    #expect(abs((row.ours ?? 0) - share) < 1e-9 && row.paper == 53.3)
    let shares = evidence.report["product"].compactMap(\.ours)
    #expect(shares.count == 22 && shares.allSatisfy { $0 > 0 && $0 < 100 })
    for row in evidence.report["product"] where row.id.hasSuffix(".utilisation") {
      let bound = evidence.report.row(row.id.replacing(".utilisation", with: ".bound"))?.ours
      #expect((row.ours ?? 100) <= (bound ?? 0), "\(row.id)")
    }
    let attention = evidence.report["attention"].compactMap(\.ours)
    #expect(attention.count == 5 && attention.allSatisfy { $0 > 90 && $0 < 100 }, "\(attention)")
    let throughput = evidence.report["throughput"]
    #expect(throughput.count == 2 && throughput.allSatisfy { ($0.ours ?? 0) < TATAAEvidence.integerPeak })
  }

  /// A small model's rows: exact, the kinds add up to the program, accuracies of what was not calibrated on.
  @Test func `A model's rows come from its program and its runs`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "systole-evidence-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try SmallTransformer(hidden: 8, layers: 2, heads: 2, feedForward: 8, activation: "relu").write(to: folder)
    let words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + "abcdefghijklmno".map(String.init)
    try Data((words.joined(separator: "\n") + "\n").utf8).write(to: folder.appending(path: "vocab.txt"))
    var evidence = try Self.tiny()
    let model = try TransformerModel(directory: folder)
    try evidence.addModel("small", model, ModelText(directory: folder, family: model.family))
    let report = evidence.report
    #expect(report.row("exact.small")?.ours == 0)
    let whole = try #require(report.row("model.small.cycles")?.ours)
    let kinds = report["layer"].filter { $0.id.hasSuffix(".cycles") }.compactMap(\.ours)
    // All but END and what stands in front of the first node.
    #expect(kinds.count > 10 && kinds.reduce(0, +) <= whole && kinds.reduce(0, +) > 0.97 * whole)
    let cosine = try #require(report.row("accuracy.small.cosine")?.ours)
    #expect(cosine > 0.95 && cosine <= 1)
  }
}
