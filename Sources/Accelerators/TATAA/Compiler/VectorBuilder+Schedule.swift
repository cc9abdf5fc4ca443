extension VectorBuilder {
  /// The steps in the order in which they are executed: batches in their order, the loads of each in front of the operations
  /// of the one before, and in a batch the operation first of which the operands are there first.
  ///
  /// A load does not pass a FENCE, so that it reads what it read in the order in which the steps were made.
  ///
  /// - Parameter latency: the cycles from an operation to one that can read its result without a wait.
  func scheduled(latency: Int) -> [Step] {
    guard steps.contains(where: { if case .batch = $0 { true } else { false } }) else { return steps }
    var result: [Step] = []
    for part in steps.split(omittingEmptySubsequences: false, whereSeparator: \.isFence) {
      if !result.isEmpty || part.startIndex > 0 { result.append(.fence) }
      var waiting: [Step] = []
      for batch in part.split(whereSeparator: \.isBatch) {
        result += batch.filter(\.isLoad)
        result += waiting
        waiting = Self.ordered(batch.filter { !$0.isLoad }, latency)
      }
      result += waiting
    }
    return result
  }

  /// List scheduling: of the steps whose operands are there, that one first which the longest chain waits for.
  private static func ordered(_ steps: [Step], _ latency: Int) -> [Step] {
    var maker: [Int: Int] = [:]
    for (index, step) in steps.enumerated() { for result in step.results { maker[result] = index } }
    let operands = steps.map { step in step.resultsRead.compactMap { maker[$0] } }
    var readers = [[Int]](repeating: [], count: steps.count)
    for (index, places) in operands.enumerated() { for place in places { readers[place].append(index) } }
    var height = [Int](repeating: 0, count: steps.count)
    for index in steps.indices.reversed() {
      height[index] = (readers[index].map { height[$0] + latency }.max() ?? 0)
    }
    var open = operands.map { Set($0).count }
    var readyAt = [Int](repeating: 0, count: steps.count)
    var ready = steps.indices.filter { open[$0] == 0 }
    var order: [Step] = []
    var cycle = 0
    while !ready.isEmpty {
      // Stores keep their order: the first one waits for its numbers, not for a later one.
      let soonest = ready.map { max(readyAt[$0], cycle) }.min() ?? cycle
      cycle = soonest
      let candidates = ready.indices.filter { readyAt[ready[$0]] <= cycle }
      let best = candidates.max { a, b in
        let (first, second) = (ready[a], ready[b])
        return (height[first], -first) < (height[second], -second)
      }
      guard let best else { break }
      let index = ready.remove(at: best)
      order.append(steps[index])
      cycle += 1
      for reader in Set(readers[index]) {
        open[reader] -= 1
        readyAt[reader] = max(readyAt[reader], cycle + latency - 1)
        if open[reader] == 0 { ready.append(reader) }
      }
    }
    return order
  }
}

extension VectorBuilder.Step {
  var isFence: Bool { if case .fence = self { true } else { false } }
  var isBatch: Bool { if case .batch = self { true } else { false } }
  var isLoad: Bool { if case .load = self { true } else { false } }

  /// What the step reads, in the order of its operands.
  var reads: [VectorValue] {
    switch self {
    case .operation(_, _, let values): values
    case .reduction(_, _, let value, _): [value]
    case .store(let values, _): values
    case .storeCodes(let values, let codes, let factors, _): values + (factors.isEmpty ? [codes.factor] : factors)
    case .load, .fence, .batch: []
    }
  }

  /// The results among what the step reads.
  var resultsRead: [Int] {
    reads.compactMap { value in if case .result(let result) = value.source { result } else { nil } }
  }

  /// What the step makes.
  var results: [Int] {
    switch self {
    case .operation(_, let result, _), .reduction(_, let result, _, _): [result]
    case .load(let results, _, _): results
    case .store, .storeCodes, .fence, .batch: []
    }
  }
}
