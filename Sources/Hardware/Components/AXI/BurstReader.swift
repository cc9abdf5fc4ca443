import HDL

/// A word of the read channel of AXI4.
public struct ReadWord: SignalBundle {
  /// The word.
  public let data: Bits
  /// 0 or 1 when all is well, 2 or 3 otherwise.
  public let resp: Bits
  /// 1 for the last word of its burst.
  public let last: Bit

  /// A word of `bytes` bytes.
  public init(bytes: Int) {
    data = .shape(clampedProduct(8, bytes))
    resp = .shape(2)
    last = .shape
  }

  public init(data: Bits, resp: Bits, last: Bit) { (self.data, self.resp, self.last) = (data, resp, last) }
}

/// A word that was read for a command.
public struct ReadBeat: SignalBundle {
  /// The word as it stands in memory.
  public let data: Bits
  /// Bit i is 1 when byte i was asked for: all of them but at the ends of the command.
  public let keep: Bits
  /// 1 for the last word of the command.
  public let last: Bit
  /// 1 when the memory reports an error for this word.
  public let isError: Bit

  /// A word of `bytes` bytes.
  public init(bytes: Int) {
    data = .shape(clampedProduct(8, bytes))
    keep = .shape(bytes)
    last = .shape
    isError = .shape
  }

  public init(data: Bits, keep: Bits, last: Bit, isError: Bit) {
    (self.data, self.keep, self.last, self.isError) = (data, keep, last, isError)
  }
}

/// Reads any number of bytes from any address over AXI4, in bursts.
///
/// One command at a time; up to ``BurstShape/outstanding`` bursts of it are under way. No burst crosses a boundary of
/// 4 KiB. A word a clock passes from the bus to the output without a register between.
public struct BurstReader: DefaultConfigurable {
  /// The bus and the transfers.
  public var shape = BurstShape()

  public init() {}

  public static let parameters: [Parameter<Self>] = BurstShape.parameters.map { $0.of(\.shape) }

  public struct Ports {
    public let command: StreamInput<TransferCommand>
    public let pop: StreamOutput<ReadBeat>
    public let ar: StreamOutput<BurstAddress>
    public let r: StreamInput<ReadWord>
  }

  public var ports: Ports {
    Ports(
      command: .init(
        TransferCommand(addressWidth: shape.addressWidth, lengthWidth: shape.lengthWidth), "What is to be read"),
      pop: .init(ReadBeat(bytes: shape.wordBytes), "What was read, word by word"),
      ar: .init(BurstAddress(addressWidth: shape.addressWidth), "Addresses of bursts"),
      r: .init(ReadWord(bytes: shape.wordBytes), "Words from the bus"))
  }

  public var documentation: String {
    """
    Reads bytes over AXI4 in bursts of up to \(shape.maximumBurst) words of \(shape.wordBytes) bytes, none across 4 KiB.
    One command at a time, up to \(shape.outstanding) bursts under way. pop_keep marks the bytes that were asked for.
    """
  }

  public func validate(_ parameters: inout ParameterCheck) { shape.validate(&parameters) }

  public func build(_ io: Interior<Ports>, in m: Module) {
    var moves: Bit = 0
    let issue = BurstIssue(
      shape, io.command.payload,
      starts: { isIdle in io.command.take(when: isIdle).named("starts") },
      completes: { hasOutstanding in
        moves = (io.r.valid & hasOutstanding & io.pop.ready).named("moves")
        return moves & io.r.payload.last
      }, to: io.ar, in: m)
    let ends = RaggedEnds(shape, firstLane: issue.firstLane, span: issue.span, starts: issue.starts, in: m)
    let left = m.register("words_to_come_less_one", UInt.self, width: shape.wordCountWidth)
    let isFirst = m.register("is_first", Bit.self, reset: 0)
    let isLast = (left .== 0).named("is_last")
    m.when(issue.starts) {
      isFirst.next <== 1
      left.next <== issue.span.asBits[shape.laneWidth..<(shape.lengthWidth + 1)].asUnsigned
    }
    .otherwise(when: moves) {
      isFirst.next <== 0
      left.next <== left &- 1
    }
    m.assume(
      !(moves & isLast) | (io.r.payload.last & !issue.isIssuing), "bursts_end_with_their_words",
      "the memory gave more or fewer words than a burst asked for")
    io.r.take(when: issue.hasOutstanding & io.pop.ready)
    io.pop.valid <== (io.r.valid & issue.hasOutstanding)
    io.pop.payload.data <== io.r.payload.data
    io.pop.payload.keep <== ends.bytes(isFirst: isFirst, isLast: isLast, in: m)
    io.pop.payload.last <== isLast
    io.pop.payload.isError <== io.r.payload.resp[1]
  }
}
