import Netlist

extension BenchResult {
  /// The result for a person: verdict, failure, figures, and after a failure its explanation, or the last transactions
  /// where there is none.
  ///
  /// - Parameter colour: Whether to mark verdicts with ANSI colours.
  public func text(colour: Bool = false) -> String {
    verdictText(colour: colour) + evidenceText(colour: colour)
  }

  /// The first part of ``text(colour:)``: what a run knows when it ends, before anybody looks for a wave or a smaller case.
  public func verdictText(colour: Bool = false) -> String {
    var facts: [(String, [String])] = [("seed", ["\(seed)"])]
    if let failure { facts.append(("failure", failure.lines)) }
    if let judged { facts.append(("judged", [judged])) }
    facts.append(("compared", [compared]))
    let rehearsal = rehearsalCycles.map { "\($0) in runs that a reset ended and " } ?? ""
    facts.append(("cycles", ["\(cycles), of them \(rehearsal)\(resetCycles) in reset"]))
    if let seconds, seconds > 0 {
      facts.append(("speed", ["\(magnitude(Double(cycles) / seconds))cycles/s, \(decimal(seconds, 3)) s"]))
    }
    if !latencies.isEmpty { facts.append(("latency", latencies.map(\.text))) }
    if let reproduce { facts.append(("reproduce", [reproduce])) }
    return Self.text([headline(colour: colour)] + Self.lines(facts))
  }

  /// The second part of ``text(colour:)``: the wave, and the explanation or the last transactions.
  public func evidenceText(colour: Bool = false) -> String {
    var facts: [(String, [String])] = []
    if let wave { facts.append(("wave", wave.lines(colour: colour))) }
    if let explanationProblem {
      facts.append(("smallest", ["not found: " + explanationProblem.replacing("\n", with: "\n" + "".padded(13))]))
    }
    var lines = Self.lines(facts)
    if let explanation { return Self.text(lines + [""]) + explanation.text(colour: colour) }
    if !streams.isEmpty { lines += [""] + streamTable }
    for stream in history { lines += [""] + stream.table(failure, of: streams.isEmpty ? "vectors" : "transactions") }
    return Self.text(lines)
  }

  private static func text(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }

  /// Labelled values, the label before the first of each.
  private static func lines(_ facts: [(String, [String])]) -> [String] {
    facts.flatMap { label, values in
      values.enumerated().map { "  " + ($0.offset == 0 ? label : "").padded(11) + $0.element }
    }
  }

  /// Verdict, what was compared, and how long it took, in a line.
  public func line(colour: Bool = false) -> String {
    let speed = seconds.map { $0 > 0 ? ", \(magnitude(Double(cycles) / $0))cycles/s" : "" } ?? ""
    return headline(colour: colour) + ": \(compared) in \(counted(Int(cycles), "cycle"))\(speed)"
  }

  private var compared: String {
    counted(transactionsCompared, streams.isEmpty ? "vector" : "transaction") + ", " + counted(valuesCompared, "value")
  }

  private func headline(colour: Bool) -> String {
    let word = verdict.rawValue.uppercased()
    let code = verdict == .passed ? "32" : verdict == .failed ? "31" : "33"
    let shown = colour ? "\u{1B}[1;\(code)m\(word)\u{1B}[0m" : word
    return shown + "  \(test)" + (index == 0 ? "" : " #\(index)") + (module == test ? "" : "  (module \(module))")
  }

  private var streamTable: [String] {
    let heads = ["stream", "", "transactions", "per cycle", "stalled by design", "by bench", "stall profile"]
    let rows = streams.map { stream in
      [
        stream.name, stream.direction.short, "\(stream.transactions)",
        stream.throughput.map { decimal($0, 3) } ?? "-", "\(stream.stalledByDesign)", "\(stream.stalledByBench)",
        "\(stream.stalls)",
      ]
    }
    return table([heads] + rows, left: [0, 1, 6])
  }
}

extension BenchFailure {
  /// What, where and when; long values also one above the other.
  var lines: [String] {
    var lines = ["\(title) at cycle \(cycle)", message] + details
    if let first = differences.first, first.expected.hexadecimal.count > 10 {
      lines += [first.expected.hexadecimal, first.got.hexadecimal]
    }
    return lines
  }

  /// The kind in words.
  var title: String {
    switch kind {
    case .mismatch: "wrong output"
    case .surplus: "surplus output"
    case .missing: "missing output"
    case .stuck: "no progress"
    case .validWithdrawn: "protocol: valid withdrawn"
    case .payloadChanged: "protocol: payload changed"
    case .engine: "the model stopped"
    case .illegalBin: "illegal coverage bin"
    case .nothingCompared: "nothing compared"
    }
  }
}

extension LatencyStatistics {
  var text: String {
    var text = "'\(from)' to '\(to)': first \(first)"
    if let minimum, let mean, let maximum { text += ", min \(minimum), mean \(decimal(mean, 2)), max \(maximum)" }
    return text + " cycles"
  }
}

extension WaveReport {
  func lines(colour: Bool) -> [String] {
    guard let disagreement else {
      return ["\(path), from cycle \(firstCycle)" + (recurred ? ", shows the failure" : "")]
    }
    if isLost == true { return ["none: " + disagreement.replacing("\n", with: "\n" + "".padded(13))] }
    let warning = "WARNING: the traced run disagrees with the run that failed:"
    return [
      path, colour ? "\u{1B}[1;33m\(warning)\u{1B}[0m" : warning, disagreement,
      "do not trust the wave; suspect undriven nets, missing resets or the simulator's optimiser",
    ]
  }
}

extension TransactionHistory {
  /// More fields than this are left to the machine-readable reports.
  private static var widest: Int { 12 }

  func table(_ failure: BenchFailure?, of noun: String) -> [String] {
    let shown = min(fields.count, Self.widest)
    let title = "last \(noun) on '\(stream)' (\(direction.short))"
    var rows = entries.map { entry in
      ["\(entry.transaction)", "\(entry.cycle)"] + entry.values.prefix(shown).map(\.description) + [""]
    }
    if let failure, failure.stream == stream || (failure.stream == nil && direction == .output) {
      let labels = failure.kind == .payloadChanged ? ("<- first", "<- then") : ("<- expected", "<- got")
      for (values, label) in [(failure.expected, labels.0), (failure.got, labels.1)] where !values.isEmpty {
        rows.append(
          ["\(failure.transaction ?? 0)", "\(failure.cycle)"] + values.prefix(shown).map(\.description) + [label])
      }
    }
    if rows.isEmpty { return [title + ": none"] }
    let lines = Testbench.table([["#", "cycle"] + fields.prefix(shown) + [""]] + rows, left: Set(2...(shown + 2)))
    let rest = fields.count - shown
    return [title] + lines + (rest > 0 ? ["  and \(counted(rest, "more field")); the JSON report has all"] : [])
  }
}

extension PortDirection {
  /// `in` or `out`.
  var short: String { self == .input ? "in" : "out" }
}

/// Rows of cells as indented lines; columns in `left` are flush left, the others flush right.
private func table(_ rows: [[String]], left: Set<Int>) -> [String] {
  let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
  return rows.map { row in
    let cells = row.enumerated().map { column, cell in
      left.contains(column) ? cell.padded(widths[column]) : cell.padded(-widths[column])
    }
    let line = "  " + cells.joined(separator: "  ")
    return String(line.reversed().drop { $0 == " " }.reversed())
  }
}

/// "1 value", "2 values".
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

/// A number with `digits` digits after the point, rounded to nearest.
func decimal(_ value: Double, _ digits: Int) -> String {
  var scale = 1.0
  for _ in 0..<digits { scale *= 10 }
  let scaled = (value * scale).rounded()
  guard scaled.magnitude < 0x1p53 else { return "\(value)" }
  let text = String(Int(scaled.magnitude))
  let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
  return (scaled < 0 ? "-" : "") + padded.dropLast(digits) + "." + padded.suffix(digits)
}

/// "31.2 M " for 31,200,000.
private func magnitude(_ value: Double) -> String {
  if value >= 1e6 { return decimal(value / 1e6, 1) + " M " }
  if value >= 1e3 { return decimal(value / 1e3, 1) + " k " }
  return decimal(value, 1) + " "
}

extension String {
  /// Filled with spaces on the right up to `width`, or on the left for a negative width.
  func padded(_ width: Int) -> String {
    let fill = String(repeating: " ", count: max(0, abs(width) - count))
    return width < 0 ? fill + self : self + fill
  }
}
