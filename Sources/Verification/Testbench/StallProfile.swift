/// How the bench holds back on its side of a stream: valid of an input stream, ready of an output stream.
///
/// Decisions rest on what was sampled at earlier edges, never on the same cycle, as in a registered neighbour. No
/// profile withdraws an offered transaction.
public enum StallProfile: Hashable, Sendable, Codable {
  /// Always ready; offers as soon as there is something to offer.
  case never
  /// Holds back in each cycle with this probability, 0 up to but not including 1.
  case random(Double)
  /// Runs of held-back cycles and of free cycles, of geometric length with these means (at least 1).
  case bursts(stalled: Double, flowing: Double)
  /// Ready only after valid is up and waiting; valid only after ready was seen. Valid gives in after 16 cycles, because
  /// a design may rightly let ready wait for valid; ready never does, because valid must not wait for ready.
  case reluctant
  /// Ready only after a cycle without valid; valid only after a cycle without ready. Gives in after 1 to 8 cycles.
  case contrary
  /// Any of the others with random numbers, chosen anew every 16 to 143 decisions. It begins reluctant and goes on
  /// contrary, so that the shortest run has both; ready stays reluctant for as many transactions as it would otherwise
  /// for decisions, so that a design whose valid waits for ready is stuck.
  case mixed

  /// Throws when a probability or a mean is impossible.
  func validate() throws(BenchError) {
    switch self {
    case .random(let chance) where !(0..<1).contains(chance):
      throw .stallProfile("the probability \(chance) must be at least 0 and below 1, or nothing would ever pass")
    case .bursts(let stalled, let flowing) where !(stalled >= 1 && flowing >= 1 && max(stalled, flowing) < 1e9):
      throw .stallProfile("mean burst lengths \(stalled) and \(flowing) must be 1 cycle to 1e9 cycles")
    default: break
    }
  }
}

extension StallProfile: CustomStringConvertible {
  /// A word or two for reports.
  public var description: String {
    switch self {
    case .never: "never"
    case .random(let chance): "random \(chance)"
    case .bursts(let stalled, let flowing): "bursts \(stalled)/\(flowing)"
    case .reluctant: "reluctant"
    case .contrary: "contrary"
    case .mixed: "mixed"
    }
  }
}

/// The decisions of a ``StallProfile``, cycle by cycle.
@usableFromInline
struct StallGenerator {
  @usableFromInline
  enum Kind: UInt8 {
    case never, random, bursts, reluctant, contrary
    /// The decisions themselves are recorded or replayed, not the draws behind them.
    case taped
  }

  @usableFromInline var kind = Kind.never
  /// A draw below this holds back (random) or ends the run (bursts).
  @usableFromInline var stallThreshold: UInt64 = 0
  @usableFromInline var flowThreshold: UInt64 = 0
  @usableFromInline var isFlowing = true
  @usableFromInline let reluctance: Int
  /// Cycles until a reluctant or contrary side gives in.
  @usableFromInline var patience = 0
  /// Decisions until a mixed profile changes; negative for the others.
  @usableFromInline var remaining = -1
  /// How many parts of a mixed profile are fixed, and have not come yet.
  private var opening = 2
  @usableFromInline var generator: Xoshiro256
  /// Where the decisions come from that are recorded.
  private var source: StallSource?

  /// - Parameter reluctance: Cycles after which a reluctant side gives in.
  init(_ profile: StallProfile, reluctance: Int, _ generator: Xoshiro256) {
    self.reluctance = reluctance
    self.generator = generator
    if generator.tape != nil {
      var free = generator
      free.tape = nil
      kind = .taped
      source = StallSource(StallGenerator(profile, reluctance: reluctance, free))
    } else {
      become(profile)
    }
  }

  /// Takes a profile on; a mixed one picks its first part.
  private mutating func become(_ profile: StallProfile) {
    func threshold(_ chance: Double) -> UInt64 { UInt64(min(chance * 0x1p64, 0x1.fffffffffffffp63)) }
    switch profile {
    case .never: kind = .never
    case .random(let chance):
      kind = .random
      stallThreshold = threshold(chance)
    case .bursts(let stalled, let flowing):
      kind = .bursts
      stallThreshold = threshold(1 / stalled)
      flowThreshold = threshold(1 / flowing)
    case .reluctant:
      kind = .reluctant
      patience = reluctance
    case .contrary:
      kind = .contrary
      patience = 1 + generator.integer(below: 8)
    case .mixed: remix()
    }
  }

  /// The next part of a mixed profile.
  @usableFromInline
  mutating func remix() {
    if opening > 0 {
      become(opening == 2 ? .reluctant : .contrary)
      opening -= 1
      remaining = 16 + generator.integer(below: 16)
      return
    }
    switch generator.integer(below: 8) {
    case 0: become(.never)
    case 1, 2, 3: become(.random(Double(1 + generator.integer(below: 7)) / 8))
    case 4, 5:
      let (stalled, flowing) = (1 + generator.integer(below: 16), 1 + generator.integer(below: 16))
      become(.bursts(stalled: Double(stalled), flowing: Double(flowing)))
    case 6: become(.reluctant)
    default: become(.contrary)
    }
    remaining = 16 + generator.integer(below: 128)
  }

  /// True when the bench goes ahead in this cycle.
  ///
  /// - Parameters:
  ///   - peer: The other side's handshake signal in the last cycle.
  ///   - waiting: The other side showed its signal in the last cycle and nothing passed.
  @inlinable @inline(__always)
  mutating func proceeds(peer: Bool, waiting: Bool) -> Bool {
    if remaining >= 0 {
      if remaining == 0 {
        remix()
      } else if kind != .reluctant || reluctance != .max || waiting {
        remaining &-= 1
      }
    }
    if kind == .never { return true }
    if kind == .random { return generator.next() >= stallThreshold }
    return proceedsByState(peer: peer, waiting: waiting)
  }

  /// The profiles with memory; apart, so that the others stay small enough to inline.
  @usableFromInline
  mutating func proceedsByState(peer: Bool, waiting: Bool) -> Bool {
    switch kind {
    case .never, .random: return true
    case .taped:
      let holdsBack = generator.asOneDraw { [source] _ in
        source!.decisions.proceeds(peer: peer, waiting: waiting) ? 0 : 1
      }
      return holdsBack == 0
    case .bursts:
      if generator.next() < (isFlowing ? flowThreshold : stallThreshold) { isFlowing.toggle() }
      return isFlowing
    case .reluctant:
      if waiting || patience == 0 {
        patience = reluctance
        return true
      }
      patience &-= 1
      return false
    case .contrary:
      if !peer || patience == 0 {
        patience = 1 + generator.integer(below: 8)
        return true
      }
      patience &-= 1
      return false
    }
  }
}

/// The decisions that a recording follows.
private final class StallSource {
  var decisions: StallGenerator

  init(_ decisions: StallGenerator) { self.decisions = decisions }
}
