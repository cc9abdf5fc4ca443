import ArgumentParser
import Foundation
import Synthesis
import Tools

struct QualityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quality", abstract: "Gates, lookup tables and frequency of our units beside those of others.",
    discussion: """
      Each unit goes through the open flow: generic gates, ECP5 with and without DSP blocks, placed from several seeds,
      and UltraScale+ cells. Figures of other people's units are those on record. What falls short is named.
      """)

  @Option(help: "Only the rows whose names have this text in them.")
  var only: String?

  @Option(help: "How often each unit is placed.")
  var seeds = 3

  @Option(help: "Write the figures as JSON.", completion: .file())
  var json: String?

  @Option(help: "Print the figures that this file holds instead of measuring.", completion: .file())
  var from: String?

  @Flag(help: "Keep the figures in Scores/quality.json, and the table as a page of the documentation.")
  var record = false

  func validate() throws {
    if !(1...64).contains(seeds) { throw ValidationError("--seeds is a number from 1 to 64") }
    if record, only != nil { throw ValidationError("--record keeps all rows") }
  }

  func run() throws {
    Ending.takeOver()
    try reportingErrors {
      let table = try self.table()
      print(table.markdown, terminator: "")
      if let json { try OutputFile.write(table.json, to: json) }
      guard record else { return }
      let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
      try OutputFile.write(table.json, to: checkout.appending(path: "Scores/quality.json").path)
      try OutputFile.write(
        Self.page(table),
        to: checkout.appending(path: "Sources/Handoff/Synthesis/Synthesis.docc/Quality-of-results.md").path)
    }
  }

  private func table() throws -> QualityTable {
    if let from { return try QualityTable(json: Data(contentsOf: URL(fileURLWithPath: from))) }
    var figures: [QualityFigure] = []
    for row in QualityRow.all where only.map({ row.name.contains($0) }) ?? true {
      figures.append(
        try row.measure(seeds: seeds, tools: Toolbox(), cache: SynthesisCache()) { step in
          if Console.errorsAreShown { Console.progress(step + " …") } else { Console.note(step) }
        })
      Console.endProgress()
    }
    return QualityTable(figures)
  }

  private static func page(_ table: QualityTable) -> String {
    """
    # Quality of results

    Gates, lookup tables and frequency of units beside those of others.

    ## Overview

    `systole quality --record` measures and writes this page; `systole quality` prints it.

    \(table.markdown)
    """
  }
}
