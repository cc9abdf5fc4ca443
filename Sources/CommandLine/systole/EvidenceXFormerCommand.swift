import ArgumentParser
import Foundation
import Machines
import Verilog

struct EvidenceXFormerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "xformer", abstract: "Figures of X-Former beside those of the paper.",
    discussion: """
      Latency over lengths, orders and blocks, utilisation, energy with its coefficients, modelled machines beside X-Former, storage,
      wear, what the paper says against itself, and the clocks of the generated machine. Writes evidence.json, evidence.csv,
      evidence.html and the drawings.

        systole evidence xformer
        systole evidence xformer --accuracy minilm-accuracy.json --output xformer-evidence
      """)

  @Option(help: ArgumentHelp("Results of 'systole accuracy xformer', for their rows.", valueName: "file"))
  var accuracy: String?

  @Flag(name: .customLong("no-machine"), help: "Leave the clocks of the generated machine out.")
  var hasNoMachine = false

  @Option(name: .shortAndLong, help: "The folder to write to, made when it is not there.", completion: .directory)
  var output = "xformer-evidence"

  @Flag(help: "Print the rows as JSON instead of a table.")
  var json = false

  func run() throws {
    try reportingErrors {
      var evidence = XFormerEvidence()
      try withProgress("formulas and cycle model") {
        evidence.addLatency()
        evidence.addHypotheses()
        evidence.addBlocks()
        evidence.addUtilisation()
        evidence.addEnergy()
        evidence.addBaselines()
        evidence.addStorage()
        evidence.addWear()
        evidence.addInconsistencies()
        if !hasNoMachine { try evidence.addHardware() }
      }
      if let accuracy { try evidence.addAccuracy(XFormerAccuracy.read(accuracy)) }
      let report = evidence.report
      try WrittenFiles.write(report.files(), to: output, removing: [])
      if json { return printJSON(text: try report.json(), terminator: "") }
      for row in report.rows where row.paper != nil {
        print(
          "\(row.id): \(row.ours.map { String(format: "%.4g", $0) } ?? "none") \(row.unit), published "
            + "\(String(format: "%.4g", row.paper ?? 0))")
      }
      print("\(output): \(report.rows.count) figures, \(report.charts.count) drawings; see \(output)/evidence.html")
    }
  }
}
