import Engine
import Netlist

/// What a drawing shows of a failure: which cycles, and which ports.
struct FailureView {
  /// Cycles before the failure that are always shown, and those around its cause.
  private static let last: UInt64 = 9
  private static let lastAfterGap: UInt64 = 6
  /// Rows of ports at most.
  private static let mostRows = 20

  private let result: BenchResult
  private let failure: BenchFailure
  private let groups: [PortGroups.Group]

  init(_ bench: any Bench, _ result: BenchResult, _ failure: BenchFailure) {
    self.result = result
    self.failure = failure
    groups = ((try? bench.recording())?.interface).map { PortGroups($0).groups } ?? []
  }

  /// The drawing, with a mark at the cycle of the failure.
  func drawing(_ recording: CycleRecording) -> String {
    guard let last = recording.last else { return "" }
    let cycles = shown.filter(recording.keeps)
    let tracks = recording.clocks(cycles) + ports(recording, cycles)
    return DrawnWave(tracks, cycles: cycles).text(mark: (min(failure.cycle, last), note))
  }

  /// The last cycles, and where what led to the failure came long before, those of that.
  private var shown: [UInt64] {
    let end = failure.cycle
    let start = end > Self.last ? end - Self.last : 0
    guard let early = moments.first(where: { $0 < start }) else { return Array(start...end) }
    let late = end - Self.lastAfterGap
    let from = early > 0 ? early - 1 : 0
    return Array(from...min(early + 2, late - 1)) + Array(late...end)
  }

  /// When things happened that matter: the transactions that the wrong one follows from; else the last ones at all.
  private var moments: [UInt64] {
    let causes = result.history.filter { $0.direction == .input }.flatMap { stream in
      stream.entries.filter { $0.transaction == failure.transaction }.map(\.cycle)
    }
    if failure.kind == .stuck || failure.kind == .missing {
      // Where nothing has passed at all, what matters is that it did not after the reset.
      let start = (result.rehearsalCycles ?? 0) + UInt64(result.resetCycles)
      return [result.streams.compactMap(\.lastCycle).max() ?? start]
    }
    return causes.sorted()
  }

  private var note: String {
    let place =
      failure.stream.map { "'\($0)'" + (failure.transaction.map { " transaction \($0)" } ?? "") }
      ?? failure.transaction.map { "vector \($0)" } ?? ""
    let differences = failure.differences.prefix(2).map { difference in
      "\(difference.field) is \(difference.got), must be \(difference.expected)"
    }
    switch failure.kind {
    case .mismatch: return ([place] + differences).joined(separator: ": ")
    case .payloadChanged: return "\(place): the payload changed while it waited"
    case .validWithdrawn: return "\(place): valid went low while it waited"
    case .surplus: return "\(place) was not asked for"
    case .missing, .stuck: return "nothing has passed for too long"
    case .engine: return "the model stops"
    case .nothingCompared, .illegalBin: return failure.message
    }
  }

  // MARK: Ports

  private func ports(_ recording: CycleRecording, _ cycles: [UInt64]) -> [DrawnWave.Track] {
    let wrong = Set(failure.differences.map(\.field))
    var tracks: [DrawnWave.Track] = []
    for group in groups {
      guard isRelevant(group) else { continue }
      for (port, name) in group.ports {
        guard let track = recording.track(port, as: name, under: group.name, cycles) else { continue }
        let moves = track.values.contains { !$0.isZero } || name == "valid" || name == "ready"
        let isWrong = wrong.contains(name) || wrong.contains(port)
        if isWrong || (moves && tracks.count < Self.mostRows) { tracks.append(track) }
      }
    }
    return tracks
  }

  /// Streams without traffic say nothing, unless it is they that fail.
  private func isRelevant(_ group: PortGroups.Group) -> Bool {
    guard let name = group.name, let stream = result.streams.first(where: { $0.name == name }) else { return true }
    return stream.transactions > 0 || name == failure.stream || result.streams.count <= 3
      || stream.stalledByDesign > 0
  }
}
