import Foundation
import Machines
import XFormer

/// The figures of a run, for scripts.
struct XFormerFigures: Encodable {
  /// Nil where nothing was compared: the golden machine alone, with crossbars that are not ideal.
  var bitExact: Bool?
  var equalsIntegerTransformer: Bool?
  /// Bytes that the hardware stored and that were compared, all of them.
  var storesCompared: Int
  var cycles, deploymentCycles: Int?
  /// What the cycle model says, of a memory that never stalls, and how far it is from the hardware where that was so.
  var modelCycles, modelDeploymentCycles: Int
  var modelErrorPercent: Double?
  /// The shares of cycles in which the projection engines and the attention tiles work.
  var utilisation, attentionUtilisation: Double?
  var wallS: Double?
  /// Layers that ran.
  var layers: Int
  var accuracy: LayerAccuracy?
  var projectionProducts, attentionProducts: Int
  var rowWrites: Int
  /// Pulses that those rows took, and rows of which a cell was not near enough after all of them.
  var writePulses, failedWrites: Int
  var counters: [String: Int]
  var schedule, engine: String

  init(
    _ run: XFormerRun, _ outcome: XFormerOutcome?, _ work: XFormerWork, equalsInteger: Bool?,
    schedule: XFormerSchedule, engine: String
  ) throws {
    bitExact = outcome.map { $0.isExact && equalsInteger != false } ?? equalsInteger
    equalsIntegerTransformer = equalsInteger
    storesCompared = outcome?.bytesCompared ?? 0
    cycles = outcome.flatMap { $0.isExact ? $0.cycles : nil }
    deploymentCycles = outcome.flatMap { $0.isExact ? $0.deploymentCycles : nil }
    let estimate = XFormerCycleModel(latency: run.latency).estimate(run.program)
    (modelCycles, modelDeploymentCycles) = (estimate.inference.cycles, estimate.deployment?.cycles ?? 0)
    if let cycles, let deploymentCycles, run.stalls == 0 {
      func error(_ model: Int, _ hardware: Int) -> Double {
        100 * abs(Double(model - hardware)) / Double(max(1, hardware))
      }
      modelErrorPercent = max(error(modelCycles, cycles), error(modelDeploymentCycles, deploymentCycles))
    }
    let sizes = run.program.sizes
    func share(_ engines: Range<Int>) -> Double? {
      guard let outcome, outcome.isExact, outcome.cycles > 0 else { return nil }
      let busy = engines.reduce(0) { $0 + (outcome.counters["busy\($1)"] ?? 0) }
      return Double(busy) / Double(outcome.cycles * engines.count)
    }
    utilisation = share(0..<sizes.projectionEngines)
    attentionUtilisation = share(sizes.projectionEngines..<sizes.vectorEngine)
    wallS = outcome?.seconds
    layers = work.layers.count
    accuracy = try work.reference.map {
      try LayerAccuracy($0, wide: work.outputs(run), narrow: work.outputs(run, "output"))
    }
    (projectionProducts, attentionProducts) = (run.program.projectionProducts, run.program.attentionProducts)
    rowWrites = run.golden.counts.rowWrites
    (writePulses, failedWrites) = (run.golden.counts.writePulses, run.golden.counts.failedWrites)
    counters = outcome?.counters ?? [:]
    self.schedule = schedule.rawValue
    self.engine = engine
  }

  func show(_ work: XFormerWork, _ outcome: XFormerOutcome?, _ sizes: XFormerSizes) {
    print(work.title)
    let g = sizes.crossbar.geometry
    print(
      "machine        \(sizes.projectionEngines) projection engine(s) of \(sizes.unitsPerEngine) units, crossbars \(g.rows) x "
        + "\(g.columns), \(sizes.crossbar.encoding), converters of \(g.converterBits) bits; \(sizes.attentionTiles) attention "
        + "tile(s), blocks of \(sizes.block), \(schedule)")
    print(
      "work           \(projectionProducts) products of weights, \(attentionProducts) of attention; \(rowWrites) rows of "
        + "crossbars written with \(writePulses) pulses, \(failedWrites) of them not near enough")
    if let equal = equalsIntegerTransformer {
      print("integer        \(equal ? "equal to" : "NOT equal to") the integer transformer in every bit")
    }
    if let outcome {
      guard outcome.isExact else {
        print("bit-exact      NO: \(outcome.bytesCompared) of \(outcome.bytes) bytes were right")
        if let difference = outcome.difference { print("first          \(difference)") }
        if outcome.fault != 0 { print("fault          \(outcome.fault)") }
        return
      }
      print("bit-exact      yes: all \(outcome.bytesCompared) bytes that were stored equal the golden machine's")
      print("cycles         \(outcome.cycles) of inference, \(outcome.deploymentCycles) of programming before it")
      let shares = (0..<sizes.engines).map { engine -> String in
        let name =
          engine < sizes.projectionEngines
          ? "projection \(engine)"
          : engine < sizes.vectorEngine ? "attention \(engine - sizes.projectionEngines)" : "vector"
        func share(_ counter: String) -> String {
          String(format: "%.1f %%", 100 * Double(outcome.counters[counter] ?? 0) / Double(max(1, outcome.cycles)))
        }
        return "\(name) \(share("busy\(engine)")) busy, \(share("waits\(engine)")) waiting"
      }
      print("engines        \(shares.joined(separator: "; "))")
      print(
        "simulation     \(String(format: "%.1f", outcome.seconds)) s, "
          + "\(String(format: "%.1f k", Double(outcome.simulatedCycles) / max(outcome.seconds, 1e-9) / 1000)) cycles/s, \(engine)"
      )
    } else {
      print("bit-exact      the golden machine ran alone; no hardware")
    }
    let error = modelErrorPercent.map { String(format: ", %.2f %% off", $0) } ?? ""
    print("cycle model    \(modelCycles) of inference, \(modelDeploymentCycles) of programming before it\(error)")
    accuracy?.show(work.reference?.samples.classNames ?? [:])
  }
}
