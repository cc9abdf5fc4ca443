import ArgumentParser
import Foundation
import Machines
import Models
import TATAA
import Tools
import Verilator

extension RunTATAACommand {
  /// Runs a model on images, and prints the classes and the figures of the runs.
  func classify(_ model: TransformerModel, _ folder: URL, _ configuration: Configuration) throws {
    guard tokens == nil, html == nil, options.text == nil else {
      throw RequestError(
        "--text, --tokens and --html are for models of text; a model of images takes --image and --images")
    }
    let reader = try ModelImages(directory: folder, model: model)
    let (file, all) = try reader.images(from: image)
    let labels = try reader.labels(for: file, count: all.count)
    guard images > 0 else { throw RequestError("--images \(images): give at least 1") }
    try ImageSelection.check(first, of: all.count, file)
    let range = first..<first + min(images, all.count - first)
    if range.count < images, image == nil || all.count > 1 {
      Console.note(
        "systole: note: '\(file.lastPathComponent)' has \(range.count) images from \(first) on, not \(images)")
    }
    var run = TATAAVision(model: model, images: Array(all[range]))
    run.configuration = configuration
    run.latency = latency
    run.stalls = stalls
    run.isCancelled = { Ending.isRequested }
    run.progress = { image, cycle in
      Console.progress("simulating: image \(image + 1) of \(range.count), cycle \(cycle)")
    }
    let prepared = try withProgress("calibrating, quantising and compiling the model") {
      try run.prepare(calibratedOn: reader.calibration())
    }
    Console.endProgress()
    let target = try self.target
    let outcome = try withProgress(engine == .verilator ? "building and running the model in Verilator" : "running") {
      try run.run(prepared, on: target)
    }
    Console.endProgress()
    let figures = VisionFigures(
      outcome, labels: labels.map { Array($0[range]) }, names: reader.classNames, first: first, engine: engine.rawValue)
    if json {
      try printJSON(figures, snakeCase: true)
    } else {
      let count = "\(range.count) \(range.count == 1 ? "image" : "images")"
      print(
        "\(model.family), \(model.layers) layers, \(prepared.compiled.tokens) tokens an image, \(count) of "
          + TerminalText.line(file.lastPathComponent))
      show(outcome, figures)
    }
    if !outcome.isExact { throw ExitCode.differs }
  }

  private func show(_ outcome: TATAAVisionOutcome, _ figures: VisionFigures) {
    if outcome.isExact {
      print(
        outcome.seconds == nil
          ? "bit-exact      yes: the golden machine's outputs equal the quantised model; no hardware ran"
          : "bit-exact      yes: \(figures.storesCompared) of \(figures.stores) stores, \(figures.bytesCompared) bytes, equal the "
            + "golden machine, and the outputs the quantised model")
    } else {
      print("bit-exact      NO, in image \(first + outcome.images.count - 1)")
      if let image = outcome.images.last {
        if !image.goldenIsExact { print("               the golden machine differs from the quantised model") }
        if let hardware = image.hardware {
          if hardware.status != .none {
            print("status         \(hardware.status) at instruction \(hardware.stoppedAt)")
          }
          print("compared       \(hardware.storesCompared) of \(hardware.stores) stores were right")
          if let difference = hardware.difference { print("first          \(difference)") }
        }
      }
      return
    }
    if let cycles = figures.cycles {
      print("cycles         \(cycles), \(cycles / max(1, outcome.images.count)) an image")
      print("utilisation    \(percent(figures.utilisation ?? 0)) of the multiply-accumulates")
    }
    let error = outcome.modelErrorPercent.map { ", \(String(format: "%.2f", $0)) % from the hardware" } ?? ""
    print("cycle model    \(outcome.modelCycles) cycles an image\(error)")
    if let seconds = outcome.seconds {
      print(
        "wall           \(String(format: "%.1f", seconds)) s with golden machine and interpreters, \(engine.rawValue)")
    }
    let accuracy = figures.accuracy
    print(
      "against fp32   \(accuracy.equalToFp32) of \(outcome.images.count) classes are the same; cosine of the last layer: mean "
        + String(format: "%.5f, least %.5f", accuracy.meanCosine, accuracy.leastCosine))
    if let right = accuracy.right, let reference = accuracy.rightFp32 {
      print("right          \(right) of \(outcome.images.count), \(reference) in fp32")
    }
    print("\n     image     cycles  class")
    for image in figures.images.prefix(layers ? figures.images.count : 10) {
      func column(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
      }
      var words = image.className.map(TerminalText.line) ?? "\(image.class)"
      if let label = image.label, label != image.class {
        words += ", is \(image.labelName.map(TerminalText.line) ?? "\(label)")"
      }
      if image.class != image.classFp32 { words += ", in fp32 \(image.classFp32)" }
      print(column("\(image.image)", 10) + column(image.cycles.map(String.init) ?? "-", 11) + "  " + words)
    }
  }
}

/// The figures of images, for scripts.
private struct VisionFigures: Encodable {
  struct Accuracy: Encodable {
    var right, rightFp32: Int?
    var equalToFp32: Int
    var meanCosine, leastCosine: Double
  }

  struct Image: Encodable {
    var image: Int
    var `class`, classFp32: Int
    var className: String?
    var label: Int?
    var labelName: String?
    var stores: Int
    var cycles: Int?
  }

  var bitExact: Bool
  var storesCompared, stores, bytesCompared: Int
  var cycles: Int?
  var utilisation: Double?
  var modelCycles: Int
  var modelErrorPercent: Double?
  var wallS: Double?
  var accuracy: Accuracy
  var images: [Image]
  var engine: String

  init(_ outcome: TATAAVisionOutcome, labels: [Int]?, names: [Int: String], first: Int, engine: String) {
    bitExact = outcome.isExact
    stores = outcome.images.reduce(0) { $0 + $1.stores }
    storesCompared = outcome.images.reduce(0) { $0 + ($1.hardware?.storesCompared ?? 0) }
    bytesCompared = outcome.images.reduce(0) { $0 + ($1.hardware?.bytesCompared ?? 0) }
    cycles = outcome.cycles
    utilisation = outcome.isExact ? outcome.utilisation : nil
    modelCycles = outcome.modelCycles
    modelErrorPercent = outcome.modelErrorPercent
    wallS = outcome.seconds
    let cosines = outcome.images.map(\.cosine)
    let right = labels.map { outcome.right($0) }
    accuracy = Accuracy(
      right: right?.hardware, rightFp32: right?.reference,
      equalToFp32: outcome.images.count { $0.number == $0.reference },
      meanCosine: cosines.reduce(0, +) / Double(max(1, cosines.count)), leastCosine: cosines.min() ?? 0)
    images = outcome.images.enumerated().map { index, image in
      let label = labels.flatMap { $0.indices.contains(index) ? $0[index] : nil }
      return Image(
        image: first + index, class: Int(image.number), classFp32: Int(image.reference),
        className: names[Int(image.number)], label: label, labelName: label.flatMap { names[$0] }, stores: image.stores,
        cycles: image.hardware.flatMap { $0.isExact ? $0.cycles : nil })
    }
    self.engine = engine
  }
}
