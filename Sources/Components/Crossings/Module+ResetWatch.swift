import HDL

extension Module {
  /// States that nothing passes from ``HDL/ClockDomain/source`` to ``HDL/ClockDomain/destination`` after one side has been
  /// reset without the other one.
  ///
  /// Each side counts its resets; where the counts differ from what they differed by at the first item, one side has
  /// had a reset of its own. The registers exist only where assertions are checked.
  ///
  /// - Parameters:
  ///   - passes: A value of the destination: 1 in a clock in which something passes.
  ///   - stages: Registers between the clocks, as many as what passes goes through.
  func assertResetTogether(when passes: Bit, stages: Int) {
    let source = domain(.source) { resetCount("source") }
    domain(.destination) {
      let own = resetCount("destination")
      let seen = ResetCount(
        code: graySynchronizer("source_resets_seen", source.code, stages: stages, initial: 0),
        isFresh: synchronizer("source_is_fresh_seen", source.isFresh, stages: stages, initial: 0),
        wasFresh: synchronizer("source_was_fresh_seen", source.wasFresh, stages: stages, initial: 0))
      let difference = own.resets &- seen.resets
      let isKnown = register("reset_difference_is_known", Bit.self, initial: 0)
      let known = register("reset_difference", UInt.self, width: 2, initial: 0)
      // Before the first reset anything may seem to pass.
      let wasReset = register("destination_was_reset", Bit.self, initial: 0)
      when(own.isFresh) { wasReset <== 1 }
      when(passes & wasReset.value) { isKnown <== 1 }
      when(passes & wasReset.value & !isKnown.value) { known <== difference }
      assert(
        !(passes & isKnown.value) | (difference .== known.value), "sides_are_reset_together",
        "one side was reset without the other one, so what passes is old or made up; reset both sides, so that the resets overlap"
      )
    }
  }

  /// A count of the resets of the current domain that no reset clears.
  private func resetCount(_ name: String) -> ResetCount {
    let isFresh = register("\(name)_is_fresh", constant(0, width: 1, as: Bits.self)[0], reset: 1)
    let wasFresh = register("\(name)_was_fresh", isFresh, initial: 0)
    let code = register("\(name)_resets", UInt.self, width: 2, initial: 0)
    // The Gray code of two bits.
    when(isFresh & !wasFresh) { code <== concatenate(code.value.asBits[0], !code.value.asBits[1]).asUnsigned }
    return ResetCount(code: code.value, isFresh: isFresh, wasFresh: wasFresh)
  }
}

/// How often a domain was reset, in parts that cross to another clock bit by bit.
private struct ResetCount {
  /// The number in Gray code, modulo 4; lags by a clock.
  var code: UInt
  /// 1 from the beginning of a reset to the first clock edge after it.
  var isFresh: Bit
  /// The same a clock earlier.
  var wasFresh: Bit

  /// The number.
  var resets: UInt { GrayCode.decoded(code) &+ (isFresh & !wasFresh).asUnsigned.extended(to: 2) }
}
