/// An engine of the machine, clock by clock.
package protocol EngineTiming {
  /// Whether a command is taken in this clock.
  var isIdle: Bool { get }
  /// Its ways to the memory.
  var reader: ReaderTiming { get set }
  /// The same for writes.
  var writer: WriterTiming { get set }
  /// Results that wait for the bus.
  var queued: Int { get }
  /// Ends the clock; true when a command ends in it.
  ///
  /// - Parameter command: What may start; taken when the engine is idle.
  mutating func step(_ clock: Int, _ command: XFormerCommand?) -> Bool
}

extension EngineTiming {
  /// An engine without a queue before the bus.
  package var queued: Int { 0 }
}

/// The dispatcher, clock by clock: words of commands come over a bus of eight bytes, whole commands go to queues, and the head of a
/// queue goes to its engine when what it waits for has ended.
package struct DispatchTiming {
  private struct Queue {
    var waiting: [Int] = []
    var first = 0
    /// The command at the output.
    var shown: Int?
    var count: Int { waiting.count - first }
  }

  private let commands: [XFormerCommand]
  private let waits: [[Int]]
  private var reader: ReaderTiming
  private var asks = true
  private var (words, held) = (0, Int?.none)
  private var next = 0
  private var queues: [Queue]
  private var (issued, ended): ([Int], [Int])
  private let depth = 8

  package init(_ commands: [XFormerCommand], engines: Int, latency: Int) {
    self.commands = commands
    waits = commands.map { Array($0.waits.prefix(engines)) }
    reader = ReaderTiming(wordBytes: 8, latency: latency)
    queues = [Queue](repeating: Queue(), count: engines)
    (issued, ended) = ([Int](repeating: 0, count: engines), [Int](repeating: 0, count: engines))
  }

  /// The command at the head of the queue of an engine, when it may go.
  package func head(_ engine: Int) -> XFormerCommand? {
    guard let shown = queues[engine].shown, mayGo(shown) else { return nil }
    return commands[shown]
  }

  private func mayGo(_ command: Int) -> Bool {
    for (count, needed) in zip(ended, waits[command]) where count < needed { return false }
    return true
  }

  /// Whether a command waits for others while its engine is idle.
  package func isWaiting(_ engine: Int, isIdle: Bool) -> Bool {
    isIdle && queues[engine].shown.map { !mayGo($0) } ?? false
  }

  /// Ends the clock; true when it was the last one.
  package mutating func step(_ clock: Int, isIdle: [Bool], isDone: [Bool]) -> Bool {
    let comes = held == nil && reader.hasWord(clock)
    let order = ReaderTiming.Order(address: 0, stride: 64, rows: commands.count, words: 8)
    let asked = asks && reader.takesOrder
    reader.step(clock, order: asked ? order : nil, takesWord: comes)
    if asked { asks = false }
    var (isOver, goes) = (false, false)
    if let held {
      if commands[held].kind == .end {
        isOver = issued == ended
      } else {
        goes = queues[commands[held].engine].count < depth
      }
    }
    for engine in queues.indices {
      let ready = isIdle[engine] && queues[engine].shown.map(mayGo) ?? false
      let reads = queues[engine].count > 0 && (queues[engine].shown == nil || ready)
      if reads {
        queues[engine].shown = queues[engine].waiting[queues[engine].first]
        queues[engine].first += 1
      } else if ready {
        queues[engine].shown = nil
      }
    }
    for engine in queues.indices where isDone[engine] { ended[engine] += 1 }
    if goes, let command = held {
      queues[commands[command].engine].waiting.append(command)
      issued[commands[command].engine] += 1
      held = nil
    }
    if comes {
      words += 1
      if words == 8 { (words, held, next) = (0, next, next + 1) }
    }
    return isOver
  }
}
