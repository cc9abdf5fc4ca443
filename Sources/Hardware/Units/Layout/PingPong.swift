import HDL

/// The control of two halves of a memory of which one is filled while the other one is read.
struct PingPong {
  /// The half that is filled.
  let filled: Bit
  /// The half that is read.
  let read: Bit
  /// Whether there is a half to fill.
  let isRoom: Bit
  /// Whether there is a half to read.
  let isFull: Bit

  /// Two halves, both empty in reset.
  ///
  /// - Parameters:
  ///   - m: The module.
  ///   - ends: 1 at the clock edge at which a half has been filled; says so from ``isRoom`` and the half's number.
  ///   - leaves: 1 at the clock edge at which a half has been read.
  init(in m: Module, ends: (_ isRoom: Bit, _ filled: Bit) -> Bit, leaves: (_ isFull: Bit, _ read: Bit) -> Bit) {
    let full = m.register("full_halves", Bits.self, width: 2, reset: 0)
    filled = m.register("filled_half", Bit.self, reset: 0)
    read = m.register("read_half", Bit.self, reset: 0)
    isRoom = (!mux(filled, full[1], full[0])).named("is_room")
    isFull = mux(read, full[1], full[0]).named("is_full")
    m.when(ends(isRoom, filled)) {
      filled.next <== !filled
      m.when(filled) { full.next[1] <== 1 }.otherwise { full.next[0] <== 1 }
    }
    m.when(leaves(isFull, read)) {
      read.next <== !read
      m.when(read) { full.next[1] <== 0 }.otherwise { full.next[0] <== 0 }
    }
  }
}
