/// Gives out addresses, to what stays and to what is needed for a while.
struct MemoryPlan {
  private(set) var regions: [(name: String, address: Int, bytes: [UInt8])] = []
  /// The parts of the memory that nothing needs at the moment, in order, none beside another one.
  private var free: [Range<Int>] = []
  /// The address behind all that was ever given out.
  private(set) var end: Int
  static let alignment = 32

  init(from start: Int = 0) { end = start }

  private func aligned(_ size: Int) -> Int { (size + Self.alignment - 1) / Self.alignment * Self.alignment }

  /// A place for bytes that stay.
  mutating func hold(_ name: String, _ bytes: [UInt8]) -> Int {
    let address = take(bytes.count)
    regions.append((name, address, bytes))
    return address
  }

  /// Room for so many bytes: the first that is large enough.
  mutating func take(_ count: Int) -> Int {
    let count = aligned(max(count, 1))
    if let place = free.firstIndex(where: { $0.count >= count }) {
      let start = free[place].lowerBound
      free[place] = start + count..<free[place].upperBound
      if free[place].isEmpty { free.remove(at: place) }
      return start
    }
    // What is free at the end grows.
    if let last = free.last, last.upperBound == end {
      free.removeLast()
      end = last.lowerBound + count
      return last.lowerBound
    }
    end += count
    return end - count
  }

  /// Gives room back.
  mutating func release(_ address: Int, _ count: Int) {
    var range = address..<address + aligned(max(count, 1))
    let place = free.firstIndex { $0.lowerBound > range.lowerBound } ?? free.count
    if place < free.count, free[place].lowerBound == range.upperBound {
      range = range.lowerBound..<free[place].upperBound
      free.remove(at: place)
    }
    if place > 0, free[place - 1].upperBound == range.lowerBound {
      free[place - 1] = free[place - 1].lowerBound..<range.upperBound
    } else {
      free.insert(range, at: place)
    }
  }
}
