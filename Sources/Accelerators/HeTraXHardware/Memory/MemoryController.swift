import Components
import HDL
import HeTraX
import NetworkHardware

/// The memory controller's node: it answers reads and writes of all cores from a memory behind AXI4, hands their commands to engines, and
/// hears when they end.
///
/// Requests are served in the order in which they come, reads one behind the other without waiting for their words. An engine gets a
/// command when it has fewer than `commandDepth`.
public struct MemoryController: Generator {
  /// The sizes.
  public var sizes: HeTraXSizes

  /// The controller of a machine.
  public init(sizes: HeTraXSizes) { self.sizes = sizes }

  /// Bursts that may be under way in each direction: as many as all engines can have.
  private var outstanding: Int { 4 * sizes.engines }

  /// Packets on one side, memory and commands on the other.
  public struct Ports {
    public let pop: StreamInput<PacketWord>
    public let push: StreamOutput<PacketWord>
    public let command: [StreamInput<Bits>]
    public let isDone: Output<Bits>
    public let isError: Output<Bit>
    public let sends: Output<Bit>
    /// The memory.
    public let memory: AXI4
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      pop: .init(PacketWord(width: PacketFormat.width), "Words that came"),
      push: .init(PacketWord(width: PacketFormat.width), "Words to be sent"),
      command: (0..<sizes.engines).map { .init(64 * PacketFormat.commandWords, "Commands of engine \($0)") },
      isDone: .init(sizes.engines, "A bit for each engine: 1 when it has ended a command"),
      isError: .init("1 when the memory reports an error"), sends: .init("1 when a word is sent"),
      memory: .init(addressWidth: 32, dataWidth: PacketFormat.width, idWidth: 0))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    Memory controller for \(sizes.engines) engines at \(sizes.streamingCores + sizes.resistiveCores) cores: requests in order, up to \
    \(outstanding) bursts under way in each direction.
    """
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    do throws(HeTraXError) { try sizes.validate() } catch {
      parameters.require(false, "the sizes are refused", fix: "\(error)")
    }
  }

  private enum Phase: HardwareEnum { case idle, head, words }
  private var format: PacketFormat { PacketFormat(nodes: sizes.machine.cores.count) }

  /// Who asked for a burst.
  private struct Origin: SignalBundle {
    let node, engine, length: UInt
    init(node: UInt, engine: UInt, length: UInt) { (self.node, self.engine, self.length) = (node, engine, length) }
    init(_ format: PacketFormat) { self.init(node: .shape(format.nodeBits), engine: .shape(3), length: .shape(4)) }
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let readEnds = m.wire("read_ends", Bit.self)
    let writeEnds = m.wire("write_ends", Bit.self)
    let (reads, writes, isDone) = requests(io, (readEnds, writeEnds), m)
    let places = (0..<sizes.engines).map { sizes.place(of: $0) }

    // Commands: an engine has credits for those that it may have.
    let commandGoes = m.wire("command_goes", Bit.self)
    let chosenEngine = m.register("chosen_engine", UInt.self, width: bits(for: sizes.engines - 1))
    let mayGet = (0..<sizes.engines).map { engine -> Bit in
      let depth = UInt(sizes.commandDepth)
      let credits = m.register("credits_\(engine)", UInt.self, width: bits(for: sizes.commandDepth), reset: depth)
      let spends = (commandGoes & (chosenEngine .== UInt(engine))).named("spends_\(engine)")
      let returns = isDone[engine]
      m.when(spends & !returns) { credits.next <== credits &- 1 }
        .otherwise(when: returns & !spends) { credits.next <== credits &+ 1 }
      io.command[engine].ready <== spends
      return io.command[engine].valid & (credits .!= 0)
    }
    let turn = m.instance(Arbiter { $0.count = sizes.engines }, "engine_turn")
    turn.request <== concatenate(mayGet.reversed())

    // Answers, acknowledgements, commands in turn.
    let kindTurn = m.instance(Arbiter { $0.count = 3 }, "kind_turn")
    let hasAnswer = (reads.valid & io.memory.r.valid).named("has_answer")
    let hasEnd = (writes.valid & io.memory.b.valid).named("has_end")
    kindTurn.request <== concatenate(turn.isGranted, hasEnd, hasAnswer)
    let kind = m.register("chosen_kind", UInt.self, width: 2)
    let (isAnswer, isEnd) = ((kind .== 0).named("is_answer"), (kind .== 1).named("is_end"))
    let word = m.register("command_word", UInt.self, width: 3, reset: 0)
    let isCommand = (kind .== 2).named("is_command")
    let isOffering = m.wire("is_offering", Bit.self)
    let isStreaming = m.wire("is_streaming", Bit.self)
    let hasWord = (isCommand | io.memory.r.valid).named("has_word")
    let moves = m.wire("word_moves", Bit.self)
    let isLastWord = mux(isCommand, word .== UInt(PacketFormat.commandWords - 1), io.memory.r.payload.last)
      .named("is_last_word")
    let machine = m.stateMachine("phase", of: Phase.self, reset: .idle) { phase in
      phase.when(.idle) {
        kind.next <== kindTurn.index
        chosenEngine.next <== turn.index
        word.next <== 0
        m.when(kindTurn.isGranted) { phase.go(.head) }
      }
      phase.when(.head) { m.when(moves) { m.when(isEnd) { phase.go(.idle) }.otherwise { phase.go(.words) } } }
      phase.when(.words) {
        m.when(moves) {
          word.next <== word &+ 1
          m.when(isLastWord) { phase.go(.idle) }
        }
      }
    }
    let isIdle = machine.isIn(.idle)
    kindTurn.advance <== isIdle
    turn.advance <== (isIdle & kindTurn.grant[2])
    isOffering.driver <== machine.isIn(.head)
    isStreaming.driver <== machine.isIn(.words)
    let offers = (isOffering | isStreaming & hasWord).named("offers")
    moves.driver <== (offers & io.push.ready)
    io.sends <== moves
    commandGoes.driver <== (isStreaming & moves & isCommand & isLastWord)
    let answered = (isStreaming & moves & isAnswer).named("word_is_answered")
    io.memory.r.ready <== answered
    readEnds.driver <== (answered & io.memory.r.payload.last)
    reads.ready <== readEnds
    let ended = (isOffering & moves & isEnd).named("end_is_told")
    io.memory.b.ready <== ended
    writeEnds.driver <== ended
    writes.ready <== ended
    func place(_ value: (Int) -> Int, _ width: Int) -> UInt {
      select(chosenEngine, places.indices.map { m.constant(value($0), width: width, as: UInt.self) })
    }
    let heads = [
      format.head(
        to: reads.payload.node, .data, engine: reads.payload.engine, length: reads.payload.length, in: m),
      format.head(to: writes.payload.node, .acknowledge, engine: writes.payload.engine, in: m),
      format.head(
        to: place({ places[$0].node }, format.nodeBits), .command, engine: place({ places[$0].local }, 3), in: m),
    ]
    let commands = select(chosenEngine, (0..<sizes.engines).map { io.command[$0].payload })
    let part = select(word, (0..<PacketFormat.commandWords).map { commands[64 * $0..<64 * $0 + 64] })
    io.push.valid <== offers
    io.push.payload
      <== PacketWord(
        data: mux(
          isOffering, mux(isAnswer, heads[0], mux(isEnd, heads[1], heads[2])),
          mux(isCommand, part, io.memory.r.payload.data)), isLast: mux(isOffering, isEnd, isLastWord))
    io.isDone <== concatenate(isDone.reversed())
    io.isError
      <== (io.memory.r.valid & io.memory.r.payload.resp[1] | io.memory.b.valid & io.memory.b.payload.resp[1])
  }

  /// Takes requests: who asked for the bursts that are under way, and for each engine whether a packet says that it has ended a
  /// command.
  private func requests(
    _ io: Interior<Ports>, _ ends: (read: Bit, write: Bit), _ m: Module
  ) -> (reads: Stream<Origin>, writes: Stream<Origin>, isDone: [Bit]) {
    let isInside = m.register("is_inside", Bit.self, reset: 0)
    let head = PacketFormat.Head(io.pop.payload.data, format)
    let origin = Origin(node: head.source, engine: head.engine, length: head.length)
    let begins = (io.pop.valid & !isInside).named("begins")
    let (wantsRead, wantsWrite) = (
      (begins & head.isKind(.read)).named("wants_read"), (begins & head.isKind(.write)).named("wants_write")
    )
    // Bursts under way are counted here, so that no valid waits for the ready of a queue.
    let openReads = m.register("reads_open", UInt.self, width: 6, reset: 0)
    let openWrites = m.register("writes_open", UInt.self, width: 6, reset: 0)
    let readRoom = (openReads .!= UInt(outstanding)).named("has_read_room")
    let writeRoom = (openWrites .!= UInt(outstanding)).named("has_write_room")
    let burst = BurstAddress(address: head.address, length: head.length.extended(to: 8))
    io.memory.ar.valid <== (wantsRead & readRoom)
    io.memory.ar.payload <== burst.onBus(wordBytes: PacketFormat.width / 8)
    io.memory.aw.valid <== (wantsWrite & writeRoom)
    io.memory.aw.payload <== burst.onBus(wordBytes: PacketFormat.width / 8)
    io.memory.w.valid <== (io.pop.valid & isInside)
    io.memory.w.payload
      <== AXI4Word(
        data: io.pop.payload.data, strb: m.constant(.ones(PacketFormat.width / 8), as: Bits.self),
        last: io.pop.payload.isLast)
    let takes =
      mux(
        isInside, io.memory.w.ready,
        mux(wantsRead, io.memory.ar.ready & readRoom, mux(wantsWrite, io.memory.aw.ready & writeRoom, 1))
      )
      .named("takes")
    let moves = io.pop.take(when: takes).named("request_moves")
    m.when(moves) { isInside.next <== !io.pop.payload.isLast }
    func origins(_ name: String, _ issues: Bit, _ open: UInt, _ ends: Bit) -> Stream<Origin> {
      m.when(issues & !ends) { open.next <== open &+ 1 }.otherwise(when: ends & !issues) { open.next <== open &- 1 }
      let room = m.wire("\(name)_have_room", Bit.self)
      m.assert(!issues | room, "\(name)_are_kept", "more bursts are under way than are counted")
      return Stream(valid: issues, payload: origin, ready: room.driver)
        .queued(name, depth: outstanding, storage: .registers, in: m)
    }
    return (
      origins("readers", wantsRead & readRoom & io.memory.ar.ready, openReads, ends.read),
      origins("writers", wantsWrite & writeRoom & io.memory.aw.ready, openWrites, ends.write),
      (0..<sizes.engines).map { engine in
        let (node, local) = sizes.place(of: engine)
        return
          (begins & head.isKind(.done) & (head.source .== UInt(node)) & (head.engine .== UInt(local)))
          .named("ends_\(engine)")
      }
    )
  }
}
