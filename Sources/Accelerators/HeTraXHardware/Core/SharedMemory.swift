import Components
import HDL

/// A word that a bank stores, for whoever watches: no part of the machine reads it.
public struct BankStore: PortGroup {
  /// 1 in a clock in which a word is stored.
  public let stores: Output<Bit>
  /// The address of its first byte, from the beginning of the shared memory.
  public let address: Output<UInt>
  /// The word.
  public let data: Output<Bits>

  /// What a bank shows.
  public init() {
    stores = .init("1 when a word is stored")
    address = .init(32, "Where, in bytes")
    data = .init(64, "The word")
  }
}

/// The shared memory of a multiprocessor, between its engines and their way into the network.
///
/// Addresses with bit 31 are here, all others beyond. Words of 64 bits stand in banks in turn; each bank reads a word and writes a word
/// in a clock, whichever engine's turn it is, so that engines in different banks do not wait for each other. Answers keep the order of
/// their requests: a burst from one side is asked for when the last word from the other side has been taken.
public struct SharedMemory: Generator {
  /// Engines.
  public var engines: Int
  /// Bytes, a power of two.
  public var bytes: Int
  /// Banks, a power of two.
  public var banks: Int

  /// A memory of so many bytes.
  public init(engines: Int, bytes: Int, banks: Int) {
    (self.engines, self.bytes, self.banks) = (engines, bytes, banks)
  }

  /// Words of an engine that may be on their way from the banks.
  static let depth = 4

  /// A bus from each engine, and one onwards.
  public struct Ports {
    /// The bus of each engine.
    public let engine: [Flipped<AXI4>]
    /// Where each engine's other addresses are.
    public let network: [AXI4]
    /// What each bank stores.
    public let observed: [BankStore]
  }

  /// The interface for these parameters.
  public var ports: Ports {
    let bus = AXI4(addressWidth: 32, dataWidth: 64, idWidth: 0)
    return Ports(
      engine: (0..<engines).map { _ in .init(bus) }, network: (0..<engines).map { _ in bus },
      observed: (0..<banks).map { _ in BankStore() })
  }

  /// What stands above the emitted module.
  public var documentation: String {
    "Shared memory of \(bytes) bytes in \(banks) banks for \(engines) engines, at addresses with bit 31."
  }

  /// Requires powers of two.
  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("engines", engines, in: 1...8)
    parameters.require("banks", banks, in: 1...8)
    parameters.require(
      bytes.nonzeroBitCount == 1 && banks.nonzeroBitCount == 1 && bytes >= 16 * banks && bytes <= 1 << 24,
      "\(bytes) bytes in \(banks) banks", fix: "use powers of two, and two words or more in a bank")
  }

  private var bankBits: Int { banks.trailingZeroBitCount }
  private var wordBits: Int { bytes.trailingZeroBitCount - 3 }

  /// What an engine wants of a bank.
  private struct Want {
    var wants: Bit
    var word: UInt
    var data: Bits
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let readGrant = (0..<engines).map { m.wire("is_read_\($0)", Bit.self) }
    let writeGrant = (0..<engines).map { m.wire("is_written_\($0)", Bit.self) }
    let readData = (0..<engines).map { m.wire("word_read_\($0)", Bits.self, width: 64) }
    let reads = (0..<engines).map { reader($0, io, readGrant[$0], readData[$0], m) }
    let writes = (0..<engines).map { writer($0, io, writeGrant[$0], m) }
    var (granted, stored): ([[Bit]], [[Bit]]) = ([], [])
    var words: [Bits] = []
    for bank in 0..<banks {
      func turn(_ name: String, _ wants: [Want]) -> Exterior<Arbiter.Ports> {
        let turn = m.instance(Arbiter { $0.count = engines }, "\(name)_turn_\(bank)")
        turn.request
          <== concatenate(
            wants.reversed().map { want in
              bankBits == 0 ? want.wants : want.wants & (want.word[0..<bankBits].asUnsigned .== UInt(bank))
            })
        turn.advance <== 1
        return turn
      }
      func place(_ word: UInt) -> UInt { word[bankBits..<wordBits].asUnsigned }
      let (reading, writing) = (turn("read", reads), turn("write", writes))
      let memory = m.memory("bank_\(bank)", Bits.self, width: 64, depth: 1 << (wordBits - bankBits))
      words.append(memory.read(at: place(select(reading.index, reads.map(\.word)))))
      let word = select(writing.index, writes.map(\.word)).named("word_of_store_\(bank)")
      let data = select(writing.index, writes.map(\.data)).named("data_of_store_\(bank)")
      memory.write(data, at: place(word), when: writing.isGranted)
      granted.append((0..<engines).map { reading.grant[$0] })
      stored.append((0..<engines).map { writing.grant[$0] })
      io.observed[bank].stores <== writing.isGranted
      io.observed[bank].address
        <== concatenate(word, m.constant(0, width: 3, as: Bits.self)).asUnsigned.extended(to: 32)
      io.observed[bank].data <== data
    }
    for engine in 0..<engines {
      readGrant[engine].driver <== anyOf(granted.map { $0[engine] })
      writeGrant[engine].driver <== anyOf(stored.map { $0[engine] })
      let bank = bankBits == 0 ? nil : m.register("bank_read_\(engine)", reads[engine].word[0..<bankBits].asUnsigned)
      readData[engine].driver <== (bank.map { select($0, words) } ?? words[0])
    }
  }

  /// The read channels of an engine: what it wants of the banks.
  private func reader(
    _ engine: Int, _ io: Interior<Ports>, _ isRead: Bit, _ data: Bits, _ m: Module
  ) -> Want {
    let (bus, network) = (io.engine[engine], io.network[engine])
    let isOwn = (bus.ar.valid & bus.ar.payload.addr[31]).named("reads_here_\(engine)")
    let isBeyond = (bus.ar.valid & !bus.ar.payload.addr[31]).named("reads_beyond_\(engine)")
    let isActive = m.register("is_reading_\(engine)", Bit.self, reset: 0)
    let word = m.register("read_word_\(engine)", UInt.self, width: wordBits)
    let left = m.register("words_left_\(engine)", UInt.self, width: 4)
    let pending = m.register("words_pending_\(engine)", UInt.self, width: 3, reset: 0)
    let beyond = m.register("bursts_beyond_\(engine)", UInt.self, width: 4, reset: 0)
    let startsOwn = (isOwn & !isActive & (beyond .== 0)).named("starts_reading_\(engine)")
    let mayPass = (!isActive & (pending .== 0) & (beyond .!= 15)).named("may_pass_\(engine)")
    network.ar.valid <== (isBeyond & mayPass)
    network.ar.payload <== bus.ar.payload
    let passes = (isBeyond & mayPass & network.ar.ready).named("passes_\(engine)")
    bus.ar.take(when: mux(bus.ar.payload.addr[31], startsOwn, mayPass & network.ar.ready))
    let isLast = (left .== 0).named("is_last_word_\(engine)")
    m.when(startsOwn) {
      isActive.next <== 1
      word.next <== bus.ar.payload.addr[3..<3 + wordBits].asUnsigned
      left.next <== bus.ar.payload.len.truncated(to: 4)
    }
    .otherwise(when: isRead) {
      word.next <== word &+ 1
      left.next <== left &- 1
      m.when(isLast) { isActive.next <== 0 }
    }
    let comes = m.register("word_comes_\(engine)", isRead, reset: 0)
    let ends = m.register("last_word_comes_\(engine)", isLast)
    let room = m.wire("has_room_\(engine)", Bit.self)
    let queue = Stream(
      valid: comes,
      payload: AXI4ReadWord(id: nil, data: data, resp: m.constant(0, width: 2, as: Bits.self), last: ends),
      ready: room.driver
    ).queued("words_\(engine)", depth: Self.depth, storage: .registers, in: m)
    m.assert(!comes | room, "a_word_has_room_\(engine)", "a word was read for which there is no room")
    bus.r.valid <== (queue.valid | network.r.valid)
    bus.r.payload <== mux(queue.valid, queue.payload, network.r.payload)
    queue.ready <== bus.r.ready
    network.r.ready <== (bus.r.ready & !queue.valid)
    let taken = (queue.valid & bus.r.ready).named("word_is_taken_\(engine)")
    m.when(isRead & !taken) { pending.next <== pending &+ 1 }
      .otherwise(when: taken & !isRead) { pending.next <== pending &- 1 }
    let returns = (network.r.valid & bus.r.ready & !queue.valid & network.r.payload.last).named("burst_ends_\(engine)")
    m.when(passes & !returns) { beyond.next <== beyond &+ 1 }
      .otherwise(when: returns & !passes) { beyond.next <== beyond &- 1 }
    m.assert(
      (pending .== 0) | (beyond .== 0), "one_side_at_a_time_\(engine)", "words come from both sides at once")
    return Want(
      wants: (isActive & (pending .< UInt(Self.depth))).named("wants_word_\(engine)"), word: word, data: data)
  }

  /// The write channels of an engine: what it wants of the banks.
  private func writer(_ engine: Int, _ io: Interior<Ports>, _ isWritten: Bit, _ m: Module) -> Want {
    let (bus, network) = (io.engine[engine], io.network[engine])
    let isActive = m.register("is_writing_\(engine)", Bit.self, reset: 0)
    let isBeyond = m.register("writes_beyond_\(engine)", Bit.self, reset: 0)
    let word = m.register("written_word_\(engine)", UInt.self, width: wordBits)
    let ends = m.register("ends_\(engine)", UInt.self, width: 3, reset: 0)
    let isFree = (!isActive & !isBeyond).named("is_free_\(engine)")
    let isOwn = bus.aw.payload.addr[31]
    network.aw.valid <== (bus.aw.valid & isFree & !isOwn)
    network.aw.payload <== bus.aw.payload
    let starts = bus.aw.take(when: isFree & (isOwn | network.aw.ready)).named("burst_starts_\(engine)")
    network.w.valid <== (bus.w.valid & isBeyond)
    network.w.payload <== bus.w.payload
    let moves = bus.w.take(when: mux(isBeyond, network.w.ready, isWritten)).named("store_moves_\(engine)")
    let isLast = (moves & bus.w.payload.last).named("burst_is_written_\(engine)")
    m.when(starts) {
      isActive.next <== isOwn
      isBeyond.next <== !isOwn
      word.next <== bus.aw.payload.addr[3..<3 + wordBits].asUnsigned
    }
    .otherwise(when: moves) {
      word.next <== word &+ 1
      m.when(isLast) {
        isActive.next <== 0
        isBeyond.next <== 0
      }
    }
    let hasEnd = (ends .!= 0).named("has_end_\(engine)")
    bus.b.valid <== (hasEnd | network.b.valid)
    bus.b.payload
      <== mux(hasEnd, AXI4Response(id: nil, resp: m.constant(0, width: 2, as: Bits.self)), network.b.payload)
    network.b.ready <== (bus.b.ready & !hasEnd)
    let told = hasEnd & bus.b.ready
    let isOwnEnd = (isLast & isActive).named("own_burst_ends_\(engine)")
    m.when(isOwnEnd & !told) { ends.next <== ends &+ 1 }
      .otherwise(when: told & !isOwnEnd) { ends.next <== ends &- 1 }
    m.assert(
      !(isActive & bus.w.valid) | bus.w.payload.strb.all, "words_are_whole_\(engine)",
      "a part of a word is to be written")
    return Want(
      wants: (isActive & bus.w.valid).named("wants_store_\(engine)"), word: word, data: bus.w.payload.data)
  }
}
