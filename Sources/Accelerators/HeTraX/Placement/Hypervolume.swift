/// The measure of what a set of points dominates up to a reference point, exactly.
public enum Hypervolume {
  /// The hypervolume of points whose objectives are to be small.
  ///
  /// Slices along the last objective, whose cross-sections are hypervolumes of one dimension less.
  ///
  /// - Parameters:
  ///   - points: 1 to 6 objectives each; those that are not below the reference everywhere count nothing.
  public static func of(_ points: [[Double]], reference: [Double]) -> Double {
    let inside = points.filter { point in zip(point, reference).allSatisfy { $0 < $1 } }
    return measure(inside, reference, reference.count)
  }

  private static func measure(_ points: [[Double]], _ reference: [Double], _ dimensions: Int) -> Double {
    guard !points.isEmpty else { return 0 }
    if dimensions == 1 { return reference[0] - (points.map { $0[0] }.min() ?? reference[0]) }
    if dimensions == 2 {
      // A staircase.
      var (sum, height) = (0.0, reference[1])
      for point in points.sorted(by: { ($0[0], $0[1]) < ($1[0], $1[1]) }) where point[1] < height {
        sum += (reference[0] - point[0]) * (height - point[1])
        height = point[1]
      }
      return sum
    }
    let last = dimensions - 1
    let sorted = points.sorted { $0[last] < $1[last] }
    var (sum, front) = (0.0, [[Double]]())
    for (index, point) in sorted.enumerated() {
      // Only points that nothing dominates in the cross-section are kept.
      if !front.contains(where: { covers($0, point, last) }) {
        front.removeAll { covers(point, $0, last) }
        front.append(point)
      }
      let next = index + 1 < sorted.count ? sorted[index + 1][last] : reference[last]
      if next > point[last] { sum += (next - point[last]) * measure(front, reference, last) }
    }
    return sum
  }

  private static func covers(_ a: [Double], _ b: [Double], _ dimensions: Int) -> Bool {
    for index in 0..<dimensions where a[index] > b[index] { return false }
    return true
  }

  /// Hypervolumes of several fronts in the unit cube of all their points: the least value of each objective is 0, the greatest 1,
  /// and the reference 1.1.
  public static func compared(_ fronts: [[[Double]]]) -> [Double] {
    let all = fronts.flatMap { $0 }
    guard let dimensions = all.first?.count else { return fronts.map { _ in 0 } }
    let low = (0..<dimensions).map { d in all.map { $0[d] }.min() ?? 0 }
    let high = (0..<dimensions).map { d in all.map { $0[d] }.max() ?? 1 }
    let reference = [Double](repeating: 1.1, count: dimensions)
    return fronts.map { front in
      of(
        front.map { point in
          (0..<dimensions).map { high[$0] > low[$0] ? (point[$0] - low[$0]) / (high[$0] - low[$0]) : 0 }
        }, reference: reference)
    }
  }
}
