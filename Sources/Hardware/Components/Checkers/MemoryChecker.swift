import HDL

/// A write into a memory, as a checker sees it.
public struct ObservedWrite {
  /// 1 to write.
  public var enable: Bit
  /// Which word.
  public var address: UInt
  /// The new word.
  public var data: Bits
  /// Bit i is 1 to write lane i; nil when a word is one lane.
  public var lanes: Bits?
  /// What a read at the same edge gives of the word.
  public var rule: ReadDuringWrite

  /// A write.
  public init(enable: Bit, address: UInt, data: Bits, lanes: Bits?, rule: ReadDuringWrite) {
    self.enable = enable
    self.address = address
    self.data = data
    self.lanes = lanes
    self.rule = rule
  }

  /// Bits of the word that are written, anywhere.
  fileprivate var mask: Bits {
    let width = data.width
    guard let lanes, lanes.width > 1 else { return concatenate(Array(repeating: enable, count: width)) }
    let parts = (0..<lanes.width).reversed().flatMap { lane in
      Array(repeating: lanes[lane] & enable, count: width / lanes.width)
    }
    return concatenate(parts)
  }
}

extension Module {
  /// States that a word that is read is what was written there last; for checkers.
  ///
  /// One word is followed at a time, and which bits of it are known; nothing decides which word. A proof takes each, a
  /// simulation changes from one to another now and then.
  ///
  /// - Parameters:
  ///   - depth: Words of the memory.
  ///   - read: 1 to read.
  ///   - address: Which word is read.
  ///   - word: What comes of it, a cycle later.
  ///   - writes: All writes; of two at one edge the later one counts.
  public func checkMemory(depth: Int, read: Bit, at address: UInt, word: Bits, writes: [ObservedWrite]) {
    let width = word.width
    let moves = anything("moves", UInt.self, width: 6) .== 0
    let pick = anything("pick", UInt.self, width: address.width)
    let place = register("place", pick, when: moves)
    let none = constant(.zeros(width), as: Bits.self)
    let value = register("value", Bits.self, width: width)
    let known = register("known", Bits.self, width: width, reset: 0)
    var (after, knownAfter) = (value, known)
    // Bits of which a read at this edge gives the new value, and those of which writes with different rules say both.
    var (new, old, keeps) = (none, none, constant(0, width: 1, as: Bits.self)[0])
    for write in writes {
      let isHere = concatenate(Array(repeating: write.address .== place, count: width))
      let mask = write.mask & isHere
      after = (after & ~mask) | (write.data & mask)
      knownAfter = knownAfter | mask
      switch write.rule {
      case .newData: new = new | mask
      case .oldData: old = old | mask
      case .noChange: keeps = keeps | write.mask.any
      }
    }
    value.next <== after
    known.next <== mux(moves, none, knownAfter)
    let due = register("due", (value & ~new) | (after & new))
    let sure = ((known & ~new) | (knownAfter & new)) & ~(new & old)
    let isRead = read & (address .== place) & !keeps & !moves
    let dueKnown = register("due_known", mux(isRead, sure, none), reset: 0)
    let isRight = ((word ^ due) & dueKnown) .== none
    if depth == 1 << address.width {
      assert(isRight, "remembers", "a word is not what was written there last")
    } else {
      // Past the last word there is nothing to remember.
      let isThere = register("is_there", place .< UInt(depth))
      assert(!isThere | isRight, "remembers", "a word is not what was written there last")
    }
    cover(dueKnown.any, "reads_what_is_known")
  }
}
