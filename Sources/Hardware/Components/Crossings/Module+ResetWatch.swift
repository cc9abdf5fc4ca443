import HDL

extension Module {
  /// States that nothing passes from ``HDL/ClockDomain/source`` to ``HDL/ClockDomain/destination`` after one side has been
  /// reset without the other one.
  ///
  /// The source counts its resets; the destination looks for one at each of its own, and for one that comes without. What a
  /// reset of the source that overlaps one of the destination leaves is seen `stages` clocks after the latter at most, and
  /// in these clocks nothing that is old can have passed. The registers exist only where assertions are checked.
  ///
  /// - Parameters:
  ///   - passes: A value of the destination: 1 in a clock in which something leaves.
  ///   - stages: Registers between the clocks, as many as what passes goes through.
  func assertResetTogether(when passes: Bit, stages: Int) {
    let source = domain(.source) { resetCount() }
    domain(.destination) {
      let seen = ResetCount(
        code: graySynchronizer("source_resets_seen", source.code, stages: stages, initial: 0),
        isFresh: synchronizer("source_is_fresh_seen", source.isFresh, stages: stages, initial: 0),
        wasFresh: synchronizer("source_was_fresh_seen", source.wasFresh, stages: stages, initial: 0))
      let resets = seen.resets
      let isNew = resets .!= register("source_resets_before", resets, initial: 0)
      let isAhead = register("source_was_reset", Bit.self, initial: 0)

      let (isFresh, wasFresh) = freshness("destination")
      let begins = isFresh & !wasFresh
      let longest = stages + 3
      let clocksLeft = register("settling_clocks_left", UInt.self, width: bits(for: longest), initial: 0)
      let isSettling = isFresh | (clocksLeft .!= 0)
      when(isFresh) { clocksLeft.next <== UInt(longest) }
        .otherwise(when: clocksLeft .!= 0) { clocksLeft.next <== clocksLeft &- 1 }

      let isMet = isAhead | isNew | seen.isFresh
      let isPaired = register("resets_are_paired", Bit.self, initial: 0)
      when(begins) { isPaired.next <== isMet }.otherwise(when: isSettling & isMet) { isPaired.next <== 1 }
      when(isSettling) { isAhead.next <== 0 }.otherwise(when: isNew) { isAhead.next <== 1 }

      // Before the first reset anything may seem to pass.
      let wasReset = register("destination_was_reset", Bit.self, initial: 0)
      when(isFresh) { wasReset.next <== 1 }
      let isRight = mux(isSettling, isPaired | isMet, isPaired & !isAhead & !isNew)
      assert(
        !(passes & wasReset) | isRight, "sides_are_reset_together",
        "one side was reset without the other one, so what passes is old or made up; reset both sides, so that the resets overlap"
      )
    }
  }

  /// A count of the resets of the current domain that no reset clears.
  private func resetCount() -> ResetCount {
    let (isFresh, wasFresh) = freshness("source")
    let width = 8
    let count = register("source_resets", UInt.self, width: width, initial: 0)
    let code = register("source_resets_code", UInt.self, width: width, initial: 0)
    when(isFresh & !wasFresh) {
      let next = count &+ 1
      count.next <== next
      code.next <== GrayCode.encoded(next)
    }
    return ResetCount(code: code, isFresh: isFresh, wasFresh: wasFresh)
  }

  /// 1 from the beginning of a reset of the current domain to the first clock edge after it, and the same a clock later.
  private func freshness(_ name: String) -> (Bit, Bit) {
    let isFresh = register("\(name)_is_fresh", 0 as Bit, reset: 1)
    return (isFresh, register("\(name)_was_fresh", isFresh, initial: 0))
  }
}

/// How often a domain was reset, in parts that cross to another clock bit by bit.
private struct ResetCount {
  /// The number in Gray code, modulo 256; lags by a clock.
  var code: UInt
  /// 1 from the beginning of a reset to the first clock edge after it.
  var isFresh: Bit
  /// The same a clock earlier.
  var wasFresh: Bit

  /// The number.
  var resets: UInt { GrayCode.decoded(code) &+ (isFresh & !wasFresh).asUnsigned.extended(to: code.width) }
}
