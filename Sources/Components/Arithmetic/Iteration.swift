import HDL

/// The control of a unit between two streams that works for a fixed number of clocks on each item.
struct Iteration {
  /// 1 at the clock edge at which an item is taken.
  let starts: Bit
  /// 1 in the clocks of work.
  let isWorking: Bit
  /// 1 while a result is offered.
  let isDone: Bit

  /// Takes an item when idle, works for `steps` clocks, then offers the result until it is taken.
  init<T, U>(steps: Int, from input: Stream<T>, to output: StreamDrain<U>, in m: Module) {
    let isWorking = m.register("is_working", Bit.self, reset: 0)
    let isDone = m.register("is_done", Bit.self, reset: 0)
    let left = m.register("steps_left", UInt.self, width: bits(for: max(1, steps - 1)), reset: 0)
    starts = input.take(when: !isWorking.value & !isDone.value).named("starts")
    m.when(starts) {
      isWorking <== 1
      left <== UInt(steps - 1)
    }
    .otherwise(when: isWorking.value) {
      left <== left.value &- 1
      m.when(left.value .== 0) {
        isWorking <== 0
        isDone <== 1
      }
    }
    .otherwise(when: output.ready) { isDone <== 0 }
    m.assert(!(isWorking.value & isDone.value), "works_or_offers", "a result is offered while another is being made")
    if steps > 1, steps < 1 << left.value.width {
      m.assert(
        !isWorking.value | (left.value .< UInt(steps)), "steps_are_left", "more steps are left than there are")
    }
    output.valid <== isDone.value
    self.isDone = isDone.value
    self.isWorking = isWorking.value
  }
}
