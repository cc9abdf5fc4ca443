import AccelTran
import ArgumentParser
import Foundation
import Machines
import Models
import NumberFormats
import Tools
import Transformer

struct EvidenceAccelTranCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "acceltran", abstract: "R3 to R13 of AccelTran, from cycle model, models and hardware.",
    discussion: """
      Writes evidence.json (a row for each figure), a table in CSV for each result, evidence.html with all of them and
      reuse.svg. Where a published figure cannot follow from its own model, the remark says why.

        systole evidence acceltran --output evidence
      """)

  @Option(help: "The folder that is written; it is made where there is none.")
  var output: String

  @Option(help: "The model whose sparsity is measured for R7 and R8; none leaves them out.")
  var model = "none"

  @Option(help: "Texts of the model's calibration that are measured, 1 to 100.")
  var texts = 4

  func run() throws {
    try reportingErrors {
      guard (1...100).contains(texts) else { throw RequestError("--texts \(texts): give 1 to 100") }
      Ending.takeOver()
      var tables: [EvidenceTable] = []
      let parts: [(String, () throws -> EvidenceTable)] = [
        ("R3", { try AccelTranEvidence.trace() }), ("R4", { try AccelTranEvidence.dataflows() }),
        ("R5", { try AccelTranEvidence.exploration() }), ("R6", { try AccelTranEvidence.sparsity() }),
        ("R9", { AccelTranEvidence.overhead() }), ("R10", { try AccelTranEvidence.memory() }),
        ("R11", { try AccelTranEvidence.pies() }), ("R12", { try AccelTranEvidence.ablation() }),
        ("R13", { AccelTranEvidence.synthesis() }), ("machines", { try AccelTranEvidence.machines() }),
        ("attention", { try AccelTranEvidence.attention() }), ("switches", { try AccelTranEvidence.switches() }),
        ("runs", { try AccelTranEvidence.publishedRuns() }), ("lanes", { try AccelTranRun.laneEvidence() }),
        ("reproduction", { AccelTranEvidence.reproduction() }),
      ]
      for (name, make) in parts {
        if Ending.isRequested { throw RequestError("interrupted: nothing was written") }
        tables.append(try withProgress("making \(name)") { try make() })
      }
      if model != "none" { tables += try withProgress("measuring the model") { try pruning() } }
      Console.endProgress()
      try EvidenceFiles(tables).write(to: URL(fileURLWithPath: output, isDirectory: true))
      print("\(tables.count) tables, \(EvidenceFiles(tables).rows.count) figures in \(output)")
    }
  }

  private func pruning() throws -> [EvidenceTable] {
    let folder = try ModelFolder.named(model)
    let model = try TransformerModel(directory: folder)
    let reader = try ModelText(directory: folder, family: model.family)
    let sequences = Array(try reader.calibration(of: model).prefix(texts))
    let machine = FixedPointMachine(model)
    return [
      try AccelTranEvidence.pruning(machine, over: sequences),
      try AccelTranEvidence.topK(machine, over: sequences),
    ]
  }
}

/// Tables as files.
struct EvidenceFiles {
  /// A figure with its conditions.
  struct Row: Encodable {
    var id, what: String
    var ours, paper: String?
    var unit, mode, conditions, tag, remark: String
  }

  private let tables: [EvidenceTable]

  init(_ tables: [EvidenceTable]) { self.tables = tables }

  /// A row for each figure; one of this package stands beside the published one of its row where that is the only one.
  var rows: [Row] {
    tables.flatMap { table -> [Row] in
      table.rows.enumerated().flatMap { number, cells -> [Row] in
        let names = zip(table.columns, cells).filter { $0.0.origin == nil }.map(\.1)
        let figures = zip(table.columns, cells).filter { $0.0.origin != nil && !$0.1.isEmpty }
        func isForeign(_ column: EvidenceTable.Column) -> Bool {
          column.origin == .published || column.origin == .recalled
        }
        return figures.map { column, cell in
          let text = (names + [column.name]).joined(separator: ", ").lowercased()
          let mode =
            text.contains("honest") ? "honest" : text.contains("paper") || text.contains("fast") ? "paper" : "stated"
          return Row(
            id: "\(table.result).\(number + 1).\(column.name)", what: ([table.title] + names).joined(separator: ": "),
            ours: isForeign(column) ? nil : cell, paper: isForeign(column) ? cell : nil, unit: column.name, mode: mode,
            conditions: table.conditions.joined(separator: "; "), tag: column.origin?.rawValue ?? "",
            remark: table.remarks.joined(separator: " "))
        }
      }
    }
  }

  func write(to folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try encoder.encode(rows).write(to: folder.appending(path: "evidence.json"))
    var names: [String: Int] = [:]
    for table in tables {
      names[table.result, default: 0] += 1
      let count = names[table.result] ?? 1
      let name = table.result.lowercased().filter { $0.isLetter || $0.isNumber } + (count > 1 ? "-\(count)" : "")
      let lines = [table.columns.map(\.name)] + table.rows
      let text = lines.map { $0.map(Self.quoted).joined(separator: ",") }.joined(separator: "\n") + "\n"
      try Data(text.utf8).write(to: folder.appending(path: name + ".csv"))
    }
    try Data(html.utf8).write(to: folder.appending(path: "evidence.html"))
    if let svg = reuse { try Data(svg.utf8).write(to: folder.appending(path: "reuse.svg")) }
  }

  private static func quoted(_ cell: String) -> String {
    cell.contains { ",\"\n".contains($0) } ? "\"" + cell.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : cell
  }

  private static func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
  }

  private var html: String {
    let style =
      "body{font:15px sans-serif;margin:2em}table{border-collapse:collapse}td,th{border:1px solid #999;padding:3px 8px;text-align:right}"
    let body = tables.map { table -> String in
      let heads = table.columns.map { column in
        "<th>\(Self.escaped(column.name))\(column.origin.map { "<br>[\($0.rawValue)]" } ?? "")</th>"
      }
      let lines = table.rows.map { "<tr>" + $0.map { "<td>\(Self.escaped($0))</td>" }.joined() + "</tr>" }
      return """
        <h2>\(Self.escaped("\(table.result): \(table.title)"))</h2>
        <p>\(Self.escaped(table.conditions.joined(separator: "; ")))</p>
        <table><tr>\(heads.joined())</tr>
        \(lines.joined(separator: "\n"))
        </table>
        \(table.remarks.map { "<p>\(Self.escaped($0))</p>" }.joined(separator: "\n"))
        """
    }
    return "<!DOCTYPE html><meta charset=\"utf-8\"><title>AccelTran</title><style>\(style)</style>\n"
      + body.joined(separator: "\n") + "\n"
  }

  /// R4 as bars: reuse of each loop order, published and corrected.
  private var reuse: String? {
    guard let table = tables.first(where: { $0.result == "R4" }) else { return nil }
    var bars: [String] = []
    for row in table.rows.indices {
      let y = 30 + 18 * row
      for (place, (column, color)) in [("64x64x64 reuse", "#bbb"), ("64x64x64 corrected reuse", "#06c")].enumerated() {
        let value = table[row, column].flatMap(Double.init) ?? 0
        bars.append("<rect x=\"60\" y=\"\(y + 7 * place)\" width=\"\(Int(value))\" height=\"6\" fill=\"\(color)\"/>")
      }
      bars.append("<text x=\"8\" y=\"\(y + 12)\">\(table.rows[row][0])</text>")
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="540" height="\(50 + 18 * table.rows.count)" font-family="sans-serif" font-size="12">
      <text x="60" y="18">tiles found again, 64x64 * 64x64: published predicate (grey), corrected (blue)</text>
      \(bars.joined(separator: "\n"))
      </svg>

      """
  }
}
