import Components
import HDL
import XFormer

/// Fetches commands and hands them to the queues of their engines, in order; an engine gets one when what it waits for has ended.
///
/// Each engine counts the commands that it has ended. The command at the head of a queue goes when every count has reached the
/// command's own number: the credits of the blocks. Since a program is in an order in which it could run command by command, no
/// queue that is full can stop it for ever.
public struct CommandDispatcher: DefaultConfigurable {
  /// Engines, of which a command can wait for any.
  public var engines: Int
  /// Commands that wait for an engine, besides those at the head of the queues.
  public var depth = 8

  /// The dispatcher of a machine.
  public init(sizes: XFormerSizes) { self.init(engines: sizes.engines) }

  /// The dispatcher of so many engines.
  public init(engines: Int) { self.engines = engines }

  /// The default configuration.
  public init() { self.init(sizes: .micro) }

  /// Bits of the bus of commands.
  public static let busWidth = 64

  /// A program in, commands out, and the read channels.
  public struct Ports {
    public let start: Input<Bit>
    public let address: Input<UInt>
    public let commands: Input<UInt>
    public let engine: [StreamOutput<Bits>]
    public let isDone: Input<Bits>
    public let isRunning: Output<Bit>
    /// What a clock is counted as: a command goes to a queue; the dispatcher waits for memory, or for room in a queue; for each
    /// engine, whether a command waits for others.
    public let issues, waitsFetch, waitsQueue: Output<Bit>
    public let waitsProducer: Output<Bits>
    public let isError: Output<Bit>
    public let ar: StreamOutput<BurstAddress>
    public let r: StreamInput<ReadWord>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      start: .init("1 to run a program"), address: .init(32, "Where it stands; a multiple of 64"),
      commands: .init(20, "Its commands, 64 bytes each"),
      engine: (0..<engines).map { .init(512, "Commands of engine \($0)") },
      isDone: .init(engines, "A bit for each engine: 1 when it has ended a command"),
      isRunning: .init("1 while a program runs"), issues: .init("A command goes to a queue"),
      waitsFetch: .init("No command is there"), waitsQueue: .init("The queue of the command is full"),
      waitsProducer: .init(engines, "A bit for each engine: its next command waits for others"),
      isError: .init("1 when the memory reports an error"),
      ar: .init(BurstAddress(addressWidth: 32), "Addresses of bursts"),
      r: .init(ReadWord(bytes: Self.busWidth / 8), "Words from the bus"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    "Hands commands of 64 bytes to \(engines) engines, each when what it waits for has ended."
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("engines", engines, in: 1...XFormerSizes.mostEngines)
    parameters.require("depth", depth, in: 2...64)
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let isRunning = m.register("is_running", Bit.self, reset: 0)
    let isHeld = m.register("is_held", Bit.self, reset: 0)
    let takes = m.wire("takes_command", Bit.self)
    let reader = m.instance(StridedReader { ($0.wordBytes, $0.outstanding) = (8, 4) }, "fetch")
    let asks = m.register("asks", Bit.self, reset: 0)
    io.ar <== reader.ar
    reader.r <== io.r
    m.when(io.start) { asks.next <== 1 }.otherwise(when: reader.order.ready) { asks.next <== 0 }
    reader.order.valid <== asks
    // A row is a command, so that words of the bus are counted in 16 bits.
    reader.order.payload
      <== RowOrder(
        address: io.address, stride: 64, lastRow: (io.commands &- 1).truncated(to: 16), lastWord: 7)
    let accepts = (!isHeld | !isRunning).named("accepts")
    reader.pop.ready <== accepts
    let comes = (reader.pop.valid & accepts).named("comes")
    let number = m.register("word_number", UInt.self, width: 3, reset: 0)
    let parts = (0..<8).map { place in
      m.register("part_\(place)", reader.pop.payload, when: comes & (number .== UInt(place)))
    }
    m.when(comes) {
      number.next <== number &+ 1
      m.when((number .== 7) & isRunning) { isHeld.next <== 1 }
    }
    m.when(takes) { isHeld.next <== 0 }
    m.when(io.start) { number.next <== 0 }
    let command = CommandFields(bits: concatenate(parts.reversed()))
    let isEnd = command.isKind(.end)

    let done = (0..<engines).map { engine -> UInt in
      let count = m.register("ended_\(engine)", UInt.self, width: 16, reset: 0)
      m.when(io.start) { count.next <== 0 }.otherwise(when: io.isDone[engine]) { count.next <== count &+ 1 }
      return count
    }
    var (rooms, quiet, waiting): ([Bit], [Bit], [Bit]) = ([], [], [])
    for engine in 0..<engines {
      let isOwn = (isHeld & isRunning & !isEnd & (command.field(0, 4, 4) .== UInt(engine))).named("is_for_\(engine)")
      let room = m.wire("has_room_\(engine)", Bit.self)
      let queue = Stream<Bits>(valid: isOwn, payload: command.bits, ready: room.driver)
        .queued("queue_\(engine)", depth: depth, in: m)
      let head = CommandFields(bits: queue.payload)
      let mayGo = allOf(
        (0..<engines).map { done[$0] .>= head.field(1 + $0 / 2, $0 % 2 * 16, 16) }
      ).named("may_go_\(engine)")
      io.engine[engine].valid <== (queue.valid & mayGo)
      io.engine[engine].payload <== queue.payload
      queue.ready <== (io.engine[engine].ready & mayGo)
      let issued = m.register("issued_\(engine)", UInt.self, width: 16, reset: 0)
      m.when(io.start) { issued.next <== 0 }.otherwise(when: isOwn & room) { issued.next <== issued &+ 1 }
      rooms.append(isOwn & room)
      quiet.append(issued .== done[engine])
      waiting.append(queue.valid & !mayGo & io.engine[engine].ready)
    }
    let goes = anyOf(rooms).named("goes")
    let isOver = (isHeld & isRunning & isEnd & allOf(quiet)).named("is_over")
    takes.driver <== (goes | isOver)
    m.when(io.start) { isRunning.next <== 1 }.otherwise(when: isOver) { isRunning.next <== 0 }
    io.isRunning <== isRunning
    io.issues <== goes
    io.waitsFetch <== (isRunning & !isHeld)
    io.waitsQueue <== (isRunning & isHeld & !isEnd & !goes)
    io.waitsProducer <== concatenate(waiting.reversed())
    io.isError <== reader.isError
  }
}
