import Netlist

/// Two streams that belong together: the addresses of writes, and their words.
struct WritePair: Hashable, Sendable {
  var address, words: String
  /// The field of a word that is 1 for the last one of its write; nil where each write has one word.
  var last: RowField?
}

extension StreamBench {
  /// Takes or offers the addresses of writes and their words in every order that AXI allows, another one every few writes.
  ///
  /// Of a manager some are taken both at once, when both have been offered, and it must not wait for one of them before it
  /// offers the other. To a subordinate some addresses are offered before their words, and some words before their address.
  ///
  /// Throws when there are no such streams of one direction, or no such field of the words.
  ///
  /// - Parameters:
  ///   - address: The stream of addresses.
  ///   - words: The stream of words.
  ///   - last: The field that is 1 for the last word of a write; nil where each write has one word.
  public mutating func varyWriteOrder(
    address: String, words: String, last: String? = nil
  ) throws(BenchError) {
    guard let direction = streams.first(where: { $0.name == address })?.direction else {
      throw .unknownStream(address, module: interface.name, streams: streams.map(\.name))
    }
    let others = streams.filter { $0.direction == direction && $0.name != address }
    guard let shape = others.first(where: { $0.name == words }) else {
      throw .unknownStream(words, module: interface.name, streams: others.map(\.name))
    }
    let field = last.flatMap { name in shape.payload.fields.first { $0.name == name } }
    if let last, field == nil {
      throw .unknownPort(last, module: interface.name, ports: shape.payload.fields.map(\.name))
    }
    addWritePair(WritePair(address: address, words: words, last: field))
  }
}

/// In which order a subordinate takes the address and the words of a write, or a manager offers them.
///
/// Decisions rest on what was sampled at earlier edges, as those of a ``StallProfile``, which are kept where the order
/// leaves a choice.
struct WriteOrders {
  /// The first ones are those of a manager too.
  enum Order: Int, CaseIterable {
    /// Each stream for itself.
    case any
    /// A word after its address.
    case addressFirst
    /// An address after its words.
    case wordsFirst
    /// The address with the first word.
    case together
    /// The address with the last word.
    case withLastWord
    /// The address and the first word in the clock after both were offered.
    case afterBoth

    static let ofManager = 3
  }

  /// The numbers of the streams among the inputs or the outputs.
  let address, words: Int
  let isOutput: Bool
  private let last: RowField?
  private var random: Xoshiro256
  private var order: Order
  /// The number of the first address that meets another order.
  private var change = 0
  private var wordsSeen = 0
  private var writesEnded = 0
  private var hasBegun = false

  init(_ pair: WritePair, in streams: [StreamShape], _ seed: Seed) {
    let isOutput = streams.first { $0.name == pair.address }?.direction == .output
    let names = streams.filter { ($0.direction == .output) == isOutput }.map(\.name)
    address = names.firstIndex(of: pair.address) ?? 0
    words = names.firstIndex(of: pair.words) ?? 0
    self.isOutput = isOutput
    last = pair.last
    random = seed.generator("order of \(pair.address) and \(pair.words)")
    // The shortest run has the order that most mistakes of a manager meet.
    let first = random.asOneDraw { _ in UInt64((isOutput ? Order.afterBoth : .wordsFirst).rawValue) }
    order = Order(rawValue: Int(first % UInt64(Order.allCases.count))) ?? .any
    change = 1 + random.integer(below: 8)
  }

  /// Whether `row` ends a write.
  private func ends(_ row: UnsafePointer<UInt64>) -> Bool { last.map { row[$0.firstWord] & 1 == 1 } ?? true }

  private mutating func count(_ queue: RowQueue) {
    while wordsSeen < queue.head {
      hasBegun = !ends(queue.row(wordsSeen))
      if !hasBegun { writesEnded += 1 }
      wordsSeen += 1
    }
  }

  private mutating func chooseNext(_ addresses: Int) {
    order = Order(rawValue: random.integer(below: isOutput ? Order.allCases.count : Order.ofManager)) ?? .any
    change = addresses + 1 + random.integer(below: 8)
  }

  /// Holds back what a manager does not offer yet.
  mutating func hold(_ address: inout StreamDriver, _ words: inout StreamDriver) {
    let (sent, written) = (address.queue.head, words.queue.head)
    if sent >= change { chooseNext(sent) }
    if order == .addressFirst, sent <= written, !address.isOffering { words.isHeldBack = true }
    if order == .wordsFirst, written <= sent, !words.isOffering { address.isHeldBack = true }
  }

  /// Holds back what a subordinate does not take yet.
  mutating func hold(_ address: inout StreamMonitor, _ words: inout StreamMonitor) {
    count(words.queue)
    let taken = address.queue.head
    if taken >= change, taken == writesEnded, !hasBegun { chooseNext(taken) }
    let bothWait = address.isHeld && words.isHeld
    var takes = (address: address.isReady, word: words.isReady)
    if taken >= change {
      // What is ahead waits, so that the next order begins with a write.
      takes = taken > writesEnded || taken == writesEnded && hasBegun ? (false, takes.word) : (takes.address, false)
    } else {
      switch order {
      case .any: break
      case .addressFirst: takes.word = takes.word && taken > writesEnded
      case .wordsFirst: takes.address = takes.address && writesEnded > taken
      case .together, .afterBoth, .withLastWord:
        if taken > writesEnded {
          takes.address = false
        } else if order == .withLastWord, !words.queue.isEmpty, !ends(words.queue.next) {
          takes.address = false
        } else {
          let goes = bothWait && (order == .afterBoth || takes.address && order == .together || takes.word)
          takes = (goes, goes)
        }
      }
    }
    address.take(takes.address)
    words.take(takes.word)
  }
}

extension StreamMonitor {
  /// Sets ready for the coming cycle once more.
  mutating func take(_ takes: Bool) {
    isReady = takes
    ready.pointee = takes ? 1 : 0
  }
}
