extension CycleSimulator {
  /// What became of the heads' transfers in a clock.
  struct TransferTurn {
    /// Heads whose transfer waits; one that got no turn does not.
    var stalled: [Bool]
    var started: [Bool]
    /// Whether the scheduler goes on in some head.
    var moves: Bool
  }

  private func transfer(_ step: Int, _ head: Int, _ place: Int) -> OperationList.Transfer? {
    switch list.transfers[step] {
    case .single(let one): one
    case .heads(let lists): place < lists[head].count ? lists[head][place] : nil
    }
  }

  /// The heads in the order of their turns.
  private func turns(_ places: [Int?]) -> [Int] {
    let waiting = places.indices.filter { places[$0] != nil }
    guard waiting.count > 1 else { return Array(places.indices) }
    let progress = waiting.map { places[$0] ?? 0 }
    // Stable, as numpy's sort is for up to 16 heads.
    let ranks = progress.indices.sorted { (progress[$0], $0) < (progress[$1], $1) }
    return assumes(.headsByRank) ? ranks : ranks.map { waiting[$0] }
  }

  mutating func startTransfers(
    _ waits: inout [CycleSimulation.StallClass: Int]
  ) throws(AccelTranError) -> TransferTurn {
    guard let step = transferCursor.current else { return TransferTurn(stalled: [], started: [], moves: false) }
    let places: [Int?] = transferCursor.heads.isEmpty ? [0] : transferCursor.heads
    var turn = TransferTurn(
      stalled: places.map { _ in false }, started: places.map { _ in false }, moves: false)
    let order = turns(places)
    for head in order {
      guard let place = places[head], let transfer = transfer(step, head, place) else { continue }
      let isStarted = try start(transfer, &waits)
      turn.stalled[head] = !isStarted
      turn.started[head] = isStarted
      turn.moves = turn.moves || isStarted
    }
    if assumes(.headsByRank) {
      // Heads that got no turn go on as if their transfer was done.
      for head in places.indices where places[head] != nil && !order.contains(head) { turn.moves = true }
    }
    return turn
  }

  private func producerIsDone(_ transfer: OperationList.Transfer) -> Bool {
    switch transfer.producer {
    case nil: true
    case .single(let step): operations[lists[step][0][0]].isDone
    case .head(let step, let head, let place): operations[lists[step][head][place]].isDone
    }
  }

  /// Whether data may not leave a buffer.
  private func stays(_ data: Int) -> Bool {
    if list.data[data].isPinned { return true }
    if assumes(.evictsUnreadData) { return isRequired[data] }
    return pendingReaders[data] > 0
  }

  private mutating func start(
    _ transfer: OperationList.Transfer, _ waits: inout [CycleSimulation.StallClass: Int]
  ) throws(AccelTranError) -> Bool {
    let data = transfer.data
    guard let target = buffers.firstIndex(where: { $0.kind == list.data[data].buffer }),
      let masks = buffers.firstIndex(where: { $0.kind == .mask })
    else { return false }
    let shadowed = assumes(.sizeOfLastData)
    let isDone = producerIsDone(transfer)
    let isReady = buffers[target].isReady && buffers[masks].isReady
    // The published simulator asks for room even where it has found a reason to wait already.
    let hasRoom = try buffers[target].canStore(data, list.data, shadowed: shadowed, stays: stays)
    let hasMaskRoom = try buffers[masks].canStore(data, list.data, shadowed: shadowed, stays: stays)
    guard isReady, hasRoom, hasMaskRoom, isDone else {
      func wait(_ kind: CycleSimulation.StallClass, _ isReason: Bool) { if isReason { waits[kind, default: 0] += 1 } }
      wait(.bufferBusy, !buffers[target].isReady)
      wait(.maskBufferBusy, !buffers[masks].isReady)
      wait(.noRoom, !hasRoom)
      wait(.noRoomForMask, !hasMaskRoom)
      wait(.producerNotDone, !isDone)
      return false
    }
    for index in [target, masks] {
      let buffer = buffers[index]
      let spent = transferEnergy(list.data[data].elements, isLoad: transfer.producer == nil, buffer)
      let kept = list.data.indices.map { stays($0) }
      let isStarted = buffers[index].start(
        data, list.data, isLoad: transfer.producer == nil, energy: spent,
        stays: { kept[$0] })
      guard isStarted else {
        throw .assertion(
          cycle: cycle + 1, "\(list.data[data].name) does not fit the \(buffer.kind.rawValue) buffer after all")
      }
    }
    if loaded == 0, list.data[data].isPinned {
      loaded = cycle + max(buffers[target].remaining, buffers[masks].remaining)
    }
    return true
  }

  /// nJ of a transfer.
  private func transferEnergy(_ elements: Int, isLoad: Bool, _ buffer: BufferState) -> Double {
    let block = Double(constants.blockBytes)
    let bytes: Double
    if assumes(.masksBilledAsData) || buffer.kind != .mask {
      let density = isLoad && assumes(.weightDensityOnLoads) ? constants.density.weights : 1
      bytes = assumes(.elementsAsBytes) ? Double(elements) * density : buffer.bits(elements) / 8
    } else {
      bytes = Double(elements) / 8
    }
    return (isLoad ? buffer.memoryEnergy : buffer.accessEnergy) * bytes / block
  }
}
