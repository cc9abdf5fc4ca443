import Testbench

extension MutationResult {
  /// A page that stands by itself: the score, a table of the kinds, every survivor with its place, and every mutant.
  ///
  /// - Parameter goal: The score that is wanted.
  public func html(goal: Double) -> String {
    let kinds = counts.map { ($0.operation.description, $0.count) } + [("all", count)]
    let table = HTMLDocument.table(
      ["mistake", "mutants", "killed", "equivalent", "survived", "score"],
      kinds.map { name, count in
        (
          count.survived == 0,
          [
            name, "\(count.mutants)", "\(count.killed)", "\(count.equivalent)", "\(count.survived)",
            shownScore(of: count),
          ]
        )
      })
    let mutants = HTMLDocument.table(
      ["mutant", "mistake", "place", "verdict"],
      results.map { result in
        let mutant = result.mutant
        return (
          nil,
          [
            "\(mutant.number)", "\(mutant.operation.description): \(mutant.change)", mutant.place?.description ?? "",
            result.verdict.text,
          ]
        )
      }
    ).replacing("<table>", with: "<table class=\"text\">")
    let title =
      score.map { "\(module): \(Self.percent($0)) of the mistakes found" } ?? "\(module): interrupted, no score"
    return HTMLDocument(
      title,
      body: """
        <h1>\(HTMLDocument.escaped(title))</h1>
        <p>\(HTMLDocument.escaped(facts(goal: goal)))</p>
        \(table)
        \(survivorList)
        <h2>All mutants</h2>
        \(mutants)
        """
    ).text
  }

  private func facts(goal: Double) -> String {
    var text = "\(count.mutants) of \(possible) possible mistakes, \(runs) runs of the bench each, seed \(seed)"
    if sampled < possible { text += "; a sample of \(sampled)" }
    if !isComplete { text += "; interrupted" }
    return text + "; the goal is \(Self.percent(goal))."
  }

  private var survivorList: String {
    guard !survivors.isEmpty else { return "" }
    let rows = survivors.map { result in
      (false as Bool?, ["\(result.mutant)", result.mutant.place?.description ?? "", result.verdict.text])
    }
    return "<h2>Survivors</h2>\n"
      + HTMLDocument.table(["mutant", "place", "what is known"], rows)
      .replacing("<table>", with: "<table class=\"text\">")
  }
}

extension MutantVerdict {
  /// A few words.
  fileprivate var text: String {
    switch self {
    case .killed(let run, let failure): "killed by run \(run): \(failure)"
    case .equivalent(let reason): "equivalent: \(reason)"
    case .survived(let note): note.isEmpty ? "survived" : "survived: \(note)"
    case .notTried: "not tried"
    }
  }
}
