import Foundation
import Models
import SmallModels
import TRON
import Testbench
import Testing
import Transformer
import XFormer

@testable import Machines

/// Layers on TRON's units, and the figures of its evidence.
@Suite struct TRONRunTests {
  private static func program(
    tokens: Int = 2, features: Int = 16, heads: Int = 2, _ change: (inout TRONSizes) -> Void = { _ in }
  ) throws -> TRONProgram {
    var sizes = TRONSizes.micro
    sizes.settleCycles = 2
    change(&sizes)
    let input = XFormerLayer.randomInput(tokens: tokens, features: features)
    let layer = try TRONLayer.random(features: features, heads: heads, inner: 8, input: input)
    return try TRONCompiler(sizes).program([layer], input: input)
  }

  @Test(arguments: TRONSizes.ScorePath.allCases)
  func `A layer runs on the machine, every byte compared`(path: TRONSizes.ScorePath) throws {
    let run = try TRONRun(
      Self.program {
        $0.scorePath = path
        $0.bank = RingBankGeometry(rows: 4, wavelengths: 8)
        $0.effects.crosstalk = .matrix
        $0.effects.fractionBits = 4
        $0.effects.relativeNoise = 0.01
        $0.predistorts = true
        $0.phaseError = 0.1
      })
    let outcome = try run.run(on: .native)
    #expect(outcome.isExact, "\(outcome.difference ?? "")")
    #expect(outcome.bytesCompared == run.golden.stores.reduce(0) { $0 + $1.bytes.count })
    // What the machine counted is what the golden machine counted.
    let counts = run.golden.counts
    #expect(outcome.counters["passes"] == counts.passes && outcome.counters["rowLoads"] == counts.rowLoads)
    #expect(outcome.counters["darkLasers"] == counts.dark)
    let estimate = try TRONCycleModel(latency: 8).estimate(run.program, run.golden)
    #expect(estimate.cycles == outcome.cycles)
  }

  @Test func `Layers that normalise what they read run on the machine`() throws {
    var sizes = TRONSizes.micro
    sizes.settleCycles = 2
    let input = XFormerLayer.randomInput(tokens: 2, features: 8)
    let all = XFormerLayer.random(layers: 2, features: 8, heads: 1, inner: 8, normalizesInputs: true)
    var (layers, exact) = ([TRONLayer](), input)
    for layer in all {
      let next = try TRONLayer(layer, measuredOn: exact)
      layers.append(next)
      exact = next(exact, path: .direct).wide
    }
    let run = try TRONRun(TRONCompiler(sizes).program(layers, input: input))
    let last = try #require(run.program.results.last { $0.name.hasSuffix("output.wide") })
    #expect(run.golden.numbers(last) == exact.flatMap(\.self))
    let outcome = try run.run(on: .native)
    #expect(outcome.isExact, "\(outcome.difference ?? "")")
    #expect(try TRONCycleModel(latency: 8).estimate(run.program, run.golden).cycles == outcome.cycles)
  }

  /// What a token sees is cut in the middle of a word of exponents and of codes; the second head's unit is the first one's.
  @Test(arguments: TRONSizes.ScorePath.allCases)
  func `A decoder runs on the machine, every byte and clock compared`(path: TRONSizes.ScorePath) throws {
    let model = try SmallTransformer(family: .gpt2, hidden: 16, layers: 1, heads: 2, feedForward: 16).model()
    let sequences = [[3, 1, 4, 1, 5, 9], [2, 7, 1, 8, 2], [6, 6, 19]].map { TokenSequence(ids: $0) }
    let quantizer = try XFormerQuantizer(model, sequences: sequences)
    #expect(try quantizer.isCausal())
    let encoder = try quantizer.encoder(0..<1, for: .layer)
    let (input, real) = try quantizer.rows(sequences[0], layers: 0..<1)
    let codes = encoder.codes(input)
    var sizes = TRONSizes.micro
    (sizes.settleCycles, sizes.scorePath) = (2, path)
    sizes.bank = RingBankGeometry(rows: 4, wavelengths: 8)
    let layer = try TRONLayer(encoder.layers[0], measuredOn: codes)
    let exact = layer(codes, path: path, isCausal: true)
    var run = try TRONRun(TRONCompiler(sizes, isCausal: true).program([layer], input: codes))
    for place in run.program.results {
      #expect(run.golden.numbers(place) == exact.steps[String(place.name.dropFirst("layer.0.".count))], "\(place.name)")
    }
    let step = encoder.outputSteps[0]
    let error = ApproximationError(
      of: exact.wide.flatMap { $0.map { Float(Double($0) * step) } }, reference: real.flatMap(\.self))
    #expect(error.cosine > 0.99, "\(error.cosine)")
    run.latency = 3
    let outcome = try run.run(on: .native)
    #expect(outcome.isExact, "\(outcome.difference ?? "")")
    #expect(outcome.counters["softmaxRows"] == 2 * 6)
    let estimate = try TRONCycleModel(latency: 3).estimate(run.program, run.golden)
    #expect(estimate.cycles == outcome.cycles)
    for engine in 0..<3 { #expect(estimate.busy[engine] == outcome.counters["busy\(engine)"]) }
  }

  @Test func `The cycle model is the machine, clock by clock`() throws {
    // Blocks of rows and of columns, waves over groups, columns of values, an odd number of banks.
    var run = try TRONRun(
      Self.program(tokens: 5) {
        ($0.heads, $0.banks) = (2, 3)
        $0.bank = RingBankGeometry(rows: 5, wavelengths: 7)
        ($0.buffers.vectors, $0.buffers.operands, $0.buffers.results) = (4, 16, 16)
        $0.convertCycles = 3
      })
    run.latency = 3
    let outcome = try run.run(on: .native)
    #expect(outcome.isExact, "\(outcome.difference ?? "")")
    let estimate = try TRONCycleModel(latency: 3).estimate(run.program, run.golden)
    #expect(estimate.cycles == outcome.cycles)
    for engine in 0..<5 {
      #expect(estimate.busy[engine] == outcome.counters["busy\(engine)"])
      #expect(estimate.waits[engine] == outcome.counters["waits\(engine)"])
    }
  }

  @Test(arguments: [(false, 3), (true, 1)])
  func `Heaters are found in hardware as in software, and the layer is that of the golden machine`(
    predistorts: Bool, sweeps: Int
  ) throws {
    let program = try Self.program(tokens: 1, features: 8, heads: 1) {
      ($0.predistortsHeaters, $0.lockSweeps) = (predistorts, sweeps)
      $0.bank = RingBankGeometry(rows: 2, wavelengths: 4, detection: .separate)
      ($0.banks, $0.locks, $0.heaterCycles) = (1, true, 1)
      ($0.effects.tuning, $0.effects.drift) = (.lorentzian, 0.08)
      ($0.effects.heaterStep, $0.effects.heating, $0.effects.fabrication) = (0.001, 0.05, 0.02)
    }
    let cold = try TRONRun(program, temperature: 10)
    var run = try TRONRun(program, temperature: 10, isLocked: true)
    run.stalls = 0.3
    #expect(run.golden.memory != cold.golden.memory)
    let outcome = try run.run(on: .native)
    #expect(outcome.isExact, "\(outcome.difference ?? "")")
    // A conversion is five clocks, and two rows of codes where heaters are predistorted; those found are coded once more for each row.
    var machine = try TRONMachine(program.sizes, memory: program.memory)
    machine.temperature = 10
    let conversions = machine.lock()
    let coding = predistorts ? 2 * (4 + 6) : 0
    let host = outcome.lockCycles - conversions * (5 + coding) - 2 * coding
    #expect(conversions > 16 * sweeps * 12 && (0..<40).contains(host), "\(conversions) \(outcome.lockCycles)")
  }

  /// Before the reset a controller is in any state, and a bank takes what it says.
  @Test func `Heaters that nobody asked for are off, whatever registers hold at power-up`() throws {
    let program = try Self.program(tokens: 1, features: 8, heads: 1) {
      $0.bank = RingBankGeometry(rows: 2, wavelengths: 4, detection: .separate)
      ($0.banks, $0.locks, $0.heaterCycles) = (2, true, 1)
      ($0.effects.tuning, $0.effects.drift, $0.effects.heaterStep) = (.lorentzian, 0.08, 0.001)
    }
    var run = try TRONRun(program)
    for seed in 1...12 {
      run.seed = Seed(UInt64(seed))
      let outcome = try run.run(on: .native)
      #expect(outcome.isExact, "seed \(seed): \(outcome.difference ?? "")")
    }
  }

  @Test func `Accuracy of a model is the integer transformer's on ideal banks, and less with crosstalk`() throws {
    let model = try TransformerModel.randomBERT(hidden: 32, layers: 1, heads: 2, feedForward: 64)
    let sequences = [[3, 1, 4, 1, 5], [9, 2, 6]].map { TokenSequence(ids: $0) }
    var evidence = TRONEvidence()
    let names = ["ideal", "crosstalk.q3100.1.2.15.raw", "crosstalk.q8000.1.2.15.raw", "noise.0.01"]
    try evidence.addAccuracy(
      "random", model, calibration: sequences, sequences: sequences, seeds: 2,
      trials: TRONEvidence.trials.filter { names.contains($0.name) })
    func row(_ id: String) throws -> EvidenceRow {
      try #require(evidence.report.rows.first { $0.id == "accuracy.random.\(id)" })
    }
    let (digital, ideal) = (try row("digital"), try row("ideal"))
    #expect((digital.ours ?? 0) > 0.995 && ideal.ours == digital.ours)
    #expect(ideal.remark.contains("; equal to the integer transformer in every bit"))
    let (low, high) = (try row(names[1]).ours ?? 1, try row(names[2]).ours ?? 1)
    #expect(low < high && high < digital.ours ?? 0)
    #expect(try row("noise.0.01").ours != digital.ours)
    let plot = try #require(evidence.report.plots.first { $0.across == "quality factor" })
    #expect(plot.lines.map(\.name) == ["raw"] && plot.lines[0].points.map(\.across) == [3100, 8000])
    #expect(plot.lines[0].points.allSatisfy { $0.deviation > 0 })
    // All trials have names of their own, and each sweep's lines are over the same places.
    #expect(Set(TRONEvidence.trials.map(\.name)).count == TRONEvidence.trials.count)
  }

  @Test func `What the machine does not have is refused`() throws {
    let unlocked = try TRONRun(Self.program { $0.predistortsHeaters = true })
    #expect(throws: TRONError.bank("heaters are predistorted by the controllers that find them: set locks")) {
      try unlocked.run(on: .native)
    }
    let optical = try TRONRun(Self.program { $0.accumulation = .optical })
    #expect(throws: TRONError.self) { try optical.run(on: .native) }
    let wide = try TRONRun(Self.program { $0.heads = 4 })
    #expect(throws: TRONError.range("heads", 4, 1...3)) { try wide.run(on: .native) }
  }

  @Test func `Evidence has both corners, every switch, and baselines with names`() throws {
    var evidence = TRONEvidence()
    evidence.addPhysics()
    evidence.addCosts()
    evidence.addScorePaths()
    evidence.addExploration()
    evidence.addRatios()
    let report = evidence.report
    #expect(Set(report.rows.map(\.id)).count == report.rows.count)
    #expect(
      report.groups == [
        "resolution", "detector", "link", "checks", "device", "symbol", "peak", "gops", "epb", "share", "model",
        "scores", "array",
        "baseline", "ratio",
      ] || report.groups.count == 15)
    #expect(report["epb"].count == 2 * 3 * 2 * 2 * 2)
    let bits = try #require(report.row("resolution.q8000.1.2.15")?.ours)
    #expect(abs(bits - 5.67) < 0.01)
    #expect(report.row("checks.calibrated")?.ours == 0 && report.row("checks.uncalibrated")?.ours == 1)
    #expect(report.row("detector.5.0.8")?.ours == nil)
    let peak = try #require(report.row("peak.CSU")?.ours)
    #expect(abs(peak - 14) < 0.1)
    #expect(report["ratio"].allSatisfy { [8, 14].contains($0.paper) && !$0.remark.isEmpty })
    #expect(report["device"].allSatisfy { !$0.remark.isEmpty })
    #expect(try report.files().map(\.name).filter { $0.hasSuffix(".svg") }.count == report.charts.count)
    #expect(TRONEvidence.spectra.allSatisfy { $0.text.hasPrefix("<svg") })
    // Names of trials are ids.
    let trials = TRONEvidence.trials
    #expect(Set(trials.map(\.name)).count == trials.count)
    for trial in trials { #expect(throws: Never.self) { try trial.sizes.validate() } }
  }
}
