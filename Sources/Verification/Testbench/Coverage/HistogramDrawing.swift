extension CoverageHistogram {
  private static let eighths: [Character] = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]

  /// The histogram as bars that lie, a class on each line, in at most `width` columns.
  ///
  /// - Parameter rows: Classes at most.
  public func drawing(width: Int, rows: Int = 10) -> [String] {
    let classes = classes(rows)
    let labels = classes.map {
      $0.numbers.lowerBound == $0.numbers.upperBound
        ? "\($0.numbers.lowerBound)" : "\($0.numbers.lowerBound)…\($0.numbers.upperBound)"
    }
    let labelWidth = labels.map(\.count).max() ?? 0
    let countWidth = classes.map { String($0.count).count }.max() ?? 0
    let room = max(1, width - labelWidth - countWidth - 4)
    let most = max(1, classes.map(\.count).max() ?? 1)
    return zip(labels, classes).map { label, part in
      let eighths = part.count == 0 ? 0 : max(1, (8 * room * part.count + most / 2) / most)
      var bar = String(repeating: Self.eighths[8], count: eighths / 8)
      if eighths % 8 > 0 { bar.append(Self.eighths[eighths % 8]) }
      let space = String(repeating: " ", count: labelWidth - label.count)
      return "  \(space)\(label) \(bar) \(part.count)"
    }
  }

  /// Least, median, 99th percentile, greatest and mean in a line.
  public var summary: String {
    guard let range, let median = quantile(0.5), let high = quantile(0.99), let mean else { return "nothing" }
    return "min \(range.lowerBound), median \(median), 99 % up to \(high), max \(range.upperBound), "
      + "mean \(decimal(mean, 1))"
  }
}
