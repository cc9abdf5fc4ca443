import HDL
import Netlist

/// A transfer of consecutive bytes, whatever their alignment.
public struct TransferCommand: SignalBundle {
  /// Address of the first byte.
  public let address: UInt
  /// Number of bytes less one.
  public let lengthLessOne: UInt

  /// A command with fields of these widths.
  public init(addressWidth: Int, lengthWidth: Int) {
    address = .shape(addressWidth)
    lengthLessOne = .shape(lengthWidth)
  }

  public init(address: UInt, lengthLessOne: UInt) { (self.address, self.lengthLessOne) = (address, lengthLessOne) }
}

/// The address of a burst on an AXI4 bus, of full words at rising addresses (size: the bus; kind: INCR).
public struct BurstAddress: SignalBundle {
  /// Address of the first word; a multiple of the bytes of a word.
  public let address: UInt
  /// Number of words less one.
  public let length: UInt

  /// An address of `addressWidth` bits.
  public init(addressWidth: Int) {
    address = .shape(addressWidth)
    length = .shape(8)
  }

  public init(address: UInt, length: UInt) { (self.address, self.length) = (address, length) }
}

/// Parameters of a bus and of the transfers over it.
public struct BurstShape: Hashable, Parameterized, DefaultInitializable {
  public var addressWidth = 32
  public var wordBytes = 4
  public var lengthWidth = 16
  public var maximumBurst = 16
  public var outstanding = 4

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("addressWidth", \.addressWidth, in: 13...64, "Bits of an address"),
    .integer("wordBytes", \.wordBytes, in: 2...128, "Bytes of a word of the bus: a power of two"),
    .integer("lengthWidth", \.lengthWidth, in: 8...32, "Bits of the number of bytes of a command"),
    .integer(
      "maximumBurst", \.maximumBurst, in: 1...256, "Words of a burst at most: a power of two, and at most 4 KiB"),
    .integer("outstanding", \.outstanding, in: 1...256, "Bursts under way at most"),
  ]

  /// Bits of the number of a byte in a word.
  var laneWidth: Int { wordBytes.trailingZeroBitCount }
  /// Bits of the number of a word in its block of `maximumBurst` words.
  var blockWidth: Int { maximumBurst.trailingZeroBitCount }
  /// Bits of the number of words of a command less one.
  var wordCountWidth: Int { lengthWidth + 1 - laneWidth }

  public func validate(_ parameters: inout ParameterCheck) {
    for (name, value) in [("wordBytes", wordBytes), ("maximumBurst", maximumBurst)] {
      parameters.require(value.nonzeroBitCount == 1, "parameter '\(name)' is \(value)", fix: "use a power of two")
    }
    parameters.require(
      clampedProduct(maximumBurst, wordBytes) <= 4096,
      "a burst of \(maximumBurst) words of \(wordBytes) bytes is longer than 4 KiB",
      fix: "use a maximumBurst of at most \(4096 / max(1, wordBytes))")
  }
}

/// The side of a master that sends addresses: cuts a command into bursts.
///
/// A burst ends at the end of the command or at a multiple of `maximumBurst` words, whichever comes first. Since 4 KiB is a
/// multiple of that, no burst crosses a boundary of 4 KiB.
struct BurstIssue {
  /// 1 at the clock edge at which a command is taken.
  let starts: Bit
  /// Byte lane of the first byte of the command that is being taken.
  let firstLane: UInt
  /// Sum of that lane and the length less one.
  let span: UInt
  /// 1 while addresses are still to be sent.
  let isIssuing: Bit
  /// 1 while an address is offered.
  let offers: Bit
  /// 1 at a clock edge at which an address is taken.
  let issues: Bit
  /// 1 while bursts are under way.
  let hasOutstanding: Bit
  /// Bursts under way.
  let outstanding: UInt

  /// - Parameters:
  ///   - starts: 1 at the clock edge at which `command` is taken; gets 1 while no address is to be sent and no burst is
  ///     under way, and must not be 1 otherwise.
  ///   - completes: 1 at a clock edge at which a burst ends.
  init(
    _ shape: BurstShape, _ command: TransferCommand, starts: (Bit) -> Bit, completes: (Bit) -> Bit,
    to channel: StreamDrain<BurstAddress>, in m: Module
  ) {
    let lanes = shape.laneWidth
    let firstLane = command.address.asBits[0..<lanes].asUnsigned
    let span = firstLane.extended(to: shape.lengthWidth) + command.lengthLessOne

    let issuing = m.register("is_issuing", Bit.self, reset: 0)
    let wordAddress = m.register("word_address", UInt.self, width: shape.addressWidth - lanes)
    let left = m.register("words_left_less_one", UInt.self, width: shape.wordCountWidth)
    let under = m.register("bursts_under_way", UInt.self, width: bits(for: shape.outstanding), reset: 0)

    let hasOutstanding = under .!= 0
    let starts = starts(!issuing & !hasOutstanding)

    let counted = max(9, shape.wordCountWidth)
    let all = m.constant(shape.maximumBurst - 1, width: counted, as: UInt.self)
    let position =
      shape.blockWidth == 0
      ? m.constant(0, width: counted, as: UInt.self)
      : wordAddress.asBits[0..<shape.blockWidth].asUnsigned.extended(to: counted)
    let room = (all &- position).named("room")
    let isLast = (left .<= room).named("is_last_burst")
    let length = mux(isLast, left.extended(to: counted), room).named("length")

    let offers = issuing & (under .!= UInt(shape.outstanding))
    channel.valid <== offers
    channel.payload.address <== concatenate(wordAddress, m.constant(0, width: lanes, as: Bits.self)).asUnsigned
    channel.payload.length <== length.truncated(to: 8)
    let issues = (offers & channel.ready).named("issues")
    m.when(starts) {
      issuing.next <== 1
      wordAddress.next <== command.address.asBits[lanes..<shape.addressWidth].asUnsigned
      left.next <== span.asBits[lanes..<(shape.lengthWidth + 1)].asUnsigned
    }
    .otherwise(when: issues) {
      m.when(isLast) { issuing.next <== 0 }
      let words = length &+ 1
      let width = wordAddress.width
      wordAddress.next
        <== (wordAddress &+ (words.width > width ? words.truncated(to: width) : words.extended(to: width)))
      left.next <== (left.extended(to: counted) &- words).truncated(to: shape.wordCountWidth)
    }
    m.assert(
      !issuing | (length .<= room), "stays_in_its_block", "a burst is longer than what is left of its block")
    if shape.outstanding + 1 < 1 << under.width {
      m.assert(under .<= UInt(shape.outstanding), "bursts_are_within_limit", "too many bursts are under way")
    }
    let ends = completes(hasOutstanding)
    m.when(issues & !ends) { under.next <== under &+ 1 }
      .otherwise(when: !issues & ends) { under.next <== under &- 1 }
    self.starts = starts
    self.firstLane = firstLane
    self.span = span
    isIssuing = issuing
    self.offers = offers
    self.issues = issues
    self.hasOutstanding = hasOutstanding
    outstanding = under
  }
}

/// Which bytes of a word belong to a command: all of them but before the first and behind the last one.
struct RaggedEnds {
  private let first: Bits
  private let last: Bits

  init(_ shape: BurstShape, firstLane: UInt, span: UInt, starts: Bit, in m: Module) {
    let lastLane = span.asBits[0..<shape.laneWidth].asUnsigned
    // The top byte is never before the first one, nor the lowest one behind the last.
    let one = (true as Bit).asBits
    let others = (1..<shape.wordBytes).reversed()
    let fromFirst = concatenate([one] + others.map { (firstLane .<= UInt($0 - 1)).asBits })
    let upToLast = concatenate(others.map { (lastLane .>= UInt($0)).asBits } + [one])
    first = m.register("first_bytes", fromFirst, when: starts)
    last = m.register("last_bytes", upToLast, when: starts)
  }

  func bytes(isFirst: Bit, isLast: Bit, in m: Module) -> Bits {
    let all = m.constant(.ones(first.width), as: Bits.self)
    return mux(isFirst, first, all) & mux(isLast, last, all)
  }
}
