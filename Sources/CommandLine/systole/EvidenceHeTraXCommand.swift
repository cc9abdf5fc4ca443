import ArgumentParser
import Foundation
import HeTraX
import Machines
import Tools
import Verilog

struct EvidenceHeTraXCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hetrax", abstract: "Figures of HeTraX's models beside those of the paper.",
    discussion: """
      Speed, energy, energy times delay and temperature beside named baselines, the Pareto set among them, the order of tiers
      by bond layer, the mesh beside a searched network, placements that see the noise of the crossbars and that do not, wear
      and lifetime. Writes evidence.json, evidence.csv, evidence.html, maps of heat and placements. There is no figure about
      accuracy, for no model of language is run.

        systole evidence hetrax
        systole evidence hetrax --evaluations 20000 --output hetrax-evidence
      """)

  @OptionGroup var options: HeTraXOptions

  @Option(help: "Evaluations of each search of placements.")
  var evaluations = 2000

  @Option(help: "Cells of the die in x and y, for temperatures.")
  var cells = 24

  @Option(name: .shortAndLong, help: "The folder to write to, made when it is not there.", completion: .directory)
  var output = "hetrax-evidence"

  @Flag(help: "Print the rows as JSON instead of a table.")
  var json = false

  func run() throws {
    try reportingErrors {
      guard (2...1_000_000).contains(evaluations) else {
        throw RequestError("--evaluations \(evaluations): give 2 to 1000000")
      }
      let machine = try options.machine()
      guard options.config == "ref" else {
        throw RequestError("--config \(options.config): the figures are those of ref")
      }
      var evidence = try HeTraXEvidence(
        machine: machine, tokens: options.tokens ?? 512, sequences: options.sequences, evaluations: evaluations,
        cells: cells)
      try evidence.addAll { Console.progress("\($0) …") }
      Console.endProgress()
      let report = evidence.report
      try WrittenFiles.write(report.files() + evidence.drawings, to: output, removing: [])
      if json { return printJSON(text: try report.json(), terminator: "") }
      for row in report.rows {
        let published = row.paper.map { ", published \($0)" } ?? ""
        print("\(row.id): \(row.ours.map { String(format: "%.4g", $0) } ?? "none") \(row.unit)\(published)")
      }
      print(
        "\(output): \(report.rows.count) figures, \(report.charts.count + evidence.drawings.count) drawings; see "
          + "\(output)/evidence.html")
    }
  }
}
