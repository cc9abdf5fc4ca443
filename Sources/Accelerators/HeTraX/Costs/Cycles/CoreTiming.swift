import XFormer

/// Whose turn it is among several, as an arbiter that goes on behind the last granted one.
struct TurnTiming {
  private let count: Int
  private var next = 0

  init(_ count: Int) { self.count = count }

  /// The one that is granted; nil where nobody asks.
  func grant(_ asks: (Int) -> Bool) -> Int? {
    for step in 0..<count {
      let candidate = (next + step) % count
      if asks(candidate) { return candidate }
    }
    return nil
  }

  /// Passes the turn on.
  mutating func pass(_ granted: Int) { next = (granted + 1) % count }
}

/// A queue in a memory: an item shows two clock edges after it came, and one a clock passes.
struct MemoryQueueTiming {
  private(set) var stored = 0
  private(set) var isShown = false

  mutating func step(comes: Bool, leaves: Bool) {
    let reads = stored > 0 && (!isShown || leaves)
    if reads { isShown = true } else if leaves { isShown = false }
    stored += (comes ? 1 : 0) - (reads ? 1 : 0)
  }
}

/// A packet on its way.
struct PacketTiming {
  enum Kind { case read, write, done, data, acknowledge, command }
  var kind: Kind
  /// The engine at its core, and the words that follow the head.
  var engine, words: Int
  /// The number of the command that it carries.
  var command: XFormerCommand?
}

/// A core of the machine, clock by clock: its engines, its shared memory where it has one, and its bridge to the network.
struct CoreTiming {
  private enum Phase { case idle, head, words }

  /// What stands between an engine and the bridge.
  private struct Way {
    // Reads.
    var isReading = false
    var (word, left, pending, shown) = (0, 0, 0, 0)
    var comes = false
    var beyond: [Int] = []
    // Writes.
    var (isWriting, isBeyond) = (false, false)
    var (writtenWord, ends) = (0, 0)
    /// Words that are to come of the bursts whose addresses were taken.
    var written: [Int] = []
  }

  /// What the bridge holds for an engine.
  private struct Side {
    var ended = 0
    var addresses: [Int] = []
    var words = MemoryQueueTiming()
    var (bursts, reserved, acknowledged) = (0, 0, 0)
    var answers = MemoryQueueTiming()
    var commands: [XFormerCommand] = []
  }

  private(set) var engines: [any EngineTiming]
  private(set) var busy: [Int]
  private let banks: Int
  private let hasShared: Bool
  private var ways: [Way]
  private var sides: [Side]
  private var (phase, chosen, wordsLeft) = (Phase.idle, 0, 0)
  private var turn: TurnTiming
  private var (readTurns, writeTurns): ([TurnTiming], [TurnTiming])
  /// Words of an engine that may be on their way from the banks; words of a queue of stores; words that may be asked for.
  private let bankWords = 4
  private let storeWords = 32
  private let readWords = 64

  init(_ engines: [any EngineTiming], banks: Int) {
    self.engines = engines
    (hasShared, self.banks) = (banks > 0, max(1, banks))
    busy = [Int](repeating: 0, count: engines.count)
    ways = engines.map { _ in Way() }
    sides = engines.map { _ in Side() }
    turn = TurnTiming(3 * engines.count)
    readTurns = [TurnTiming](repeating: TurnTiming(engines.count), count: self.banks)
    writeTurns = readTurns
  }

  mutating func clearCounts() { busy = busy.map { _ in 0 } }

  /// A clock.
  ///
  /// - Parameters:
  ///   - moved: whether a word of the core goes into the network.
  ///   - comes: the word that comes: its packet, and whether it is the first and the last one.
  /// - Returns: the packet whose head is offered from the next clock on.
  mutating func step(
    _ clock: Int, moved: Bool, comes: (packet: PacketTiming, isFirst: Bool, isLast: Bool)?
  ) -> PacketTiming? {
    let isShared = { (address: Int) in address >= HeTraXSizes.sharedBase }
    let count = engines.count
    // What the engines offer.
    let requests = engines.map(\.reader.request)
    let bursts = engines.map(\.writer.burst)
    let offersWord = engines.map { $0.queued > 0 && $0.writer.passesWords }

    // The banks.
    var (readGrant, writeGrant) = ([Bool](repeating: false, count: count), [Bool](repeating: false, count: count))
    if hasShared {
      for bank in 0..<banks {
        if let engine = readTurns[bank].grant({
          ways[$0].isReading && ways[$0].pending < bankWords && ways[$0].word % banks == bank
        }) {
          readGrant[engine] = true
          readTurns[bank].pass(engine)
        }
        if let engine = writeTurns[bank].grant({
          ways[$0].isWriting && offersWord[$0] && ways[$0].writtenWord % banks == bank
        }) {
          writeGrant[engine] = true
          writeTurns[bank].pass(engine)
        }
      }
    }

    // The bridge: what asks to go, and what is taken.
    var passesRequest = [Bool](repeating: false, count: count)
    for engine in 0..<count {
      guard let request = requests[engine] else { continue }
      let way = ways[engine]
      passesRequest[engine] =
        !hasShared
        || !isShared(request.address) && !way.isReading && way.pending == 0 && way.beyond.count != 15
    }
    let grant =
      phase == .idle
      ? turn.grant { place in
        let side = sides[place / 3]
        switch place % 3 {
        case 0: return side.ended > 0
        case 1: return !side.addresses.isEmpty && side.bursts > 0
        default:
          return passesRequest[place / 3] && side.reserved + (requests[place / 3]?.words ?? 0) <= readWords
        }
      } : nil
    func goes(_ engine: Int, _ kind: Int) -> Bool { phase == .head && moved && chosen == 3 * engine + kind }

    var offer: PacketTiming?
    var dones = [Bool](repeating: false, count: count)
    for engine in 0..<count {
      let (way, side) = (ways[engine], sides[engine])
      let bridgeTakesRequest = goes(engine, 2)
      let (bridgeTakesAddress, bridgeTakesWord) = (side.addresses.count != 4, side.words.stored != storeWords)
      // Reads.
      let own = requests[engine].map { isShared($0.address) } ?? false
      let startsRead = hasShared && own && !way.isReading && way.beyond.isEmpty
      engines[engine].reader.requestIsTaken = own && hasShared ? startsRead : bridgeTakesRequest
      let fromBanks = way.shown > 0
      engines[engine].reader.wordIsThere = fromBanks || side.answers.isShown
      engines[engine].reader.tookWord = false
      // Writes.
      let isFree = !way.isWriting && !way.isBeyond
      let ownBurst = bursts[engine].map { isShared($0.address) } ?? false
      let startsWrite =
        bursts[engine] != nil && (hasShared ? isFree && (ownBurst || bridgeTakesAddress) : bridgeTakesAddress)
      engines[engine].writer.addressIsTaken = startsWrite
      engines[engine].writer.wordMayPass =
        hasShared ? (way.isBeyond ? bridgeTakesWord : writeGrant[engine]) : bridgeTakesWord
      let ownEnd = way.ends > 0
      engines[engine].writer.answerIsThere = ownEnd || side.acknowledged > 0
      (engines[engine].writer.tookWord, engines[engine].writer.tookAnswer) = (false, false)

      let isIdle = engines[engine].isIdle
      if !isIdle { busy[engine] += 1 }
      let command = isIdle ? side.commands.first : nil
      dones[engine] = engines[engine].step(clock, command)
      let (tookWord, tookStore) = (engines[engine].reader.tookWord, engines[engine].writer.tookWord)
      let tookAnswer = engines[engine].writer.tookAnswer

      // What stands between.
      let takenFromBanks = tookWord && fromBanks
      let takenFromBridge = tookWord && !fromBanks
      let storesBeyond = tookStore && (!hasShared || way.isBeyond)
      var endsBurst = false
      if hasShared {
        if takenFromBridge {
          ways[engine].beyond[0] -= 1
          if ways[engine].beyond[0] == 0 { ways[engine].beyond.removeFirst() }
        }
        if !own, bridgeTakesRequest { ways[engine].beyond.append(requests[engine]?.words ?? 0) }
        ways[engine].shown += (way.comes ? 1 : 0) - (takenFromBanks ? 1 : 0)
        ways[engine].pending += (readGrant[engine] ? 1 : 0) - (takenFromBanks ? 1 : 0)
        ways[engine].comes = readGrant[engine]
        if startsRead, let request = requests[engine] {
          (ways[engine].isReading, ways[engine].word) = (true, (request.address & 0x7FFF_FFFF) / 8)
          ways[engine].left = request.words - 1
        } else if readGrant[engine] {
          ways[engine].word += 1
          ways[engine].left -= 1
          if way.left == 0 { ways[engine].isReading = false }
        }
      }
      if startsWrite, let burst = bursts[engine] {
        ways[engine].written.append(burst.words)
        (ways[engine].isWriting, ways[engine].isBeyond) = (hasShared && ownBurst, hasShared && !ownBurst)
        ways[engine].writtenWord = (burst.address & 0x7FFF_FFFF) / 8
      }
      if tookStore {
        ways[engine].writtenWord += 1
        ways[engine].written[0] -= 1
        endsBurst = ways[engine].written[0] == 0
        if endsBurst { ways[engine].written.removeFirst() }
        if endsBurst, hasShared {
          if way.isWriting { ways[engine].ends += 1 }
          (ways[engine].isWriting, ways[engine].isBeyond) = (false, false)
        }
      }
      if tookAnswer, ownEnd { ways[engine].ends -= 1 }

      // What the bridge holds.
      let leavesWord = phase == .words && moved && chosen == 3 * engine + 1
      sides[engine].words.step(comes: storesBeyond, leaves: leavesWord)
      if storesBeyond, endsBurst { sides[engine].bursts += 1 }
      if goes(engine, 1) {
        sides[engine].addresses.removeFirst()
        sides[engine].bursts -= 1
      }
      if startsWrite, !(hasShared && ownBurst), let burst = bursts[engine] {
        sides[engine].addresses.append(burst.words)
      }
      if bridgeTakesRequest { sides[engine].reserved += requests[engine]?.words ?? 0 }
      if takenFromBridge { sides[engine].reserved -= 1 }
      let isForIt = comes.map { $0.packet.engine == engine } ?? false
      let answers = isForIt && comes?.packet.kind == .data && comes?.isFirst == false
      sides[engine].answers.step(comes: answers, leaves: takenFromBridge)
      if tookAnswer, !ownEnd { sides[engine].acknowledged -= 1 }
      if isForIt, comes?.packet.kind == .acknowledge { sides[engine].acknowledged += 1 }
      if isIdle, command != nil { sides[engine].commands.removeFirst() }
      if isForIt, comes?.packet.kind == .command, comes?.isLast == true, let command = comes?.packet.command {
        sides[engine].commands.append(command)
      }
      if goes(engine, 0) { sides[engine].ended -= 1 }
      if dones[engine] { sides[engine].ended += 1 }
    }

    switch phase {
    case .idle:
      if let grant {
        turn.pass(grant)
        (phase, chosen) = (.head, grant)
        let engine = grant / 3
        switch grant % 3 {
        case 0: offer = PacketTiming(kind: .done, engine: engine, words: 0)
        case 1:
          wordsLeft = sides[engine].addresses[0]
          offer = PacketTiming(kind: .write, engine: engine, words: wordsLeft)
        default:
          // The words are those of the answer.
          offer = PacketTiming(kind: .read, engine: engine, words: requests[engine]?.words ?? 0)
        }
      }
    case .head: if moved { phase = chosen % 3 == 1 ? .words : .idle }
    case .words:
      if moved {
        wordsLeft -= 1
        if wordsLeft == 0 { phase = .idle }
      }
    }
    return offer
  }
}
