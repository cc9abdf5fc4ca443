import ArgumentParser
import Foundation
import Machines
import Models
import TRON
import Tools
import Verilog

struct EvidenceTRONCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tron", abstract: "Figures of TRON: light, costs in two corners, accuracy of a real model.",
    discussion: """
      What crosstalk, detectors and links allow; throughput and energy of a bit in two technology corners, with and without
      static trim and the laser's factor for amplitudes; array sizes; both score paths; and the embeddings of a real model on
      banks of rings, over quality factor, spacing, calibration, converters and temperature. Writes evidence.json,
      evidence.csv, evidence.html, the drawings, and spectra of rings.

        systole evidence tron
        systole evidence tron --model minilm --texts 8 --seeds 5
        systole evidence tron --no-models --output tron-evidence
      """)

  @Option(help: "The model whose embeddings are measured, or its folder.")
  var model = "minilm"

  @Flag(name: .customLong("no-models"), help: "Only what needs no checkpoint.")
  var hasNoModels = false

  @Option(help: "Texts that are measured, 1 to 32.")
  var texts = 4

  @Option(help: "Texts that ranges are measured on, 1 to 32.")
  var calibration = 8

  @Option(help: "Seeds of trials with noise, 1 to 32.")
  var seeds = 3

  @Option(help: "Only trials whose names begin so; see the ids of a report.")
  var trials = ""

  @Option(name: .shortAndLong, help: "The folder to write to, made when it is not there.", completion: .directory)
  var output = "tron-evidence"

  @Flag(help: "Print the rows as JSON instead of a table.")
  var json = false

  func validate() throws {
    for (name, value) in [("texts", texts), ("calibration", calibration), ("seeds", seeds)]
    where !(1...32).contains(value) {
      throw ValidationError("--\(name) is a number from 1 to 32")
    }
    guard TRONEvidence.trials.contains(where: { $0.name.hasPrefix(trials) }) else {
      let names = TRONEvidence.trials.map(\.name).joined(separator: ", ")
      throw ValidationError("no trial begins with '\(trials)'; there are \(names)")
    }
  }

  func run() throws {
    try reportingErrors {
      Ending.takeOver()
      var evidence = TRONEvidence()
      evidence.addPhysics()
      evidence.addCosts()
      evidence.addScorePaths()
      evidence.addExploration()
      evidence.addRatios()
      if !hasNoModels { try measure(&evidence) }
      let report = evidence.report
      try WrittenFiles.write(report.files() + TRONEvidence.spectra, to: output, removing: [])
      if json { return printJSON(text: try report.json(), terminator: "") }
      for row in report.rows where row.id.hasPrefix("accuracy.") || row.id.hasPrefix("ratio.") {
        print("\(row.id): \(row.ours.map { String(format: "%.5g", $0) } ?? "none") \(row.unit); \(row.remark)")
      }
      print("\(output): \(report.rows.count) figures, \(report.charts.count) drawings; see \(output)/evidence.html")
    }
  }

  private func measure(_ evidence: inout TRONEvidence) throws {
    let folder: URL
    do { folder = try ModelFolder.named(model) } catch let error where model == "minilm" {
      Console.note("systole: note: accuracy is left out: \(error)")
      return
    }
    let read = try TransformerModel(directory: folder)
    let text = try ModelText(directory: folder, family: read.family)
    let all = try text.calibration(of: read)
    let seen = all.enumerated().filter { $0.offset % 2 == 0 }.map(\.element).prefix(calibration)
    let held = all.enumerated().filter { $0.offset % 2 == 1 }.map(\.element).prefix(texts)
    try evidence.addAccuracy(
      model, read, calibration: Array(seen), sequences: Array(held), seeds: seeds,
      trials: TRONEvidence.trials.filter { $0.name.hasPrefix(trials) },
      progress: { Console.progress("measuring \($0)") }, isCancelled: { Ending.isRequested })
    Console.endProgress()
  }
}
