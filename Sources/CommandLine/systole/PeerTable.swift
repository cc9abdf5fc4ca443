import Foundation
import Machines

/// Products on an array for a terminal: a line that says so, titles and rows. The first column begins at the left, the others
/// end at the right, each as wide as its longest text.
struct PeerTable {
  private let heading: String
  private var rows: [[String]]

  init(_ schedule: PlainSchedule, _ titles: [String]) {
    heading = "array of \(schedule.rows) x \(schedule.columns); cycles of all products of a row, rows x columns x depth"
    rows = [titles]
  }

  mutating func add(_ row: [String]) { rows.append(row) }

  static func shape(_ count: Int, _ rows: Int, _ columns: Int, _ depth: Int) -> String {
    "\(count > 1 ? "\(count) x " : "")\(rows)x\(columns)x\(depth)"
  }

  static func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }

  /// The lines, with two blanks between columns.
  var text: String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max()! }
    let lines = rows.map { row in
      row.indices.map { column in
        let blanks = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 0 ? row[column] + blanks : blanks + row[column]
      }.joined(separator: "  ")
    }
    return ([heading] + lines).joined(separator: "\n")
  }
}
