import Components
import HDL

/// Rows of words in memory.
public struct RowOrder: SignalBundle {
  /// Where the first row begins, and the bytes from one to the next.
  public let address, stride: UInt
  /// Rows less one, and words of a row less one.
  public let lastRow, lastWord: UInt

  /// Rows of a machine.
  public init() { (address, stride, lastRow, lastWord) = (.shape(32), .shape(32), .shape(16), .shape(16)) }

  /// The fields, each of which may be a literal.
  public init(address: UInt, stride: UInt, lastRow: UInt, lastWord: UInt) {
    (self.address, self.stride, self.lastRow, self.lastWord) = (address, stride, lastRow, lastWord)
  }
}

/// Reads rows of whole words over AXI4, several bursts under way at once: a word a clock, also from one row to the next.
///
/// Rows begin at words of the bus. Bursts have up to 16 words and end at multiples of that, so that none crosses 4 KiB. An
/// order is taken while words of the one before are still to come.
public struct StridedReader: DefaultConfigurable {
  /// Bytes of a word: a power of two.
  public var wordBytes = 16
  /// Bursts under way at most.
  public var outstanding = 4

  /// Words of 16 bytes.
  public init() {}

  /// Orders in, words out, and the read channels.
  public struct Ports {
    public let order: StreamInput<RowOrder>
    public let pop: StreamOutput<Bits>
    public let isError: Output<Bit>
    public let ar: StreamOutput<BurstAddress>
    public let r: StreamInput<ReadWord>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      order: .init(RowOrder(), "Rows to be read"), pop: .init(8 * wordBytes, "Their words, in order"),
      isError: .init("1 when the memory reports an error"),
      ar: .init(BurstAddress(addressWidth: 32), "Addresses of bursts"),
      r: .init(ReadWord(bytes: wordBytes), "Words from the bus"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    "Reads rows of words of \(wordBytes) bytes over AXI4, up to \(outstanding) bursts under way, none across 4 KiB."
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("wordBytes", wordBytes, in: 8...64)
    parameters.require("outstanding", outstanding, in: 1...15)
    parameters.require(wordBytes.nonzeroBitCount == 1, "wordBytes is \(wordBytes)", fix: "use a power of two")
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let shift = wordBytes.trailingZeroBitCount
    let isIssuing = m.register("is_issuing", Bit.self, reset: 0)
    let rowAddress = m.register("row_address", UInt.self, width: 32)
    let address = m.register("address", UInt.self, width: 32)
    let stride = m.register("stride", UInt.self, width: 32)
    let lastWord = m.register("last_word", UInt.self, width: 16)
    let wordsLeft = m.register("words_left", UInt.self, width: 17)
    let rowsLeft = m.register("rows_left", UInt.self, width: 16)
    let open = m.register("bursts_open", UInt.self, width: 4, reset: 0)
    let starts = io.order.take(when: !isIssuing).named("starts")
    let offers = (isIssuing & (open .!= UInt(outstanding))).named("offers")
    let issues = (offers & io.ar.ready).named("issues")
    // Words up to the next multiple of 16.
    let aligned = UInt(16).extended(to: 5) &- address[shift..<shift + 4].asUnsigned.extended(to: 5)
    let isRowEnd = (wordsLeft .<= aligned.extended(to: 17)).named("is_row_end")
    let length = mux(isRowEnd, wordsLeft.truncated(to: 5), aligned).named("length")
    let next = rowAddress &+ stride
    m.when(starts) {
      isIssuing.next <== 1
      rowAddress.next <== io.order.payload.address
      address.next <== io.order.payload.address
      stride.next <== io.order.payload.stride
      lastWord.next <== io.order.payload.lastWord
      wordsLeft.next <== io.order.payload.lastWord.extended(to: 17) &+ 1
      rowsLeft.next <== io.order.payload.lastRow
    }
    .otherwise(when: issues) {
      address.next <== address &+ (length.extended(to: 32) << shift).truncated(to: 32)
      wordsLeft.next <== wordsLeft &- length.extended(to: 17)
      m.when(isRowEnd) {
        rowAddress.next <== next
        address.next <== next
        wordsLeft.next <== lastWord.extended(to: 17) &+ 1
        rowsLeft.next <== rowsLeft &- 1
        m.when(rowsLeft .== 0) { isIssuing.next <== 0 }
      }
    }
    io.ar.valid <== offers
    io.ar.payload <== BurstAddress(address: address, length: (length &- 1).extended(to: 8))
    let moves = io.r.take(when: io.pop.ready).named("moves")
    let ends = (moves & io.r.payload.last).named("ends")
    m.when(issues & !ends) { open.next <== open &+ 1 }
      .otherwise(when: ends & !issues) { open.next <== open &- 1 }
    io.pop.valid <== io.r.valid
    io.pop.payload <== io.r.payload.data
    io.isError <== (moves & io.r.payload.resp[1])
  }
}
