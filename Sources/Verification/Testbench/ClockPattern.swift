import Netlist

/// When the clocks of a module with several tick during a bench.
public enum ClockPattern: Hashable, Sendable {
  /// All at once, as if they were one.
  case together
  /// Each with a period of its own, in any unit, every edge off by a random part of the period below `jitter`.
  case periods([Double], jitter: Double)
  /// Periods up to four times one another, with phases and jitter, that change now and then.
  case unrelated
}

/// The edges of several clocks in the order of time; edges at one time come together.
@usableFromInline
struct ClockSchedule {
  private var random: Xoshiro256
  private var periods: [Double]
  private var times: [Double]
  private var jitter: Double
  private let changes: Bool
  private var edgesLeft = 0
  /// Edges of each clock so far, and at the last transaction.
  private var edges: [UInt64]
  private var edgesAtMove: [UInt64]

  init(_ pattern: ClockPattern, clocks: Int, random: Xoshiro256) {
    self.random = random
    switch pattern {
    case .together: (periods, jitter, changes) = ([], 0, false)
    case .periods(let given, let jitter):
      periods = (0..<clocks).map { given.isEmpty ? 1 : max(1e-9, given[min($0, given.count - 1)]) }
      (self.jitter, changes) = (jitter, false)
    case .unrelated: (periods, jitter, changes) = (Array(repeating: 1, count: clocks), 0, true)
    }
    edges = Array(repeating: 0, count: clocks)
    edgesAtMove = edges
    times = Array(repeating: 0, count: periods.count)
    for index in times.indices { times[index] = periods[index] * self.random.unit() }
  }

  /// The clocks of the next edge; nothing but the random numbers decides it.
  @usableFromInline
  mutating func next() -> UInt64 {
    let mask = edge()
    for index in edges.indices where mask >> UInt64(index) & 1 != 0 { edges[index] &+= 1 }
    return mask
  }

  private mutating func edge() -> UInt64 {
    guard !periods.isEmpty else { return .max }
    if changes {
      if edgesLeft == 0 { choosePeriods() }
      edgesLeft -= 1
    }
    let time = times.min()!
    var mask: UInt64 = 0
    for index in times.indices where times[index] == time {
      mask |= 1 << UInt64(index)
      let period = periods[index] * (1 + jitter * (random.unit() - 0.5))
      times[index] += changes ? max(1, period.rounded()) : period
    }
    return mask
  }

  /// Whole numbers, so that edges fall together now and then.
  private mutating func choosePeriods() {
    edgesLeft = 50 + random.integer(below: 400)
    for index in periods.indices { periods[index] = Double(8 + random.integer(below: 25)) }
    jitter = random.integer(below: 2) == 0 ? 0 : 0.4
    for index in times.indices { times[index] = times[index].rounded() + Double(random.integer(below: 8)) }
  }
}

/// What a session asks about clocks; for a module with one the answers are constants.
@usableFromInline
protocol SessionClocks {
  /// The clocks of the coming edge.
  mutating func next() -> UInt64
  /// Whether a stream of these clocks moves at an edge of those.
  func moves(_ stream: UInt64, at edge: UInt64) -> Bool
  /// The edges of a stream's clock up to the coming one, which is that of `cycle`.
  func tick(of stream: UInt64, _ cycle: UInt64) -> UInt64
  /// A transaction passes at the coming edge, or draining begins after it.
  mutating func moved()
  /// Edges of the slowest clock since ``moved()``; for one clock the cycles since then.
  func idle(_ cycles: UInt64) -> UInt64
}

/// Every stream moves at every edge.
@usableFromInline
struct OneClock: SessionClocks {
  @inlinable init() {}
  @inlinable mutating func next() -> UInt64 { .max }
  @inlinable func moves(_ stream: UInt64, at edge: UInt64) -> Bool { true }
  @inlinable func tick(of stream: UInt64, _ cycle: UInt64) -> UInt64 { cycle }
  @inlinable mutating func moved() {}
  @inlinable func idle(_ cycles: UInt64) -> UInt64 { cycles }
}

extension ClockSchedule: SessionClocks {
  @usableFromInline func moves(_ stream: UInt64, at edge: UInt64) -> Bool { stream & edge != 0 }

  @usableFromInline
  func tick(of stream: UInt64, _ cycle: UInt64) -> UInt64 {
    let index = stream.trailingZeroBitCount
    return stream == .max || index >= edges.count ? cycle : edges[index]
  }

  @usableFromInline mutating func moved() { edgesAtMove = edges }

  @usableFromInline
  func idle(_ cycles: UInt64) -> UInt64 {
    var least = UInt64.max
    for index in edges.indices { least = min(least, edges[index] &- edgesAtMove[index]) }
    return least
  }
}

extension Xoshiro256 {
  /// A number from 0 up to 1.
  mutating func unit() -> Double { Double(next() >> 11) / Double(1 << 53) }
}

extension ModuleInterface {
  /// The bit of the clock to which a stream belongs; all bits in a module of one clock.
  func clock(of stream: StreamShape) -> UInt64 {
    guard let name = ports.first(where: { $0.name == stream.validPort })?.clock,
      let index = clocks.firstIndex(where: { $0.clock == name })
    else { return .max }
    return 1 << UInt64(index)
  }
}
