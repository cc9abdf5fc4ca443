import XFormer

/// The memory controller and the memory behind it, clock by clock; the memory answers in order and never stalls.
struct ControllerTiming {
  private enum Phase { case idle, head, words }

  private let sizes: HeTraXSizes
  private let latency: Int
  private var (phase, kind, engine, left) = (Phase.idle, 0, 0, 0)
  private var kindTurn = TurnTiming(3)
  private var engineTurn: TurnTiming
  private var credits: [Int]
  /// Who asked, burst by burst, and from which clock on that shows.
  private var readers: [(node: Int, engine: Int, words: Int)] = []
  private var writers: [(node: Int, engine: Int)] = []
  private var bursts: [(words: Int, start: Int)] = []
  private var answers: [Int] = []

  init(_ sizes: HeTraXSizes, latency: Int) {
    (self.sizes, self.latency) = (sizes, latency)
    engineTurn = TurnTiming(sizes.engines)
    credits = [Int](repeating: sizes.commandDepth, count: sizes.engines)
  }

  /// What a clock gives.
  struct Clock {
    /// The packet whose head is offered from the next clock on, and where it goes.
    var offer: (packet: PacketTiming, node: Int)?
    /// Engines that are told to have ended a command, and the engine whose command has gone.
    var done: Int?
    var taken: Int?
  }

  /// A clock.
  ///
  /// - Parameters:
  ///   - moved: whether a word of the controller goes into the network.
  ///   - comes: the word that comes, and from where.
  ///   - head: the command of an engine that may go.
  mutating func step(
    _ clock: Int, moved: Bool, comes: (packet: PacketTiming, source: Int, isFirst: Bool, isLast: Bool)?,
    head: (Int) -> XFormerCommand?
  ) -> Clock {
    var result = Clock()
    let hasAnswer = !readers.isEmpty && bursts.first.map { $0.start <= clock } ?? false
    let hasEnd = !writers.isEmpty && answers.first.map { $0 <= clock } ?? false
    switch phase {
    case .idle:
      let next = engineTurn.grant { credits[$0] > 0 && head($0) != nil }
      if let granted = kindTurn.grant({ [hasAnswer, hasEnd, next != nil][$0] }) {
        kindTurn.pass(granted)
        (phase, kind) = (.head, granted)
        switch granted {
        case 0:
          left = readers[0].words
          result.offer = (PacketTiming(kind: .data, engine: readers[0].engine, words: left), readers[0].node)
        case 1:
          result.offer = (PacketTiming(kind: .acknowledge, engine: writers[0].engine, words: 0), writers[0].node)
        default:
          engine = next ?? 0
          engineTurn.pass(engine)
          left = 8
          let place = sizes.place(of: engine)
          result.offer = (
            PacketTiming(kind: .command, engine: place.local, words: 8, command: head(engine)), place.node
          )
        }
      }
    case .head:
      if moved {
        if kind == 1 {
          writers.removeFirst()
          answers.removeFirst()
          phase = .idle
        } else {
          phase = .words
        }
      }
    case .words:
      if moved {
        left -= 1
        if kind == 0 { bursts[0].words -= 1 }
        if left == 0 {
          phase = .idle
          if kind == 0 {
            bursts.removeFirst()
            readers.removeFirst()
          } else {
            credits[engine] -= 1
            result.taken = engine
          }
        }
      }
    }
    if let (packet, source, isFirst, isLast) = comes {
      switch packet.kind {
      case .read:
        bursts.append((packet.words, clock + max(1, latency)))
        readers.append((source, packet.engine, packet.words))
      case .write:
        if isFirst { writers.append((source, packet.engine)) }
        if isLast { answers.append(clock + latency) }
      default:
        let ended = (0..<sizes.engines).first { sizes.place(of: $0) == (source, packet.engine) } ?? 0
        credits[ended] += 1
        result.done = ended
      }
    }
    return result
  }
}
