import Costs
import Golden

/// The reader of an engine and the memory behind it, clock by clock: rows of words, up to four bursts of up to 16 words under way.
///
/// An address shows in the clock after an order was taken, and one a clock after that. The memory answers in order, a word a
/// clock, each burst so many clocks after its address. Without a latency whoever models the way to the memory says in each clock what
/// happens on it.
package struct ReaderTiming {
  /// Rows that are asked for.
  package struct Order {
    package var address, stride, rows, words: Int

    package init(address: Int, stride: Int, rows: Int, words: Int) {
      (self.address, self.stride, self.rows, self.words) = (address, stride, rows, words)
    }
  }

  private let wordBytes, outstanding: Int
  private let latency: Int?
  /// Where there is no latency: whether the address that shows is taken in this clock, and whether a word is there.
  package var (requestIsTaken, wordIsThere) = (false, false)
  /// Whether a word was taken in the last clock that was stepped; to be set to false before.
  package var tookWord = false
  private var order = Order(address: 0, stride: 0, rows: 0, words: 0)
  private var rowAddress = 0
  private var word = 0
  private var wordsLeft = 0
  private var open = 0
  private var bursts: [(words: Int, start: Int)] = []
  /// Whether an order is taken in this clock.
  package private(set) var takesOrder = true

  package init(wordBytes: Int, latency: Int?, outstanding: Int = 4) {
    (self.wordBytes, self.latency, self.outstanding) = (wordBytes, latency.map { max(1, $0) }, outstanding)
  }

  /// Whether a word is there.
  package func hasWord(_ clock: Int) -> Bool {
    latency == nil ? wordIsThere : bursts.first.map { $0.start <= clock } ?? false
  }

  /// The burst whose address shows.
  package var request: (address: Int, words: Int)? {
    guard !takesOrder, open < outstanding else { return nil }
    return (word * wordBytes, min(wordsLeft, 16 - word % 16))
  }

  /// Ends the clock.
  package mutating func step(_ clock: Int, order new: Order?, takesWord: Bool) {
    let offers = request != nil && (latency == nil ? requestIsTaken : true)
    if takesOrder, let new {
      order = new
      takesOrder = false
      rowAddress = new.address
      (word, wordsLeft) = (new.address / wordBytes, new.words)
    } else if offers {
      let length = min(wordsLeft, 16 - word % 16)
      bursts.append((length, clock + (latency ?? 0)))
      open += 1
      word += length
      wordsLeft -= length
      if wordsLeft == 0 {
        rowAddress += order.stride
        order.rows -= 1
        (word, wordsLeft) = (rowAddress / wordBytes, order.words)
        if order.rows == 0 { takesOrder = true }
      }
    }
    if takesWord {
      tookWord = true
      bursts[0].words -= 1
      if bursts[0].words == 0 {
        bursts.removeFirst()
        open -= 1
      }
    }
  }
}

/// The writer of an engine and the memory behind it, clock by clock: one row of bytes at a time. Without a latency as a
/// ``ReaderTiming``.
package struct WriterTiming {
  private let wordBytes: Int
  private let latency: Int?
  /// Where there is no latency: whether the address that shows is taken in this clock, whether a word would be, and whether an answer
  /// is there.
  package var (addressIsTaken, wordMayPass, answerIsThere) = (false, false, false)
  /// What was taken in the last clock that was stepped; to be set to false before.
  package var (tookWord, tookAnswer) = (false, false)
  private var timing = BurstWriteTiming(outstanding: 4)
  /// Words that are to come of the bursts whose addresses the memory has.
  private var bursts: [Int] = []
  private var answers: [Int] = []

  package init(wordBytes: Int, latency: Int?) { (self.wordBytes, self.latency) = (wordBytes, latency) }

  /// The burst whose address shows.
  package var burst: BurstSplit.Burst? { timing.burst }
  /// Whether words pass, if they are there.
  package var passesWords: Bool { timing.passesWords }

  /// Whether a row is taken in this clock.
  package var takesRow: Bool { timing.takesTransfer }
  /// Whether a word is taken in this clock.
  package var takesWord: Bool { (latency == nil ? wordMayPass : !bursts.isEmpty) && timing.passesWords }
  /// Whether the end of a row shows, with its stores acknowledged.
  package var hasEnded: Bool { timing.hasEnded }

  /// Ends the clock.
  package mutating func step(_ clock: Int, row: (address: Int, bytes: Int)?, sends: Bool) {
    let transfer = row.map { row in
      BurstSplit(address: row.address, length: row.bytes, wordBytes: wordBytes, maximumBurst: 16).bursts
    }
    let (burst, takesAnswer) = (timing.burst, timing.takesAnswer)
    let answer = latency == nil ? answerIsThere : answers.first.map { $0 <= clock } ?? false
    let takesAddress = latency == nil ? addressIsTaken : true
    var endsBurst = false
    if takesAddress, let burst { bursts.append(burst.words) }
    if sends {
      tookWord = true
      bursts[0] -= 1
      if bursts[0] == 0 {
        bursts.removeFirst()
        if let latency { answers.append(clock + latency) }
        endsBurst = true
      }
    }
    timing.step(transfer: transfer, takesAddress: takesAddress, endsBurst: endsBurst, answer: answer, takesEnd: true)
    if answer, takesAnswer {
      tookAnswer = true
      if latency != nil { answers.removeFirst() }
    }
  }
}
