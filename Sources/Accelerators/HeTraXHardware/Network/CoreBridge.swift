import Components
import HDL
import HeTraX
import NetworkHardware

/// A core's side of the network: bursts of its engines become packets to the memory controller, and packets answers and commands.
///
/// A read is asked for when there is room for all of its words, and a burst to be written goes when all of its words are there: no
/// packet waits in the network for an engine, so that whatever comes is taken at once. A head goes two clocks after its burst is
/// offered, where nothing else goes.
public struct CoreBridge: Generator {
  /// Heads of packets.
  public var format: PacketFormat
  /// The node of the memory controller.
  public var controller: Int
  /// Engines of the core: 1 to 8.
  public var engines: Int
  /// Commands that an engine may have, the one that runs counted.
  public var commandDepth: Int

  /// The bridge of a core.
  public init(format: PacketFormat, controller: Int, engines: Int, commandDepth: Int = 2) {
    (self.format, self.controller, self.engines, self.commandDepth) = (format, controller, engines, commandDepth)
  }

  /// Words of answers that an engine has room for: as many as its reader can have under way.
  static let readDepth = 4 * PacketFormat.burstWords

  /// Buses and commands on one side, packets on the other.
  public struct Ports {
    /// The bus of each engine.
    public let memory: [Flipped<AXI4>]
    public let command: [StreamOutput<Bits>]
    public let isDone: Input<Bits>
    public let push: StreamOutput<PacketWord>
    public let pop: StreamInput<PacketWord>
    public let sends: Output<Bit>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      memory: (0..<engines).map { _ in
        .init(AXI4(addressWidth: 32, dataWidth: PacketFormat.width, idWidth: 0))
      },
      command: (0..<engines).map { .init(64 * PacketFormat.commandWords, "Commands of engine \($0)") },
      isDone: .init(engines, "A bit for each engine: 1 when it has ended a command"),
      push: .init(PacketWord(width: PacketFormat.width), "Words to be sent"),
      pop: .init(PacketWord(width: PacketFormat.width), "Words that came"),
      sends: .init("1 when a word is sent"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    \(engines) engine(s) on the network: their bursts as packets to node \(controller), answers and commands from it.
    What comes is always taken; bursts are of up to \(PacketFormat.burstWords) whole words.
    """
  }

  /// Requires room for the fields of a head.
  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("engines", engines, in: 1...8)
    parameters.require("commandDepth", commandDepth, in: 1...4)
    parameters.require("format.nodeBits", format.nodeBits, in: 1...11)
  }

  private enum Phase: HardwareEnum { case idle, head, words }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let controller = m.constant(controller, width: format.nodeBits, as: UInt.self)
    let arrival = arrivals(io, m)

    // What may go, three kinds for each engine.
    let isOffering = m.wire("is_offering", Bit.self)
    let isStreaming = m.wire("is_streaming", Bit.self)
    let chosen = m.register("chosen", UInt.self, width: bits(for: 3 * engines - 1))
    func isChosen(_ place: Int) -> Bit { (chosen .== UInt(place)) }
    let moves = m.wire("word_moves", Bit.self)
    var (requests, heads, words): ([Bit], [Bits], [Stream<WriteWord>]) = ([], [], [])
    for engine in 0..<engines {
      let bus = io.memory[engine]
      let number = m.constant(engine, width: 3, as: UInt.self)
      func goes(_ kind: Int) -> Bit { isOffering & moves & isChosen(3 * engine + kind) }

      let ended = m.register("ends_to_tell_\(engine)", UInt.self, width: 3, reset: 0)
      let tells = goes(0).named("tells_end_\(engine)")
      m.when(io.isDone[engine] & !tells) { ended.next <== ended &+ 1 }
        .otherwise(when: tells & !io.isDone[engine]) { ended.next <== ended &- 1 }

      let addresses = bus.aw.mapped { BurstAddress(address: $0.addr, length: $0.len) }
        .queued("addresses_\(engine)", depth: 4, storage: .registers, in: m)
      let hasRoom = m.wire("has_room_\(engine)", Bit.self)
      let comes = bus.w.take(when: hasRoom).named("word_comes_\(engine)")
      let queue = Stream(
        valid: bus.w.valid,
        payload: WriteWord(data: bus.w.payload.data, strobe: bus.w.payload.strb, last: bus.w.payload.last),
        ready: hasRoom.driver
      ).queued("words_\(engine)", depth: 2 * PacketFormat.burstWords, in: m)
      m.assert(
        !bus.w.valid | bus.w.payload.strb.all, "words_are_whole_\(engine)", "a part of a word is to be written")
      let bursts = m.register("whole_bursts_\(engine)", UInt.self, width: 6, reset: 0)
      let isWhole = comes & bus.w.payload.last
      let leaves = goes(1).named("burst_leaves_\(engine)")
      m.when(isWhole & !leaves) { bursts.next <== bursts &+ 1 }
        .otherwise(when: leaves & !isWhole) { bursts.next <== bursts &- 1 }
      addresses.ready <== leaves
      queue.ready <== (isStreaming & moves & isChosen(3 * engine + 1))
      words.append(queue)

      let reserved = m.register("words_reserved_\(engine)", UInt.self, width: 7, reset: 0)
      let asked = bus.ar.payload.len.truncated(to: 5).extended(to: 7) &+ 1
      let isAsked = bus.ar.take(when: goes(2)).named("asks_\(engine)")
      let given = arrival.given[engine]
      m.when(isAsked) { reserved.next <== reserved &+ mux(given, asked &- 1, asked) }
        .otherwise(when: given) { reserved.next <== reserved &- 1 }
      let fits = (reserved &+ asked) .<= UInt(Self.readDepth)

      requests += [ended .!= 0, addresses.valid & (bursts .!= 0), bus.ar.valid & fits]
      heads += [
        format.head(to: controller, .done, engine: number, in: m),
        format.head(
          to: controller, .write, engine: number, length: addresses.payload.length.truncated(to: 4),
          address: addresses.payload.address, in: m),
        format.head(
          to: controller, .read, engine: number, length: bus.ar.payload.len.truncated(to: 4),
          address: bus.ar.payload.addr, in: m),
      ]
    }
    let senders = m.instance(Arbiter { $0.count = 3 * engines }, "senders")
    senders.request <== concatenate(requests.reversed())
    let isWrite = anyOf((0..<engines).map { isChosen(3 * $0 + 1) }).named("is_write")
    let ofEngine = (0..<engines).map { isChosen(3 * $0 + 1) }
    let word = words.dropFirst().enumerated().reduce(words[0].payload.data) {
      mux(ofEngine[$1.offset + 1], $1.element.payload.data, $0)
    }
    let hasWord = anyOf(words.indices.map { ofEngine[$0] & words[$0].valid }).named("has_word")
    let isLast = anyOf(words.indices.map { ofEngine[$0] & words[$0].payload.last }).named("is_last_word")
    let machine = m.stateMachine("phase", of: Phase.self, reset: .idle) { phase in
      phase.when(.idle) {
        chosen.next <== senders.index
        m.when(senders.isGranted) { phase.go(.head) }
      }
      phase.when(.head) {
        m.when(moves) { m.when(isWrite) { phase.go(.words) }.otherwise { phase.go(.idle) } }
      }
      phase.when(.words) { m.when(moves & isLast) { phase.go(.idle) } }
    }
    senders.advance <== machine.isIn(.idle)
    isOffering.driver <== machine.isIn(.head)
    isStreaming.driver <== machine.isIn(.words)
    io.push.valid <== (isOffering | isStreaming & hasWord)
    io.push.payload
      <== PacketWord(
        data: mux(isOffering, select(chosen, heads), word), isLast: mux(isOffering, !isWrite, isLast))
    moves.driver <== (io.push.ready & (isOffering | isStreaming & hasWord))
    io.sends <== moves
  }

  /// Takes what comes; for each engine whether a word of an answer is given to it.
  private func arrivals(_ io: Interior<Ports>, _ m: Module) -> (given: [Bit], isInside: Bit) {
    let isInside = m.register("is_inside", Bit.self, reset: 0)
    let comes = io.pop.take(when: 1).named("comes")
    let head = PacketFormat.Head(io.pop.payload.data, format)
    let begins = (comes & !isInside).named("begins")
    let isLast = io.pop.payload.isLast
    m.when(comes) { isInside.next <== !isLast }
    let engine = m.register("engine", head.engine, when: begins)
    let isData = m.register("is_data", head.isKind(.data), when: begins)
    let number = m.register("command_word", UInt.self, width: 3, reset: 0)
    let isPart = (comes & isInside & !isData).named("is_part_of_command")
    m.when(isPart) { number.next <== number &+ 1 }
    let parts = (0..<PacketFormat.commandWords - 1).map { place in
      m.register("part_\(place)", io.pop.payload.data, when: isPart & (number .== UInt(place)))
    }
    let command = concatenate(([io.pop.payload.data] + parts.reversed()))
    var given: [Bit] = []
    for index in 0..<engines {
      let bus = io.memory[index]
      let isOwn = engine .== UInt(index)
      let answers = (comes & isInside & isData & isOwn).named("answer_comes_\(index)")
      let room = m.wire("has_answer_room_\(index)", Bit.self)
      let queue = Stream(
        valid: answers,
        payload: AXI4ReadWord(
          id: nil, data: io.pop.payload.data, resp: m.constant(0, width: 2, as: Bits.self), last: isLast),
        ready: room.driver
      ).queued("answers_\(index)", depth: Self.readDepth, in: m)
      m.assert(!answers | room, "an_answer_has_room_\(index)", "a word came for which no room was reserved")
      bus.r <== queue
      given.append((queue.valid & bus.r.ready).named("gives_\(index)"))

      let acknowledges =
        (begins & head.isKind(.acknowledge) & (head.engine .== UInt(index))).named("acknowledges_\(index)")
      let count = m.register("acknowledged_\(index)", UInt.self, width: 3, reset: 0)
      let isTaken = (count .!= 0) & bus.b.ready
      m.when(acknowledges & !isTaken) { count.next <== count &+ 1 }
        .otherwise(when: isTaken & !acknowledges) { count.next <== count &- 1 }
      bus.b.valid <== (count .!= 0)
      bus.b.payload <== AXI4Response(id: nil, resp: m.constant(0, width: 2, as: Bits.self))

      let ends = (isPart & isLast & isOwn).named("command_comes_\(index)")
      let hasPlace = m.wire("has_place_\(index)", Bit.self)
      let commands = Stream<Bits>(valid: ends, payload: command, ready: hasPlace.driver)
        .queued("commands_\(index)", depth: commandDepth, storage: .registers, in: m)
      m.assert(!ends | hasPlace, "a_command_has_a_place_\(index)", "a command came without a credit")
      io.command[index] <== commands
    }
    return (given, isInside)
  }
}
