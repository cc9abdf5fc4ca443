import AccelTran
import AccelTranHardware
import Machines

/// The figures of a run, for scripts.
struct AccelTranFigures: Encodable {
  struct Accuracy: Encodable {
    var hiddenCosine, meanCosine, greatestError: Double
  }

  /// What closed loops were asked for and gave, over the results that have one.
  struct Loops: Encodable {
    var wanted, measured: Double
    var numbers: Int
    /// The greatest deviation of a place over all layers.
    var greatestDeviation: Double

    init?(_ loops: PruningLoops?, _ zeros: [PruningSite: SparsityCount]) {
      guard let loops else { return nil }
      var places: [PruningPlan.Place: SparsityCount] = [:]
      for (site, count) in zeros where loops.tables[site] != nil {
        places[site.place, default: SparsityCount()] += count
      }
      let all = places.values.reduce(into: SparsityCount()) { $0 += $1 }
      guard all.elements > 0 else { return nil }
      (wanted, measured, numbers) = (loops.target, all.sparsity, all.elements)
      greatestDeviation = places.values.map { abs($0.sparsity - loops.target) }.max() ?? 0
    }
  }

  /// Nil where the golden machine ran alone: nothing was compared.
  var bitExact: Bool?
  var storesCompared, bytesCompared, masksCompared: Int
  var cycles: Int?
  var utilisation: Double?
  var pairsPerMultiplierCycle: Double?
  var modelCycles: Int
  var modelErrorPercent: Double?
  var wallS: Double?
  var accuracy: Accuracy?
  var pairs, effectualPairs, laneSteps: Int
  var bufferSparsity: Double?
  /// Multiplications that the lanes had room for, and those of a dense run.
  var multiplications, denseMultiplications: Int?
  var denseCycles: Int?
  /// Sizes that were derived from the model.
  var derivedSizes: [String: Int]
  var sparsity: [String: Double]
  /// Nil where thresholds were fixed.
  var loops: Loops?
  var counters: [String: Int]
  var layers: [AccelTranOutcome.Part]
  var dataflow, engine: String

  init(
    _ work: RunAccelTranCommand.Work, _ outcome: AccelTranOutcome?, dense: AccelTranOutcome?, order: LoopOrder,
    engine: String, latency: Int
  ) {
    bitExact = outcome.map { $0.isExact && dense?.isExact ?? true }
    storesCompared = outcome?.storesCompared ?? 0
    bytesCompared = outcome?.bytesCompared ?? 0
    masksCompared = outcome?.masksCompared ?? 0
    cycles = outcome.flatMap { $0.isExact ? $0.cycles : nil }
    utilisation = outcome?.utilisation
    pairsPerMultiplierCycle = outcome?.pairsPerMultiplierCycle
    modelCycles = work.program.estimatedCycles(latency: latency)
    if let cycles { modelErrorPercent = 100 * abs(Double(modelCycles - cycles)) / Double(cycles) }
    wallS = outcome?.seconds
    if let error = work.error, let pooled = work.pooledError {
      accuracy = Accuracy(
        hiddenCosine: error.cosine, meanCosine: pooled.cosine, greatestError: error.maximum)
    }
    (pairs, effectualPairs, laneSteps) = (work.counts.pairs, work.counts.effectual, work.counts.sharedSteps)
    bufferSparsity = outcome?.sparsity
    (multiplications, denseMultiplications) = (outcome?.multiplications, dense?.multiplications)
    denseCycles = dense.flatMap { $0.isExact ? $0.cycles : nil }
    derivedSizes = Dictionary(uniqueKeysWithValues: work.adjustments.map { ($0.name, $0.after) })
    // What the hardware stored, where it ran; the first input is the host's.
    let zeros = outcome.map { work.zeros.merging($0.zeros) { $1 } } ?? work.zeros
    sparsity = Dictionary(uniqueKeysWithValues: zeros.map { ("\($0.key)", $0.value.sparsity) })
    loops = Loops(work.loops, outcome?.zeros ?? work.zeros)
    counters = Dictionary(uniqueKeysWithValues: (outcome?.counters ?? [:]).map { ("\($0.key)", $0.value) })
    layers = outcome?.parts ?? []
    dataflow = "\(order)"
    self.engine = engine
  }
}
