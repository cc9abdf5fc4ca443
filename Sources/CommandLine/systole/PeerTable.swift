import Foundation

/// A table for a terminal: the first column begins at the left, the others end at the right, each as wide as its longest text.
struct PeerTable {
  private var rows: [[String]]

  init(_ titles: [String]) { rows = [titles] }

  mutating func add(_ row: [String]) { rows.append(row) }

  static func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }

  /// The lines, with two blanks between columns.
  var text: String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max()! }
    return rows.map { row in
      row.indices.map { column in
        let blanks = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 0 ? row[column] + blanks : blanks + row[column]
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }
}
