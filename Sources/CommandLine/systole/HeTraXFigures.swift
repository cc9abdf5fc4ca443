import Foundation
import HeTraX
import Machines
import XFormer

/// The figures of a run on HeTraX, for scripts.
struct HeTraXFigures: Encodable {
  struct Core: Encodable {
    var name: String
    var watts, kelvins: Double
  }

  /// Nil where nothing was compared: the golden machine alone, with crossbars that are not ideal.
  var bitExact: Bool?
  var equalsIntegerTransformer: Bool?
  /// Bytes that the hardware stored and that were compared, all of them.
  var storesCompared: Int
  var cycles, deploymentCycles: Int?
  /// What the cycle model says, of a memory that never stalls, and how far it is from the hardware where that was so.
  var modelCycles: Int?
  var modelDeploymentCycles: Int
  var modelErrorPercent: Double?
  /// The shares of cycles in which arrays of multipliers, attention tiles and crossbars work.
  var utilisation, attentionUtilisation, crossbarUtilisation: Double?
  var wallS: Double?
  /// Layers that ran.
  var layers: Int
  var accuracy: LayerAccuracy?
  var matrixProducts, attentionProducts, crossbarProducts: Int
  /// Mean writes of a cell in an inference, core by core, as the hardware counted.
  var writesPerCell: [Double]?
  /// Half kelvins above 300 K of the cores of crossbars, run by run, and whether they stayed.
  var temperatureCodes: [[UInt8]]
  var temperaturesSettled: Bool?
  var cores: [Core]?
  var counters: [String: Int]
  var engine: String

  init(_ run: HeTraXRun, _ result: HeTraXThermalRun.Result?, _ work: XFormerWork, engine: String) throws {
    let (outcome, sizes) = (result?.outcome, run.program.sizes)
    let output = Self.output(run, "output.wide")
    var isInteger: Bool?
    if sizes.resistive.crossbar.effects.isIdeal {
      var rows = work.inputs[0]
      for layer in work.layers {
        rows =
          layer(
            rows, block: sizes.streaming.block, isCausal: work.isCausal, numbers: SoftmaxNumbers(sizes.streaming)
          ).wide
      }
      isInteger = rows == output
    }
    equalsIntegerTransformer = isInteger
    bitExact = outcome.map { $0.isExact && isInteger != false } ?? isInteger
    storesCompared = outcome?.bytesCompared ?? 0
    let exact = outcome.flatMap { $0.isExact ? $0 : nil }
    cycles = exact?.cycles
    deploymentCycles = exact?.deploymentCycles
    utilisation = Self.share((0..<sizes.streamingCores).map { .matrix($0) }, exact)
    attentionUtilisation = Self.share((0..<sizes.streamingCores).map { .attention($0) }, exact)
    crossbarUtilisation = Self.share((0..<sizes.resistiveCores).map { .crossbars($0) }, exact)
    let estimate = try? HeTraXCycleModel(latency: run.latency).estimate(run.program)
    (modelCycles, modelDeploymentCycles) = (estimate?.inference.cycles, estimate?.deployment?.cycles ?? 0)
    if let modelCycles, let exact, run.stalls == 0 {
      func error(_ model: Int, _ hardware: Int) -> Double {
        100 * abs(Double(model - hardware)) / Double(max(1, hardware))
      }
      modelErrorPercent = max(
        error(modelCycles, exact.cycles), error(modelDeploymentCycles, exact.deploymentCycles))
    }
    wallS = outcome?.seconds
    layers = work.layers.count
    accuracy = try work.reference.map {
      try LayerAccuracy($0, wide: [output], narrow: [Self.output(run, "output")])
    }
    (matrixProducts, attentionProducts) = (run.program.matrixProducts, run.program.attentionProducts)
    crossbarProducts = run.program.crossbarProducts
    writesPerCell = exact?.wear
    temperatureCodes = result?.codes ?? [run.golden.temperatures]
    if let result, !result.watts.isEmpty {
      temperaturesSettled = result.isSettled
      cores = sizes.machine.cores.enumerated().map { index, core in
        Core(name: "\(core.rawValue)\(index)", watts: result.watts[index], kelvins: result.kelvins[index])
      }
    }
    counters = exact?.counters ?? [:]
    self.engine = engine
  }

  /// The share of cycles in which engines work.
  private static func share(_ engines: [HeTraXSizes.Engine], _ outcome: HeTraXOutcome?) -> Double? {
    guard let outcome, outcome.cycles > 0 else { return nil }
    let busy = engines.reduce(0) { $0 + (outcome.counters["busy\(outcome.sizes.number(of: $1))"] ?? 0) }
    return Double(busy) / Double(outcome.cycles * engines.count)
  }

  private static func output(_ run: HeTraXRun, _ name: String) -> [[Int32]] {
    run.program.results.last { $0.place.name.hasSuffix(name) }.map { run.golden.numbers($0.place) } ?? []
  }

  func show(_ work: XFormerWork, _ result: HeTraXThermalRun.Result?, _ sizes: HeTraXSizes) {
    print(work.title)
    let (g, s) = (sizes.resistive.crossbar.geometry, sizes.streaming)
    print(
      "machine        \(sizes.streamingCores) multiprocessor(s) of \(s.unitsPerEngine) arrays of \(s.multiplierRows ?? 0) x "
        + "\(s.crossbar.outputs) multipliers, \(sizes.resistiveCores) core(s) of \(sizes.resistive.unitsPerEngine) units on "
        + "crossbars \(g.rows) x \(g.columns), a memory controller, \(sizes.machine.cores.count) routers")
    print(
      "work           \(matrixProducts) products of K1 and K4, \(attentionProducts) of K2 and K3, \(crossbarProducts) of FF1 and "
        + "FF2")
    if let equal = equalsIntegerTransformer {
      print("integer        \(equal ? "equal to" : "NOT equal to") the integer transformer in every bit")
    }
    if let result {
      let outcome = result.outcome
      guard outcome.isExact else {
        print("bit-exact      NO: \(outcome.bytesCompared) of \(outcome.bytes) bytes were right")
        if let difference = outcome.difference { print("first          \(difference)") }
        if outcome.fault != 0 { print("fault          \(outcome.fault)") }
        return
      }
      print("bit-exact      yes: all \(outcome.bytesCompared) bytes that were stored equal the golden machine's")
      print("cycles         \(outcome.cycles) of inference, \(outcome.deploymentCycles) of programming before it")
      func percent(_ value: Double?) -> String { String(format: "%.1f %%", 100 * (value ?? 0)) }
      print(
        "busy           multipliers \(percent(utilisation)), attention \(percent(attentionUtilisation)), crossbars "
          + "\(percent(crossbarUtilisation)); the controller sends a flit in "
          + "\(percent(Double(outcome.counters["flits\(sizes.memoryNode)"] ?? 0) / Double(max(1, outcome.cycles)))) of the cycles"
      )
      let wear = outcome.wear.map { String(format: "%.3f", $0) }.joined(separator: ", ")
      print("wear           \(wear) writes of a cell in an inference, by core of crossbars")
      let heat = (cores ?? []).map { "\($0.name) \(String(format: "%.4f W %.1f K", $0.watts, $0.kelvins))" }
      print("heat           \(heat.joined(separator: "; ")) at 1 GHz; no core leaks")
      let codes = temperatureCodes.map { $0.map(String.init).joined(separator: ",") }.joined(separator: " -> ")
      print(
        "temperature    codes \(codes) of the crossbars, run by run"
          + (temperaturesSettled == true ? ": settled" : ""))
      print(
        "simulation     \(String(format: "%.1f", outcome.seconds)) s, "
          + "\(String(format: "%.1f k", Double(outcome.simulatedCycles) / max(outcome.seconds, 1e-9) / 1000)) cycles/s, \(engine)"
      )
    } else {
      print("bit-exact      the golden machine ran alone; no hardware")
    }
    if let modelCycles {
      let error = modelErrorPercent.map { String(format: ", %.3f %% off", $0) } ?? ""
      print("cycle model    \(modelCycles) of inference, \(modelDeploymentCycles) of programming before it\(error)")
    }
    accuracy?.show(work.reference?.samples.classNames ?? [:])
  }
}
