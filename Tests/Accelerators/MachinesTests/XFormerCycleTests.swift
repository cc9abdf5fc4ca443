import Machines
import TestFiles
import Testing
import XFormer

/// The cycle model against the counters of the generated machine: every clock, every engine.
@Suite struct XFormerCycleTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var schedule = XFormerSchedule.kvFirst
    var tokens = 5
    var isCausal = false
    var layers = 1
    var latency = 8
    var features = 8
    var inner = 8
    var sizes = XFormerSizes.micro
    var testDescription: String { name }

    init(_ name: String, _ change: (inout Case) -> Void = { _ in }) {
      self.name = name
      change(&self)
    }
  }

  static let cases: [Case] = [
    Case("wavefront, two layers") {
      ($0.schedule, $0.layers) = (.wavefront, 2)
      ($0.sizes.unitsPerEngine, $0.sizes.normalizations) = (8, 4)
    },
    Case("keys first, causal, slow memory") { ($0.isCausal, $0.latency, $0.tokens) = (true, 37, 6) },
    Case("serial, a fast memory, reprogrammed, two tiles of three tokens") {
      ($0.schedule, $0.features, $0.inner, $0.latency, $0.tokens) = (.serial, 16, 32, 1, 4)
      ($0.sizes.attentionTiles, $0.sizes.block) = (2, 3)
    },
    Case("one engine, flipped columns, shared and slow converters") {
      $0.schedule = .wavefront
      ($0.sizes.projectionEngines, $0.sizes.unitsPerEngine, $0.sizes.convertCycles) = (1, 6, 4)
      ($0.sizes.crossbar.encoding, $0.sizes.crossbar.columnsPerConverter) = (.flippedOffset, 4)
    },
    Case("a stack of three units, one word of scales") {
      ($0.features, $0.inner, $0.tokens) = (8, 40, 3)
      ($0.sizes.unitsPerEngine, $0.sizes.crossbar.encoding) = (8, .offset)
    },
  ]

  static func check(_ example: Case, on target: XFormerRun.Target) throws {
    let layers = XFormerLayer.random(
      layers: example.layers, features: example.features, heads: example.features / 8, inner: example.inner, seed: 3)
    let program = try XFormerCompiler(example.sizes, schedule: example.schedule, isCausal: example.isCausal).program(
      layers, input: XFormerLayer.randomInput(tokens: example.tokens, features: example.features))
    var run = try XFormerRun(program)
    run.latency = example.latency
    let outcome = try run.run(on: target)
    #expect(outcome.isExact)
    let estimate = XFormerCycleModel(latency: example.latency).estimate(program)
    func compare(_ part: XFormerCycleEstimate.Part, _ counters: [String: Int], _ what: String) {
      #expect(part.cycles == counters["cycles"], "\(what)")
      for engine in 0..<example.sizes.engines {
        #expect(part.busy[engine] == counters["busy\(engine)"], "\(what), engine \(engine) busy")
        #expect(part.waits[engine] == counters["waits\(engine)"], "\(what), engine \(engine) waiting")
      }
    }
    compare(estimate.inference, outcome.counters, "inference")
    if let deployment = estimate.deployment { compare(deployment, outcome.deployment, "deployment") }
    #expect((estimate.deployment == nil) == program.deployment.isEmpty)
  }

  @Test(arguments: Tier.isFull ? cases : [cases[1]])
  func `The model's clocks are the machine's`(example: Case) throws { try Self.check(example, on: .native) }
}
