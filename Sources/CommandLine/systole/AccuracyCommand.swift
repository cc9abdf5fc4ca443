import ArgumentParser
import Catalog
import Foundation
import Machines
import Models
import Tools
import XFormer

struct AccuracyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accuracy", abstract: "Measure how near a model on a noisy machine is to binary32, over seeds.",
    discussion: """
        systole accuracy xformer --model minilm --jobs 2
      """,
    subcommands: [AccuracyXFormerCommand.self])
}

struct AccuracyXFormerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "xformer", abstract: "Accuracy of an encoder on X-Former's crossbars.",
    discussion: """
      Quantises a model with half of the project's texts and runs the other ones on the golden machine, for converters, encodings,
      programming errors with and without read-back, stuck cells, read noise, drift, warmth and wires, over seeds. Each result is a
      line of the output file with the sizes of the machine; what is there already is not measured again, so a run that was
      interrupted goes on. A file of another model, number of layers or texts, or machine is refused.

        systole accuracy xformer --model minilm --jobs 2 --output minilm-accuracy.json
        systole accuracy xformer --only adc-7 --only programming-5 --seeds 3 --texts 8
        systole evidence xformer --accuracy minilm-accuracy.json
      """)

  @Option(help: "minilm or albert, as 'make model' fetches them, or a folder.")
  var model = "minilm"

  @Option(help: "Layers, from the first one on; all where it is left out.")
  var layers: Int?

  @Option(help: "Texts that are measured, 1 to 100.")
  var texts = 16

  @Option(help: "Seeds of each point that has random errors, 1 to 100.")
  var seeds = 5

  @Option(help: ArgumentHelp("A point; may be repeated. All where it is left out.", valueName: "name"))
  var only: [String] = []

  @Option(name: .shortAndLong, help: "Threads.")
  var jobs = ProcessInfo.processInfo.activeProcessorCount

  @Option(name: .shortAndLong, help: "The file of results, a JSON object a line.", completion: .file())
  var output = "xformer-accuracy.json"

  @Option(
    help: "The sizes of the machine: micro, compact, tiny or layer.",
    completion: .list(["micro", "compact", "tiny", "layer"]))
  var config = "layer"

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Set a size of the machine, such as rows=64; may be repeated.", valueName: "name=value"))
  var settings: [Setting] = []

  func run() throws {
    try reportingErrors {
      guard (1...100).contains(texts) else { throw RequestError("--texts \(texts): give 1 to 100") }
      guard (1...100).contains(seeds) else { throw RequestError("--seeds \(seeds): give 1 to 100") }
      guard (1...NumberLimits.jobs).contains(jobs) else {
        throw RequestError("--jobs \(jobs): give 1 to \(NumberLimits.jobs)")
      }
      let points = try self.points()
      let sizes = try XFormerOptions.sizes(config, settings)
      Ending.takeOver()
      let folder = try ModelFolder.named(model)
      let read = try TransformerModel(directory: folder)
      guard layers.map({ (1...read.layers).contains($0) }) ?? true else {
        throw RequestError("--layers \(layers ?? 0): the model has \(read.layers)")
      }
      let sequences = try ModelText(directory: folder, family: read.family).calibration(of: read)
      var results = FileManager.default.fileExists(atPath: output) ? try XFormerAccuracy.read(output) : []
      let configuration = XFormerAccuracy.Configuration(
        model: model, layers: layers ?? read.layers, texts: min(texts, sequences.count / 2), sizes: sizes)
      if let difference = results.first.flatMap({ configuration.difference(from: $0.configuration) }) {
        throw RequestError("'\(output)' holds results of another configuration: \(difference); give another --output")
      }
      let accuracy = try withProgress("calibrating, quantising and compiling \(model)") {
        try XFormerAccuracy(
          model, read, sequences, sizes: sizes, texts: texts, layers: layers, points: points)
      }
      Console.endProgress()
      for point in points {
        for seed in 1...(point.effects.isIdeal ? 1 : UInt64(seeds)) {
          if Ending.isRequested {
            Console.error("interrupted; the same command goes on from \(output)")
            throw ExitCode.interrupted
          }
          if results.contains(where: { $0.point == point && $0.seed == seed }) { continue }
          let result = try withProgress("\(point.name), seed \(seed)") {
            try accuracy.measure(point, seed: seed, jobs: jobs)
          }
          Console.endProgress()
          results.append(result)
          try append(result)
        }
      }
      show(results.filter { points.contains($0.point) })
    }
  }

  private func points() throws -> [XFormerAccuracy.Point] {
    let all = XFormerAccuracy.points
    return only.isEmpty
      ? all
      : try only.map { name in
        guard let point = all.first(where: { $0.name == name }) else {
          throw RequestError("there is no point '\(name)'; there are \(all.map(\.name).joined(separator: ", "))")
        }
        return point
      }
  }

  private func append(_ result: XFormerAccuracy.Result) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let line = try encoder.encode(result) + Data("\n".utf8)
    if !FileManager.default.fileExists(atPath: output) { try Data().write(to: URL(fileURLWithPath: output)) }
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
    defer { try? file.close() }
    // What was cut off stays on a line of its own.
    let end = try file.seekToEnd()
    let isWhole = try end == 0 || String(contentsOfFile: output, encoding: .utf8).last?.isNewline ?? true
    try file.write(contentsOf: isWhole ? line : Data("\n".utf8) + line)
  }

  private func show(_ results: [XFormerAccuracy.Result]) {
    for summary in XFormerAccuracy.summaries(results) {
      let deviation = summary.seeds > 1 ? String(format: " ± %.5f", summary.deviation) : ""
      let name = summary.point.name.padding(toLength: 27, withPad: " ", startingAt: 0)
      print(
        "\(name) cosine \(String(format: "%.5f", summary.mean))\(deviation), least \(String(format: "%.5f", summary.least)), "
          + "nearest \(String(format: "%.0f", 100 * summary.nearest)) %, \(summary.texts) texts, \(summary.seeds) seed(s)"
      )
    }
    print("\(output): \(results.count) results")
  }
}
