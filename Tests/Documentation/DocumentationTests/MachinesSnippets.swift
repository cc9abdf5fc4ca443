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
}
