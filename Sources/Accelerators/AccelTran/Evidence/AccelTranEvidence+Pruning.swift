import Golden
import Models
import Transformer

extension AccelTranEvidence {
  /// How far pruned numbers are from full ones: one less the cosine, over real tokens.
  static func loss(_ pruned: CodeTensor, _ dense: CodeTensor, _ isReal: [Bool]) -> Double {
    var (product, first, second) = (0.0, 0.0, 0.0)
    for (index, pair) in zip(pruned.codes, dense.codes).enumerated() where isReal[index / dense.columns] {
      product += Double(pair.0) * Double(pair.1)
      first += Double(pair.0) * Double(pair.0)
      second += Double(pair.1) * Double(pair.1)
    }
    guard first > 0, second > 0 else { return 1 }
    return 1 - product / (first * second).squareRoot()
  }

  /// R7 and R8 in own terms: zeros, work and loss of a model against one threshold, and against thresholds for each place.
  ///
  /// - Parameters:
  ///   - machine: the machine in fixed point, whose plan is replaced.
  ///   - sequences: tokens, with padding where there is some.
  /// - Throws: ``AccelTranError``.
  public static func pruning(
    _ machine: FixedPointMachine, over sequences: [TokenSequence],
    thresholds: [Double] = [0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1], shares: [Double] = [0.2, 0.3, 0.4, 0.5]
  ) throws(AccelTranError) -> EvidenceTable {
    var dense: [FixedPointMachine.Run] = []
    var machine = machine
    machine.plan = PruningPlan()
    for sequence in sequences { dense.append(try machine.run(sequence)) }
    let calculator = try ThresholdCalculator(
      profiling: machine, over: sequences, at: (0..<64).map { Double($0) * 0.02 })
    let places: Set<PruningPlan.Place> = [.query, .key, .value, .context, .feedForwardSum, .feedForwardHidden]
    var plans = thresholds.map { ("one threshold \(Figure.fixed($0, 3))", PruningPlan.published($0)) }
    plans += shares.map { ("each place \(Figure.percent($0, 0)) %", calculator.plan(sparsity: $0, at: places)) }
    var rows: [[String]] = []
    for (name, plan) in plans {
      machine.plan = plan
      var (sites, work, loss) = (SparsityCount(), ProductCounts(), 0.0)
      for (sequence, full) in zip(sequences, dense) {
        let run = try machine.run(sequence)
        sites += run.allSites
        work += run.total
        loss += Self.loss(run.hidden, full.hidden, sequence.attentionMask)
      }
      let trap = plan == PruningPlan.published(0) ? 0 : sites.paddedSparsity
      rows.append([
        name, Figure.percent(sites.sparsity), Figure.percent(work.density),
        Figure.percent(Double(work.sharedSteps) * Double(machine.lanes.multipliers) / Double(max(work.pairs, 1))),
        Figure.fixed(1 - loss / Double(max(sequences.count, 1)), 4), Figure.percent(sites.paddedSparsity),
        Figure.percent(trap),
      ])
    }
    return EvidenceTable(
      "R7, R8", "zeros, work and likeness to the dense result",
      conditions: [
        "\(machine.lanes.format), \(sequences.count) sequences of \(sequences.first?.count ?? 0) tokens with their padding",
        "cosine over real tokens of the last layer",
      ],
      columns: [
        .init("pruning"), .init("zeros %", .computed, unit: "%"), .init("pairs multiplied %", .computed, unit: "%"),
        .init("lane clocks %", .computed, unit: "% of dense"), .init("cosine", .computed, unit: "cosine"),
        .init("zeros with padding %", .computed, unit: "%"),
        .init("as published %", .computed, unit: "%", mode: .paper),
      ], rows: rows,
      remarks: [
        "trap 1: the published software calls the sparsity 0 where the threshold is 0, whence its jump at the first threshold",
        "trap 2: it counts zeros of padded columns, which is the whole plateau of its top-k curve",
        "trap 3: its top-k keeps what is greater than the k-th, one fewer than k: see the table against top-k",
      ])
  }

  /// Thresholding against exact top-k on rows of attention: at equal zeros, what is lost of each row's probability.
  ///
  /// - Throws: ``AccelTranError``.
  public static func topK(
    _ machine: FixedPointMachine, over sequences: [TokenSequence], counts: [Int] = [1, 2, 4, 8, 16]
  ) throws(AccelTranError) -> EvidenceTable {
    var dense = machine
    dense.plan = PruningPlan()
    var probabilities: [[Int32]] = []
    for sequence in sequences {
      let run = try dense.run(sequence, keepsNodes: true)
      let real = sequence.attentionMask.indices.filter { sequence.attentionMask[$0] }
      for (name, tensor) in run.nodes where name.hasSuffix(".probabilities") {
        for row in 0..<tensor.rows where sequence.attentionMask[row % sequence.count] {
          probabilities.append(real.map { tensor.codes[row * tensor.columns + $0] })
        }
      }
    }
    let all = probabilities.flatMap(\.self)
    guard !all.isEmpty else { throw .curve("there are no rows of attention") }
    let mass = Double(all.reduce(0) { $0 + Int($1) })
    func lost(_ kept: [Int32]) -> Double { 1 - Double(kept.reduce(0) { $0 + Int($1) }) / max(mass, 1) }
    let sorted = all.map(\.magnitude).sorted()
    var rows: [[String]] = []
    for count in counts {
      let exact = probabilities.flatMap { row in
        zip(row, TopK.mask(TopK.indices(of: row, count: count), length: row.count)).map { $1 ? $0 : 0 }
      }
      // What the published baseline keeps: strictly more than the k-th.
      let strict = probabilities.flatMap { row -> [Int32] in
        let limit = TopK.indices(of: row, count: count).last.map { row[$0] } ?? 0
        return row.map { $0 > limit ? $0 : 0 }
      }
      let zeros = exact.count { $0 == 0 }
      // The greatest threshold that makes no more zeros than top-k has.
      let threshold = zeros > 0 ? sorted[min(zeros, sorted.count) - 1] : 0
      let limit = sorted.count { $0 <= threshold } > zeros && threshold > 0 ? threshold - 1 : threshold
      let cut = DynaTran.pruned(all, threshold: limit)
      rows.append([
        "\(count)", Figure.percent(Double(zeros) / Double(all.count)), Figure.percent(lost(exact), 2),
        Figure.percent(Double(cut.count { $0 == 0 }) / Double(all.count)), Figure.percent(lost(cut), 2),
        Figure.percent(Double(strict.count { $0 == 0 }) / Double(all.count)), Figure.percent(lost(strict), 2),
      ])
    }
    return EvidenceTable(
      "R7", "attention: thresholding against top-k at equal zeros",
      conditions: ["\(probabilities.count) rows over real tokens", "lost: the share of all probability that is cut"],
      columns: [
        .init("k"), .init("top-k zeros %", .computed, unit: "%"), .init("top-k lost %", .computed, unit: "%"),
        .init("threshold zeros %", .computed, unit: "%"), .init("threshold lost %", .computed, unit: "%"),
        .init("published top-k zeros %", .computed, unit: "%", mode: .paper),
        .init("published top-k lost %", .computed, unit: "%", mode: .paper),
      ], rows: rows,
      remarks: [
        "one threshold for all rows cuts the least numbers of all: no other choice of as many loses less of the sum"
      ])
  }

  /// R9: the time of a threshold over rows against exact top-k of each row, in native code on this machine.
  public static func overhead(rows count: Int = 512, columns: Int = 128, kept: Int = 16) -> EvidenceTable {
    var state: UInt64 = 1
    let values = (0..<count * columns).map { _ -> Int32 in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int32(truncatingIfNeeded: state >> 40)
    }
    let clock = ContinuousClock()
    var (first, second) = (0, 0)
    var result = [Int32](repeating: 0, count: values.count)
    let threshold = clock.measure { first = prune(values, limit: 4_000_000, into: &result) }
    let top = clock.measure { second = keepGreatest(values, columns: columns, kept: kept, into: &result) }
    func nanoseconds(_ duration: Duration) -> Double {
      let parts = duration.components
      return (Double(parts.seconds) * 1e9 + Double(parts.attoseconds) * 1e-9) / Double(values.count)
    }
    return EvidenceTable(
      "R9", "time of pruning in software",
      conditions: ["\(count) rows of \(columns)", "one thread of native code, as this package is built"],
      columns: [
        .init("method"), .init("kept", .measured, unit: "elements"),
        .init("ns an element", .measured, unit: "ns/element"),
        .init("times the threshold's", .measured, unit: "ratio", beside: "figure"),
        .init("figure", .published, unit: "ratio"),
      ],
      rows: [
        ["threshold, one pass", "\(first)", Figure.fixed(nanoseconds(threshold), 2), "", ""],
        [
          "exact top-k, the k-th of a row by selection", "\(second)", Figure.fixed(nanoseconds(top), 2),
          Figure.fixed(nanoseconds(top) / max(nanoseconds(threshold), 1e-9), 2), "5.35",
        ],
      ],
      remarks: [
        "published: 1.48 and 5.35 times on a processor, 4.19 and 96.38 on a graphics processor. Its top-k is a loop of Python that calls the library for each row, so that the factor is "
          + "not one of the methods"
      ])
  }

  /// Writes what is beyond the limit, and zeros; how many are kept.
  private static func prune(_ values: [Int32], limit: UInt32, into result: inout [Int32]) -> Int {
    var kept = 0
    values.withUnsafeBufferPointer { values in
      result.withUnsafeMutableBufferPointer { result in
        var index = 0
        while index < values.count {
          let keeps = values[index].magnitude > limit
          result[index] = keeps ? values[index] : 0
          kept &+= keeps ? 1 : 0
          index &+= 1
        }
      }
    }
    return kept
  }

  /// Writes the greatest of each row, of equal ones the first, and zeros; how many are kept.
  private static func keepGreatest(_ values: [Int32], columns: Int, kept: Int, into result: inout [Int32]) -> Int {
    var (total, row) = (0, [Int32](repeating: 0, count: columns))
    for start in stride(from: 0, to: values.count, by: columns) {
      for column in 0..<columns { row[column] = values[start + column] }
      let limit = greatest(kept, of: &row)
      // Those above the k-th are kept all, and of its equals as many as are left.
      var equals = kept
      for column in 0..<columns where values[start + column] > limit { equals -= 1 }
      for column in 0..<columns {
        let value = values[start + column]
        var keeps = value > limit
        if value == limit, equals > 0 { (keeps, equals) = (true, equals - 1) }
        result[start + column] = keeps ? value : 0
        total += keeps ? 1 : 0
      }
    }
    return total
  }

  /// The k-th greatest number, by Hoare's selection.
  private static func greatest(_ k: Int, of row: inout [Int32]) -> Int32 {
    row.withUnsafeMutableBufferPointer { row in
      var (low, high) = (0, row.count - 1)
      let wanted = min(max(k, 1), row.count) - 1
      while low < high {
        let pivot = row[(low + high) / 2]
        var (left, right) = (low, high)
        while left <= right {
          while row[left] > pivot { left &+= 1 }
          while row[right] < pivot { right &-= 1 }
          if left <= right {
            row.swapAt(left, right)
            left &+= 1
            right &-= 1
          }
        }
        if wanted <= right { high = right } else if wanted >= left { low = left } else { break }
      }
      return row[wanted]
    }
  }
}
