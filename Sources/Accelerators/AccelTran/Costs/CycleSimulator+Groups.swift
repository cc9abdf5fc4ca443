extension CycleSimulator {
  /// What became of the heads' groups in a clock.
  struct GroupTurn {
    var stalled: [Bool]
    /// The groups, issued or not.
    var parts: [[Part]]
    /// Tiles that were issued.
    var issued: [Part]
    var moves: Bool
  }

  /// Whether data lies ready in a buffer.
  func isHeld(_ data: Int) -> Bool { buffers.contains { $0.kind != .mask && $0.has(data) } }

  /// The tile operations that a head tries to issue at once.
  func group(_ step: Int, _ head: Int) -> [Part] {
    let isHeads = !computeCursor.heads.isEmpty
    let size = machine.issueGroup
    if isHeads {
      guard let place = computeCursor.heads[head] else { return [] }
      return parts(step, head, from: place, to: place + size, filters: assumes(.groupsSkipKinds) && size > 1)
    }
    guard let place = computeCursor.place else { return [] }
    // Behind the step may stand others of the same kind.
    var (result, left): ([Part], Int) = ([], assumes(.groupsOverlap) && size > 1 ? size + 1 : size)
    var (here, at) = (step, place - computeCursor.extents[step].start)
    while left > 0, here < lists.count, computeCursor.extents[here].heads == nil {
      let number = lists[here][0][0]
      guard operations[number].work.kind == operations[lists[step][0][0]].work.kind else { break }
      let count = min(left, operations[number].tiles - at)
      if count > 0 { result.append(Part(operation: number, first: at, count: count)) }
      (left, here, at) = (left - count, here + 1, 0)
      if !assumes(.groupsSkipKinds) { break }
    }
    return result
  }

  /// Parts of a head's list that have the kind of the first: up to the first of another kind, or all in the window.
  private func parts(_ step: Int, _ head: Int, from: Int, to: Int, filters: Bool) -> [Part] {
    let (numbers, begins) = (lists[step][head], starts[step][head])
    guard var index = begins.lastIndex(where: { $0 <= from }), index < numbers.count else { return [] }
    let kind = operations[numbers[index]].work.kind
    var (result, place): ([Part], Int) = ([], from)
    while index < numbers.count, place < to {
      let end = min(begins[index + 1], to)
      if operations[numbers[index]].work.kind == kind {
        result.append(Part(operation: numbers[index], first: place - begins[index], count: end - place))
      } else if !filters {
        break
      }
      (place, index) = (end, index + 1)
    }
    return result
  }

  mutating func startGroups(
    _ waits: inout [CycleSimulation.StallClass: Int]
  ) throws(AccelTranError) -> GroupTurn {
    guard let step = computeCursor.current else { return GroupTurn(stalled: [], parts: [], issued: [], moves: false) }
    let places: [Int?] = computeCursor.heads.isEmpty ? [0] : computeCursor.heads
    var turn = GroupTurn(stalled: places.map { _ in false }, parts: [], issued: [], moves: false)
    turn.parts = places.map { _ in [] }
    var order = Array(places.indices)
    if machine.headPriority == .equal { order.sort { (places[$0] ?? .max, $0) < (places[$1] ?? .max, $1) } }
    for head in order {
      var parts = places[head] == nil ? [] : group(step, head)
      turn.parts[head] = parts
      guard !parts.isEmpty else { continue }
      var stalls = false
      if !issuesWholeGroups {
        // What has its data goes, on as many units as are free.
        let ready = parts.prefix { part in operations[part.operation].operands.allSatisfy(isHeld) }
        let free = freeUnits(for: parts)
        if !ready.isEmpty, free > 0 { parts = Self.first(free, of: Array(ready)) }
        turn.parts[head] = parts
      }
      if freeUnits(for: parts) < parts.reduce(0, { $0 + $1.count }) {
        stalls = true
        waits[.noFreeUnit, default: 0] += 1
      }
      for part in parts where operations[part.operation].operands.contains(where: { !isHeld($0) }) {
        stalls = true
        waits[.operandMissing, default: 0] += part.count
      }
      turn.stalled[head] = stalls
      if stalls { continue }
      for part in parts { try issue(part) }
      turn.issued += parts
      turn.moves = true
    }
    return turn
  }

  /// Whether a group starts as a whole or not at all; one that goes on by its full size has to.
  var issuesWholeGroups: Bool { assumes(.groupsWhole) || assumes(.groupsSkipKinds) }

  private static func first(_ count: Int, of parts: [Part]) -> [Part] {
    var (left, result): (Int, [Part]) = (count, [])
    for part in parts where left > 0 {
      result.append(Part(operation: part.operation, first: part.first, count: min(part.count, left)))
      left -= part.count
    }
    return result
  }

  private func freeUnits(for parts: [Part]) -> Int {
    switch operations[parts[0].operation].work.kind {
    case .product, .convolution, .activation: return freeLanes
    case .softmax: return freeSoftmax
    case .normalization: return freeNormalization
    // A patch takes all units of its processing element, so that one is what counts.
    case .patches: return freePatchElements * machine.patchUnits
    }
  }

  private mutating func issue(_ part: Part) throws(AccelTranError) {
    let kind = operations[part.operation].work.kind
    var units = part.count
    switch kind {
    case .product, .convolution, .activation:
      freeLanes -= units
      active.lanes += units
    case .softmax:
      if assumes(.softmaxTakesElement) {
        guard freeSoftmaxElements >= units else {
          throw .assertion(cycle: cycle + 1, "a softmax tile finds no processing element with a free unit")
        }
        freeSoftmaxElements -= units
        units *= machine.softmaxUnits
      }
      freeSoftmax -= units
      active.softmax += units
    case .normalization:
      freeNormalization -= units
      active.normalization += units
    case .patches:
      guard freePatchElements >= units else {
        throw .assertion(cycle: cycle + 1, "a patch finds no processing element with a free unit")
      }
      freePatchElements -= units
      units *= machine.patchUnits
      active.patches += units
    }
    issued[kind, default: 0] += part.count
    if !assumes(.partsOfLanesIgnored) {
      energy.buffers.dynamic += operations[part.operation].fetchEnergy * Double(part.count)
    }
    if operations[part.operation].firstIssued == nil { operations[part.operation].firstIssued = part.first }
    let idle = assumes(.idleClockBehindTile) ? 0 : 1
    let end = cycle + max(operations[part.operation].clocks - idle, 0)
    completions[end, default: []].append(Completion(kind: kind, units: units, part: part))
  }

  // MARK: What must stay in a buffer

  /// The operations whose data the published simulator marks as required behind this clock.
  func currentParts(_ parts: [[Part]]) -> [Int] { parts.flatMap { $0.map(\.operation) } }

  /// Data of operations that have begun to be done may go, data of the current groups must stay.
  mutating func updateRequired(_ current: [Int]) {
    guard assumes(.evictsUnreadData) else { return }
    while firstUndone < lists.count {
      let isSingle = computeCursor.extents[firstUndone].heads == nil
      if isSingle {
        let first = operations[lists[firstUndone][0][0]]
        if first.donePrefix > 0 { firstVisited = firstUndone }
        if first.donePrefix < first.tiles { break }
      }
      firstUndone += 1
    }
    for data in isRequired.indices where isRequired[data] && isHeldAnywhere(data) {
      if readers[data].contains(where: { isVisited($0) }) { isRequired[data] = false }
    }
    for operation in current {
      for data in operations[operation].operands where isHeldAnywhere(data) { isRequired[data] = true }
    }
  }

  private func isHeldAnywhere(_ data: Int) -> Bool { buffers.contains { $0.has(data) } }

  /// Whether an operation stands in a done prefix that the published simulator looks at.
  private mutating func isVisited(_ operation: Int) -> Bool {
    let one = operations[operation]
    guard one.step >= firstVisited, one.step <= firstUndone, one.donePrefix > 0 else { return false }
    let list = lists[one.step][one.head]
    var prefix = prefixes[one.step][one.head]
    while prefix < list.count, operations[list[prefix]].donePrefix == operations[list[prefix]].tiles { prefix += 1 }
    prefixes[one.step][one.head] = prefix
    return one.place <= prefix
  }
}
