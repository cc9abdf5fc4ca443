import Components
import HDL

/// A memory of words of 64 bits on the chip, behind the buses of a core and a port for a host.
///
/// Bursts rise by a word, as those of the accelerator do; each bus has one under way in each direction, and a word passes a
/// clock. The program has a read port of its own: a core that takes no more instructions before its data have come would wait
/// for ever behind them. The host reads between two bursts of the memory's bus and writes between two of its writes. Addresses
/// wrap at the end of the memory. The first word of a burst shows two clocks after its address was taken.
public struct BoardMemory: DefaultConfigurable {
  /// Words, a power of two.
  public var words = 4096
  /// Bits of an address on the buses of the core.
  public var addressWidth = 44

  /// The default configuration.
  public init() {}

  /// Its parameters.
  public static let parameters: [Parameter<Self>] = [
    .integer("words", \.words, in: 2...65536, "Words of 64 bits, a power of two"),
    .integer("addressWidth", \.addressWidth, in: 32...64, "Bits of an address on the buses of the core"),
  ]

  /// The buses, and the accesses of the host.
  public struct Ports {
    /// The bus of the core's memory.
    public let memory: Flipped<AXI4>
    public let program: StreamInput<AXI4Address>
    public let instructions: StreamOutput<AXI4ReadWord>
    public let access: StreamInput<AccessRequest>
    public let response: StreamOutput<AccessResponse>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      memory: .init(AXI4(addressWidth: addressWidth, dataWidth: 64, idWidth: 0)),
      program: .init(AXI4Address(addressWidth: addressWidth, idWidth: 0), "Addresses of bursts of instructions"),
      instructions: .init(AXI4ReadWord(dataWidth: 64, idWidth: 0), "Instructions"),
      access: .init(AccessRequest(addressWidth: 32), "Accesses of the host to halves of words"),
      response: .init(AccessResponse(), "Their answers"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    "Memory of \(words) words of 64 bits behind an AXI4 bus, a bus that only reads, and accesses of 32 bits."
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require(words & (words &- 1) == 0, "parameter 'words' is \(words)", fix: "use a power of two")
  }

  private var placeWidth: Int { bits(for: words - 1) }

  /// The word that an address in bytes is in.
  private func place(_ address: UInt) -> UInt { address.asBits[3..<(3 + placeWidth)].asUnsigned }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let storage = m.memory("storage", Bits.self, width: 64, depth: words, lanes: 8)
    let (bus, request) = (io.memory, io.access.payload)
    let isWriting = m.register("is_writing", Bit.self, reset: 0)
    let answersWrite = m.register("answers_write", Bit.self, reset: 0)
    let isHost = m.register("reads_for_host", Bit.self, reset: 0)
    let isTaken = mux(isHost, io.response.ready & !answersWrite, bus.r.ready).named("is_taken")
    let showsHigh = m.register("shows_high", Bit.self)
    var hostWrites: Bit = 0
    let read = burst("memory", of: storage, isTaken: isTaken, in: m) { isFree in
      // The host has one access at a time.
      let waits = (answersWrite | (isHost & !isFree)).named("host_waits")
      let mayWrite = (request.isWrite & !isWriting & !waits).named("host_may_write")
      let mayRead = (!request.isWrite & isFree & !bus.ar.valid & !waits).named("host_may_read")
      let takesAccess = io.access.take(when: mayWrite | mayRead).named("takes_access")
      let takesBurst = bus.ar.take(when: isFree).named("takes_burst")
      hostWrites = (takesAccess & request.isWrite).named("host_writes")
      let hostReads = (takesAccess & !request.isWrite).named("host_reads")
      m.when(takesBurst | hostReads) { isHost.next <== hostReads }
      m.when(takesAccess) { showsHigh.next <== request.address.asBits[2] }
      return (
        takesBurst | hostReads, mux(hostReads, place(request.address), place(bus.ar.payload.addr)),
        mux(hostReads, 0, bus.ar.payload.len)
      )
    }
    let fetch = burst("program", of: storage, isTaken: io.instructions.ready, in: m) { isFree in
      (io.program.take(when: isFree), place(io.program.payload.addr), io.program.payload.len)
    }

    // Words of a burst, or the host's between two bursts.
    let hasEnd = m.register("has_end", Bit.self, reset: 0)
    let writePlace = m.register("write_place", UInt.self, width: placeWidth)
    let beginsWrite = bus.aw.take(when: !isWriting & !hasEnd).named("begins_write")
    let writes = bus.w.take(when: isWriting).named("writes")
    m.when(beginsWrite) {
      isWriting.next <== 1
      writePlace.next <== place(bus.aw.payload.addr)
    }
    .otherwise(when: writes) {
      isWriting.next <== !bus.w.payload.last
      writePlace.next <== writePlace &+ 1
    }
    m.when(writes & bus.w.payload.last) { hasEnd.next <== 1 }.otherwise(when: bus.b.ready) { hasEnd.next <== 0 }
    bus.b.valid <== hasEnd
    bus.b.payload.resp <== m.constant(0, width: 2, as: Bits.self)
    let noLane = m.constant(0, width: 4, as: Bits.self)
    let isHigh = request.address.asBits[2]
    let hostLanes = mux(isHigh, concatenate(request.strobe, noLane), concatenate(noLane, request.strobe))
    storage.write(
      mux(isWriting, bus.w.payload.data, concatenate(request.data, request.data)),
      at: mux(isWriting, writePlace, place(request.address)), when: writes | hostWrites,
      lanes: mux(isWriting, bus.w.payload.strb, hostLanes))

    let fine = m.constant(0, width: 2, as: Bits.self)
    bus.r.valid <== (read.isShown & !isHost)
    bus.r.payload <== AXI4ReadWord(id: nil, data: read.word, resp: fine, last: read.isLast)
    io.instructions.valid <== fetch.isShown
    io.instructions.payload <== AXI4ReadWord(id: nil, data: fetch.word, resp: fine, last: fetch.isLast)
    m.when(hostWrites) { answersWrite.next <== 1 }.otherwise(when: io.response.ready) { answersWrite.next <== 0 }
    io.response.valid <== (answersWrite | (read.isShown & isHost))
    let half = mux(showsHigh, read.word[32..<64], read.word[0..<32])
    io.response.payload <== AccessResponse(data: mux(answersWrite, 0, half), isError: 0)
  }

  /// The words of a burst after another, from the output register of the storage.
  ///
  /// - Parameters:
  ///   - isTaken: Whether the word that is shown is taken.
  ///   - start: Whether a burst begins where none is under way, its first word, and its words less one.
  private func burst(
    _ name: String, of storage: Memory<Bits>, isTaken: Bit, in m: Module,
    start: (_ isFree: Bit) -> (begins: Bit, place: UInt, length: UInt)
  ) -> (isShown: Bit, isLast: Bit, word: Bits) {
    m.scope(name) {
      let isReading = m.register("is_reading", Bit.self, reset: 0)
      let isShown = m.register("is_shown", Bit.self, reset: 0)
      let isLast = m.register("shows_last", Bit.self)
      let place = m.register("place", UInt.self, width: placeWidth)
      let left = m.register("words_left_less_one", UInt.self, width: 8)
      let (begins, first, length) = start((!isReading & !isShown).named("is_free"))
      let loads = (isReading & (!isShown | isTaken)).named("loads")
      m.when(begins) {
        isReading.next <== 1
        left.next <== length
        place.next <== first
      }
      .otherwise(when: loads) {
        isReading.next <== (left .!= 0)
        left.next <== left &- 1
        place.next <== place &+ 1
      }
      m.when(loads) {
        isShown.next <== 1
        isLast.next <== (left .== 0)
      }
      .otherwise(when: isTaken) { isShown.next <== 0 }
      return (isShown, isLast, storage.read(at: place, when: loads))
    }
  }
}
