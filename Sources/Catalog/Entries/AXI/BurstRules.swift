import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  static let smallBursts = BurstShape {
    ($0.addressWidth, $0.wordBytes, $0.lengthWidth) = (13, 2, 8)
    ($0.maximumBurst, $0.outstanding) = (4, 2)
  }

  /// The rules of a burst's address: alignment, length, and the boundary of 4 KiB.
  static func burstRule<G: Generator>(
    _ channel: String, _ shape: BurstShape, _ bursts: @escaping @Sendable (Observation<G.Ports>) -> ObservedBursts
  ) -> Checker<G> {
    Checker(
      "\(channel)-bursts", "Bursts are aligned to words, not too long, and do not cross a boundary of 4 KiB."
    ) { io, m in
      let burst = bursts(io)
      let bytes = (burst.length.extended(to: 17) &+ 1) &* UInt(shape.wordBytes)
      let offset = burst.address.asBits[0..<12].asUnsigned.extended(to: 17)
      m.when(burst.valid) {
        m.assert(
          burst.length.extended(to: 9) .< UInt(shape.maximumBurst), "is_short_enough", "a burst has too many words")
        m.assert(
          !offset.asBits[0..<shape.wordBytes.trailingZeroBitCount].any, "is_aligned", "a burst is not aligned to words")
        m.assert(offset &+ bytes .<= 4096, "stays_in_its_block", "a burst crosses a boundary of 4 KiB")
      }
    }
  }

  /// Of a master that reads: an address is offered unless too many bursts are under way, and words pass when they come.
  static func readRules<G: Generator>(
    _ shape: BurstShape, _ reads: @escaping @Sendable (Observation<G.Ports>) -> ObservedReads
  ) -> [Checker<G>] {
    [
      addressRule(shape, reads),
      Checker(
        "r-waits-for-the-taker", "Words of bursts whose addresses have been taken wait for their taker alone."
      ) { io, m in
        let reads = reads(io)
        let isUnderWay = m.balance("under_way", up: reads.ar.issues, down: reads.ends).any
        m.assert(
          reads.r.ready .== (isUnderWay & reads.output.ready), "takes_when_taken",
          "a word waits for nothing, or is taken that nobody asked for")
        m.assert(
          reads.output.valid .== (isUnderWay & reads.r.valid), "shows_when_there",
          "a word is there and not shown, or shown and not there")
      },
    ]
  }

  /// Of a master that writes: neither the address nor the words of a burst wait for the other ones to be taken, and its
  /// answer is taken as soon as both have been.
  static func writeRules<G: Generator>(
    _ shape: BurstShape, _ writes: @escaping @Sendable (Observation<G.Ports>) -> ObservedWrites
  ) -> [Checker<G>] {
    [
      Checker(
        "write-never-stands-still",
        "While a command is under way and no burst of it is, an address or the end of the command is offered."
      ) { io, m in
        let writes = writes(io)
        let isBusy = m.register("is_busy", Bit.self, reset: 0)
        isBusy.next <== mux(isBusy, !writes.done.transfers, writes.command.transfers)
        let underWay = m.balance("under_way", up: writes.aw.issues, down: writes.b.valid & writes.b.ready)
        m.assert(underWay .<= UInt(shape.outstanding), "keeps_the_limit", "too many bursts are under way")
        m.assert(
          !isBusy | underWay.any | writes.aw.valid | writes.done.valid, "goes_on",
          "a command is under way, and nothing of it is offered")
      },
      Checker(
        "words-wait-for-no-ready",
        "Words are offered for each burst whose address is or was offered, taken or not, and for no other one."
      ) { io, m in wordRule(shape, writes(io), in: m) },
    ]
  }

  private static func wordRule(_ shape: BurstShape, _ writes: ObservedWrites, in m: Module) {
    // Bursts whose addresses were taken before their words, and whether the words of one were sent before its address.
    let ahead = m.register("ahead", UInt.self, width: 16, reset: 0)
    let areFirst = m.register("are_first", Bit.self, reset: 0)
    let sent = m.register("sent", UInt.self, width: 16, reset: 0)
    let issues = writes.aw.issues
    let sendsWord = writes.w.valid & writes.w.ready
    let sends = sendsWord & writes.w.last
    let isAhead = ahead .!= 0
    m.when(issues & !sends & !areFirst) { ahead.next <== ahead &+ 1 }
      .otherwise(when: sends & !issues & isAhead) { ahead.next <== ahead &- 1 }
    areFirst.next <== mux(issues, 0, areFirst | (sends & !isAhead))
    m.when(sends) { sent.next <== 0 }.otherwise(when: sendsWord) { sent.next <== sent &+ 1 }
    let owed = m.balance(
      "owed", up: (issues & areFirst) | (sends & (issues | isAhead)), down: writes.b.valid & writes.b.ready)
    m.assert(
      writes.w.valid .== (writes.input.valid & (isAhead | (writes.aw.valid & !areFirst))), "offers_words",
      "a word waits for nothing, or is offered for no burst")
    m.assert(
      !writes.w.valid | (sent .< UInt(shape.maximumBurst)), "ends_in_time", "a burst has more words than it may")
    m.assert(writes.b.ready .== (owed .!= 0), "takes_answers", "an answer waits, or is taken that is not due")
  }

  /// Addresses of a command are offered one after the other, as long as not too many bursts are under way.
  private static func addressRule<G: Generator>(
    _ shape: BurstShape, _ reads: @escaping @Sendable (Observation<G.Ports>) -> ObservedReads
  ) -> Checker<G> {
    Checker(
      "ar-waits-for-no-other-channel",
      "The address of each burst of a command is offered unless \(shape.outstanding) bursts are under way."
    ) { io, m in
      let reads = reads(io)
      let block = (shape.maximumBurst * shape.wordBytes).trailingZeroBitCount
      let width = shape.lengthWidth + 13
      let command = reads.command.payload
      let last =
        command.address.asBits[0..<block].asUnsigned.extended(to: width) &+ command.lengthLessOne.extended(to: width)
      let left = m.register("left", UInt.self, width: shape.lengthWidth + 2, reset: 0)
      m.when(reads.command.transfers) {
        left.next <== (last >> block).extended(to: width).truncated(to: shape.lengthWidth + 2) &+ 1
      }
      .otherwise(when: reads.ar.issues) { left.next <== left &- 1 }
      let underWay = m.balance("under_way", up: reads.ar.issues, down: reads.ends)
      m.assert(
        reads.ar.valid .== (left.any & (underWay .< UInt(shape.outstanding))), "offers_addresses",
        "an address waits for nothing, or is offered for no burst")
    }
  }
}
