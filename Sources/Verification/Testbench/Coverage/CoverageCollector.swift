import Netlist

/// Counts what one run covers, from what its drivers and monitors moved.
///
/// Nothing here runs inside the loop of the simulation: streams leave a byte for each clock in a ``HandshakeLog``, rows
/// stay in the queues of the bench, and both are looked at when the loop pauses.
final class CoverageCollector {
  let model: CoverageModel
  var tracks: [StreamTrack]
  private var latencies: [LatencyTrack] = []
  var samplers: [PointSampler] = []
  var crosses: [CrossSampler] = []
  private var groups: [Group] = []
  private let counterCount: Int
  let counters: UnsafeMutablePointer<Int>
  /// The values of the variables of the point that is sampled.
  let values: UnsafeMutablePointer<Int>

  /// Vectors of a bench for pins that are not sampled yet: words of all ports, and which of the ports are known.
  var vectors: [UInt64] = []
  var known: [Bool] = []
  private(set) var vectorCount = 0
  private(set) var vectorBase = 0

  /// The cycle that comes next.
  private(set) var cycle: Int
  private let firstCycle: Int
  /// The first illegal bin that was hit.
  private(set) var violation: Violation?

  // The clock that is sampled: a byte for each stream, and how many transactions each had before.
  var current: [UInt8]
  private var stateCounts: [UInt64: Int] = [:]
  private var lastState: UInt64 = 0
  private var lastStateCount = 0
  private let clockGroup: Int?
  private let samplesEachClock: Bool

  /// An illegal bin that was hit.
  struct Violation {
    var point: String
    var bin: String
    var cycle: Int
  }

  private struct Group {
    var event: CoverEvent
    /// Points that take part in no cross, and those that do.
    var solo: [Int] = []
    var crossed: [Int] = []
    var crosses: [Int] = []
    /// The sample that comes next.
    var next = 0
  }

  init(_ model: CoverageModel, firstCycle: Int) {
    self.model = model
    self.firstCycle = firstCycle
    cycle = firstCycle
    counterCount = model.counterCount
    counters = .allocate(capacity: max(1, counterCount))
    counters.initialize(repeating: 0, count: max(1, counterCount))
    let mostVariables = model.points.map(\.variables.count).max() ?? 1
    values = .allocate(capacity: max(1, mostVariables))
    values.initialize(repeating: 0, count: max(1, mostVariables))
    tracks = model.streams.map { StreamTrack(wordsPerRow: $0.payload.wordCount) }
    current = [UInt8](repeating: 0, count: model.streams.count)

    var base = 0
    let crossed = Set(model.crosses.flatMap(\.points))
    var groups: [Group] = []
    func group(_ event: CoverEvent) -> Int {
      if let index = groups.firstIndex(where: { $0.event == event }) { return index }
      groups.append(Group(event: event))
      return groups.count - 1
    }
    for (index, point) in model.points.enumerated() {
      let field = point.variables.first.flatMap { try? model.layout($0) }
      samplers.append(
        PointSampler(
          point, loads: point.variables.map { Self.load($0, model) }, base: base, isCrossed: crossed.contains(index),
          field: field))
      base += point.bins.count
      let place = group(point.event)
      if crossed.contains(index) { groups[place].crossed.append(index) } else { groups[place].solo.append(index) }
    }
    for (index, cross) in model.crosses.enumerated() {
      crosses.append(CrossSampler(cross, model, base: base))
      base += cross.bins.count
      groups[group(cross.event)].crosses.append(index)
    }
    self.groups = groups
    clockGroup = groups.firstIndex { $0.event == .clock }
    samplesEachClock =
      model.streams.count > 21
      || zip(model.points, samplers).contains { point, sampler in
        point.event == .clock
          && (!sampler.isStatic || !sampler.illegal.isEmpty
            || point.variables.contains { if case .occupancy = $0.kind { true } else { false } })
      }
      || zip(model.crosses, crosses).contains { $0.event == .clock && !$1.illegal.isEmpty }
    let directions = model.streams.map(\.direction)
    for output in directions.indices where directions[output] == .output {
      for input in directions.indices where directions[input] == .input {
        latencies.append(LatencyTrack(from: input, to: output))
      }
    }
  }

  deinit {
    counters.deallocate()
    values.deallocate()
  }

  private static func load(_ variable: CoverVariable, _ model: CoverageModel) -> PointSampler.Load {
    switch variable.kind {
    case .field(let stream, let index):
      let field = model.streams[stream].payload.fields[index]
      return .word(track: stream, word: field.firstWord, width: field.width, isSigned: field.isSigned)
    case .pin(let port):
      let field = model.pins.fields[port]
      return .pin(field: port, word: field.firstWord, width: field.width, isSigned: field.isSigned)
    case .arrival(let stream): return .arrival(track: stream)
    case .wait(let stream): return .wait(track: stream)
    case .gap(let stream): return .gap(track: stream)
    case .latency(let from, let to): return .latency(from: from, to: to)
    case .handshake(let stream): return .handshake(stream: stream)
    case .occupancy(let from, let to): return .occupancy(from: from, to: to)
    }
  }

  // MARK: Following the run

  /// Follows one clock of all streams, whose bytes are in ``current``.
  ///
  /// - Parameter append: Adds the words of the transaction of a stream that passes to its track.
  func followClock(_ append: (Int, inout StreamTrack) -> Void) {
    if let clockGroup {
      if samplesEachClock {
        sample(clockGroup, at: 0, times: 1)
      } else {
        var key: UInt64 = 0
        for byte in current { key = key << 3 | UInt64(byte) }
        if key == lastState {
          lastStateCount += 1
        } else {
          if lastStateCount > 0 { stateCounts[lastState, default: 0] += lastStateCount }
          (lastState, lastStateCount) = (key, 1)
        }
      }
    }
    for stream in tracks.indices where tracks[stream].clock(current[stream], at: cycle) {
      append(stream, &tracks[stream])
    }
    cycle += 1
  }

  /// Takes a whole log at once.
  ///
  /// - Parameter append: Adds the words of the next transaction of a stream to its track.
  func follow(_ log: HandshakeLog, _ append: (Int, inout StreamTrack) -> Void) {
    let streams = tracks.count
    var byte = log.bytes
    for _ in 0..<log.count {
      for stream in 0..<streams { current[stream] = byte[stream] }
      byte += streams
      followClock(append)
    }
    log.removeAll()
    sampleAll()
  }

  /// One more vector stands in ``vectors`` and ``known``.
  func addVector() { vectorCount += 1 }

  /// Samples what is complete, and forgets what is no longer needed.
  func sampleAll() {
    for index in groups.indices {
      switch groups[index].event {
      case .clock: break
      case .vector: sampleRange(index, groups[index].next..<vectorCount)
      case .transaction(let streams):
        let end = streams.map { tracks[$0].count }.min() ?? 0
        if end > groups[index].next { sampleRange(index, groups[index].next..<end) }
      }
    }
    for index in latencies.indices {
      latencies[index].collect(tracks[latencies[index].from], tracks[latencies[index].to])
    }
    for stream in tracks.indices {
      var needed = tracks[stream].count
      for group in groups {
        if case .transaction(let streams) = group.event, streams.contains(stream) { needed = min(needed, group.next) }
      }
      for latency in latencies where !latency.isBroken && (latency.from == stream || latency.to == stream) {
        needed = min(needed, latency.next)
      }
      tracks[stream].drop(before: needed)
    }
    vectors.removeAll(keepingCapacity: true)
    known.removeAll(keepingCapacity: true)
    vectorBase = vectorCount
  }

  private func sampleRange(_ group: Int, _ range: Range<Int>) {
    for point in groups[group].solo { sampleSolo(point, range) }
    if !groups[group].crossed.isEmpty {
      for index in range { sampleCrossed(group, at: index, times: 1) }
    }
    groups[group].next = range.upperBound
  }

  // MARK: Sampling

  /// Samples a point alone at many events, in a loop that is tight for corners and bits.
  private func sampleSolo(_ point: Int, _ range: Range<Int>) {
    guard let load = samplers[point].loads.first else { return }
    switch samplers[point].sampling {
    case .corners, .bits:
      var isBits = false
      if case .bits = samplers[point].sampling { isBits = true }
      switch load {
      case .word(let track, let word, _, _):
        let stride = tracks[track].wordsPerRow
        let base = tracks[track].base
        tracks[track].words.withUnsafeBufferPointer { words in
          guard let start = words.baseAddress else { return }
          for index in range {
            let row = start + (index - base) * stride + word
            if isBits { countBits(point, row) } else { countCorners(point, row) }
          }
        }
      case .pin(let field, let word, _, _):
        let (stride, fields) = (model.pins.wordCount, model.pins.fields.count)
        vectors.withUnsafeBufferPointer { words in
          guard let start = words.baseAddress else { return }
          for index in range where known[(index - vectorBase) * fields + field] {
            let row = start + (index - vectorBase) * stride + word
            if isBits { countBits(point, row) } else { countCorners(point, row) }
          }
        }
      default: break
      }
    case .value, .computed:
      for index in range { samplePoint(point, at: index, times: 1) }
    }
  }

  private func countBits(_ point: Int, _ row: UnsafePointer<UInt64>) {
    samplers[point].samples += 1
    let counter = counters + samplers[point].base
    for bit in 0..<samplers[point].width {
      counter[2 &* bit &+ Int(truncatingIfNeeded: row[bit >> 6] >> UInt64(bit & 63) & 1)] &+= 1
    }
  }

  /// The number of the corner that the words of a row show; nil for none.
  func corner(_ point: Int, _ row: UnsafePointer<UInt64>) -> Int? {
    samplers[point].corners.firstIndex { words in words.indices.allSatisfy { words[$0] == row[$0] } }
  }

  private func countCorners(_ point: Int, _ row: UnsafePointer<UInt64>) {
    samplers[point].samples += 1
    if let corner = corner(point, row) { counters[samplers[point].base + corner] += 1 }
  }

  private func sampleCrossed(_ group: Int, at index: Int, times: Int) {
    for point in groups[group].crossed { samplePoint(point, at: index, times: times) }
    for cross in groups[group].crosses { sampleCross(cross, times: times) }
  }

  /// Samples all of a group at one event.
  private func sample(_ group: Int, at index: Int, times: Int) {
    for point in groups[group].solo { samplePoint(point, at: index, times: times) }
    sampleCrossed(group, at: index, times: times)
  }

  private func samplePoint(_ point: Int, at index: Int, times: Int) {
    guard let value = value(point, at: index) else {
      samplers[point].skip()
      return
    }
    samplers[point].match(value)
    if times != 1 { samplers[point].samples += times - 1 }
    let base = samplers[point].base
    for bin in samplers[point].matched {
      counters[base + bin] += times
      if !samplers[point].illegal.isEmpty, violation == nil, samplers[point].illegal.contains(bin) {
        violation = Violation(
          point: model.points[point].name, bin: model.points[point].bins[bin].name,
          cycle: cycleOf(model.points[point].event, index))
      }
    }
  }

  private func sampleCross(_ index: Int, times: Int) {
    let cross = crosses[index]
    for point in cross.points where samplers[point].matched.isEmpty { return }
    crosses[index].samples += times
    count(cross, index, part: 0, offset: 0, times: times)
  }

  private func count(_ cross: CrossSampler, _ index: Int, part: Int, offset: Int, times: Int) {
    if part == cross.points.count {
      counters[cross.base + offset] += times
      if !cross.illegal.isEmpty, violation == nil, cross.illegal.contains(offset) {
        violation = Violation(
          point: model.crosses[index].name, bin: model.crosses[index].bins[offset].name,
          cycle: cycleOf(model.crosses[index].event, 0))
      }
      return
    }
    for bin in samplers[cross.points[part]].matched {
      let place = cross.places[part][bin]
      if place >= 0 {
        count(cross, index, part: part + 1, offset: offset + place * cross.strides[part], times: times)
      }
    }
  }

  /// The cycle of an event, for the report of an illegal bin.
  private func cycleOf(_ event: CoverEvent, _ index: Int) -> Int {
    switch event {
    case .clock: cycle
    case .vector: firstCycle + index
    case .transaction(let streams):
      streams.compactMap { stream in
        let track = tracks[stream]
        return track.stamps.indices.contains(index - track.base) ? track.stamps[index - track.base] : nil
      }.max() ?? cycle
    }
  }

  // MARK: The end

  /// Everything that was counted.
  func finish(run: String, index: Int) -> RunCoverage {
    sampleAll()
    if let clockGroup, !samplesEachClock {
      if lastStateCount > 0 { stateCounts[lastState, default: 0] += lastStateCount }
      for (key, times) in stateCounts {
        var rest = key
        for stream in current.indices.reversed() {
          current[stream] = UInt8(rest & 7)
          rest >>= 3
        }
        sample(clockGroup, at: 0, times: times)
      }
      stateCounts = [:]
    }
    let names = model.streams.map(\.name)
    var matched: [RunCoverage.StreamLatency] = []
    for latency in latencies
    where !latency.isBroken && latency.next > 0 && tracks[latency.from].count == tracks[latency.to].count
      && !matched.contains(where: { $0.to == names[latency.to] })
    {
      matched.append(.init(from: names[latency.from], to: names[latency.to], clocks: latency.clocks))
    }
    return RunCoverage(
      run: run, index: index, model: model.fingerprint,
      counts: Array(UnsafeBufferPointer(start: counters, count: counterCount)),
      samples: samplers.map(\.samples) + crosses.map(\.samples), cycles: cycle - firstCycle, latencies: matched,
      throughputs: zip(names, tracks).filter { $0.1.throughput.total > 0 }.map {
        .init(stream: $0.0, transactions: $0.1.throughput)
      })
  }
}
