/// What runs of one block covered together: every run with its counts, so that a run that comes twice counts once.
public struct BlockCoverage: Hashable, Sendable, Codable {
  /// A point or cross with its bins, as reports and files show it.
  public struct Point: Hashable, Sendable, Codable {
    /// One bin.
    public struct Bin: Hashable, Sendable, Codable {
      /// Its name.
      public var name: String
      /// Hits that are wanted; 0 for a bin that is no goal.
      public var goal: Int
      /// Why the bin is no goal; nil for one that is, and for an illegal one.
      public var because: String?
    }

    /// Its name.
    public var name: String
    /// The points of a cross; empty for a point.
    public var crosses: [String]
    /// What is looked at, and when, in words.
    public var over: String
    /// What decides its value: stimuli, design or traffic.
    public var side: Side
    /// How much it counts in the share of the whole.
    public var weight: Int
    /// Its bins.
    public var bins: [Bin]
  }

  /// What decides the value of a point.
  public enum Side: String, Hashable, Sendable, Codable {
    /// What the bench sends or drives.
    case stimuli
    /// What the design makes of it.
    case design
    /// When things move.
    case traffic
  }

  /// Name of the block.
  public var block: String
  /// Name of the configuration; nil for one without a name.
  public var configuration: String?
  /// The generator's value as it is written in Swift, and what else decides what runs do.
  public var generator: String
  /// Digits of the coverage model: see ``CoverageModel/fingerprint``.
  public var model: String
  /// Points and crosses in the order of the counts.
  public var points: [Point]
  /// The runs, ordered by number and name.
  public private(set) var runs: [RunCoverage] = []
  /// Lines and bits of the Verilog that were exercised; nil where nobody looked.
  public internal(set) var structure: StructuralCoverage?

  /// Coverage of no run yet.
  public init(_ model: CoverageModel, block: String, configuration: String? = nil, generator: String) {
    self.block = block
    self.configuration = configuration
    self.generator = generator
    self.model = model.fingerprint
    points = model.points.map { Point($0, in: model) } + model.crosses.map { Point($0, in: model) }
  }

  /// The block and, unless it is the default one, the configuration.
  public var title: String {
    guard let configuration, configuration != "default" else { return block }
    return "\(block) \(configuration)"
  }

  // MARK: Adding and merging

  /// Adds a run; one that is there already changes nothing.
  ///
  /// Throws when the run was counted by another model, or is there with other counts.
  public mutating func add(_ run: RunCoverage) throws(CoverageError) {
    guard run.model == model else { throw .otherModel(block: title, kept: model, new: run.model) }
    guard run.counts.count == points.reduce(0, { $0 + $1.bins.count }), run.samples.count == points.count else {
      throw .unreadable("run '\(run.run)' of '\(title)' has \(run.counts.count) counts")
    }
    if let known = runs.first(where: { $0.run == run.run }) {
      guard known == run else { throw .conflict(run: run.run, block: title) }
      return
    }
    let place = runs.firstIndex { ($0.index, $0.run) > (run.index, run.run) } ?? runs.endIndex
    runs.insert(run, at: place)
  }

  /// Adds lines and bits that runs exercised.
  public mutating func add(_ structure: StructuralCoverage) throws(CoverageError) {
    if self.structure == nil { self.structure = structure } else { try self.structure!.merge(structure, of: title) }
  }

  /// Adds all runs of `other`, which must be of the same block and model.
  public mutating func merge(_ other: BlockCoverage) throws(CoverageError) {
    guard other.model == model, other.points == points else {
      throw .otherModel(block: title, kept: model, new: other.model)
    }
    for run in other.runs { try add(run) }
    if let structure = other.structure { try add(structure) }
  }

  // MARK: Figures

  /// Hits of every bin of every point, over all runs.
  public var hits: [[Int]] {
    var total = [Int](repeating: 0, count: points.reduce(0) { $0 + $1.bins.count })
    for run in runs { for index in total.indices { total[index] += run.counts[index] } }
    var start = 0
    return points.map { point in
      defer { start += point.bins.count }
      return Array(total[start..<start + point.bins.count])
    }
  }

  /// Samples of every point, over all runs.
  public var samples: [Int] {
    points.indices.map { point in runs.reduce(0) { $0 + $1.samples[point] } }
  }

  /// Bins that are goals, and how many of them are reached.
  public var goals: (reached: Int, total: Int) {
    var (reached, total) = (0, 0)
    for (point, hits) in zip(points, hits) {
      for (bin, count) in zip(point.bins, hits) where bin.goal > 0 {
        total += 1
        if count >= bin.goal { reached += 1 }
      }
    }
    return (reached, total)
  }

  /// Whether every goal is reached. A point of weight 0 has none that counts.
  public var isClosed: Bool {
    !runs.isEmpty
      && zip(points, hits).allSatisfy { point, hits in
        point.weight == 0 || zip(point.bins, hits).allSatisfy { $0.goal == 0 || $1 >= $0.goal }
      }
  }

  /// The mean of the points' shares of reached goals by their weights, 0 to 1.
  public var share: Double {
    var (sum, weights) = (0.0, 0)
    for (point, hits) in zip(points, hits) {
      let goals = zip(point.bins, hits).filter { $0.0.goal > 0 }
      if goals.isEmpty { continue }
      sum += Double(point.weight) * Double(goals.count { $1 >= $0.goal }) / Double(goals.count)
      weights += point.weight
    }
    return weights == 0 ? 1 : sum / Double(weights)
  }

  /// Clocks of all runs.
  public var cycles: Int { runs.reduce(0) { $0 + $1.cycles } }

  /// Clocks from streams to streams over all runs that agree on which go together.
  public var latencies: [RunCoverage.StreamLatency] {
    var all: [RunCoverage.StreamLatency] = []
    for latency in runs.flatMap(\.latencies) {
      if let index = all.firstIndex(where: { $0.from == latency.from && $0.to == latency.to }) {
        all[index].clocks.add(latency.clocks)
      } else {
        all.append(latency)
      }
    }
    return all
  }

  /// Transactions in windows of time over all runs.
  public var throughputs: [RunCoverage.StreamThroughput] {
    var all: [RunCoverage.StreamThroughput] = []
    for throughput in runs.flatMap(\.throughputs) {
      if let index = all.firstIndex(where: { $0.stream == throughput.stream }) {
        all[index].transactions.add(throughput.transactions)
      } else {
        all.append(throughput)
      }
    }
    return all
  }
}

extension BlockCoverage.Point {
  init(_ point: CoverPoint, in model: CoverageModel) {
    name = point.name
    crosses = []
    let when =
      switch point.event {
      case .transaction(let streams):
        streams.count == 1
          ? "each transaction of '\(model.streams[streams[0]].name)'"
          : "the nth transactions of " + streams.map { "'\(model.streams[$0].name)'" }.joined(separator: ", ")
      case .vector: "each vector of the pins"
      case .clock: "each clock of the streams"
      }
    over = point.variables.map(\.name).joined(separator: ", ") + " at " + when
    side = model.side(of: point)
    weight = point.weight
    bins = point.bins.map(Bin.init)
  }

  init(_ cross: CoverCross, in model: CoverageModel) {
    name = cross.name
    crosses = cross.points.map { model.points[$0].name }
    over = crosses.joined(separator: " × ")
    let sides = Set(cross.points.map { model.side(of: model.points[$0]) })
    side = sides == [.stimuli] ? .stimuli : sides.contains(.design) ? .design : .traffic
    weight = cross.weight
    bins = cross.bins.map(Bin.init)
  }
}

extension BlockCoverage.Point.Bin {
  init(_ bin: CoverBin) {
    name = bin.name
    switch bin.kind {
    case .counted: (goal, because) = (bin.goal, nil)
    case .excluded(let reason), .ignored(let reason): (goal, because) = (0, reason)
    case .illegal: (goal, because) = (0, nil)
    }
  }
}

extension CoverageModel {
  fileprivate func side(of point: CoverPoint) -> BlockCoverage.Side {
    let sides = point.variables.map { variable -> BlockCoverage.Side in
      switch variable.kind {
      case .field(let stream, _): streams[stream].direction == .input ? .stimuli : .design
      case .pin(let port): interface.ports[port].direction == .input ? .stimuli : .design
      case .arrival, .wait, .gap, .latency, .handshake, .occupancy: .traffic
      }
    }
    return sides.contains(.design) ? .design : sides.contains(.traffic) ? .traffic : .stimuli
  }
}
