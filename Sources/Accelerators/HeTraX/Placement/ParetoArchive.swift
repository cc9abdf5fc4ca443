/// Points of which none dominates another, at most so many: the most crowded leave first.
public struct ParetoArchive: Hashable, Sendable, Codable {
  /// Points at most.
  public let limit: Int
  /// The points.
  public private(set) var points: [PlacedPoint] = []

  /// An empty archive.
  public init(limit: Int) { self.limit = limit }

  /// Takes a point unless one dominates it or has the same objectives.
  ///
  /// - Returns: whether it was taken.
  @discardableResult
  public mutating func insert(_ point: PlacedPoint) -> Bool {
    for other in points where other.objectives == point.objectives || other.dominates(point) { return false }
    points.removeAll { point.dominates($0) }
    points.append(point)
    if points.count > limit + limit / 2 { thin() }
    return true
  }

  /// Removes the most crowded points until no more than the limit are left.
  public mutating func thin() {
    guard points.count > limit, let dimensions = points.first?.objectives.count else { return }
    let ranges = (0..<dimensions).map { d -> (low: Double, span: Double) in
      let values = points.map { $0.objectives[d] }
      let low = values.min() ?? 0
      return (low, max((values.max() ?? 0) - low, .leastNormalMagnitude))
    }
    let unit = points.map { point in
      (0..<dimensions).map { (point.objectives[$0] - ranges[$0].low) / ranges[$0].span }
    }
    // The ends of every objective stay.
    var kept = Set((0..<dimensions).compactMap { d in unit.indices.min { (unit[$0][d], $0) < (unit[$1][d], $1) } })
    func distance(_ a: Int, _ b: Int) -> Double {
      (0..<dimensions).reduce(0) { $0 + (unit[a][$1] - unit[b][$1]) * (unit[a][$1] - unit[b][$1]) }
    }
    // Then always the point that is farthest from those that stay.
    var nearest = unit.indices.map { a in kept.map { distance(a, $0) }.min() ?? .infinity }
    while kept.count < limit {
      guard
        let next = unit.indices.filter({ !kept.contains($0) }).max(by: {
          (nearest[$0], -$0) < (nearest[$1], -$1)
        })
      else { break }
      kept.insert(next)
      for index in unit.indices { nearest[index] = min(nearest[index], distance(index, next)) }
    }
    points = points.indices.filter { kept.contains($0) }.map { points[$0] }
  }
}
