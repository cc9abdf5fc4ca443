import ArgumentParser
import Foundation
import Machines
import Models
import TATAA
import Verilog

struct EvidenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evidence", abstract: "Compute the figures of an accelerator that stand beside the published ones.",
    discussion: """
      Each figure has its unit, its conditions and a tag: where it comes from.

        systole evidence tataa --output tataa-evidence
        systole evidence acceltran --output acceltran-evidence
        systole evidence xformer --output xformer-evidence
        systole evidence tron --output tron-evidence
        systole evidence hetrax --output hetrax-evidence
      """,
    subcommands: [
      EvidenceTATAACommand.self, EvidenceAccelTranCommand.self, EvidenceXFormerCommand.self,
      EvidenceHeTraXCommand.self, EvidenceTRONCommand.self,
    ])
}

struct EvidenceTATAACommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tataa", abstract: "Figures of TATAA beside those of the paper.",
    discussion: """
      Functions, matrix products, layers of published models, the sweep over rows, columns and lanes, and the real models
      that are at hand, with their accuracy. Writes evidence.json, evidence.csv, evidence.html and the drawings.

        systole evidence tataa
        systole evidence tataa --model minilm --output tataa-evidence
        systole evidence tataa --no-models
        systole evidence tataa --area strip   the area of a strip and its lanes too, by Yosys: some minutes

      --area tiny synthesises a whole core of that size, --area 1 one of a strip of the published size, which takes long.
      """)

  @Option(
    help:
      "A model to compile and to measure, or its folder; may be repeated. Default: vit, and those that 'make model' fetched."
  )
  var model: [String] = []

  @Flag(name: .customLong("no-models"), help: "Only what needs no checkpoint.")
  var hasNoModels = false

  @Option(
    help: ArgumentHelp(
      "Synthesise with and without lanes: strip, tiny, or a core of so many strips, 1 to 16.",
      valueName: "what"))
  var area: TATAAArea?

  @Option(name: .shortAndLong, help: "The folder to write to, made when it is not there.", completion: .directory)
  var output = "tataa-evidence"

  @Flag(help: "Print the rows as JSON instead of a table.")
  var json = false

  func validate() throws {
    if hasNoModels, !model.isEmpty { throw ValidationError("--no-models goes without --model") }
  }

  private func addImages(
    to evidence: inout TATAAEvidence, _ name: String, _ model: TransformerModel, _ folder: URL
  ) throws {
    let reader = try ModelImages(directory: folder, model: model)
    guard let file = reader.tests else {
      throw RequestError("'\(folder.path(percentEncoded: false))' has no test-images.idx3-ubyte with its labels")
    }
    let images = try reader.images(in: file)
    guard let classes = try reader.labels(for: file, count: images.count) else {
      throw RequestError("'\(file.lastPathComponent)' has no file of classes beside it")
    }
    try evidence.addImages(name, model, images, classes: classes, calibratedOn: reader.calibration())
  }

  func run() throws {
    try reportingErrors {
      var configuration = Configuration.standard
      configuration.cores = 1
      var evidence = try TATAAEvidence(configuration: configuration)
      try withProgress("functions, products and sweep") {
        try evidence.addFunctions()
        try evidence.addProducts()
        try evidence.addLayers(of: .deitSmall, tokens: nil)
        try evidence.addLayers(of: .bertBase, tokens: 128)
        try evidence.addLayers(of: .gpt2Medium, tokens: 128)
        try evidence.addSweep()
      }
      if let area { evidence.report.rows += try area.rows() }
      for name in hasNoModels ? [] : model.isEmpty ? ModelFolder.names : model {
        let folder: URL
        do { folder = try ModelFolder.named(name) } catch let error where model.isEmpty {
          Console.note("systole: note: left out: \(error)")
          continue
        }
        try withProgress("calibrating, compiling and measuring \(name)") {
          let read = try TransformerModel(directory: folder)
          let label = ModelFolder.names.contains(name) ? name : folder.lastPathComponent
          guard read.imageShape == nil else { return try addImages(to: &evidence, label, read, folder) }
          try evidence.addModel(label, read, ModelText(directory: folder, family: read.family))
        }
      }
      let report = evidence.report
      try WrittenFiles.write(report.files(), to: output, removing: [])
      if json { return printJSON(text: try report.json(), terminator: "") }
      for row in report.rows {
        let published = row.paper.map { ", published \($0)" } ?? ""
        print("\(row.id): \(row.ours.map { String(format: "%.4g", $0) } ?? "none") \(row.unit)\(published)")
      }
      print("\(output): \(report.rows.count) figures, \(report.charts.count) drawings; see \(output)/evidence.html")
    }
  }
}
