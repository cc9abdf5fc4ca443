/// A bin that has not been hit as often as it should.
public struct CoverageGap: Hashable, Sendable, Codable {
  /// Name of the point or cross.
  public var point: String
  /// Name of the bin.
  public var bin: String
  /// Hits so far.
  public var hits: Int
  /// Hits that are wanted.
  public var goal: Int
  /// What may keep it from being hit.
  public var reason: String
}

extension BlockCoverage {
  /// The bins that are goals and not reached.
  public var gaps: [CoverageGap] {
    let (hits, samples) = (hits, samples)
    return points.indices.flatMap { index -> [CoverageGap] in
      let point = points[index]
      guard point.weight > 0 else { return [] }
      return point.bins.indices.compactMap { bin in
        let (goal, count) = (point.bins[bin].goal, hits[index][bin])
        guard goal > count else { return nil }
        return CoverageGap(
          point: point.name, bin: point.bins[bin].name, hits: count, goal: goal,
          reason: reason(point, bin, count, goal, samples: samples[index], hits))
      }
    }
  }

  /// Bins that are excluded and were hit all the same, with the reason that was given.
  public var surprises: [CoverageGap] {
    zip(points, hits).flatMap { point, hits in
      zip(point.bins, hits).compactMap { bin, count in
        guard count > 0, let because = bin.because else { return nil }
        return CoverageGap(point: point.name, bin: bin.name, hits: count, goal: 0, reason: because)
      }
    }
  }

  private func reason(
    _ point: Point, _ bin: Int, _ count: Int, _ goal: Int, samples: Int, _ hits: [[Int]]
  ) -> String {
    if count > 0 {
      return "\(count) of \(goal) hits in \(runs.count) runs: more runs, or stimuli that lead there more often"
    }
    if !point.crosses.isEmpty {
      let words = point.bins[bin].name.components(separatedBy: " × ")
      for (name, word) in zip(point.crosses, words) {
        guard let part = points.firstIndex(where: { $0.name == name }),
          let place = points[part].bins.firstIndex(where: { $0.name == word })
        else { continue }
        if hits[part][place] == 0 { return "'\(word)' of '\(name)' is not hit alone either" }
      }
      return "each part is hit, but not all at the same time in \(samples) samples"
    }
    if samples == 0 {
      return "never sampled: there was no \(point.over.components(separatedBy: " at ").last ?? point.over)"
    }
    switch point.side {
    case .stimuli: return "the bench has not sent it in \(samples) samples: widen the stimuli"
    case .design: return "the design has not shown it in \(samples) samples: which stimuli lead there?"
    case .traffic:
      return "the traffic has not had it in \(samples) samples: other stall profiles, or the design rules it out"
    }
  }
}

extension String {
  fileprivate func components(separatedBy separator: String) -> [String] {
    split(separator: separator, omittingEmptySubsequences: false).map(String.init)
  }
}
