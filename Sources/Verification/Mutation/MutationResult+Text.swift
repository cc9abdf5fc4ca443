import Foundation

extension MutationResult {
  /// A table of the kinds, and every survivor with its place.
  ///
  /// - Parameter goal: The score that is wanted, for the last line.
  public func text(goal: Double) -> String {
    var lines = ["\(verdict(goal))  \(module)"]
    let sum = count
    var tried = "\(sum.mutants) of \(possible) possible mistakes"
    if sampled < possible { tried += ", a sample of \(sampled) by seed \(seed)" }
    if refused > 0 { tried += "; \(refused) make no valid circuit" }
    if repeated > 0 { tried += "; \(repeated) make the same circuit as another" }
    lines += ["  mutants    \(tried)", "  runs       \(runs) to pass before a mutant survives", ""]
    lines += table
    if !survivors.isEmpty {
      lines += ["", "Survivors:"]
      for result in survivors {
        lines.append("  \(result.mutant.place?.description ?? "-"): \(result.mutant)")
        if case .survived(let note) = result.verdict, !note.isEmpty { lines.append("    \(note)") }
      }
    }
    let score = score.map { "score \(Self.percent($0))" } ?? "no score: \(sum.mutants) of \(sampled) mutants were tried"
    lines += ["", "\(score), goal \(Self.percent(goal))"]
    return lines.joined(separator: "\n")
  }

  private func verdict(_ goal: Double) -> String {
    if !isComplete { return "INTERRUPTED" }
    return count.score >= goal ? "PASSED" : "FAILED"
  }

  private var table: [String] {
    let rows = counts.map { ($0.operation.description, $0.count) } + [("all", count)]
    func column(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    func line(_ name: String, _ cells: [String]) -> String {
      "  " + name.padding(toLength: 24, withPad: " ", startingAt: 0)
        + zip(cells, [8, 8, 12, 10, 9]).map(column).joined()
    }
    return [line("mistake", ["mutants", "killed", "equivalent", "survived", "score"])]
      + rows.map { name, count in
        line(
          name,
          [
            String(count.mutants), String(count.killed), String(count.equivalent), String(count.survived),
            shownScore(of: count),
          ])
      }
  }

  /// The score of some of the mutants; a dash while it is not final.
  func shownScore(of count: Count) -> String { isComplete ? Self.percent(count.score) : "-" }

  /// A share in percent with two digits, rounded down so that only all is 100.
  static func percent(_ share: Double) -> String {
    String(format: "%.2f %%", (share * 10_000).rounded(.down) / 100)
  }
}

extension MutationResult: Encodable {
  private enum CodingKeys: String, CodingKey {
    case module, seed, runs, possible, sampled, refused, repeated, complete, count, score, kinds, mutants
  }

  /// Writes the counts and every mutant with its verdict.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(module, forKey: .module)
    try container.encode(seed, forKey: .seed)
    try container.encode(runs, forKey: .runs)
    try container.encode(possible, forKey: .possible)
    try container.encode(sampled, forKey: .sampled)
    try container.encode(refused, forKey: .refused)
    try container.encode(repeated, forKey: .repeated)
    try container.encode(isComplete, forKey: .complete)
    try container.encode(count, forKey: .count)
    try container.encode(score, forKey: .score)
    let kinds = Dictionary(uniqueKeysWithValues: counts.map { ($0.operation.rawValue, $0.count) })
    try container.encode(kinds, forKey: .kinds)
    try container.encode(results, forKey: .mutants)
  }
}

extension MutantResult: Encodable {
  private enum CodingKeys: String, CodingKey {
    case number, kind, module, place, change, verdict, run, reason
  }

  /// Writes the mutant and its verdict.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(mutant.number, forKey: .number)
    try container.encode(mutant.operation, forKey: .kind)
    try container.encode(mutant.module, forKey: .module)
    try container.encodeIfPresent(mutant.place?.description, forKey: .place)
    try container.encode(mutant.change, forKey: .change)
    switch verdict {
    case .killed(let run, let failure):
      try container.encode("killed", forKey: .verdict)
      try container.encode(run, forKey: .run)
      try container.encode(failure, forKey: .reason)
    case .equivalent(let reason):
      try container.encode("equivalent", forKey: .verdict)
      try container.encode(reason, forKey: .reason)
    case .survived(let note):
      try container.encode("survived", forKey: .verdict)
      if !note.isEmpty { try container.encode(note, forKey: .reason) }
    case .notTried: try container.encode("not-tried", forKey: .verdict)
    }
  }
}
