import Synchronization

/// Records what the generators of a test give, or makes them give what tapes say.
///
/// A deck goes into a test with its seed: every generator that is named under `Seed(value, deck)` is on it. One deck is
/// for one test, from the making of its bench to the end of its run.
///
/// ```swift
/// let recorder = TapeDeck()
/// let bench = try makeBench(Seed(42, recorder))
/// if try bench.run(on: engine).failure != nil {
///   var tapes = recorder.tapes
///   tapes.entries["stalls of output"] = nil
///   let again = try makeBench(Seed(42, TapeDeck(replaying: tapes)))
/// }
/// ```
public final class TapeDeck: Sendable {
  private struct Tape {
    var entries: [UInt64] = []
    /// One past the last position that was asked for.
    var used = 0
  }

  private struct State {
    var numbers: [String: Int] = [:]
    var tapes: [Tape] = []
    var isExhausted = false
    var marks: [[Int]] = []
  }

  /// Whether generators draw, and what they give is kept.
  let isRecording: Bool
  private let state: Mutex<State>

  /// A deck that records.
  public init() {
    isRecording = true
    state = Mutex(State())
  }

  /// A deck that replays `tapes`.
  public init(replaying tapes: DrawTapes) {
    isRecording = false
    var initial = State()
    for (name, entries) in tapes.entries {
      initial.numbers[name] = initial.tapes.count
      initial.tapes.append(Tape(entries: entries))
    }
    state = Mutex(initial)
  }

  /// What was recorded; of tapes that are replayed, what generators have asked for.
  public var tapes: DrawTapes {
    state.withLock { state in
      DrawTapes(
        state.numbers.mapValues { number in
          let tape = state.tapes[number]
          return Array(tape.entries.prefix(tape.used))
        })
    }
  }

  /// How many entries of each tape generators have asked for, those behind its end included.
  public var used: [String: Int] {
    state.withLock { state in state.numbers.mapValues { state.tapes[$0].used } }
  }

  /// Whether a generator has asked for more than all the zeros behind the end of its tape.
  var isExhausted: Bool { state.withLock { $0.isExhausted } }

  /// Notes where every tape stands: a transaction or vector is complete.
  func mark() {
    state.withLock { state in state.marks.append(state.tapes.map(\.used)) }
  }

  /// Where each tape stood at each mark.
  var marks: [[String: Int]] {
    state.withLock { state in
      state.marks.map { mark in state.numbers.compactMapValues { $0 < mark.count ? mark[$0] : nil } }
    }
  }

  /// The number of the tape called `name`.
  func open(_ name: String) -> Int {
    state.withLock { state in
      if let number = state.numbers[name] { return number }
      state.numbers[name] = state.tapes.count
      state.tapes.append(Tape())
      return state.tapes.count - 1
    }
  }

  /// Keeps an entry.
  func record(_ entry: UInt64, on tape: Int, at position: Int) {
    state.withLock { state in
      if position < state.tapes[tape].entries.count {
        state.tapes[tape].entries[position] = entry
      } else {
        state.tapes[tape].entries.append(entry)
      }
      state.tapes[tape].used = max(state.tapes[tape].used, position + 1)
    }
  }

  /// Zeros behind the end of a tape, after which it gives anything: whoever draws until a number is not 0 comes to an end.
  static let zeros = 1 << 17

  /// An entry to replay.
  func entry(of tape: Int, at position: Int) -> UInt64 {
    state.withLock { state in
      state.tapes[tape].used = max(state.tapes[tape].used, position + 1)
      let entries = state.tapes[tape].entries
      if position < entries.count { return entries[position] }
      if position - entries.count < Self.zeros { return 0 }
      state.isExhausted = true
      return SplitMix64.mix(UInt64(position))
    }
  }
}

/// Where a generator is on its tape.
@usableFromInline
struct TapePosition: Sendable {
  let deck: TapeDeck
  let tape: Int
  /// The name of the tape.
  let name: String
  var position = 0
}

/// A number with a sign as an entry: small where the magnitude is, whatever the sign.
func entry(of value: Int64) -> UInt64 {
  if value == .min { return .max }
  return value > 0 ? UInt64(value) << 1 &- 1 : UInt64(0 &- value) << 1
}

/// The number with a sign that an entry stands for.
func signedValue(of entry: UInt64) -> Int64 {
  entry & 1 == 1 ? Int64(bitPattern: entry >> 1 &+ 1) : 0 &- Int64(bitPattern: entry >> 1)
}
