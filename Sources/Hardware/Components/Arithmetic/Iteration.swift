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
    starts = input.take(when: !isWorking & !isDone).named("starts")
    m.when(starts) {
      isWorking.next <== 1
      left.next <== UInt(steps - 1)
    }
    .otherwise(when: isWorking) {
      left.next <== left &- 1
      m.when(left .== 0) {
        isWorking.next <== 0
        isDone.next <== 1
      }
    }
    .otherwise(when: output.ready) { isDone.next <== 0 }
    m.assert(!(isWorking & isDone), "works_or_offers", "a result is offered while another is being made")
    if steps > 1, steps < 1 << left.width {
      m.assert(
        !isWorking | (left .< UInt(steps)), "steps_are_left", "more steps are left than there are")
    }
    output.valid <== isDone
    self.isDone = isDone
    self.isWorking = isWorking
  }
}
