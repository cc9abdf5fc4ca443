extension StreamSession {
  /// The outcome as it stands now.
  @usableFromInline
  func result(isCancelled: Bool, seconds: Double) -> BenchResult {
    var failure = failure
    var (transactions, values) = (0, 0)
    var statistics: [StreamStatistics] = []
    var history: [TransactionHistory] = []
    forEachStream { shape, profile, driver, monitor in
      if let monitor {
        transactions += monitor.queue.head
        values += monitor.queue.head * shape.payload.fields.count
      }
      let queue = driver?.pointee.queue ?? monitor!.queue
      let count = queue.head
      statistics.append(
        StreamStatistics(
          name: shape.name, direction: shape.direction, stalls: profile, transactions: count,
          firstCycle: count == 0 ? nil : driver?.pointee.firstCycle ?? monitor!.firstCycle,
          lastCycle: count == 0 ? nil : queue.stamp(count - 1),
          stalledByDesign: driver?.pointee.stalledByDesign ?? monitor!.stalledByDesign,
          stalledByBench: driver?.pointee.stalledByBench ?? monitor!.stalledByBench,
          ownCycles: schedule == nil || count < 2
            ? nil
            : driver.map { $0.pointee.lastTick - $0.pointee.firstTick } ?? monitor!.lastTick - monitor!.firstTick))
      history.append(TransactionHistory(shape.name, shape.direction, shape.payload, queue))
    }
    if failure == nil, !isCancelled, transactions == 0 {
      failure = BenchFailure(
        kind: .nothingCompared, cycle: cycle, message: "the bench expected no transaction, so nothing was compared")
    }
    return BenchResult(
      test: bench.name, index: bench.index, module: bench.interface.name, seed: Seed(bench.seed.value),
      judged: bench.options.judges, verdict: failure != nil ? .failed : isCancelled ? .cancelled : .passed,
      cycles: cycle, resetCycles: bench.options.resetCycles, rehearsalCycles: start == 0 ? nil : start,
      transactionsCompared: transactions, valuesCompared: values, streams: statistics, latencies: latencies(statistics),
      failure: failure, history: failure == nil ? [] : history,
      captured: bench.captured.isEmpty ? nil : monitors.compactMap { $0.recorder?.rows },
      stimulusBytes: bench.blockCount + bench.jobCount == 0 ? nil : stimulusBytes, seconds: seconds)
  }

  private func latencies(_ statistics: [StreamStatistics]) -> [LatencyStatistics] {
    let inputs = statistics.filter { $0.direction == .input }
    let outputs = statistics.filter { $0.direction == .output }
    return zip(outputs, monitors).compactMap { output, monitor in
      let matched = monitor.source.map { inputs[$0 - drivers.baseAddress!] }
      guard let input = matched ?? inputs.first, let firstIn = input.firstCycle, let firstOut = output.firstCycle
      else { return nil }
      var latency = LatencyStatistics(
        from: input.name, to: output.name, first: Int(Int64(bitPattern: firstOut &- firstIn)))
      if let source = monitor.source, !monitor.latency.isBroken, source.pointee.queue.end == monitor.queue.end {
        latency.minimum = monitor.latency.minimum
        latency.maximum = monitor.latency.maximum
        latency.mean = Double(monitor.latency.sum) / Double(output.transactions)
      }
      return latency
    }
  }
}
