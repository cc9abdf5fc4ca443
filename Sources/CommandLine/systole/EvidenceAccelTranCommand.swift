import AccelTran
import ArgumentParser
import Foundation
import Machines
import Models
import NumberFormats
import Tools
import Transformer
import Verilog

struct EvidenceAccelTranCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "acceltran", abstract: "R3 to R13 of AccelTran, from cycle model, models and hardware.",
    discussion: """
      Writes evidence.json and evidence.csv (a row for each figure: ours, the published one, unit, mode, conditions, tag and
      remark), evidence.html with drawings, and tables.md. Where a published figure cannot follow from its own model, the
      remark says why.

        systole evidence acceltran
        systole evidence acceltran --model none --output acceltran-evidence
      """)

  @Option(name: .shortAndLong, help: "The folder to write to, made when it is not there.", completion: .directory)
  var output = "acceltran-evidence"

  @Option(help: "The model whose sparsity is measured for R7 and R8, as 'make model' fetches it, or none.")
  var model = "minilm"

  @Option(help: "Texts of the model's calibration that are measured, 1 to 100.")
  var texts = 4

  @Option(
    help: "The published 14 nm library: with it modules of this package are mapped and timed for R13.",
    completion: .file(extensions: ["lib"]))
  var library: String?

  @Flag(help: "Say how long each part takes.")
  var timings = false

  @Flag(help: "Print the rows as JSON instead of a line.")
  var json = false

  func run() throws {
    try reportingErrors {
      guard (1...100).contains(texts) else { throw RequestError("--texts \(texts): give 1 to 100") }
      Ending.takeOver()
      var tables: [EvidenceTable] = []
      var parts: [(String, () throws -> [EvidenceTable])] = [
        ("R3", { [try AccelTranEvidence.traceTotals()] }), ("R3", { [try AccelTranEvidence.trace()] }),
        ("R4", { [try AccelTranEvidence.dataflows()] }),
        ("R5", { [try AccelTranEvidence.exploration()] }), ("R6", { [try AccelTranEvidence.sparsity()] }),
        ("R7", { try pruning() }), ("R9", { [AccelTranEvidence.overhead()] }),
        ("R10", { [try AccelTranEvidence.memory()] }),
        ("R11", { [try AccelTranEvidence.pies()] }), ("R12", { [try AccelTranEvidence.ablation()] }),
        ("R13", { [AccelTranEvidence.synthesis()] }), ("machines", { [try AccelTranEvidence.machines()] }),
        ("attention", { [try AccelTranEvidence.attention()] }), ("switches", { [try AccelTranEvidence.switches()] }),
        ("runs", { [try AccelTranEvidence.publishedRuns()] }), ("lanes", { [try AccelTranRun.laneEvidence()] }),
        ("hardware", { [try AccelTranEvidence.hardware()] }),
      ]
      if let library { parts.append(("R13, own modules", { [try AccelTranSynthesis(library: library).table()] })) }
      if model != "none" {
        do { _ = try ModelFolder.named(model) } catch let error where model == "minilm" {
          Console.note("systole: note: R7 and R8 are left out: \(error)")
          parts.removeAll { $0.0 == "R7" }
        }
      } else {
        parts.removeAll { $0.0 == "R7" }
      }
      for (name, make) in parts {
        if Ending.isRequested { throw RequestError("interrupted: nothing was written") }
        let start = ContinuousClock.now
        tables += try withProgress("making \(name)") { try make() }
        Console.endProgress()
        if timings {
          Console.note("\(name): \(String(format: "%.1f", (ContinuousClock.now - start) / .seconds(1))) s")
        }
      }
      tables.append(AccelTranEvidence.reproduction(tables))
      var report = EvidenceReport(
        machine: "acceltran", title: "AccelTran: figures beside the published ones", tables: tables)
      report.notes = tables.map { "\($0.result): \($0.title)." }
      report.charts = tables.first { $0.result == "R4" }.map(Self.reuse).map { [$0] } ?? []
      let text = tables.map(\.description).joined(separator: "\n\n") + "\n"
      try WrittenFiles.write(report.files() + [("tables.md", text)], to: output, removing: [])
      if json { return printJSON(text: try report.json(), terminator: "") }
      print("\(output): \(tables.count) tables, \(report.rows.count) figures; see \(output)/evidence.html")
    }
  }

  /// R4 as bars: what each loop order finds again, corrected, beside the published predicate.
  private static func reuse(_ table: EvidenceTable) -> EvidenceChart {
    EvidenceChart(
      "reuse", "Tiles found again, 64x64 * 64x64, corrected beside the published predicate", unit: "tiles",
      bars: table.rows.indices.map { row in
        .init(
          table.rows[row][0], table[row, "64x64x64 corrected reuse"].flatMap(Double.init) ?? 0,
          reference: table[row, "64x64x64 reuse"].flatMap(Double.init))
      })
  }

  private func pruning() throws -> [EvidenceTable] {
    let folder = try ModelFolder.named(model)
    let model = try TransformerModel(directory: folder)
    let reader = try ModelText(directory: folder, family: model.family)
    let sequences = Array(try reader.calibration(of: model).prefix(texts))
    // With bits enough before the point that nothing saturates.
    let machine = FixedPointMachine(model, lanes: LaneProduct(try LaneFormat(integerBits: 8, fractionBits: 16)))
    return [
      try AccelTranEvidence.pruning(machine, over: sequences),
      try AccelTranEvidence.topK(machine, over: sequences),
    ]
  }
}
