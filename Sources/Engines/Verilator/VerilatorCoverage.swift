import CModel
import Foundation

/// What a Verilated model counted: lines, branches and bits of the Verilog.
///
/// Read from the file that Verilator's runtime writes: a line `C 'key' count` for each counter, in which the key holds
/// fields that begin with the character 1 and the field's name, and the character 2 and its value.
public struct VerilatorCoverage: Hashable, Sendable {
  /// One counter. Those of several instances of a module are one.
  public struct Counter: Hashable, Sendable {
    /// `line`, `branch`, `expr`, `toggle` or `user`.
    public var kind: String
    /// The file, as the source is called.
    public var file: String
    /// Its first line.
    public var line: Int
    /// The column; 0 where there is none.
    public var column: Int
    /// The lines that run with it, where they are stated.
    public var lines: [Int]
    /// The module.
    public var module: String
    /// The bit, or the kind of block.
    public var comment: String
    /// How often.
    public var count: Int
  }

  /// The counters in the order of file, line, column and comment.
  public private(set) var counters: [Counter]

  /// Reads the text of a file, of Verilator 5.006 to 5.048 at least.
  ///
  /// Throws ``VerilatorFailure/coverage(_:)`` with the line that is none of such a file.
  public init(_ text: String) throws(VerilatorFailure) {
    var found: [Key: (lines: [Int], count: Int)] = [:]
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.isEmpty || line.hasPrefix("#") { continue }
      guard line.hasPrefix("C '"), let quote = line.lastIndex(of: "'"),
        let count = Int(line[line.index(after: quote)...].drop { $0 == " " }), count >= 0,
        line.index(line.startIndex, offsetBy: 3) <= quote
      else { throw .coverage("line \(number + 1) is no counter: \(Self.shown(line))") }
      let fields = Self.fields(line[line.index(line.startIndex, offsetBy: 3)..<quote])
      let page = (fields["page"] ?? "").split(separator: "/", maxSplits: 1)
      guard let file = fields["f"], let first = fields["l"].flatMap({ Int($0) }), first > 0, page.count == 2,
        page[0].hasPrefix("v_"), let spans = Self.lines(fields["S"] ?? "")
      else { throw .coverage("line \(number + 1) has no file, line or page: \(Self.shown(line))") }
      let key = Key(
        kind: String(page[0].dropFirst(2)), file: String(file), line: first,
        column: fields["n"].flatMap { Int($0) } ?? 0,
        module: String(page[1]), comment: String(fields["o"] ?? ""))
      found[key, default: (spans, 0)].count += count
    }
    counters = found.map { key, value in
      Counter(
        kind: key.kind, file: key.file, line: key.line, column: key.column, lines: value.lines, module: key.module,
        comment: key.comment, count: value.count)
    }
    counters.sort { first, second in
      (first.file, first.line, first.column, first.module, first.kind) == (
        second.file, second.line, second.column, second.module, second.kind
      )
        ? first.comment.compare(second.comment, options: .numeric) == .orderedAscending
        : (first.file, first.line, first.column, first.module, first.kind) < (
          second.file, second.line, second.column, second.module, second.kind
        )
    }
  }

  private struct Key: Hashable {
    var kind, file: String
    var line, column: Int
    var module, comment: String
  }

  /// The fields of a key by their names.
  private static func fields(_ key: Substring) -> [Substring: Substring] {
    var fields: [Substring: Substring] = [:]
    for part in key.split(separator: "\u{1}") {
      guard let middle = part.firstIndex(of: "\u{2}") else { continue }
      fields[part[..<middle]] = part[part.index(after: middle)...]
    }
    return fields
  }

  /// The lines of `9-10,12`; nil for anything else.
  private static func lines(_ text: Substring) -> [Int]? {
    var lines: [Int] = []
    for part in text.split(separator: ",") {
      let ends = part.split(separator: "-").map { Int($0) }
      guard let low = ends.first.flatMap({ $0 }), let high = ends.last.flatMap({ $0 }), ends.count <= 2, low > 0,
        low <= high, high - low < 1_000_000
      else { return nil }
      lines += low...high
    }
    return lines
  }

  private static func shown(_ line: Substring) -> String {
    let text = String(line.prefix(120).map { ($0.asciiValue ?? 32) < 32 ? "·" : $0 })
    return text.isEmpty ? "(nothing)" : text
  }
}

extension VerilatedModel {
  /// What the model has counted since it was made. The model must be compiled with ``ModelProfile/cover``.
  public func coverage() throws(VerilatorFailure) -> VerilatorCoverage {
    guard let write = functions.write_coverage else {
      throw .coverage("the model was compiled without counters; build it with the profile 'cover'")
    }
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("systole-\(UUID().uuidString).dat").path
    defer { FileSystem.remove(path) }
    write(instance, path)
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .coverage(
        "the model could not write '\(path)'; free some space, or set TMPDIR to a folder that can be written")
    }
    return try VerilatorCoverage(String(decoding: data, as: UTF8.self))
  }
}
