import Campaigns
import Catalog
import Entries
import Foundation
import Golden
import HDL
import NumberFormats
import Simulator
import TestFiles
import Testbench
import Testing
import Units
import Verilator

extension ProjectionJob {
  /// The same job on an engine with other accumulators.
  fileprivate init(_ other: ProjectionJob, accumulatorWidth: Int) {
    self = other
    engine.arithmetic.accumulatorWidth = accumulatorWidth
  }
}

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
    #expect(try #require(outcome.error).cosine > 0.99)
    #expect(outcome.cycles > 0 && outcome.overflows == 0 && outcome.saturations < 20)
    #expect(prepared.cutTokens == 0)
  }

  /// A layer of few numbers: the sentence's codes and weights, cut to 5 × 384 × 24.
  private func small() throws -> ProjectionJob.Prepared {
    let prepared = try ProjectionJob(model: try model(), text: "He left.").prepare { _, _ in }
    return prepared.corner(inputs: 384, outputs: 24)
  }

  private func small(_ job: inout ProjectionJob) {
    job.engine.rows = 8
    job.engine.columns = 8
  }

  /// Runs a job on the hardware of an engine, perhaps another one.
  private func run(
    _ job: ProjectionJob, _ prepared: ProjectionJob.Prepared, on engine: MatrixMultiply? = nil
  ) throws -> ProjectionJob.Outcome {
    let circuit = try (engine ?? job.engine).elaborate(reset: job.reset).simplified()
    return try job.run(prepared, on: circuit.top.interface) { try NativeModel(circuit) }
  }

  @Test func `Figures are made of what the hardware put out`() throws {
    let prepared = try small()
    var job = ProjectionJob(model: try model(), text: "He left.")
    small(&job)
    let outcome = try run(job, prepared)
    #expect(outcome.result.verdict == .passed, "\(outcome.result.text())")
    let captured = try #require(outcome.result.captured?.first)
    let product = try #require(MatrixMultiplyTraffic(job.engine).product(captured, of: prepared.size))
    let golden = try prepared.linear.requantization(
      prepared.linear.multiplication(prepared.codes, prepared.linear.weights).sums)
    #expect(product.elements == golden.elements.map { Int64($0) })
    #expect(outcome.error != nil)
    var short = captured
    short.words.removeLast()
    #expect(try MatrixMultiplyTraffic(job.engine).product(short, of: prepared.size) == nil)
    for dataflow in [Dataflow.outputStationary, .weightStationary(maximumRows: 2)] {
      job.engine.dataflow = dataflow
      let other = try run(job, prepared)
      #expect(other.error == outcome.error, "\(dataflow)")
    }
  }

  @Test func `After a failure there are no figures of the layer`() throws {
    let prepared = try small()
    var job = ProjectionJob(model: try model(), text: "He left.")
    small(&job)
    // Hardware whose accumulators are too narrow, compared with the truth of one whose are not.
    var narrow = job.engine
    narrow.arithmetic.accumulatorWidth = 16
    let outcome = try run(job, prepared, on: narrow)
    #expect(outcome.result.verdict == .failed)
    #expect(outcome.error == nil)
    job.isCancelled = { true }
    let cancelled = try run(job, prepared)
    #expect(cancelled.result.verdict == .cancelled && cancelled.error == nil)
  }

  @Test func `Sums that do not fit are refused unless they are asked for, and counted`() throws {
    let prepared = try small()
    var job = ProjectionJob(model: try model(), text: "He left.")
    small(&job)
    job.engine.arithmetic.accumulatorWidth = 16
    let sums = try prepared.linear.multiplication(prepared.codes, prepared.linear.weights)
    let beyond = sums.sums.elements.count { !(-32768...32767).contains($0) }
    #expect(beyond > 0 && sums.sumWidth > 16)
    let message =
      "\(beyond) of 120 sums do not fit into accumulators of 16 bits and would wrap; use --set accumulatorWidth=\(sums.sumWidth) "
      + "or more, or --allow-overflow to see what wrapping does to the layer"
    #expect(throws: CatalogError.impossibleWorkload(message)) { try run(job, prepared) }
    job.allowsOverflow = true
    let outcome = try run(job, prepared)
    #expect(outcome.result.verdict == .passed && outcome.overflows == beyond)
    let wide = try run(ProjectionJob(job, accumulatorWidth: sums.sumWidth), prepared)
    #expect(wide.overflows == 0)
    #expect(try #require(outcome.error).cosine < #require(wide.error).cosine)
  }

  @Test func `An engine for something else is refused before it is built`() throws {
    let prepared = try small()
    let builder = try Checkout.builder(.init(5, 6))
    let cases: [(String, (inout MatrixMultiply) throws -> Void)] = [
      (
        "a layer has int8 operands, which int4 cannot hold; use --set activation=int8",
        { $0.arithmetic.activation = try IntegerFormat(width: 4, isSigned: true) }
      ),
      (
        "a layer has int8 operands, which uint8 cannot hold; use --set weight=int8", { $0.arithmetic.weight = .uint8 }
      ),
      (
        "a layer needs outputs from -127 to 127 with a scale for each channel; use --set output=per-channel",
        { $0.requantization = RequantizedOutput { $0.granularity = .perTensor } }
      ),
      (
        "a layer needs outputs from -127 to 127 with a scale for each channel; use --set output=per-channel",
        { $0.requantization = nil }
      ),
      ("the product 5×384×24 does not fit into sizes of 5 bits; use --set sizeWidth=9", { $0.sizeWidth = 5 }),
    ]
    for (message, change) in cases {
      var job = ProjectionJob(model: try model(), text: "He left.")
      try change(&job.engine)
      #expect(throws: CatalogError.impossibleWorkload(message)) { try job.run(prepared, with: builder) }
    }
  }

  @Test(arguments: [(-1, "layer -1: layers count from 0"), (6, "layer 6 of a model with 6 layers; use 0 to 5")])
  func `A layer that is not there is refused`(layer: Int, message: String) throws {
    var job = ProjectionJob(model: try model(), text: "He left.")
    job.layer = layer
    let error = try #require(throws: CatalogError.self) { try job.prepare { _, _ in } }
    #expect(error == .impossibleWorkload(message))
  }
}
