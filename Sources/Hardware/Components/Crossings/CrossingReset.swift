import HDL

/// A handshake that empties both sides of a crossing when either side asks for it, in an order that is safe.
///
/// First both sides are isolated, then both are cleared, then both are let go; each step begins on one side when the other
/// side has been seen to have done the one before. A side that is reset asks by that; an ask that comes before the source
/// is let go has both sides cleared again. The steps themselves are in registers without reset, for a reset in the middle
/// of them must not leave the other side behind. At power-up they are at the step that clears both sides. Where registers
/// have no value then, both sides are to be held in reset together for 8 × `stages` + 16 clocks of the slower one: from any
/// state the steps come to the one that clears, and stay there.
struct CrossingReset {
  /// Of each side, 1 while nothing may enter or leave.
  let isolates: (source: Bit, destination: Bit)
  /// Of each side, 1 while it is to be cleared.
  let clears: (source: Bit, destination: Bit)

  /// - Parameters:
  ///   - asks: 1 to empty both sides, each a value of its side.
  ///   - stages: Registers between the clocks.
  init(asks: (source: Bit, destination: Bit), stages: Int, in m: Module) {
    let isIsolating = m.domain(.destination) { m.register("is_isolating", Bit.self, initial: 1) }
    let isClearing = m.domain(.destination) { m.register("is_clearing", Bit.self, initial: 1) }
    let isCleared = m.domain(.destination) { m.register("is_cleared", Bit.self, initial: 0) }

    let source = m.domain(.source) {
      let isolates = m.synchronizer("isolate_seen", isIsolating, stages: stages, initial: 1)
      let clears = m.synchronizer("clear_seen", isClearing, stages: stages, initial: 1)
      let isAsking = m.register("source_asks", Bit.self, reset: 1, initial: 1)
      isAsking.next <== (asks.source | (isAsking & !clears))
      return (
        isolates: isolates, clears: clears, asks: isAsking,
        hasIsolated: m.register("source_is_isolated", isolates, initial: 1),
        hasCleared: m.register("source_is_cleared", clears, initial: 1)
      )
    }
    let isBusy = m.domain(.destination) {
      let asksSeen = m.synchronizer("source_asks_seen", source.asks, stages: stages, initial: 1)
      let hasIsolated = m.synchronizer("source_is_isolated_seen", source.hasIsolated, stages: stages, initial: 1)
      let hasCleared = m.synchronizer("source_is_cleared_seen", source.hasCleared, stages: stages, initial: 1)
      let isAsking = m.register("destination_asks", Bit.self, reset: 1, initial: 1)
      isAsking.next <== (asks.destination | (isAsking & !isClearing))
      let isAsked = (isAsking | asksSeen).named("is_asked")
      m.when(isClearing) {
        m.when(hasCleared & !isAsked) {
          isClearing.next <== 0
          isCleared.next <== 1
        }
      }
      .otherwise(when: isIsolating & !isCleared) { m.when(hasIsolated) { isClearing.next <== 1 } }
      .otherwise(when: isIsolating) {
        // The source may have taken back what it asked for, so both sides are cleared again before it is let go.
        m.when(!hasCleared) { m.when(isAsked) { isClearing.next <== 1 }.otherwise { isIsolating.next <== 0 } }
      }
      .otherwise(when: isCleared) { m.when(!hasIsolated) { isCleared.next <== 0 } }
      .otherwise(when: isAsked) { isIsolating.next <== 1 }
      return (isIsolating | isClearing | isCleared | isAsking).named("destination_is_isolated")
    }
    isolates = (source: (source.isolates | source.clears | source.asks).named("source_isolates"), destination: isBusy)
    clears = (source: source.clears, destination: isClearing)
  }
}
