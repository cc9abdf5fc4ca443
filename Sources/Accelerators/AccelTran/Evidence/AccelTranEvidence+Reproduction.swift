extension AccelTranEvidence {
  /// What was reproduced of R1 to R13, what differs, and why, with figures of the other tables.
  ///
  /// - Parameter tables: The tables that were made; a result whose table is not among them has no figures.
  public static func reproduction(_ tables: [EvidenceTable] = []) -> EvidenceTable {
    let figures = ReproductionFigures(tables)
    let rows: [[String]] = [
      ["R1", "no", "", "ratios of the abstract need devices and accuracy runs that are not at hand"],
      [
        "R2", "no", "",
        "0.326 sequences/s for the Raspberry Pi follow from 25,977 clocks, which are those of 64 tokens, and slow software: no "
          + "result of the machine",
      ],
      [
        "R3", "in part", figures.trace,
        "the load of the embeddings agrees; the figure is of an older revision, with 588 lane-clocks a tile for 129",
      ],
      ["R4", "exactly", figures.reuse, "its question leaves the column out; the corrected form stands beside it"],
      [
        "R5", "no", figures.exploration,
        "in the committed revision stalls fall by a hundredth, not to a ninth, and the buffers' size changes nothing",
      ],
      [
        "R6", "direction", figures.sparsity,
        "here zeros of weights grow as well, and shorten loads; accuracy needs the paper's weights",
      ],
      [
        "R7, R8", "in own terms", figures.pruning,
        "own models and tokens, padding left out; the traps of the published accounting are shown",
      ],
      ["R9", "in own terms", figures.overhead, "native code for both; the published one times a loop of Python"],
      ["R10", "exactly", figures.memory, "with 512 tokens, not the 128 of the runs"],
      ["R11", "in part", figures.pies, "the figure's lanes would be a sixth of the committed area"],
      [
        "R12", "the toggles", figures.ablation,
        "no committed revision gives the recalled figures, which are no claim here",
      ],
      [
        "R13", "in part", figures.synthesis,
        "other tools, and no wire loads; the published softmax and normalisation have untimed dividers",
      ],
      [
        "simulator", "bit for bit", figures.runs,
        "121 of 128 runs; for 7 the embeddings do not fit, and the authors' script logged another model's figures under their "
          + "name",
      ],
    ]
    return EvidenceTable(
      "R1 to R13", "what follows from the published models", conditions: [],
      columns: [.init("result"), .init("reproduced"), .init("ours, published"), .init("what differs and why")],
      rows: rows)
  }
}

/// Figures for the summary, from the cells of other tables.
private struct ReproductionFigures {
  let tables: [EvidenceTable]

  init(_ tables: [EvidenceTable]) { self.tables = tables }

  private func table(_ result: String, having column: String) -> EvidenceTable? {
    tables.first { $0.result == result && $0.columns.contains { $0.name == column } }
  }

  /// A cell of the first row that has given cells.
  private func cell(_ table: EvidenceTable?, _ column: String, where keys: [String: String]) -> String? {
    guard let table else { return nil }
    let row = table.rows.indices.first { row in keys.allSatisfy { table[row, $0.key] == $0.value } }
    return row.flatMap { table[$0, column] }
  }

  var trace: String {
    let totals = table("R3", having: "figure")
    guard let paper = cell(totals, "model", where: ["mode": "paper", "what": "clocks of a batch"]),
      let honest = cell(totals, "model", where: ["mode": "honest", "what": "clocks of a batch"]),
      let load = cell(totals, "model", where: ["mode": "paper", "what": "clocks of the embeddings"]),
      let published = cell(totals, "figure", where: ["mode": "paper", "what": "clocks of the embeddings"]),
      let figure = cell(totals, "figure", where: ["mode": "paper", "what": "clocks of a batch"])
    else { return "" }
    return "\(paper) clocks (honest \(honest)), \(figure); of them embeddings \(load), \(published)"
  }

  var reuse: String {
    let table = table("R4", having: "order")
    let shapes = ["64x64x64", "64x64x128", "128x64x64"]
    let ours = shapes.compactMap { cell(table, "\($0) reuse", where: ["order": "bijk"]) }
    let figure = shapes.compactMap { cell(table, "\($0) figure's reuse", where: ["order": "bijk"]) }
    let corrected = shapes.compactMap { cell(table, "\($0) corrected reuse", where: ["order": "bijk"]) }
    guard ours.count == 3 else { return "" }
    return "bijk finds \(ours.joined(separator: ", ")) tiles again, \(figure.joined(separator: ", ")); corrected "
      + corrected.joined(separator: ", ")
  }

  var exploration: String {
    let table = table("R5", having: "stalls")
    let parts = [("64", "13"), ("32", "10"), ("256", "16")].compactMap { elements, size -> String? in
      let keys = ["processing elements": elements, "MB": size]
      guard let ours = cell(table, "stalls", where: keys), let figure = cell(table, "figure", where: keys) else {
        return nil
      }
      return "\(elements) elements, \(size) MB: \(ours), \(figure)"
    }
    return parts.joined(separator: "; ")
  }

  var sparsity: String {
    let table = table("R6", having: "paper throughput")
    let keys = ["zeros %": "34"]
    guard let ours = cell(table, "paper throughput", where: keys),
      let honest = cell(table, "honest throughput", where: keys),
      let figure = cell(table, "figure's throughput", where: keys),
      let energy = cell(table, "paper energy", where: keys),
      let other = cell(table, "figure's energy", where: keys)
    else { return "" }
    return "30 to 34 % zeros: throughput \(ours) (honest \(honest)), \(figure); energy \(energy), \(other)"
  }

  var pruning: String {
    let table = table("R7, R8", having: "cosine")
    let rows = table?.rows.indices.compactMap { row -> String? in
      guard let table, let zeros = table[row, "zeros %"], let pairs = table[row, "pairs multiplied %"],
        let cosine = table[row, "cosine"], ["one threshold 0.050", "each place 50 %"].contains(table.rows[row][0])
      else { return nil }
      return "\(table.rows[row][0]): zeros \(zeros) %, \(pairs) % of the pairs multiplied, cosine \(cosine)"
    }
    return (rows ?? []).joined(separator: "; ")
  }

  var overhead: String {
    let table = table("R9", having: "ns an element")
    guard let table, table.rows.count > 1, let ratio = table[1, "times the threshold's"], !ratio.isEmpty else {
      return ""
    }
    return "exact top-k takes \(ratio) times as long as a threshold; 1.48 to 96.38"
  }

  var memory: String {
    let table = table("R10", having: "share %")
    let parts = ["embeddings", "weights", "activations"].compactMap { part -> String? in
      cell(table, "share %", where: ["model": "BERT-Tiny", "mode": "paper", "part": part])
    }
    let figure = ["embeddings", "weights", "activations"].compactMap { part -> String? in
      cell(table, "figure", where: ["model": "BERT-Tiny", "mode": "paper", "part": part])
    }
    guard parts.count == 3 else { return "" }
    return "BERT-Tiny \(parts.joined(separator: ", ")) %, \(figure.joined(separator: ", ")) %"
  }

  var pies: String {
    let table = table("R11", having: "area %")
    let parts = ["MAC lanes", "softmax"].compactMap { part -> String? in
      guard let ours = cell(table, "area %", where: ["part": part]),
        let figure = cell(table, "figure's area %", where: ["part": part])
      else { return nil }
      return "\(part) \(ours) % of the area, \(figure) %"
    }
    return parts.joined(separator: "; ")
  }

  var ablation: String {
    let table = table("R12", having: "honest seq/s")
    let parts = ["full", "without DynaTran", "without weight pruning", "without sparsity units"].compactMap { name in
      cell(table, "honest seq/s", where: ["machine": name]).map { "\(name) \($0)" }
    }
    return parts.isEmpty ? "" : "honest sequences/s: " + parts.joined(separator: ", ")
  }

  var synthesis: String {
    let lane = cell(table("R13", having: "MHz"), "MHz", where: ["module": "lane, 16 multipliers"])
    let own = table("R13", having: "fast MHz")
    let parts = ["lane, 16 multipliers", "pre-sparsity, 16 of 32", "softmax, tile of 16"].compactMap {
      name -> String? in
      guard let area = cell(own, "small um2", where: ["beside": name]),
        let published = cell(own, "published um2", where: ["beside": name]),
        let speed = cell(own, "fast MHz", where: ["beside": name])
      else { return nil }
      return "\(name): \(area) um2 (fastest \(speed) MHz), \(published) um2"
    }
    guard parts.isEmpty else { return parts.joined(separator: "; ") }
    return lane.map { "published lane \($0) MHz" } ?? ""
  }

  var runs: String {
    let table = table("runs", having: "clocks")
    guard let table, let ours = table[0, "clocks"], let printed = table[0, "printed clocks"] else { return "" }
    return "BERT-Tiny on Edge, cycle mode: \(ours) clocks, \(printed)"
  }
}
