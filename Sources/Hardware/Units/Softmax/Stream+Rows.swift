import HDL

extension Stream where T: SignalBundle {
  /// One item for each row of beats: what `combine` makes of the beats, the first one with nil.
  ///
  /// The item shows one clock edge after the last beat of the row; a beat a clock passes while items are taken at once. The
  /// result is held in registers called `name`.
  func reduced<U: SignalBundle>(
    _ name: String, to shape: U, in m: Module, isLast: (T) -> Bit, _ combine: (_ before: U, _ isFirst: Bit, T) -> U
  ) -> Stream<U> {
    let ready = m.wire("\(name)_is_taken", Bit.self)
    let isDone = m.register("\(name)_is_done", Bit.self, reset: 0)
    let isFirst = m.register("\(name)_begins", Bit.self, reset: 1)
    let total = m.register(name, of: shape)
    let takes = take(when: !isDone | ready)
    let ends = isLast(payload)
    let next = combine(total, isFirst, payload)
    m.when(takes) {
      total.next <== next
      isFirst.next <== ends
      isDone.next <== ends
    }
    .otherwise(when: ready) { isDone.next <== 0 }
    return Stream<U>(valid: isDone, payload: total, ready: ready.driver)
  }

  /// What `step` makes of each beat and of a state that goes along its row; combinational.
  ///
  /// The state is held in registers called `name`; in the first beat of a row it is what `step` takes it for.
  func scanned<U: SignalBundle, V: SignalBundle>(
    _ name: String, of shape: U, in m: Module, isLast: (T) -> Bit,
    _ step: (_ before: U, _ isFirst: Bit, T) -> (after: U, result: V)
  ) -> Stream<V> {
    let ready = m.wire("\(name)_is_taken", Bit.self)
    let isFirst = m.register("\(name)_begins", Bit.self, reset: 1)
    let state = m.register(name, of: shape)
    let takes = take(when: ready)
    let (after, result) = step(state, isFirst, payload)
    m.when(takes) {
      state.next <== after
      isFirst.next <== isLast(payload)
    }
    return Stream<V>(valid: valid, payload: result, ready: ready.driver)
  }

  /// The beats with a flag that ends their row, also after `most` of them.
  func bounded<V: SignalBundle>(
    to most: Int, in m: Module, isLast: (T) -> Bit, _ ending: (T, Bit) -> V
  ) -> Stream<V> {
    let number = m.register("beat_number", UInt.self, width: bits(for: most - 1), reset: 0)
    let isLast = (isLast(payload) | (number .== UInt(most - 1))).named("is_last")
    let isTaken = m.wire("beat_is_taken", Bit.self)
    m.when(take(when: isTaken)) { number.next <== mux(isLast, 0, number &+ 1) }
    return Stream<V>(valid: valid, payload: ending(payload, isLast), ready: isTaken.driver)
  }

  /// Each beat with the item of its row, which is taken with the last beat; combinational.
  func paired<U: SignalBundle, V: SignalBundle>(
    _ name: String, with rows: Stream<U>, in m: Module, isLast: (T) -> Bit, _ combine: (T, U) -> V
  ) -> Stream<V> {
    let isReady = m.wire("\(name)_is_taken", Bit.self)
    ready <== (isReady & rows.valid)
    rows.ready <== (isReady & valid & isLast(payload))
    return Stream<V>(valid: valid & rows.valid, payload: combine(payload, rows.payload), ready: isReady.driver)
  }

  /// The beats behind a pipeline that stands still while its result is not taken.
  ///
  /// - Parameters:
  ///   - name: Stem of the names.
  ///   - stages: Clock edges that `transform` takes while its second argument, the enable, is 1.
  ///   - m: The module.
  ///   - transform: The result for a beat.
  func pipelined<V: SignalBundle>(
    _ name: String, stages: Int, in m: Module, _ transform: (T, Bit) -> V
  ) -> Stream<V> {
    let ready = m.wire("\(name)_is_taken", Bit.self)
    let advances = m.wire("\(name)_advances", Bit.self)
    take(when: advances)
    var isValid = valid
    for stage in 0..<stages { isValid = m.register("\(name)_is_valid_\(stage)", isValid, when: advances, reset: 0) }
    advances.driver <== (!isValid | ready)
    return Stream<V>(valid: isValid, payload: transform(payload, advances), ready: ready.driver)
  }
}

extension Module {
  /// `value` as it was `stages` edges ago, of those at which `enable` was 1.
  func held<V: HardwareValue>(_ name: String, _ value: V, stages: Int, when enable: Bit) -> V {
    var value = value
    for stage in 0..<stages { value = register("\(name)_\(stage)", value, when: enable) }
    return value
  }
}

extension Bits {
  /// The same bits while `condition` is 1, else zeros.
  func kept(when condition: Bit) -> Bits { self & concatenate([Bit](repeating: condition, count: width)) }
}
