/// The merges that a byte-pair tokenizer learned, and their application to one word.
struct BytePairMerges: Sendable {
  private struct Pair: Hashable {
    var left, right: Int32
  }

  private var merges: [Pair: (rank: Int, symbol: Int32)] = [:]

  /// Adds a merge behind those that are there; of two for the same pair the first counts.
  mutating func append(_ left: Int32, _ right: Int32, to symbol: Int32) {
    let pair = Pair(left: left, right: right)
    if merges[pair] == nil { merges[pair] = (merges.count, symbol) }
  }

  /// Merges neighbours, those of the merge that was learned first before all others, the leftmost first.
  ///
  /// - Complexity: O(n log n) for n symbols, whatever the word.
  func callAsFunction(_ word: [Int32]) -> [Int32] {
    var symbols = word
    // The neighbours of each symbol that is left; −1 where there is none.
    var before = word.indices.map { $0 - 1 }
    var behind = word.indices.map { $0 + 1 < word.count ? $0 + 1 : -1 }
    var isLeft = [Bool](repeating: true, count: word.count)
    var queue = MergeQueue()
    func enqueue(_ place: Int) {
      guard place >= 0, behind[place] >= 0,
        let merge = merges[Pair(left: symbols[place], right: symbols[behind[place]])]
      else { return }
      queue.push(.init(rank: merge.rank, place: place))
    }
    for place in word.indices { enqueue(place) }
    while let next = queue.pop() {
      let place = next.place
      // The pair may have changed since it was put here; then it is no longer this merge.
      guard isLeft[place], behind[place] >= 0,
        let merge = merges[Pair(left: symbols[place], right: symbols[behind[place]])], merge.rank == next.rank
      else { continue }
      let right = behind[place]
      symbols[place] = merge.symbol
      isLeft[right] = false
      behind[place] = behind[right]
      if behind[right] >= 0 { before[behind[right]] = place }
      enqueue(before[place])
      enqueue(place)
    }
    return word.indices.filter { isLeft[$0] }.map { symbols[$0] }
  }
}

/// Merges that may be done, the first of which is taken out next: a binary heap.
private struct MergeQueue {
  struct Entry: Comparable {
    var rank, place: Int

    static func < (left: Entry, right: Entry) -> Bool { (left.rank, left.place) < (right.rank, right.place) }
  }

  private var entries: [Entry] = []

  mutating func push(_ entry: Entry) {
    entries.append(entry)
    var place = entries.count - 1
    while place > 0, entries[place] < entries[(place - 1) / 2] {
      entries.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  mutating func pop() -> Entry? {
    guard let first = entries.first, let last = entries.popLast() else { return nil }
    guard !entries.isEmpty else { return first }
    entries[0] = last
    var place = 0
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2] where child < entries.count && entries[child] < entries[least] {
        least = child
      }
      if least == place { return first }
      entries.swapAt(place, least)
      place = least
    }
  }
}
