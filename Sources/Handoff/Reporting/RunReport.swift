import Foundation
import Testbench
import Transformer

/// The page of a run of a model on a machine, from the JSON that `systole run MACHINE --json` prints.
public struct RunReport: Sendable {
  /// What is wrong with a file that is no run.
  public enum Failure: Error, CustomStringConvertible {
    /// The file is no JSON.
    case syntax(String)
    /// It has none of the keys of a run.
    case noRun

    /// A sentence.
    public var description: String {
      let remedy = "write one with 'systole run MACHINE --json > run.json'"
      return switch self {
      case .syntax(let reason): "the file holds no JSON: \(reason); \(remedy)"
      case .noRun: "the file is no run of a machine: it has neither 'bit_exact' nor 'cycles'; \(remedy)"
      }
    }
  }

  private let object: JSONObject
  private let name: String

  /// Reads a run.
  ///
  /// - Parameters:
  ///   - json: what `systole run MACHINE --json` printed.
  ///   - name: what stands above it, such as the name of the file.
  public init(json: Data, name: String) throws(Failure) {
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue(parsing: Array(json)) } catch { throw .syntax("\(error)") }
    guard let object = value.object, object["bit_exact"] != nil || object["cycles"] != nil else { throw .noRun }
    (self.object, self.name) = (object, name)
  }

  /// Whether the hardware's stores were not the golden machine's.
  public var hasFailures: Bool { object["bit_exact"]?.bool == false }

  /// The page.
  public var html: String {
    var page = ReportPage(name, lead: "A run of a model on a machine.")
    switch object["bit_exact"]?.bool {
    case true?:
      let count = object["stores_compared"].map { ", \(Self.text($0)) stores compared" } ?? ""
      page.mark("bit-exact\(count)", .good, section: "figures")
    case false?: page.mark("not bit-exact", .bad, section: "figures")
    case nil: page.mark("nothing was compared", .open, section: "figures")
    }
    if let error = object["model_error_percent"]?.number {
      page.mark("cycle model \(Self.text(.real(error))) % off", .open, section: "figures")
    }
    let scalars = object.members.filter { $0.value.array == nil && $0.value.object == nil }
    page.section("figures", "Figures", Self.table(of: scalars))
    for (key, value) in object.members {
      if let inner = value.object {
        page.section(key, Self.words(key), Self.table(of: inner.members))
      } else if let values = value.array, !values.isEmpty {
        let rows = values.compactMap(\.object)
        page.section(
          key, Self.words(key),
          rows.count == values.count
            ? Self.table(rows) : ReportPage.plain(values.map(Self.text).joined(separator: " ")))
      }
    }
    return page.text
  }

  private static func table(of members: [(key: String, value: JSONValue)]) -> String {
    ReportPage.table(["figure", "value"], members.map { [words($0.key), text($0.value)] }, texts: [1])
  }

  /// Objects as rows, their keys as columns; a bar beside the cycles shows each one's share of the greatest.
  private static func table(_ rows: [JSONObject]) -> String {
    var columns: [String] = []
    for key in rows.flatMap({ $0.members.map(\.key) }) where !columns.contains(key) { columns.append(key) }
    if let place = columns.firstIndex(where: ["name", "node", "layer", "step", "image"].contains) {
      columns.insert(columns.remove(at: place), at: 0)
    }
    let most = rows.compactMap { $0["cycles"]?.number }.max() ?? 0
    let head = columns.map { "<th scope=\"col\">\(HTMLDocument.escaped(words($0)))</th>" }.joined()
    let lines = rows.map { row in
      let cells = columns.enumerated().map { index, key in
        let text = HTMLDocument.escaped(row[key].map(text) ?? "")
        if index == 0 { return "<th scope=\"row\">\(text)</th>" }
        guard key == "cycles", most > 0, let value = row[key]?.number else { return "<td>\(text)</td>" }
        let width = String(format: "%.2f", 6 * max(0, value) / most)
        return "<td>\(text) <span class=\"bar\" style=\"width:\(width)rem\"></span></td>"
      }
      return "<tr>\(cells.joined())</tr>"
    }
    return ReportPage.wide(
      "<table><thead><tr>\(head)</tr></thead><tbody>\n\(lines.joined(separator: "\n"))\n</tbody></table>")
  }

  private static func words(_ key: String) -> String { key.replacing("_", with: " ") }

  private static func text(_ value: JSONValue) -> String {
    switch value {
    case .null: "none"
    case .bool(let value): value ? "yes" : "no"
    case .integer(let number): "\(number)"
    case .real(let number):
      number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : String(format: "%.4g", number)
    case .string(let text): text
    case .array(let values): values.map(text).joined(separator: ", ")
    case .object(let object): object.members.map { "\(words($0.key)) \(text($0.value))" }.joined(separator: ", ")
    }
  }
}
