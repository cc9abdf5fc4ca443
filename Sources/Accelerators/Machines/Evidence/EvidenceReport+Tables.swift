import AccelTran

extension EvidenceReport {
  /// A report of tables: a row for each figure, with the published one of its row beside it.
  ///
  /// A figure's id is the table's result, the number of the row and the column. Columns of names, and cells that are no numbers,
  /// say what the figure is. A figure that is only believed to be in a paper stands in the remark, not beside ours.
  public init(machine: String, title: String, tables: [EvidenceTable]) {
    self.init(machine: machine, title: title)
    var numbers: [String: Int] = [:]
    for table in tables {
      let group = table.result.lowercased().filter { $0.isLetter || $0.isNumber }
      for cells in table.rows {
        numbers[group, default: 0] += 1
        rows += Self.rows(of: table, cells, "\(group).\(numbers[group] ?? 1)")
      }
    }
  }

  private static func rows(of table: EvidenceTable, _ cells: [String], _ id: String) -> [EvidenceRow] {
    let columns = Array(zip(table.columns, cells))
    func number(_ cell: String) -> Double? {
      let value = Double(cell.replacing(",", with: ""))
      return value?.isFinite == true ? value : nil
    }
    // What is no figure says what the row is about.
    let words = columns.filter { column, cell in
      !cell.isEmpty && column.name != "mode" && (column.origin == nil || number(cell) == nil)
    }.map { column, cell in column == columns[0].0 ? cell : "\(column.name) \(cell)" }
    let isPaper = columns.first { $0.0.name == "mode" }.map { $0.1 != "honest" }
    let besides = Set(table.columns.compactMap(\.beside))
    let recalled = columns.filter { $0.0.origin == .recalled && number($0.1) != nil }.map { column, cell in
      "recalled, not checked: \(cell) \(column.unit)"
    }
    return columns.compactMap { column, cell -> EvidenceRow? in
      guard let origin = column.origin, origin != .recalled, let value = number(cell) else { return nil }
      let isOurs = origin != .published
      guard isOurs || !besides.contains(column.name) else { return nil }
      let published = column.beside.flatMap { name in columns.first { $0.0.name == name }.flatMap { number($0.1) } }
      let mode = column.mode.map { $0 == .paper } ?? isPaper ?? !isOurs
      return EvidenceRow(
        "\(id).\(column.name)", ([table.title] + words + [column.name]).joined(separator: ": "),
        ours: isOurs ? value : nil, paper: isOurs ? published : value, unit: column.unit, mode: mode ? .paper : .honest,
        conditions: table.conditions.joined(separator: "; "),
        tag: origin == .measured ? .measured : isOurs ? .computed : .published,
        remark: (recalled + table.remarks).joined(separator: " "))
    }
  }
}
