/// The state of a run in the cycle mode.
struct CycleSimulator {
  /// An operation and how far it is.
  struct Progress {
    let work: OperationList.Work
    let operands: [Int]
    let tiles: Int
    let clocks: Int
    /// nJ that the operands of a tile take out of their buffers.
    let fetchEnergy: Double
    /// The step, and where in it the operation stands: the head, and its place in the head's list.
    let step: Int
    let head: Int
    let place: Int
    /// The first tile that was issued: what is left out is never done.
    var firstIssued: Int?
    /// The tiles up to here are done.
    var doneEnd = 0

    /// The tiles from the first on that are done.
    var donePrefix: Int { firstIssued == 0 ? doneEnd : 0 }
    var isDone: Bool { doneEnd == tiles }
  }

  /// Tiles of one operation that are issued together.
  struct Part {
    var operation: Int
    var first: Int
    var count: Int
  }

  /// Units that come free at the end of a clock.
  struct Completion {
    var kind: OperationList.Kind
    var units: Int
    var part: Part
  }

  let list: OperationList
  let machine: AccelTranConfiguration
  let assumptions: Set<PaperAssumption>
  let constants: PublishedConstants
  let powers: PartPowers
  /// Clocks between two entries of the published log.
  var logInterval = 1000

  var operations: [Progress] = []
  /// For each step the operations of each head, or of its single list.
  var lists: [[[Int]]] = []
  /// For each step and head, where each operation's tiles begin in the list.
  var starts: [[[Int]]] = []
  var computeCursor: SchedulerCursor
  var transferCursor: SchedulerCursor
  var buffers: [BufferState]
  var isRequired: [Bool]
  var pendingReaders: [Int]
  var readers: [[Int]]
  /// For each step and head, how many operations are done up to the first that is not.
  var prefixes: [[Int]] = []
  /// Steps before this one are no longer looked at.
  var firstVisited = 0
  /// The first single step of which a tile is not done.
  var firstUndone = 0

  var freeLanes, freeSoftmax, freeSoftmaxElements, freeNormalization, freePatchElements: Int
  var active = CycleSimulation.BusyClocks()
  var completions: [Int: [Completion]] = [:]

  var cycle = 0
  /// Whether something came to its end in the last clock.
  private var hasChanged = false
  var stalls: [CycleSimulation.StallClass: Int] = [:]
  var energy = EnergyShares()
  var busyTotal = CycleSimulation.BusyClocks()
  var issued: [OperationList.Kind: Int] = [:]
  var loaded = 0
  var observe: ((CycleSimulation.Sample) -> Void)?

  func assumes(_ assumption: PaperAssumption) -> Bool { assumptions.contains(assumption) }

  init(
    _ list: OperationList, _ machine: AccelTranConfiguration, patch: Int?, _ assumptions: Set<PaperAssumption>,
    _ constants: PublishedConstants, dataflows: [String: DataflowReuse] = [:]
  ) throws(AccelTranError) {
    self.list = list
    self.machine = machine
    self.assumptions = assumptions
    self.constants = constants
    powers = try PartPowers(machine, patch: patch, constants)
    let clocks = UnitClocks(machine: machine, assumptions: assumptions, constants: constants)
    let fetch = OperandFetch(machine: machine, assumptions: assumptions, constants: constants)
    var (computeSteps, transferSteps): ([(Int, [Int]?)], [(Int, [Int]?)]) = ([], [])
    readers = Array(repeating: [], count: list.data.count)
    for (step, one) in list.operations.enumerated() {
      let heads: [[OperationList.Operation]] =
        switch one {
        case .single(let operation): [[operation]]
        case .heads(let lists): lists
        }
      var (numbers, begins): ([[Int]], [[Int]]) = ([], [])
      for (head, operations) in heads.enumerated() {
        var (places, offsets, total): ([Int], [Int], Int) = ([], [], 0)
        for (place, operation) in operations.enumerated() {
          let count = clocks.tiles(operation.work)
          let number = self.operations.count
          let time = clocks.clocks(operation.work)
          guard time >= 0 else {
            throw .node(operation.name, "a tile would take \(time) clocks, which never end: give larger tiles")
          }
          places.append(number)
          offsets.append(total)
          total += count
          for data in operation.operands { readers[data].append(number) }
          self.operations.append(
            Progress(
              work: operation.work, operands: operation.operands, tiles: count, clocks: time,
              fetchEnergy: fetch.energy(operation.work, dataflows[operation.name]), step: step, head: head, place: place
            ))
        }
        numbers.append(places)
        begins.append(offsets + [total])
      }
      lists.append(numbers)
      starts.append(begins)
      prefixes.append(numbers.map { _ in 0 })
      if case .single = one {
        computeSteps.append((begins[0].last ?? 0, nil))
      } else {
        computeSteps.append((1, begins.map { $0.last ?? 0 }))
      }
    }
    for one in list.transfers {
      switch one {
      case .single: transferSteps.append((1, nil))
      case .heads(let lists): transferSteps.append((1, lists.map(\.count)))
      }
    }
    computeCursor = SchedulerCursor(computeSteps)
    transferCursor = SchedulerCursor(transferSteps)
    buffers = []
    for kind in OperationList.Buffer.allCases {
      buffers.append(try BufferState(kind, machine, assumptions, constants))
    }
    isRequired = list.data.map(\.isPinned)
    pendingReaders = readers.map(\.count)
    freeLanes = machine.totalLanes
    freeSoftmax = machine.totalSoftmaxUnits
    freeSoftmaxElements = machine.processingElements
    freeNormalization = machine.processingElements
    freePatchElements = machine.patchUnits > 0 ? machine.processingElements : 0
    let hasPatches = operations.contains { $0.work.kind == .patches }
    guard !hasPatches || freePatchElements > 0 else { throw .range("patchUnits", machine.patchUnits, 1...1024) }
  }

  // MARK: The loop

  mutating func run(limit: Int) throws(AccelTranError) {
    guard let last = lists.last?.last?.last else { return }
    while !operations[last].isDone {
      guard cycle < limit else { throw .cycles(limit: limit) }
      var waits: [CycleSimulation.StallClass: Int] = [:]
      let transfers = try startTransfers(&waits)
      let groups = try startGroups(&waits)
      let current = currentParts(groups.parts)
      pass(1)
      cycle += 1
      updateRequired(current)
      for (kind, count) in waits { stalls[kind, default: 0] += count }
      if assumes(.jumpsPastChanges), jump(transfers, groups, waits) { continue }
      if transfers.moves || groups.moves {
        advance(transfers, groups)
      } else if !hasChanged, !(assumes(.jumpsPastChanges) && active == .init()) {
        try skip(waits)
      } else if !hasChanged, completions.isEmpty, buffers.allSatisfy({ $0.remaining == 0 }) {
        throw .deadlock(cycle: cycle, waiting: waiting())
      }
    }
  }

  /// The published jump: where everything waits and no unit works, on to the end of the next transfer or log, even where
  /// something came free in the last clock.
  private mutating func jump(
    _ transfers: TransferTurn, _ groups: GroupTurn, _ waits: [CycleSimulation.StallClass: Int]
  ) -> Bool {
    guard transferCursor.place != nil, !transfers.started.contains(true), groups.issued.isEmpty, active == .init(),
      let transfer = buffers.map(\.remaining).filter({ $0 > 0 }).min()
    else { return false }
    let clocks = min(logInterval - cycle % logInterval - 1, transfer)
    guard clocks > 1 else { return false }
    pass(clocks)
    cycle += clocks
    for (kind, count) in waits { stalls[kind, default: 0] += count * clocks }
    return true
  }

  /// Clocks in which nothing can change pass at once.
  private mutating func skip(_ waits: [CycleSimulation.StallClass: Int]) throws(AccelTranError) {
    // Clock number `cycle` is the next; completions of clock c are made when c passes.
    let next = completions.keys.min().map { $0 - cycle } ?? .max
    let transfer = buffers.map(\.remaining).filter { $0 > 0 }.min().map { $0 - 1 } ?? .max
    let clocks = min(next, transfer)
    guard clocks < .max else { throw .deadlock(cycle: cycle, waiting: waiting()) }
    guard clocks > 0 else { return }
    pass(clocks)
    cycle += clocks
    for (kind, count) in waits { stalls[kind, default: 0] += count * clocks }
  }

  /// What the heads wait for, for a message.
  private func waiting() -> [String] {
    var names: [String] = []
    if let step = computeCursor.current {
      for (head, place) in (computeCursor.heads.isEmpty ? [0] : computeCursor.heads).enumerated() where place != nil {
        let parts = group(step, head)
        guard let part = parts.first else { continue }
        let missing = operations[part.operation].operands.filter { !isHeld($0) }.map { list.data[$0].name }
        let count = parts.reduce(0) { $0 + $1.count }
        names += missing.isEmpty ? ["\(count) free units at once"] : missing
      }
    }
    return names.isEmpty ? ["room in a buffer"] : Array(names.prefix(4))
  }

  /// Units and buffers work for some clocks.
  private mutating func pass(_ clocks: Int) {
    hasChanged = false
    // The published simulator finds a unit ready in the clock behind its last one.
    if assumes(.idleClockBehindTile) { completeDone(clocks) }
    var transfers = 0.0
    for index in buffers.indices {
      let isWorking = buffers[index].remaining > 0
      let spent = buffers[index].pass(clocks)
      if isWorking {
        hasChanged = hasChanged || buffers[index].remaining == 0
        if buffers[index].isLoad { energy.mainMemory += spent } else { energy.buffers.dynamic += spent }
      }
      if isWorking || !assumes(.idealPowerGating) {
        energy.buffers.leakage += Double(clocks) * buffers[index].leakage / machine.clock
      }
      transfers += spent
    }
    let working = active
    let elements = powers.energy(of: working, assumptions)
    powers.add(active, clocks: clocks, to: &energy, assumptions)
    busyTotal.lanes += active.lanes * clocks
    busyTotal.softmax += active.softmax * clocks
    busyTotal.normalization += active.normalization * clocks
    busyTotal.patches += active.patches * clocks
    if !assumes(.idleClockBehindTile) { completeDone(clocks) }
    if let observe {
      var fill: [OperationList.Buffer: Double] = [:]
      for buffer in buffers { fill[buffer.kind] = buffer.used / buffer.capacity }
      observe(
        .init(
          cycle: cycle + clocks, clocks: clocks, elements: elements, transfers: transfers / Double(clocks),
          busy: working, fill: fill))
    }
  }

  private mutating func completeDone(_ clocks: Int) {
    guard clocks == 1, let done = completions.removeValue(forKey: cycle) else { return }
    for completion in done { complete(completion) }
    hasChanged = true
  }

  private mutating func complete(_ completion: Completion) {
    let part = completion.part
    operations[part.operation].doneEnd = max(operations[part.operation].doneEnd, part.first + part.count)
    switch completion.kind {
    case .product, .convolution, .activation:
      freeLanes += completion.units
      active.lanes -= completion.units
    case .softmax:
      active.softmax -= completion.units
      freeSoftmax += completion.units
      if assumes(.softmaxTakesElement) { freeSoftmaxElements += part.count }
    case .normalization:
      freeNormalization += completion.units
      active.normalization -= completion.units
    case .patches:
      freePatchElements += part.count
      active.patches -= completion.units
    }
    if operations[part.operation].isDone {
      for data in operations[part.operation].operands { pendingReaders[data] -= 1 }
    }
  }

  private mutating func advance(_ transfers: TransferTurn, _ groups: GroupTurn) {
    if transferCursor.place != nil {
      if assumes(.headsByRank) {
        transferCursor.advanceByGroups(
          stalled: transfers.stalled, group: 1, abandonsSingleHead: assumes(.singleHeadAbandoned))
      } else {
        transferCursor.advance(by: transfers.started.map { $0 ? 1 : 0 })
      }
    }
    guard computeCursor.place != nil else { return }
    if assumes(.groupsSkipKinds) {
      computeCursor.advanceByGroups(
        stalled: groups.stalled, group: machine.issueGroup, abandonsSingleHead: assumes(.singleHeadAbandoned))
    } else {
      let counts = zip(groups.stalled, groups.parts).map { stalled, parts in
        stalled ? 0 : min(parts.reduce(0) { $0 + $1.count }, machine.issueGroup)
      }
      computeCursor.advance(by: counts)
    }
  }
}
