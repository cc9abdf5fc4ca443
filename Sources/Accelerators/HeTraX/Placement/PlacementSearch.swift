import Foundation

/// A search of placements: seeded, and resumable, for all of its state is a value that can be stored.
///
///     var search = PlacementSearch(problem, method: .annealing, seed: 1, evaluations: 10_000)
///     search.run(problem)
///     for point in search.front { print(point.objectives) }
public struct PlacementSearch: Hashable, Sendable, Codable {
  /// How it searches.
  public enum Method: String, Hashable, Sendable, Codable, CaseIterable {
    /// Simulated annealing with an archive: a worse point is taken by how much those that are known dominate it.
    case annealing
    /// Local searches whose starts are chosen by what earlier ones taught about starts.
    case learnedRestart = "learned-restart"
  }

  /// How it searches.
  public let method: Method
  /// The seed.
  public let seed: UInt64
  /// Evaluations of objectives in all, and those that are done.
  public let evaluations: Int
  /// Evaluations that are done.
  public private(set) var done = 0
  /// The archive, 100 points or what was asked.
  public private(set) var archive: ParetoArchive
  private var random: HeTraXRandom
  fileprivate var current: PlacedPoint
  private var memory = Memory()

  /// What local searches taught.
  private struct Memory: Hashable, Sendable, Codable {
    /// Features of each start, and the gain of the search from it.
    var features: [[Double]] = []
    var gains: [Double] = []
    /// Features of the start of this search, and points that it added.
    var start: [Double] = []
    var gain = 0.0
    /// Moves since a point was added.
    var idle = 0
  }

  /// A search that has not begun.
  public init(
    _ problem: PlacementProblem, method: Method, seed: UInt64, evaluations: Int, archive limit: Int = 100
  ) {
    precondition(evaluations > 0 && limit > 1, "a search of \(evaluations) evaluations with an archive of \(limit)")
    (self.method, self.seed, self.evaluations) = (method, seed, evaluations)
    archive = ParetoArchive(limit: limit)
    random = HeTraXRandom(seed: seed)
    current = PlacedPoint(problem.mesh, problem.evaluate(problem.mesh) ?? [])
    archive.insert(current)
    memory.start = problem.features(problem.mesh)
    done = 1
  }

  /// Whether all evaluations are done.
  public var isDone: Bool { done >= evaluations }

  /// The points that nothing dominates, at most as many as the archive holds, by rising first objective.
  public var front: [PlacedPoint] {
    var archive = archive
    archive.thin()
    return archive.points.sorted { ($0.objectives.first ?? 0) < ($1.objectives.first ?? 0) }
  }

  /// Searches until so many evaluations are done, in all.
  public mutating func run(_ problem: PlacementProblem, until limit: Int = .max) {
    while done < min(limit, evaluations) {
      switch method {
      case .annealing: anneal(problem)
      case .learnedRestart: climb(problem)
      }
    }
  }

  /// Greatest and least objectives of the archive and a point, for differences without units.
  private func spans(_ point: PlacedPoint) -> [Double] {
    point.objectives.indices.map { d in
      var (low, high) = (
        min(point.objectives[d], current.objectives[d]), max(point.objectives[d], current.objectives[d])
      )
      for other in archive.points {
        low = min(low, other.objectives[d])
        high = max(high, other.objectives[d])
      }
      return high - low
    }
  }

  /// Product of the differences between two points where they differ: the amount of domination.
  private func amount(_ a: PlacedPoint, _ b: PlacedPoint, _ spans: [Double]) -> Double {
    var product = 1.0
    for d in spans.indices where spans[d] > 0 && a.objectives[d] != b.objectives[d] {
      product *= abs(a.objectives[d] - b.objectives[d]) / spans[d]
    }
    return product
  }

  private mutating func anneal(_ problem: PlacementProblem) {
    // From time to time it goes on from a point of the archive, so that its ends are reached too.
    if done % 50 == 0, !archive.points.isEmpty {
      current = archive.points[random.next(below: archive.points.count)]
    }
    let placement = problem.neighbour(current.placement, &random)
    done += 1
    guard let objectives = problem.evaluate(placement) else { return }
    let next = PlacedPoint(placement, objectives)
    let heat = 0.5 * pow(1e-4, Double(done) / Double(evaluations))
    let above = archive.points.filter { $0.dominates(next) }
    let spans = spans(next)
    if current.dominates(next) {
      let sum = above.reduce(amount(current, next, spans)) { $0 + amount($1, next, spans) }
      let mean = sum / Double(above.count + 1)
      if random.unit() < 1 / (1 + exp(min(mean / heat, 700))) { current = next }
    } else if above.isEmpty {
      archive.insert(next)
      current = next
    } else if next.dominates(current) {
      // Better than where it is, but not than what is known: the nearest of that, or the point.
      let nearest = above.min { amount($0, next, spans) < amount($1, next, spans) }
      let gap = nearest.map { amount($0, next, spans) } ?? 0
      if let nearest, random.unit() < 1 / (1 + exp(-gap)) { current = nearest } else { current = next }
    } else {
      let mean = above.reduce(0) { $0 + amount($1, next, spans) } / Double(above.count)
      if random.unit() < 1 / (1 + exp(min(mean / heat, 700))) { current = next }
    }
  }

  // MARK: Learned restarts

  private mutating func climb(_ problem: PlacementProblem) {
    let placement = problem.neighbour(current.placement, &random)
    done += 1
    memory.idle += 1
    if let objectives = problem.evaluate(placement) {
      let next = PlacedPoint(placement, objectives)
      if archive.insert(next) {
        memory.gain += 1
        memory.idle = 0
        current = next
      } else if next.dominates(current) || !current.dominates(next), random.unit() < 0.3 {
        current = next
      }
    }
    if memory.idle >= 60 { restart(problem) }
  }

  /// Ends a local search and chooses where the next one starts: by hill climbing over features alone, which costs no evaluation.
  private mutating func restart(_ problem: PlacementProblem) {
    memory.features.append(memory.start)
    memory.gains.append(memory.gain)
    if memory.features.count > 200 {
      memory.features.removeFirst()
      memory.gains.removeFirst()
    }
    var best = archive.points[random.next(below: archive.points.count)]
    if memory.features.count >= 8, let weights = Self.fit(memory.features, memory.gains) {
      func value(_ placement: HeTraXPlacement) -> Double {
        zip(problem.features(placement), weights).reduce(0) { $0 + $1.0 * $1.1 }
      }
      // Among points of the archive the one that promises most.
      for _ in 0..<4 {
        let other = archive.points[random.next(below: archive.points.count)]
        if value(other.placement) > value(best.placement) { best = other }
      }
      var (placement, promise) = (best.placement, value(best.placement))
      for _ in 0..<6 {
        let next = problem.neighbour(placement, &random)
        let nextValue = value(next)
        if nextValue > promise { (placement, promise) = (next, nextValue) }
      }
      if placement != best.placement, let objectives = problem.evaluate(placement) {
        done += 1
        best = PlacedPoint(placement, objectives)
        archive.insert(best)
      }
    }
    current = best
    (memory.start, memory.gain, memory.idle) = (problem.features(best.placement), 0, 0)
  }

  /// Ridge regression of the gains over the features; nil where the equations have no solution.
  static func fit(_ features: [[Double]], _ gains: [Double]) -> [Double]? {
    guard let count = features.first?.count else { return nil }
    var rows = (0..<count).map { a in
      (0..<count).map { b in
        features.reduce(a == b ? 1e-3 : 0) { $0 + $1[a] * $1[b] }
      } + [zip(features, gains).reduce(0) { $0 + $1.0[a] * $1.1 }]
    }
    for pivot in 0..<count {
      guard let best = (pivot..<count).max(by: { abs(rows[$0][pivot]) < abs(rows[$1][pivot]) }),
        abs(rows[best][pivot]) > 1e-15
      else { return nil }
      rows.swapAt(pivot, best)
      for row in 0..<count where row != pivot {
        let factor = rows[row][pivot] / rows[pivot][pivot]
        guard factor != 0 else { continue }
        for column in pivot...count { rows[row][column] -= factor * rows[pivot][column] }
      }
    }
    return (0..<count).map { rows[$0][count] / rows[$0][$0] }
  }
}

/// Searches with several seeds, side by side, whose archives are put together.
public struct PlacementCampaign: Sendable, Codable {
  /// What the searches are of; a stored campaign goes on only with the same.
  public let title: String
  /// The searches, a seed each.
  public private(set) var searches: [PlacementSearch]

  /// Searches with the seeds from `seed` on.
  public init(
    _ problem: PlacementProblem, title: String, method: PlacementSearch.Method, seed: UInt64, seeds: Int,
    evaluations: Int, archive: Int = 100
  ) {
    self.title = title
    searches = (0..<seeds).map {
      PlacementSearch(problem, method: method, seed: seed &+ UInt64($0), evaluations: evaluations, archive: archive)
    }
  }

  /// What is wrong with a campaign that was stored: points that are none of the problem, or have other objectives than it
  /// says; nil when nothing is.
  public func fault(_ problem: PlacementProblem) -> String? {
    for search in searches {
      guard (1...search.evaluations).contains(search.done), !search.archive.points.isEmpty else {
        return
          "a search of \(search.evaluations) evaluations has done \(search.done), with \(search.archive.points.count) points"
      }
      for point in search.archive.points + [search.current] {
        if let fault = problem.fault(point.placement) { return fault }
        guard let own = problem.evaluate(point.placement), own.count == point.objectives.count,
          zip(own, point.objectives).allSatisfy({ abs($0 - $1) <= 1e-6 * abs($0) })
        else { return "a point has other objectives than its placement" }
      }
    }
    return nil
  }

  /// Evaluations that are done, and all of them.
  public var progress: (done: Int, all: Int) {
    (searches.reduce(0) { $0 + $1.done }, searches.reduce(0) { $0 + $1.evaluations })
  }

  /// Searches with all seeds at once, to the end.
  public mutating func run(_ problem: PlacementProblem, jobs: Int = 2) {
    run(problem, jobs: jobs) { _ in true }
  }

  /// Searches with all seeds at once.
  ///
  /// - Parameters:
  ///   - step: evaluations of each search from report to report.
  ///   - report: gets the campaign, to store it; false ends it there.
  public mutating func run(
    _ problem: PlacementProblem, step: Int = 500, jobs: Int = 2, report: (PlacementCampaign) throws -> Bool
  ) rethrows {
    while searches.contains(where: { !$0.isDone }) {
      let before = searches
      let after = ParallelSearches(before)
      let stride = max(1, jobs)
      DispatchQueue.concurrentPerform(iterations: min(stride, before.count)) { lane in
        for index in Swift.stride(from: lane, to: before.count, by: stride) {
          var search = before[index]
          search.run(problem, until: search.done + step)
          after.set(index, search)
        }
      }
      searches = after.values
      guard try report(self) else { return }
    }
  }

  /// The front of all searches together.
  public var front: [PlacedPoint] {
    var archive = ParetoArchive(limit: searches.first?.archive.limit ?? 100)
    for search in searches { for point in search.front { archive.insert(point) } }
    archive.thin()
    return archive.points.sorted { ($0.objectives.first ?? 0) < ($1.objectives.first ?? 0) }
  }
}

/// Searches that several threads give back.
private final class ParallelSearches: @unchecked Sendable {
  private let lock = NSLock()
  private var searches: [PlacementSearch]

  init(_ searches: [PlacementSearch]) { self.searches = searches }

  func set(_ index: Int, _ search: PlacementSearch) { lock.withLock { searches[index] = search } }

  var values: [PlacementSearch] { lock.withLock { searches } }
}
