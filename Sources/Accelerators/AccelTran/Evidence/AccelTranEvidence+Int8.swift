import Models
import Transformer

extension AccelTranEvidence {
  /// The root of the mean square of each place's numbers over real tokens, from runs without pruning.
  ///
  /// - Throws: ``AccelTranError``.
  public static func spreads(
    _ machine: Int8Machine, over sequences: [TokenSequence]
  ) throws(AccelTranError) -> [PruningSite: Double] {
    var dense = machine
    dense.plan = PruningPlan()
    var sums: [PruningSite: (squares: Double, count: Int)] = [:]
    for sequence in sequences {
      let run = try dense.run(sequence)
      for (site, tensor) in run.result.codes {
        guard let place = PruningPlan.Place(site.place), let format = machine.quantized.formats[site],
          let columns = tensor.shape.last
        else { continue }
        let mask = sequence.attentionMask
        var sum = sums[PruningSite(layer: site.layer, place: place)] ?? (0, 0)
        for (index, code) in tensor.elements.enumerated() where mask[index / columns % mask.count] {
          let factor = format.factors.count == 1 ? format.factors[0] : format.factors[index % columns]
          let value = Double(code - format.zeroPoint) / Double(factor)
          sum.squares += value * value
          sum.count += 1
        }
        sums[PruningSite(layer: site.layer, place: place)] = sum
      }
    }
    return sums.mapValues { ($0.squares / Double(max($0.count, 1))).squareRoot() }
  }

  /// R7 and R8 with int8 codes: one threshold for all operands, and one for each place in proportion to its spread, with an
  /// own threshold for e^(x − maximum).
  ///
  /// - Parameters:
  ///   - thresholds: thresholds for all operands.
  ///   - ratios: thresholds as parts of each place's spread.
  ///   - powers: the threshold on e^(x − maximum) beside the ratios.
  /// - Throws: ``AccelTranError``.
  public static func pruning(
    _ machine: Int8Machine, over sequences: [TokenSequence], thresholds: [Double] = [0, 0.005, 0.02, 0.05, 0.1],
    ratios: [Double] = [0.1, 0.2, 0.3, 0.4, 0.5], powers: Double = 0.01
  ) throws(AccelTranError) -> EvidenceTable {
    let spreads = try spreads(machine, over: sequences)
    var plans = thresholds.map { ("one threshold \(Figure.fixed($0, 3))", PruningPlan.operands($0)) }
    for ratio in ratios {
      var plan = PruningPlan([.probabilities: powers])
      for (site, spread) in spreads where site.place != .probabilities {
        plan[site.layer, site.place] = ratio * spread
      }
      plans.append(("\(Figure.fixed(ratio, 2)) of each place's spread", plan))
    }
    var machine = machine
    machine.plan = PruningPlan()
    var dense: [[Float]] = []
    for sequence in sequences { dense.append(try hidden(machine.run(sequence))) }
    var rows: [[String]] = []
    for (name, plan) in plans {
      machine.plan = plan
      var (sites, work, likeness) = (SparsityCount(), ProductCounts(), 0.0)
      for (sequence, full) in zip(sequences, dense) {
        let run = try machine.run(sequence)
        sites += run.allSites
        work += run.total
        likeness += cosine(try hidden(run), full, sequence.attentionMask)
      }
      rows.append([
        name, Figure.percent(sites.sparsity), Figure.percent(work.density),
        Figure.percent(Double(work.sharedSteps * machine.lanes.multipliers) / Double(max(work.pairs, 1))),
        Figure.fixed(likeness / Double(max(sequences.count, 1)), 4),
      ])
    }
    return EvidenceTable(
      "R7, R8", "zeros, work and likeness to the result without pruning, with int8 codes",
      conditions: [
        "\(sequences.count) sequences, real tokens alone",
        "threshold on e^(x - maximum) beside the spreads: \(Figure.fixed(powers, 3))",
      ],
      columns: [
        .init("pruning"), .init("zeros %", .computed, unit: "%"), .init("pairs multiplied %", .computed, unit: "%"),
        .init("lane clocks %", .computed, unit: "% of dense"), .init("cosine", .computed, unit: "cosine"),
      ], rows: rows,
      remarks: [
        "one threshold for all places cuts the many small probabilities that carry the mean: a threshold for each place is what "
          + "makes pruning pay"
      ])
  }

  private static func hidden(_ run: Int8Machine.Run) throws(AccelTranError) -> [Float] {
    guard let elements = run.result.outputs["hidden"]?.real?.elements else {
      throw .node("hidden", "the graph has no output of real numbers")
    }
    return elements
  }

  private static func cosine(_ a: [Float], _ b: [Float], _ isReal: [Bool]) -> Double {
    let columns = a.count / max(isReal.count, 1)
    var (product, first, second) = (0.0, 0.0, 0.0)
    for index in a.indices where isReal[index / columns] {
      product += Double(a[index]) * Double(b[index])
      first += Double(a[index]) * Double(a[index])
      second += Double(b[index]) * Double(b[index])
    }
    return first > 0 && second > 0 ? product / (first * second).squareRoot() : 0
  }
}
