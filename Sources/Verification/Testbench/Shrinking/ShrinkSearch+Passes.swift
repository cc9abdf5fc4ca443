extension ShrinkSearch {
  /// Makes the inputs simpler until nothing is left to try, or the budget is spent.
  mutating func run() {
    cutAfterFailure()
    var before: ShrinkInputs
    repeat {
      before = best
      dropRehearsals()
      clearSurroundings()
      lowerParameters(.workload)
      lowerParameters(.design)
      deleteTransactions()
      zeroDraws()
      deleteDraws()
      lowerDraws()
      lowerTogether()
      gatherStalls()
    } while best != before && !isOver
  }

  /// What surrounds the transactions: what they carry is on other tapes.
  private static let surroundings = ["stalls of ", "order of ", "noise of ", "clocks", "reset"]

  private func isSurrounding(_ tape: String) -> Bool { Self.surroundings.contains { tape.hasPrefix($0) } }

  /// Tapes in the order of their names, those of the transactions first.
  private var tapes: [String] {
    let names = (best.tapes?.entries.keys).map { $0.sorted() } ?? []
    return names.filter { !isSurrounding($0) } + names.filter(isSurrounding)
  }

  // MARK: Parameters

  /// Nothing behind the first wrong transaction matters.
  private mutating func cutAfterFailure() {
    guard let transaction = result.failure?.transaction else { return }
    for index in best.parameters.indices where best.parameters[index].role == .workload {
      let parameter = best.parameters[index]
      guard parameter.isOrdered, transaction + 1 < parameter.value, transaction + 1 >= parameter.simplest else {
        continue
      }
      var candidate = best
      candidate.parameters[index].value = transaction + 1
      _ = attempt(candidate)
    }
  }

  private mutating func lowerParameters(_ role: ShrinkParameter.Role) {
    for index in best.parameters.indices where best.parameters[index].role == role {
      let parameter = best.parameters[index]
      let (value, simplest) = (parameter.value, parameter.simplest)
      func changed(_ inputs: ShrinkInputs, _ distance: UInt64) -> ShrinkInputs {
        var inputs = inputs
        inputs.parameters[index].value = value > simplest ? simplest + Int(distance) : simplest - Int(distance)
        return inputs
      }
      if parameter.isOrdered {
        _ = lower(UInt64(value.distance(to: simplest).magnitude), changed)
      } else if value != simplest {
        _ = attempt(changed(best, 0))
      }
    }
  }

  /// Fewer runs that a reset ends, and shorter ones.
  private mutating func dropRehearsals() {
    guard let rehearsals = best.rehearsals, !rehearsals.isEmpty else { return }
    func with(_ rehearsals: [Int]) -> ShrinkInputs {
      var candidate = best
      candidate.rehearsals = rehearsals
      return candidate
    }
    if attempt(with([])) { return }
    for index in rehearsals.indices.reversed() {
      guard var fewer = best.rehearsals, index < fewer.count else { continue }
      fewer.remove(at: index)
      _ = attempt(with(fewer))
    }
    for index in (best.rehearsals ?? []).indices {
      guard let length = best.rehearsals?[index] else { continue }
      _ = lower(UInt64(length), to: 1) { inputs, shorter in
        var inputs = inputs
        inputs.rehearsals?[index] = Int(shorter)
        return inputs
      }
    }
  }

  /// Undefined state, noise, reset, clocks and stalls: all of it, then each, as quiet as can be.
  private mutating func clearSurroundings() {
    if best.initialState != nil {
      var candidate = best
      candidate.initialState = nil
      _ = attempt(candidate)
    }
    let names = tapes.filter(isSurrounding)
    for chosen in [names] + names.map({ [$0] }) where !chosen.isEmpty {
      var candidate = best
      for name in chosen { candidate.tapes?.entries[name] = nil }
      _ = attempt(candidate)
    }
  }

  // MARK: Draws

  /// Takes out the draws of some transactions and lowers the count by as many.
  private mutating func deleteTransactions() {
    for index in best.parameters.indices {
      let parameter = best.parameters[index]
      guard parameter.role == .workload, parameter.isOrdered, best.tapes != nil else { continue }
      deleteKnown(parameter: index)
      let count = best.parameters[index].value
      guard count > parameter.simplest, count > 1 else { continue }
      let names = used.keys.filter { !isSurrounding($0) && used[$0]! > 0 }.sorted()
      let whole = names.filter { used[$0]! % count == 0 }
      for name in whole where whole.count > 1 {
        delete([name: used[name]! / count], parameter: index, everywhere: false)
      }
      // Where transactions take different numbers of draws: any short run of draws may be one.
      guard count <= 24, whole.count < names.count else { continue }
      for name in names where !whole.contains(name) {
        for length in 1...min(12, max(1, used[name] ?? 1)) {
          delete([name: length], parameter: index, everywhere: true)
        }
      }
    }
  }

  /// The inputs without some transactions: without their draws, and with a count that is lower by as many.
  ///
  /// Nil where nothing tells which draws belong to a transaction: there are neither as many marks as transactions, or a
  /// multiple of it, nor as many draws.
  private func without(_ transactions: Range<Int>, parameter index: Int) -> ShrinkInputs? {
    let count = best.parameters[index].value
    guard transactions.upperBound <= count, count - transactions.count >= best.parameters[index].simplest else {
      return nil
    }
    var candidate = best
    candidate.parameters[index].value -= transactions.count
    var isKnown = false
    func remove(_ name: String, _ range: Range<Int>) {
      guard !range.isEmpty else { return }
      isKnown = true
      candidate.tapes?.entries[name]?.remove(from: range.lowerBound, count: range.count)
    }
    if marks.count >= count, marks.count % count == 0 {
      let unit = marks.count / count
      let start = transactions.lowerBound == 0 ? [:] : marks[transactions.lowerBound * unit - 1]
      let end = marks[transactions.upperBound * unit - 1]
      for (name, last) in end where !isSurrounding(name) { remove(name, min(start[name] ?? 0, last)..<last) }
    }
    if !isKnown {
      for (name, draws) in used where !isSurrounding(name) && draws > 0 && draws % count == 0 {
        let unit = draws / count
        remove(name, transactions.lowerBound * unit..<transactions.upperBound * unit)
      }
    }
    return isKnown ? candidate : nil
  }

  /// Takes out transactions, and where that moves the others to earlier cycles, as many decisions of the stalls.
  private mutating func deleteKnown(parameter index: Int) {
    var length = best.parameters[index].value / 2
    while length >= 1, !isOver {
      var position = 0
      while let candidate = without(position..<position + length, parameter: index), !isOver {
        if !attempt(candidate), !attemptEarlier(candidate, by: length) { position += length }
      }
      length /= 2
    }
  }

  /// The stalls of a candidate some cycles earlier, as far as there are cycles without before them.
  private mutating func attemptEarlier(_ candidate: ShrinkInputs, by cycles: Int) -> Bool {
    var candidate = candidate
    var moves = false
    for (name, entries) in candidate.tapes?.entries ?? [:] where name.hasPrefix("stalls of ") {
      let lead = min(cycles, entries.firstIndex { $0 != 0 } ?? 0)
      candidate.tapes?.entries[name]?.remove(from: 0, count: lead)
      moves = moves || lead > 0
    }
    return moves && attempt(candidate)
  }

  /// - Parameters:
  ///   - unit: Draws of a transaction on each tape.
  ///   - everywhere: Whether a transaction may begin at any draw, not only at a multiple of the unit.
  private mutating func delete(_ unit: [String: Int], parameter index: Int, everywhere: Bool) {
    let simplest = best.parameters[index].simplest
    var length = everywhere ? 1 : max(1, (best.parameters[index].value - simplest) / 2)
    while length >= 1, !isOver {
      var position = 0
      func end() -> Int {
        let count = unit.keys.map { used[$0] ?? 0 }.max() ?? 0
        return everywhere ? min(count, 64) : best.parameters[index].value
      }
      while position + length <= end(), best.parameters[index].value - length >= simplest, !isOver {
        var candidate = best
        candidate.parameters[index].value -= length
        for (name, draws) in unit {
          let start = everywhere ? position : position * draws
          candidate.tapes?.entries[name]?.remove(from: start, count: length * draws)
        }
        if !attempt(candidate) { position += everywhere ? 1 : length }
      }
      length /= 2
    }
  }

  /// Entries of a tape of which single ones are taken out.
  private static let longest = 400

  /// Takes out draws; what follows moves up. Of stalls, which are decisions cycle by cycle, the same cycles of all streams
  /// first.
  private mutating func deleteDraws() {
    let stalls = tapes.filter { $0.hasPrefix("stalls of ") }
    if stalls.count > 1 { deleteCycles(stalls) }
    for name in tapes where best.tapes?.entries[name]?.count ?? 0 <= Self.longest {
      inPieces(of: name) { entries, start, length in entries.remove(from: start, count: length) }
    }
  }

  private mutating func deleteCycles(_ stalls: [String]) {
    func count() -> Int { stalls.map { best.tapes?.entries[$0]?.count ?? 0 }.max() ?? 0 }
    var length = min(count(), Self.longest)
    while length >= 1, !isOver {
      var position = 0
      while position < min(count(), Self.longest), !isOver {
        var candidate = best
        for name in stalls { candidate.tapes?.entries[name]?.remove(from: position, count: length) }
        if !attempt(candidate) { position += length }
      }
      length /= 2
    }
  }

  private mutating func zeroDraws() {
    for name in tapes {
      inPieces(of: name) { entries, start, length in
        for index in start..<min(entries.count, start + length) { entries[index] = 0 }
      }
    }
  }

  /// Changes pieces of a tape: all of it, halves, quarters, and so on to single entries.
  private mutating func inPieces(of name: String, _ change: (inout [UInt64], Int, Int) -> Void) {
    var length = best.tapes?.entries[name]?.count ?? 0
    while length >= 1, !isOver {
      var position = 0
      while let entries = best.tapes?.entries[name], position < entries.count, !isOver {
        // Zeros are as simple as can be; to take them out helps where others follow.
        if length == 1 || entries.count > Self.longest,
          entries[position..<min(entries.count, position + length)].allSatisfy({ $0 == 0 })
        {
          position += length
          continue
        }
        var candidate = best
        change(&candidate.tapes!.entries[name, default: []], position, length)
        let count = best.tapes?.entries[name]?.count
        if !attempt(candidate) || best.tapes?.entries[name]?.count == count { position += length }
      }
      length /= 2
    }
  }

  /// Makes every entry as small as can be, whatever the others are.
  private mutating func lowerDraws() {
    for name in tapes {
      var position = 0
      while position < best.tapes?.entries[name]?.count ?? 0, !isOver {
        lowerEntry(name, position)
        position += 1
      }
    }
  }

  private func with(_ entry: UInt64, on name: String, at position: Int) -> ShrinkInputs {
    var candidate = best
    guard position < candidate.tapes?.entries[name]?.count ?? 0 else { return candidate }
    candidate.tapes?.entries[name]?[position] = entry
    return candidate
  }

  private func entry(_ name: String, _ position: Int) -> UInt64 {
    guard let entries = best.tapes?.entries[name], position < entries.count else { return 0 }
    return entries[position]
  }

  private mutating func lowerEntry(_ name: String, _ position: Int) {
    for small in 0..<4 as Range<UInt64> where small < entry(name, position) {
      if attempt(with(small, on: name, at: position)) { return }
    }
    // What is wider than its port keeps bits that nobody sees.
    for mask in [0xFF, 0xFFFF, 0xFFFF_FFFF] as [UInt64] where entry(name, position) > mask {
      if attempt(with(entry(name, position) & mask, on: name, at: position)) { break }
    }
    _ = lower(entry(name, position)) { inputs, entry in
      var inputs = inputs
      if position < inputs.tapes?.entries[name]?.count ?? 0 { inputs.tapes?.entries[name]?[position] = entry }
      return inputs
    }
    for bit in (0..<64).reversed() where entry(name, position) >> UInt64(bit) & 1 == 1 {
      _ = attempt(with(entry(name, position) & ~(1 << UInt64(bit)), on: name, at: position))
    }
    let last = entry(name, position)
    if last > 4 { _ = attempt(with(last - 1, on: name, at: position)) }
  }

  /// Entries that are equal, and pairs of neighbours, by the same amount: what must agree may still be too large.
  private mutating func lowerTogether() {
    func places() -> [(name: String, position: Int)] {
      tapes.filter { !isSurrounding($0) }.flatMap { name in
        (best.tapes?.entries[name] ?? []).enumerated().filter { $0.element > 0 }.map { (name, $0.offset) }
      }
    }
    let all = places()
    guard all.count <= 24 else { return }
    func lowered(_ inputs: ShrinkInputs, _ some: [(name: String, position: Int)], by amount: UInt64) -> ShrinkInputs {
      var inputs = inputs
      for (name, position) in some where position < inputs.tapes?.entries[name]?.count ?? 0 {
        inputs.tapes!.entries[name]![position] -= min(amount, inputs.tapes!.entries[name]![position])
      }
      return inputs
    }
    for first in all.indices {
      moveOn(all[first], all[(first + 1)...].prefix(3))
      let value = entry(all[first].name, all[first].position)
      let equal = all.filter { entry($0.name, $0.position) == value }
      let groups = (equal.count > 1 ? [equal] : []) + all[(first + 1)...].prefix(3).map { [all[first], $0] }
      for group in groups {
        let least = group.map { entry($0.name, $0.position) }.min() ?? 0
        guard least > 0 else { continue }
        let start = best
        _ = lower(least) { _, rest in lowered(start, group, by: least - rest) }
      }
    }
  }

  /// Makes an entry small and one behind it larger by as much: what counts may be their sum.
  private mutating func moveOn(
    _ first: (name: String, position: Int), _ others: ArraySlice<(name: String, position: Int)>
  ) {
    for other in others {
      let (before, start) = (entry(first.name, first.position), best)
      func moved(_ small: UInt64) -> ShrinkInputs {
        var inputs = start
        inputs.tapes?.entries[first.name]?[first.position] = small
        inputs.tapes?.entries[other.name]?[other.position] &+= before - small
        return inputs
      }
      guard before > 0, first.position < start.tapes?.entries[first.name]?.count ?? 0,
        other.position < start.tapes?.entries[other.name]?.count ?? 0
      else { return }
      for small in 1..<4 as Range<UInt64> where small < before {
        if attempt(moved(small)) { return }
      }
      if lower(before, { moved($1) }) { return }
    }
  }

  // MARK: Stalls

  /// Holding back in one run of cycles, where that makes do with fewer transactions or is shorter.
  private mutating func gatherStalls() {
    for name in tapes where name.hasPrefix("stalls of ") {
      guard let entries = best.tapes?.entries[name], let lead = entries.firstIndex(where: { $0 != 0 }) else { continue }
      let count = entries.count { $0 != 0 }
      for length in max(1, count - 4)...(count + 8) where length <= Self.longest {
        var candidate = best
        candidate.tapes?.entries[name] = [UInt64](repeating: 0, count: lead) + [UInt64](repeating: 1, count: length)
        if length <= count, entries.count > lead + count { _ = attempt(candidate) }
        for index in candidate.parameters.indices where candidate.parameters[index].role == .workload {
          guard candidate.parameters[index].isOrdered, var fewer = without(0..<1, parameter: index) else { continue }
          fewer.tapes?.entries[name] = candidate.tapes?.entries[name]
          if attempt(fewer) { return }
          fewer.tapes = candidate.tapes
          if attempt(fewer) { return }
        }
      }
    }
  }
}

extension [UInt64] {
  fileprivate mutating func remove(from start: Int, count: Int) {
    guard start < self.count else { return }
    removeSubrange(start..<Swift.min(self.count, start + count))
  }
}
