import HDL

/// A number on its way through the steps of a right shift, reduced to what the rounded and saturated result depends on.
struct NarrowingShift {
  /// The low bits of the number so far, in two's complement.
  private(set) var window: SInt
  /// The bit below the window.
  private(set) var guardBit: Bit = false
  /// Whether any bit below the guard bit is 1.
  private(set) var sticky: Bit = false
  /// Whether the number is out of the window's range.
  private(set) var overflows: Bit = false
  /// The sign.
  private(set) var isNegative: Bit

  /// Bits of the result.
  private let width: Int

  /// The number before the first step; of what is left after shifts by `longest` at most, `width` bits are wanted.
  init(_ number: SInt, longest: Int, keeping width: Int) {
    self.width = width
    window = number
    isNegative = number[number.width - 1]
    let kept = min(number.width, width + longest)
    overflows = excess(above: kept)
    window = number.truncated(to: kept).extended(to: max(kept, width))
  }

  /// Shifts by `count` bits while `condition` is 1; all later steps together shift by `rest` < `count` bits at most.
  mutating func shift(by count: Int, when condition: Bit, rest: Int) {
    let before = window
    let kept = min(before.width, width + rest)
    // What leaves at the bottom: the highest bit becomes the guard bit, the others only matter as a whole.
    let leaving = min(count - 1, before.width)
    sticky = (sticky | (condition & (leaving == 0 ? guardBit : guardBit | before[0..<leaving].any)))
      .named("sticky_\(count)")
    guardBit = mux(condition, before[min(count, before.width) - 1], guardBit).named("guard_\(count)")
    // With the shift the bits above are copies of the sign in any case, without it they must be.
    overflows = (overflows | (!condition & excess(above: kept))).named("overflow_\(count)")
    window = mux(condition, (before >> count).truncated(to: kept), before.truncated(to: kept)).named("shifted_\(count)")
  }

  /// Whether the window's number needs more than `kept` bits.
  private func excess(above kept: Int) -> Bit {
    guard kept < window.width else { return false }
    let above = window[(kept - 1)..<window.width]
    return above.any & !above.all
  }

  /// One pipeline stage later.
  func registered(in m: Module) -> NarrowingShift {
    var result = self
    result.window = m.register("window", window)
    result.isNegative = m.register("negative", isNegative)
    // A flag that no step has touched is constant.
    if guardBit.isSignal { result.guardBit = m.register("guard", guardBit) }
    if sticky.isSignal { result.sticky = m.register("sticky", sticky) }
    if overflows.isSignal { result.overflows = m.register("overflow", overflows) }
    return result
  }
}

extension Bit {
  /// False for a literal.
  fileprivate var isSignal: Bool {
    if case .literal = handle { false } else { true }
  }
}
