extension StreamSession {
  /// Records what monitor `index` found.
  @usableFromInline
  mutating func fail(_ event: StreamMonitor.Event, of index: Int, at cycle: UInt64) {
    let monitor = monitors[index]
    let shape = outputShape(index)
    let number = monitor.queue.head
    let got = UnsafeMutablePointer<UInt64>.allocate(capacity: max(1, shape.payload.wordCount))
    defer { got.deallocate() }
    monitor.payload.load(into: got)
    let row = UnsafePointer(got)
    let values = shape.payload.values(row)
    let place = "stream '\(shape.name)', transaction \(number)"
    var failure: BenchFailure
    switch event {
    case .mismatch:
      let differences = BenchFailure.differences(shape.payload, expected: monitor.queue.next, got: row)
      failure = BenchFailure(
        kind: .mismatch, cycle: cycle, message: "\(place), \(differences.summary())", differences: differences,
        expected: shape.payload.values(monitor.queue.next))
    case .changed:
      let held = UnsafePointer(monitor.held)
      let differences = BenchFailure.differences(shape.payload, expected: held, got: row)
      failure = BenchFailure(
        kind: .payloadChanged, cycle: cycle,
        message: "\(place): the payload changed while it waited for \(shape.readyPort), "
          + differences.summary(("first", "then")),
        differences: differences, expected: shape.payload.values(held))
    case .surplus:
      let shown = zip(shape.payload.fields, values).map { "\($0.name) \($1)" }.joined(separator: ", ")
      let limit =
        "only \(number) " + (monitor.queue.isEmpty ? "were expected" : "may come before other streams go on")
      let expected =
        monitor.keyed.flatMap { monitor.queue.isEmpty ? nil : $0.key.name }
        .map { "none with this \($0) is expected any more" } ?? limit
      failure = BenchFailure(
        kind: .surplus, cycle: cycle,
        message: "stream '\(shape.name)' gave transaction \(number), but \(expected)"
          + (shown.isEmpty ? "" : ": \(shown)"))
    default:
      let shown = shape.payload.values(UnsafePointer(monitor.held))
      let payload = zip(shape.payload.fields, shown).map { "\($0.name) \($1)" }.joined(separator: ", ")
      failure = BenchFailure(
        kind: .validWithdrawn, cycle: cycle,
        message: "\(place): \(shape.validPort) went low before \(shape.readyPort) took the transaction"
          + (payload.isEmpty ? "" : " (\(payload))"))
    }
    failure.stream = shape.name
    failure.transaction = number
    if event != .withdrawn { failure.got = values }
    self.failure = failure
  }

  /// What a number of cycles is counted in where there are several clocks.
  private var ofEachClock: String { schedule == nil ? "" : " of each clock" }

  /// Records that nothing has moved for too long, and what every stream waits for.
  @usableFromInline
  mutating func failStuck(at cycle: UInt64) {
    var waits: [String] = []
    var inputsWait = false
    var late: (name: String, transaction: Int)?
    forEachStream { shape, _, driver, monitor in
      if let driver, !driver.pointee.queue.isEmpty {
        inputsWait = true
        let queue = driver.pointee.queue
        let state =
          driver.pointee.isOffering
          ? "offers transaction \(queue.head) of \(queue.end) and waits for \(shape.readyPort)"
          : queue.head < driver.pointee.limit
            ? "is held back by its stall profile at transaction \(queue.head) of \(queue.end)"
            : "waits for the other streams at transaction \(queue.head) of \(queue.end)"
        waits.append("'\(shape.name)' \(state)")
      }
      if let monitor, !monitor.queue.isEmpty {
        if late == nil { late = (shape.name, monitor.queue.head) }
        let state = monitor.isHeld ? "holds back \(shape.readyPort)" : "waits for \(shape.validPort)"
        waits.append("'\(shape.name)' \(state) at transaction \(monitor.queue.head) of \(monitor.queue.end)")
      }
    }
    if !inputsWait, !hasMore, let late {
      failure = BenchFailure(
        kind: .missing, cycle: cycle, stream: late.name, transaction: late.transaction,
        message: "all inputs were taken and nothing came for \(watchdog) cycles\(ofEachClock)", details: waits)
    } else {
      failure = BenchFailure(
        kind: .stuck, cycle: cycle, stream: late?.name, transaction: late?.transaction,
        message: "no transaction on any stream for \(watchdog) cycles\(ofEachClock)", details: waits)
    }
  }

  private func outputShape(_ index: Int) -> StreamShape {
    var found: [StreamShape] = []
    forEachStream { shape, _, _, monitor in
      if monitor != nil { found.append(shape) }
    }
    return found[index]
  }
}
