/// Where a list of steps is being worked off: a place along the list, and in a step of heads one for each head.
struct SchedulerCursor {
  /// How long a step is: one element for each tile operation, one for all heads.
  struct Extent {
    var start: Int
    var count: Int
    /// The lengths of the heads' lists; nil for a step that is single.
    var heads: [Int]?
  }

  let extents: [Extent]
  let length: Int
  /// The place along the list; nil at its end.
  private(set) var place: Int?
  /// The place of each head, nil where it is done; empty outside heads.
  private(set) var heads: [Int?] = []
  private var step = 0
  /// For each step where the next step of heads behind it starts.
  private let nextHeads: [Int]

  /// - Parameter steps: for each step its elements, or the lengths of its heads' lists.
  init(_ steps: [(count: Int, heads: [Int]?)]) {
    var (start, extents): (Int, [Extent]) = (0, [])
    for one in steps {
      let count = one.heads == nil ? one.count : 1
      extents.append(Extent(start: start, count: count, heads: one.heads))
      start += count
    }
    self.extents = extents
    var (next, behind): (Int, [Int]) = (Int.max, [])
    for extent in extents.reversed() {
      behind.append(next)
      if extent.heads != nil { next = extent.start }
    }
    nextHeads = behind.reversed()
    length = start
    place = length > 0 ? 0 : nil
    enter()
  }

  /// The step in which the place is.
  var current: Int? { place == nil ? nil : step }

  private mutating func enter() {
    guard let place else { return heads = [] }
    while step < extents.count - 1, place >= extents[step].start + extents[step].count { step += 1 }
    heads = (extents[step].heads ?? []).map { _ in 0 }
  }

  /// Goes on as the published scheduler does: by a full group for each head that did not stall.
  mutating func advanceByGroups(stalled: [Bool], group: Int, abandonsSingleHead: Bool) {
    guard let here = place else { return }
    if heads.count > 1 || heads.count == 1 && !abandonsSingleHead {
      guard let lengths = extents[step].heads else { return }
      for head in heads.indices where !stalled[head] {
        heads[head] = heads[head].flatMap { $0 < lengths[head] - group ? $0 + group : nil }
      }
      if heads.allSatisfy({ $0 == nil }) { move(to: here + 1) }
    } else if !stalled[0] {
      // The published loop ends at a step of heads, and at the last operation, which is issued once more.
      move(to: min(here + group, nextHeads[step], max(length - 1, here + 1)))
    }
  }

  /// Goes on by what was issued for each head.
  mutating func advance(by counts: [Int]) {
    guard let here = place else { return }
    if let lengths = extents[step].heads {
      for head in heads.indices where counts[head] > 0 {
        heads[head] = heads[head].flatMap { $0 + counts[head] < lengths[head] ? $0 + counts[head] : nil }
      }
      if heads.allSatisfy({ $0 == nil }) { move(to: here + 1) }
    } else if counts[0] > 0 {
      move(to: here + counts[0])
    }
  }

  private mutating func move(to next: Int) {
    place = next < length ? next : nil
    enter()
  }
}
