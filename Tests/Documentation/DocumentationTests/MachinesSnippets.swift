import Foundation
import Machines
import Models
import Verilator

/// The code of the page of machines.
enum MachinesSnippets {
  static func run(_ folder: URL) throws {
    let model = try TransformerModel(directory: folder)
    let text = try ModelText(directory: folder, family: model.family)
    let run = TATAARun(model: model, tokens: try text.tokens(of: "The cat sat on the mat."))
    let prepared = try run.prepare(calibratedOn: text.calibration(of: model))
    let outcome = try run.run(prepared, on: .verilator(ModelBuilder()))
    print(outcome.isExact, outcome.error)
  }

  static func classify(_ folder: URL, _ file: URL, _ model: TransformerModel) throws {
    let reader = try ModelImages(directory: folder, model: model)
    let images = try reader.images(in: file)
    let vision = TATAAVision(model: model, images: Array(images.prefix(100)))
    let outcome = try vision.run(vision.prepare(calibratedOn: reader.calibration()), on: .verilator(ModelBuilder()))
    print(outcome.isExact, outcome.images.map(\.number))
  }
}
