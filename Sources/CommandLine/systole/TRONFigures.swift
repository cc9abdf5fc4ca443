import Foundation
import Machines
import TRON

/// The figures of a run, for scripts.
struct TRONFigures: Encodable {
  /// Nil where nothing was compared: the golden machine alone, with rings that are not ideal.
  var bitExact: Bool?
  var equalsIntegerTransformer: Bool?
  /// Bytes that the hardware stored and that were compared, all of them.
  var storesCompared: Int
  var cycles: Int?
  /// Cycles in which heaters were found before; nil where they were not.
  var lockCycles: Int?
  /// What the cycle model says, of a memory that never stalls, and how far it is from the hardware where that was so; nil for
  /// machines without hardware.
  var modelCycles: Int?
  var modelErrorPercent: Double?
  /// Products of the matrices in a clock, of those that all banks that pass at once could make; and the share of the clocks in which
  /// units of heads work.
  var utilisation, unitUtilisation: Double?
  var wallS: Double?
  /// Layers that ran.
  var layers: Int
  var accuracy: LayerAccuracy?
  var products, passes, skippedPasses, rowLoads, darkLasers: Int
  var counters: [String: Int]
  var scores, engine: String

  init(_ run: TRONRun, _ outcome: TRONOutcome?, _ work: TRONWork, engine: String) throws {
    let sizes = run.program.sizes
    let last = run.program.results.last { $0.name.hasSuffix("output.wide") }
    let output = last.map { run.golden.numbers($0) } ?? []
    let isIdeal = sizes.effects.isIdeal && sizes.phaseError == 0 && sizes.gainBits == 16
    let equal = isIdeal ? output == work.exact.flatMap(\.self) : nil
    equalsIntegerTransformer = equal
    bitExact = outcome.map { $0.isExact && equal != false } ?? equal
    storesCompared = outcome?.bytesCompared ?? 0
    cycles = outcome.flatMap { $0.isExact ? $0.cycles : nil }
    lockCycles = outcome.flatMap { $0.isExact && run.isLocked ? $0.lockCycles : nil }
    if (try? sizes.validateHardware()) != nil {
      modelCycles = try TRONCycleModel(latency: run.latency).estimate(run.program, run.golden).cycles
    }
    if let cycles, let modelCycles, run.stalls == 0 {
      modelErrorPercent = 100 * abs(Double(modelCycles - cycles)) / Double(max(1, cycles))
    }
    let counts = run.golden.counts
    if let cycles, let outcome {
      // A bank passes a vector in the clocks of a conversion and three more.
      let most = sizes.heads * sizes.wave * sizes.bank.rows * sizes.bank.wavelengths
      utilisation = Double(counts.products) * Double(sizes.convertCycles + 1) / Double(max(1, cycles * most))
      let busy = (0..<sizes.heads).reduce(0) { $0 + (outcome.counters["busy\($1)"] ?? 0) }
      unitUtilisation = Double(busy) / Double(max(1, cycles * sizes.heads))
    }
    wallS = outcome?.seconds
    layers = work.layers.count
    if let reference = work.reference {
      func rows(_ name: String) -> [[Int32]] {
        guard let place = run.program.results.last(where: { $0.name.hasSuffix(name) }) else { return [] }
        let numbers = run.golden.numbers(place)
        return stride(from: 0, to: numbers.count, by: place.columns).map { Array(numbers[$0..<$0 + place.columns]) }
      }
      accuracy = try LayerAccuracy(reference, wide: [rows("output.wide")], narrow: [rows("output")])
    }
    (products, passes, skippedPasses) = (counts.products, counts.passes, counts.skippedPasses)
    (rowLoads, darkLasers) = (counts.rowLoads, counts.dark)
    counters = outcome?.counters ?? [:]
    scores = sizes.scorePath.rawValue
    self.engine = engine
  }

  func show(_ work: TRONWork, _ outcome: TRONOutcome?, _ sizes: TRONSizes) {
    print("\(work.title), \(scores) scores")
    print(
      "machine        \(sizes.heads) unit(s) of \(sizes.banks) bank(s) of \(sizes.bank.rows) x \(sizes.bank.wavelengths) rings, "
        + "\(sizes.effects.tuning) tuning, crosstalk \(sizes.effects.crosstalk), "
        + (sizes.predistorts ? "calibrated" : "not calibrated")
        + (sizes.predistortsHeaters ? ", heaters predistorted" : ""))
    print(
      "work           \(products) products, \(rowLoads) rows of rings set, \(passes) passes, "
        + "\(skippedPasses) left out for zeros, \(darkLasers) lasers dark in passes")
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
      func percent(_ share: Double?) -> String { String(format: "%.1f %%", 100 * (share ?? 0)) }
      print(
        "cycles         \(outcome.cycles); \(percent(utilisation)) of the light that converters allow, units "
          + "\(percent(unitUtilisation)) busy")
      if let lockCycles { print("heaters        found in \(lockCycles) cycles before") }
      let shares = (0..<sizes.engines).map { engine -> String in
        let name =
          engine < sizes.heads
          ? "unit \(engine)" : engine < 2 * sizes.heads ? "softmax \(engine - sizes.heads)" : "normalisation"
        func share(_ counter: String) -> String {
          percent(Double(outcome.counters[counter] ?? 0) / Double(max(1, outcome.cycles)))
        }
        return "\(name) \(share("busy\(engine)")) busy, \(share("waits\(engine)")) waiting"
      }
      print("engines        \(shares.joined(separator: "; "))")
      print(
        "stalls         \(outcome.counters["stallRings"] ?? 0) for rings, \(outcome.counters["stallConverters"] ?? 0) for converters, "
          + "of all units")
      print(
        "simulation     \(String(format: "%.1f", outcome.seconds)) s, "
          + "\(String(format: "%.1f k", Double(outcome.simulatedCycles) / max(outcome.seconds, 1e-9) / 1000)) cycles/s, \(engine)"
      )
    } else {
      print("bit-exact      the golden machine ran alone; no hardware")
    }
    if let modelCycles {
      print("cycle model    \(modelCycles)\(modelErrorPercent.map { String(format: ", %.2f %% off", $0) } ?? "")")
    }
    accuracy?.show(work.reference?.samples.classNames ?? [:])
  }
}
