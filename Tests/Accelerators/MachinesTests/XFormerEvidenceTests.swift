import AnalogMacros
import Foundation
import SmallModels
import TestFiles
import Testing
import Transformer
import XFormer

@testable import Machines

@Suite struct XFormerEvidenceTests {
  @Test func `Figures of the published machine have units, conditions and ids of their own`() throws {
    var evidence = XFormerEvidence()
    evidence.addLatency()
    evidence.addHypotheses()
    evidence.addBlocks()
    evidence.addUtilisation()
    evidence.addEnergy()
    evidence.addBaselines()
    evidence.addStorage()
    evidence.addWear()
    evidence.addInconsistencies()
    let report = evidence.report
    #expect(Set(report.rows.map(\.id)).count == report.rows.count && report.rows.count > 150)
    for row in report.rows {
      #expect(!row.unit.isEmpty && !row.conditions.isEmpty && row.ours?.isFinite == true, "\(row.id)")
    }
    func ours(_ id: String) throws -> Double { try #require(report.row(id)?.ours, "\(id)") }
    #expect(
      abs(try ours("hypothesis.h1.blocked") - 0.983) < 0.001 && report.row("hypothesis.h1.blocked")?.paper == 0.98)
    #expect(abs(try ours("hypothesis.h1.unblocked") - 4.915) < 0.001)
    #expect(abs(try ours("hypothesis.h2.speedup") - 52.35) < 0.05)
    #expect(abs(try ours("hypothesis.planes.blocked") - 4.915) < 0.001)
    #expect(abs(try ours("energy.base.512.all") - 24) < 1 && report.row("energy.base.512.all")?.paper == 14.4)
    #expect(abs(try ours("energy.plane") - 280) < 1)
    #expect(abs(try ours("inconsistent.energy-ratio") - 425) < 1)
    #expect(try ours("latency.20ns.512.kv-first") > ours("latency.20ns.512.ideal"))
    #expect(
      report.row("latency.20ns.512.ideal")?.mode == .paper && report.row("latency.20ns.512.wavefront")?.mode == .honest)
    #expect(try ours("baseline.base.512.lanes-2.speedup.naive") > ours("baseline.base.512.lanes-2.speedup.kv-first"))
    #expect(try ours("wear.lifetime.1000000") < 0.1)
    let files = try report.files().map(\.name)
    #expect(files.contains("evidence.html") && files.contains("latency-20ns.svg") && files.contains("baselines.svg"))
  }

  @Test func `Figures of the generated machine come from its cycle model`() throws {
    var evidence = XFormerEvidence()
    var sizes = XFormerSizes.micro
    (sizes.unitsPerEngine, sizes.attentionTiles) = (16, 2)
    try evidence.addHardware(sizes, features: 16, tokens: [4, 8], blocks: [1, 2, 4])
    let report = evidence.report
    #expect(Set(report.rows.map(\.id)).count == report.rows.count)
    func ours(_ id: String) throws -> Double { try #require(report.row(id)?.ours, "\(id)") }
    #expect(try ours("machine.8.kv-first.cycles") < ours("machine.8.serial.cycles"))
    #expect(try ours("machine.8.wavefront-causal.cycles") <= ours("machine.8.wavefront.cycles"))
    #expect(try ours("machine.4.serial.cycles") < ours("machine.8.serial.cycles"))
    #expect(try (0...100).contains(ours("machine.8.kv-first.projection")) && ours("machine.8.kv-first.writes") == 1)
    #expect(try [1, 2, 4].contains(ours("machine.block.kv-first.best")))
    #expect(try ours("machine.two.kv-first.gain") > 1 && ours("machine.two.wavefront.gain") > 1)
    let pair = try ours("machine.two.kv-first.cycles")
    #expect(try pair > ours("machine.8.kv-first.cycles") && pair < 2 * ours("machine.8.kv-first.cycles"))
  }
}

@Suite struct XFormerAccuracyTests {
  private static let ideal = XFormerAccuracy.Point("ideal", sweep: "error", at: 0)
  private static let noisy = XFormerAccuracy.Point("noisy", sweep: "error", at: 1, converterBits: 6) {
    ($0.relativeProgramming, $0.readNoise) = (0.1, 0.5)
  }
  private static let fine = XFormerAccuracy.Point("fine", sweep: "error", at: 1, codeFractionBits: 3) {
    $0.relativeProgramming = 0.1
  }
  private static let offset = XFormerAccuracy.Point("offset", .offset)

  private static func accuracy() throws -> XFormerAccuracy {
    let model = try SmallTransformer(hidden: 16, layers: 2, heads: 2, feedForward: 32).model()
    var random = SeededGenerator(seed: 5)
    let sequences = (0..<12).map { _ in
      TokenSequence(ids: (0..<8).map { _ in Int32.random(in: 0..<20, using: &random) })
    }
    return try XFormerAccuracy(
      "small", model, sequences, sizes: .micro, texts: 4, points: [ideal, noisy, fine, offset])
  }

  @Test func `Threads change nothing, errors do`() throws {
    let accuracy = try Self.accuracy()
    let ideal = try accuracy.measure(Self.ideal, seed: 1)
    #expect(ideal.cosines.count == 4 && ideal.mean > 0.995, "\(ideal.mean)")
    let noisy = Self.noisy
    let first = try accuracy.measure(noisy, seed: 1, jobs: 1)
    #expect(try accuracy.measure(noisy, seed: 1, jobs: 3) == first)
    let second = try accuracy.measure(noisy, seed: 2, jobs: 2)
    #expect(second.cosines != first.cosines && first.mean < ideal.mean && second.mean < ideal.mean)
    // The encoding changes nothing where nothing is lost.
    #expect(try accuracy.measure(Self.offset, seed: 1).cosines == ideal.cosines)
    let summary = try #require(XFormerAccuracy.summaries([ideal, first, second]).last)
    #expect(summary.seeds == 2 && abs(summary.mean - (first.mean + second.mean) / 2) < 1e-12)
    #expect(abs(summary.deviation - abs(first.mean - second.mean) / 2.0.squareRoot()) < 1e-12)
    var evidence = XFormerEvidence()
    evidence.addAccuracy([ideal, first, second])
    #expect(evidence.report.row("accuracy.noisy.cosine")?.ours == summary.mean)
    #expect(evidence.report.row("accuracy.machine.rows")?.ours == 16)
    // A line with two points, the second with a bar.
    let plot = try #require(evidence.report.plots.first)
    #expect(plot.lines.map { $0.points.map(\.along) } == [[ideal.mean, summary.mean]])
    #expect(plot.svg.contains("over error</title>") && plot.svg.components(separatedBy: "<circle").count == 3)
    #expect(plot.lines[0].points[1].deviation == summary.deviation && summary.deviation > 0)
    // Warmth that the crossbars do not feel changes nothing; a fine converter does.
    var warm = Self.fine
    warm.temperature = 60
    let cold = try accuracy.measure(Self.fine, seed: 1)
    #expect(try accuracy.measure(warm, seed: 1).cosines == cold.cosines)
    warm.effects.temperatureCoefficient = -0.004
    #expect(try accuracy.measure(warm, seed: 1).cosines != cold.cosines)
  }

  @Test func `Results come back, and a line that was cut off does not`() throws {
    let folder = try TemporaryFolder()
    var result = XFormerAccuracy.Result(
      configuration: .init(model: "m", layers: 1, texts: 2, sizes: .micro), point: .init("adc-7", converterBits: 7),
      seed: 3, cosines: [0.5, 1], nearest: 1)
    let line = String(decoding: try JSONEncoder().encode(result), as: UTF8.self)
    let path = folder.path + "/results.json"
    try Data((line + "\n" + line.dropLast(9)).utf8).write(to: URL(fileURLWithPath: path))
    #expect(try XFormerAccuracy.read(path) == [result])
    #expect(result.mean == 0.75)
    #expect(Set(XFormerAccuracy.points.map(\.name)).count == XFormerAccuracy.points.count)
    result.configuration.machine["rows"] = 32
    let other = String(decoding: try JSONEncoder().encode(result), as: UTF8.self)
    try Data((line + "\n" + other + "\n").utf8).write(to: URL(fileURLWithPath: path))
    #expect { try XFormerAccuracy.read(path) } throws: {
      "\($0)".contains("holds results of two configurations: rows is 16 there and 32 here")
    }
  }
}
