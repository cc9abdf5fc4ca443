import Engine
import Netlist

/// An output port of a module that belongs to no stream, and what it may show.
///
/// What it shows follows from the transactions that have passed, whatever the latency of the module: the occupancy of a
/// FIFO is what it has taken less what it has given.
public struct SideOutput: Sendable {
  /// What a port may show in a cycle.
  public enum Expectation: Hashable, Sendable {
    /// This value.
    case exactly(UInt64)
    /// One of these.
    case within(ClosedRange<UInt64>)
    /// One of these: what an access that is under way has or has not changed yet.
    case oneOf([UInt64])
    /// Any of these bits, and all of those.
    case bits(UInt64, with: UInt64 = 0)
    /// Nothing: what has passed until now is wrong itself.
    case never

    /// A number of items. A negative one, as when more has left than has entered, is never right.
    public static func count(_ number: Int) -> Self { count(from: number, to: number) }

    /// A number of items from `least`, or 0, to `most`.
    public static func count(from least: Int, to most: Int) -> Self {
      let least = max(0, least)
      if least > most { return .never }
      return least == most ? .exactly(UInt64(most)) : .within(UInt64(least)...UInt64(most))
    }

    func allows(_ value: UInt64) -> Bool {
      switch self {
      case .exactly(let expected): value == expected
      case .within(let range): range.contains(value)
      case .oneOf(let values): values.contains(value)
      case .bits(let mask, let ones): value & ~mask == 0 && value & ones == ones
      case .never: false
      }
    }
  }

  /// How far the traffic has come.
  public struct Traffic: Hashable, Sendable {
    /// Transactions that have passed on each of the counted streams.
    public var passed: [Int]
    /// Steps of quiet times that have begun.
    public var steps: Int
  }

  /// Gives what the port may show, from the traffic at earlier edges: now, and some time ago.
  public typealias Rule = @Sendable (_ now: Traffic, _ before: Traffic) -> Expectation

  /// The port.
  let port: PortShape
  /// The streams whose transactions are counted.
  let streams: [String]
  /// Edges of its clock that lie between the two times of ``rule``.
  let settling: Int
  let rule: Rule

  /// A side output on a running engine.
  @usableFromInline
  struct Watch {
    let side: SideOutput
    let pin: Pin
    /// The clock of the port.
    let clock: UInt64
    /// The number of each counted stream among the inputs or the outputs of the bench.
    let places: [(direction: PortDirection, index: Int)]
    /// The traffic of the last edges; as many as the port may take to settle.
    private var history: [Traffic] = []
    private var oldest = 0

    init(_ side: SideOutput, _ pin: Pin, clock: UInt64, _ places: [(direction: PortDirection, index: Int)]) {
      self.side = side
      self.pin = pin
      self.clock = clock
      self.places = places
    }

    /// Adds the traffic of an edge and gives that of ``SideOutput/settling`` edges before.
    mutating func note(_ now: Traffic) -> Traffic {
      guard side.settling > 0 else { return now }
      if history.count < side.settling {
        history.append(now)
        return Traffic(passed: now.passed.map { _ in 0 }, steps: 0)
      }
      defer {
        history[oldest] = now
        oldest = (oldest + 1) % history.count
      }
      return history[oldest]
    }
  }
}

extension StreamBench {
  /// Judges an output port that belongs to no stream, in every cycle after the reset.
  ///
  /// ```swift
  /// try bench.watch("occupancy", counting: ["input", "output"]) { .count($0[0] - $0[1]) }
  /// ```
  ///
  /// Throws when there is no such output, it is wider than 64 bits, or there is no such stream.
  ///
  /// - Parameters:
  ///   - port: The port.
  ///   - names: The streams whose transactions are counted.
  ///   - rule: Gets the number of transactions that have passed on each of them before this cycle.
  public mutating func watch(
    _ port: String, counting names: [String], _ rule: @escaping @Sendable ([Int]) -> SideOutput.Expectation
  ) throws(BenchError) {
    try watch(port, counting: names, settling: 0) { now, _ in rule(now.passed) }
  }

  /// Judges an output port that follows what happens some clocks later.
  ///
  /// Throws as ``watch(_:counting:_:)``, and when a time is negative.
  ///
  /// - Parameters:
  ///   - port: The port.
  ///   - names: The streams whose transactions are counted.
  ///   - settling: Edges of the port's clock from the earlier traffic that the rule gets to the present one.
  ///   - rule: Gets the traffic before this cycle, and that of `settling` edges earlier.
  public mutating func watch(
    _ port: String, counting names: [String], settling: Int, _ rule: @escaping SideOutput.Rule
  ) throws(BenchError) {
    guard settling >= 0 else { throw .parameter(name: "settling", value: settling, needed: "at least 0") }
    let others = interface.ports.filter { $0.direction == .output && !drivenPorts.contains($0.name) }
    guard let shape = others.first(where: { $0.name == port }) else {
      throw .unknownPort(port, module: interface.name, ports: others.map(\.name))
    }
    guard shape.width <= 64 else { throw .wrongWidth(port: port, width: shape.width, needed: 64) }
    for name in names where !streams.contains(where: { $0.name == name }) {
      throw .unknownStream(name, module: interface.name, streams: streams.map(\.name))
    }
    sideOutputs.append(SideOutput(port: shape, streams: names, settling: settling, rule: rule))
  }

  /// The side outputs on the pins of `engine`.
  func watches(on engine: some Engine) throws(BenchError) -> [SideOutput.Watch] {
    let (inputs, outputs) = (streams.filter { $0.direction == .input }, streams.filter { $0.direction == .output })
    var watches: [SideOutput.Watch] = []
    for side in sideOutputs {
      let clock = interface.clocks.firstIndex { $0.clock == side.port.clock }
      let places = side.streams.map { name -> (direction: PortDirection, index: Int) in
        if let index = inputs.firstIndex(where: { $0.name == name }) { return (.input, index) }
        return (.output, outputs.firstIndex { $0.name == name } ?? 0)
      }
      watches.append(
        SideOutput.Watch(
          side, try engine.pin(side.port.name, .output, width: side.port.width),
          clock: clock.map { 1 << UInt64($0) } ?? .max, places))
    }
    return watches
  }
}

extension StreamSession {
  /// Whether every side output whose clock ticks at `edge` shows what it may; records the first one that does not.
  @usableFromInline
  mutating func sidesAreRight(_ edge: UInt64, at cycle: UInt64) -> Bool {
    for index in sides.indices where sides[index].clock & edge != 0 {
      let counts = sides[index].places.map {
        $0.direction == .input ? drivers[$0.index].queue.head : monitors[$0.index].queue.head
      }
      let now = SideOutput.Traffic(passed: counts, steps: quietTimes.stepsBegun)
      let before = sides[index].note(now)
      let expected = sides[index].side.rule(now, before)
      let value = sides[index].pin.unsigned
      if expected.allows(value) { continue }
      fail(sides[index], expected, value, counts, at: cycle)
      return false
    }
    return true
  }

  private mutating func fail(
    _ watch: SideOutput.Watch, _ expected: SideOutput.Expectation, _ value: UInt64, _ counts: [Int], at cycle: UInt64
  ) {
    let port = watch.side.port
    func shown(_ value: UInt64) -> FieldValue { FieldValue(words: [value], width: port.width, isSigned: port.isSigned) }
    let nearest: UInt64
    let text: String
    switch expected {
    case .exactly(let value): (nearest, text) = (value, "\(shown(value))")
    case .within(let range):
      nearest = value < range.lowerBound ? range.lowerBound : range.upperBound
      text = "\(shown(range.lowerBound)) to \(shown(range.upperBound))"
    case .oneOf(let values):
      nearest = values.last ?? 0
      text = Set(values).sorted().map { "\(shown($0))" }.joined(separator: " or ")
    case .bits(let mask, let ones) where mask == ones: (nearest, text) = (mask, "\(shown(mask))")
    case .bits(let mask, 0): (nearest, text) = (value & mask, "no bits but those of \(shown(mask))")
    case .bits(let mask, let ones):
      (nearest, text) = (value & mask | ones, "all bits of \(shown(ones)) and no bits but those of \(shown(mask))")
    case .never: (nearest, text) = (0, "nothing after what has passed")
    }
    let passed = zip(watch.side.streams, counts).map { "\($1) on '\($0)'" }.joined(separator: ", ")
    failure = BenchFailure(
      kind: .mismatch, cycle: cycle, message: "output '\(port.name)': expected \(text), got \(shown(value))",
      details: passed.isEmpty ? [] : ["transactions until then: \(passed)"],
      differences: [.init(field: port.name, expected: shown(nearest), got: shown(value))])
  }
}
