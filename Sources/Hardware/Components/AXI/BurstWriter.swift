import HDL

/// A word of the write channel of AXI4.
public struct WriteWord: SignalBundle {
  /// The word.
  public let data: Bits
  /// Bit i is 1 when byte i is to be written.
  public let strobe: Bits
  /// 1 for the last word of its burst.
  public let last: Bit

  /// A word of `bytes` bytes.
  public init(bytes: Int) {
    data = .shape(clampedProduct(8, bytes))
    strobe = .shape(bytes)
    last = .shape
  }

  public init(data: Bits, strobe: Bits, last: Bit) { (self.data, self.strobe, self.last) = (data, strobe, last) }
}

/// Writes any number of bytes to any address over AXI4, in bursts.
///
/// One command at a time; up to ``BurstShape/outstanding`` bursts of it are under way. No burst crosses a boundary of
/// 4 KiB. Data come as words as they are to stand in memory: the bytes of the first one before the address, and those of
/// the last one behind the end, are not written.
///
/// Neither valid waits for the ready of the other channel (AMBA AXI, dependencies between channel handshake signals): the
/// words of a burst are offered from the clock on in which its address is, so the memory may take the address first, all
/// words first, or both together. An answer is taken when the address and all words of its burst have been.
public struct BurstWriter: DefaultConfigurable {
  /// The bus and the transfers.
  public var shape = BurstShape()

  public init() {}

  public static let parameters: [Parameter<Self>] = BurstShape.parameters.map { $0.of(\.shape) }

  public struct Ports {
    public let command: StreamInput<TransferCommand>
    public let push: StreamInput<Bits>
    public let done: StreamOutput<Bits>
    public let aw: StreamOutput<BurstAddress>
    public let w: StreamOutput<WriteWord>
    public let b: StreamInput<Bits>
  }

  public var ports: Ports {
    Ports(
      command: .init(
        TransferCommand(addressWidth: shape.addressWidth, lengthWidth: shape.lengthWidth), "What is to be written"),
      push: .init(8 * shape.wordBytes, "The words of the commands"),
      done: .init(1, "One for each command: 1 when the memory reported an error for one of its bursts"),
      aw: .init(BurstAddress(addressWidth: shape.addressWidth), "Addresses of bursts"),
      w: .init(WriteWord(bytes: shape.wordBytes), "Words to the bus"),
      b: .init(2, "One for each burst: 0 or 1 when all is well, 2 or 3 otherwise"))
  }

  public var documentation: String {
    """
    Writes bytes over AXI4 in bursts of up to \(shape.maximumBurst) words of \(shape.wordBytes) bytes, none across 4 KiB.
    One command at a time, up to \(shape.outstanding) bursts under way. done_data is 1 when a burst of the command failed.
    """
  }

  public func validate(_ parameters: inout ParameterCheck) { shape.validate(&parameters) }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let isBusy = m.register("is_busy", Bit.self, reset: 0)
    // An answer is taken only for a burst of which address and words have been taken, whatever the memory does.
    let unanswered = m.register("bursts_unanswered", UInt.self, width: bits(for: shape.outstanding), reset: 0)
    let ended = io.b.take(when: unanswered .!= 0).named("ended")
    let issue = BurstIssue(
      shape, io.command.payload,
      starts: { isIdle in io.command.take(when: isIdle & !isBusy).named("starts") },
      completes: { _ in ended }, to: io.aw, in: m)
    let ends = RaggedEnds(shape, firstLane: issue.firstLane, span: issue.span, starts: issue.starts, in: m)

    // Words go out for a burst whose address has been taken, or is offered: waiting for that to be taken is forbidden.
    let ahead = m.register("bursts_ahead", UInt.self, width: bits(for: shape.outstanding), reset: 0)
    let isAhead = (ahead .!= 0).named("is_ahead")
    let wordsAreDone = m.register("words_before_address", Bit.self, reset: 0)
    let left = m.register("words_to_go_less_one", UInt.self, width: shape.wordCountWidth)
    let isFirst = m.register("is_first", Bit.self, reset: 0)
    let isLast = (left .== 0).named("is_last")
    let mayGo = (isAhead | (issue.offers & !wordsAreDone)).named("may_go")
    var endsBlock: Bit = 1
    let moves = (mayGo & io.push.valid & io.w.ready).named("moves")
    if shape.blockWidth > 0 {
      let position = m.register("position", Bits.self, width: shape.blockWidth)
      endsBlock = position.all
      m.when(issue.starts) {
        position.next <== io.command.payload.address.asBits[shape.laneWidth..<(shape.laneWidth + shape.blockWidth)]
      }
      .otherwise(when: moves) { position.next <== (position.asUnsigned &+ 1).asBits }
    }
    let endsBurst = (isLast | endsBlock).named("ends_burst")
    let sends = (moves & endsBurst).named("sends")
    // The end of a burst's words meets the taking of its address in either order.
    let addressIsFirst = (issue.issues & !sends & !wordsAreDone).named("address_is_first")
    m.when(sends & !isAhead & !issue.issues) { wordsAreDone.next <== 1 }
      .otherwise(when: issue.issues) { wordsAreDone.next <== 0 }
    m.when(addressIsFirst) { ahead.next <== ahead &+ 1 }
      .otherwise(when: sends & isAhead & !issue.issues) { ahead.next <== ahead &- 1 }
    let isSent = mux(wordsAreDone, issue.issues, sends & (isAhead | issue.issues)).named("is_sent")
    m.when(isSent & !ended) { unanswered.next <== unanswered &+ 1 }
      .otherwise(when: !isSent & ended) { unanswered.next <== unanswered &- 1 }
    m.assert(
      (ahead + unanswered) .== issue.outstanding.extended(to: ahead.width + 1),
      "bursts_go_or_wait_for_their_end", "a burst neither has words to go nor waits for its end")
    m.assert(
      !wordsAreDone | (issue.offers & !isAhead), "words_are_before_an_offered_address",
      "words have gone out before an address that is not offered")
    m.assert(
      isBusy | !(issue.isIssuing | issue.hasOutstanding), "busy_while_bursts_are_under_way",
      "bursts are under way of a command that has ended")
    io.push.take(when: mayGo & io.w.ready)
    io.w.valid <== (mayGo & io.push.valid)
    io.w.payload.data <== io.push.payload
    io.w.payload.strobe <== ends.bytes(isFirst: isFirst, isLast: isLast, in: m)
    io.w.payload.last <== endsBurst

    let isComplete = (isBusy & !issue.isIssuing & !issue.hasOutstanding).named("is_complete")
    let hasFailed = m.register("has_failed", Bit.self, reset: 0)
    m.when(issue.starts) {
      isBusy.next <== 1
      isFirst.next <== 1
      hasFailed.next <== 0
      left.next <== issue.span.asBits[shape.laneWidth..<(shape.lengthWidth + 1)].asUnsigned
    }
    m.when(moves) {
      isFirst.next <== 0
      left.next <== left &- 1
    }
    m.when(ended & io.b.payload[1]) { hasFailed.next <== 1 }
    m.when(isComplete & io.done.ready) { isBusy.next <== 0 }
    io.done.valid <== isComplete
    io.done.payload <== hasFailed.asBits
  }
}
