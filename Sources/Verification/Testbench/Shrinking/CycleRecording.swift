import Engine
import Netlist

/// What stood on the ports of a module in the first and in the last cycles of a run.
final class CycleRecording {
  /// Last cycles that are kept, and first ones.
  static let (limit, first) = (4096, 256)

  private typealias Row = (cycle: UInt64, clocks: UInt64, values: [BitVector])

  private let interface: ModuleInterface
  private let pins: [Pin]
  private let resets: [Pin?]
  private var early: [Row] = []
  private var rows: [Row] = []

  /// - Parameter engine: The engine to look at, which lives as long as this.
  init(_ engine: any Engine) {
    interface = engine.interface
    pins = interface.ports.indices.map(engine.pin(at:))
    resets = interface.clocks.indices.map(engine.resetPin(ofClock:))
  }

  /// Keeps the cycle that stands on the pins.
  func sample(_ cycle: UInt64, clocks: UInt64) {
    let row = (cycle, clocks, (pins + resets.compactMap { $0 }).map { $0.load() })
    if early.count < Self.first { early.append(row) }
    if rows.count == 2 * Self.limit { rows.removeFirst(Self.limit) }
    rows.append(row)
  }

  /// The last cycle; nil when there is none.
  var last: UInt64? { rows.last?.cycle }

  /// Whether a cycle is kept.
  func keeps(_ cycle: UInt64) -> Bool {
    guard let last = rows.last else { return false }
    return cycle < early.count || (rows[0].cycle...last.cycle).contains(cycle)
  }

  private func row(_ cycle: UInt64) -> Row {
    cycle < early.count ? early[Int(cycle)] : rows[Int(cycle - rows[0].cycle)]
  }

  /// The clocks, and the resets that are active in one of `cycles`.
  func clocks(_ cycles: [UInt64]) -> [DrawnWave.Track] {
    var tracks: [DrawnWave.Track] = []
    var next = pins.count
    for (index, clock) in interface.clocks.enumerated() {
      let ticks = cycles.map { cycle -> BitVector in
        // The first cycle has no edge before it that was seen; it is drawn as the one at its end.
        let edge = cycle > 0 && keeps(cycle - 1) ? cycle - 1 : cycle
        return BitVector(row(edge).clocks >> UInt64(index) & 1, width: 1)
      }
      tracks.append(DrawnWave.Track(clock.clock, isClock: true, ticks))
      guard resets[index] != nil, let name = clock.reset else { continue }
      let levels = cycles.map { row($0).values[next] }
      next += 1
      if levels.contains(where: { $0.isZero == (clock.resetPolarity == .activeLow) }) {
        tracks.append(DrawnWave.Track(name, levels))
      }
    }
    return tracks
  }

  /// A port by its Verilog name, called `name` under `heading` in the drawing.
  func track(_ port: String, as name: String, under heading: String? = nil, _ cycles: [UInt64]) -> DrawnWave.Track? {
    guard let index = interface.ports.firstIndex(where: { $0.name == port }) else { return nil }
    return DrawnWave.Track(
      name, under: heading, isSigned: interface.ports[index].isSigned, cycles.map { row($0).values[index] })
  }
}

/// The ports of a module in groups: its streams, and what belongs to none.
struct PortGroups {
  /// Ports that stand together.
  struct Group {
    /// The name of the stream; nil for ports that belong to none.
    var name: String?
    var direction: PortDirection?
    /// Each port with what it is called in the group.
    var ports: [(port: String, name: String)]
  }

  let groups: [Group]

  init(_ interface: ModuleInterface) {
    let streams = (try? StreamShape.all(in: interface)) ?? []
    var groups = streams.map { stream in
      Group(
        name: stream.name, direction: stream.direction,
        ports: [(stream.validPort, "valid"), (stream.readyPort, "ready")]
          + stream.payload.fields.map { ($0.port, $0.name) })
    }
    let known = Set(groups.flatMap { $0.ports.map(\.port) })
    for direction in [PortDirection.input, .output] {
      let rest = interface.ports.filter { $0.direction == direction && !known.contains($0.name) }
      if !rest.isEmpty { groups.append(Group(name: nil, direction: direction, ports: rest.map { ($0.name, $0.name) })) }
    }
    self.groups = groups
  }
}
