import Catalog
import Foundation
import Testbench
import Testing
import Verilator

@Suite struct ProjectionJobTests {
  private func model() throws -> URL {
    let folder = Checkout.root.appending(path: ".tools/models/all-MiniLM-L6-v2", directoryHint: .isDirectory)
    try #require(
      FileManager.default.fileExists(atPath: folder.appending(path: "config.json").path),
      "the model all-MiniLM-L6-v2 is not under .tools/models: run 'make model'")
    return folder
  }

  @Test func `The query projection of a real sentence is equal in every bit`() throws {
    let job = ProjectionJob(model: try model(), text: "He left.")
    let prepared = try job.prepare { _, _ in }
    #expect(prepared.codes.rows == 5)
    let outcome = try job.run(prepared, with: try Checkout.builder(.init(5, 6)))
    #expect(outcome.result.verdict == .passed, "\(outcome.result.text())")
    #expect(outcome.shape == Product(5, 384, 384))
    #expect(outcome.error.cosine > 0.99)
    #expect(outcome.cycles > 0)
  }

  @Test(arguments: [(-1, "layer -1: layers count from 0"), (6, "layer 6 of a model with 6 layers; use 0 to 5")])
  func `A layer that is not there is refused`(layer: Int, message: String) throws {
    var job = ProjectionJob(model: try model(), text: "He left.")
    job.layer = layer
    let error = try #require(throws: CatalogError.self) { try job.prepare { _, _ in } }
    #expect(error == .impossibleWorkload(message))
  }
}
