import Netlist

/// A waveform drawn as text, for the output of a test: one row a port, one column a cycle.
///
/// ```
///              0    1    2    3
/// rows_valid   ▁▁▁▁▁▔▔▔▔▔▔▔▔▔▔▁▁▁▁▁
/// rows_data    0────-3───12────────
/// ```
///
/// Ports that share the first part of their name stand together under it. A number stands where it changes; a line follows
/// while it stays. A wave can also be drawn from values that were kept: ``init(_:cycles:radix:style:)``.
public struct DrawnWave {
  /// How numbers are written.
  public enum Radix: Hashable, Sendable {
    /// Decimal for signed ports, hexadecimal for others.
    case automatic
    /// Decimal, signed where the port is.
    case decimal
    /// Hexadecimal, two's complement.
    case hexadecimal
  }

  /// Which characters draw the lines.
  public enum Style: Hashable, Sendable {
    /// Block and box characters.
    case unicode
    /// `_` and `#` for levels, `.` for values that stay.
    case plain
  }

  /// A row of a wave that is drawn from values.
  public struct Track: Hashable, Sendable {
    /// What stands before the row.
    public var name: String
    /// What stands above it and its neighbours with the same one.
    public var heading: String?
    /// Whether the values are numbers in two's complement.
    public var isSigned: Bool
    /// Whether the row is a clock: its values say whether it ticked at the edge that began the cycle.
    public var isClock: Bool
    /// A value for each cycle, of one width.
    public var values: [BitVector]

    /// A row of `values`.
    public init(
      _ name: String, under heading: String? = nil, isSigned: Bool = false, isClock: Bool = false, _ values: [BitVector]
    ) {
      self.name = name
      self.heading = heading
      self.isSigned = isSigned
      self.isClock = isClock
      self.values = values
    }

    fileprivate var width: Int { values.first?.width ?? 1 }
  }

  private let radix: Radix
  private let style: Style
  private var rows: [Track]
  private var cycles: [UInt64] = []
  /// The pins of the rows; none for a wave of values.
  private var pins: [Pin] = []
  private let hasHeadings: Bool

  /// A wave of the ports called `names` of `engine`, in this order; of all ports when nil.
  ///
  /// The wave reads the pins of the engine, which must stay alive while samples are taken.
  public init(of engine: some Engine, ports names: [String]? = nil, radix: Radix = .automatic, style: Style = .unicode)
  {
    self.radix = radix
    self.style = style
    let ports = engine.interface.ports
    let indices = names.map { names in names.compactMap { name in ports.firstIndex { $0.name == name } } }
    let chosen = indices ?? Array(ports.indices)
    pins = chosen.map { engine.pin(at: $0) }
    rows = chosen.map { Track(ports[$0].name, isSigned: ports[$0].isSigned, []) }
    hasHeadings = false
  }

  /// A wave of values that were kept.
  ///
  /// - Parameters:
  ///   - tracks: The rows from top to bottom.
  ///   - cycles: The numbers of the cycles, rising; where one is left out the drawing shows a gap.
  ///   - radix: How values are written.
  ///   - style: The characters of the drawing.
  public init(_ tracks: [Track], cycles: [UInt64], radix: Radix = .automatic, style: Style = .unicode) {
    precondition(tracks.allSatisfy { $0.values.count == cycles.count }, "every track has a value for each cycle")
    self.radix = radix
    self.style = style
    self.cycles = cycles
    rows = tracks
    hasHeadings = true
  }

  /// Adds a column with the values as they stand; call it between `settle()` and `step()`.
  public mutating func sample(_ engine: some Engine) {
    cycles.append(engine.cycle)
    for (index, pin) in pins.enumerated() { rows[index].values.append(pin.load()) }
  }

  /// The drawing, ending in a line break; of the last `limit` samples when given.
  ///
  /// - Parameters:
  ///   - limit: The number of samples; nil for all.
  ///   - mark: A cycle and what to say of it, on a line of its own at the end.
  public func text(last limit: Int? = nil, mark: (cycle: UInt64, note: String)? = nil) -> String {
    let first = max(0, cycles.count - (limit ?? cycles.count))
    let shown = first..<cycles.count
    let labels = shown.map { String(cycles[$0]) }
    let numbers = rows.map { row in row.width == 1 ? [] : shown.map { number(row.values[$0], row) } }
    let column = ([labels] + numbers).joined().reduce(rows.contains(where: \.isClock) ? 3 : 1) { max($0, $1.count) } + 1
    let groups = hasHeadings ? underHeadings() : grouped()
    let margin = groups.reduce(5) { max($0, $1.label.count) } + 2
    func isGap(_ position: Int) -> Bool {
      hasHeadings && position > 0 && cycles[first + position] != cycles[first + position - 1] + 1
    }
    var result = pad("cycle", margin)
    var marked: Int?
    for (position, label) in labels.enumerated() {
      if isGap(position) { result += gap }
      if cycles[first + position] == mark?.cycle { marked = result.count }
      result += pad(label, column)
    }
    while result.last == " " { result.removeLast() }
    result += "\n"
    for (label, index) in groups {
      guard let index else {
        result += label + "\n"
        continue
      }
      result += pad(label, margin)
      let row = rows[index]
      for (position, sample) in shown.enumerated() {
        if isGap(position) { result += gap }
        let isNew = position == 0 || isGap(position)
        if row.isClock {
          let high = row.values[sample].isZero ? 0 : column / 2
          result += String(repeating: level(true), count: high) + String(repeating: level(false), count: column - high)
        } else if row.width == 1 {
          result += String(repeating: level(!row.values[sample].isZero), count: column)
        } else if isNew || row.values[sample] != row.values[sample - 1] {
          let text = numbers[index][position]
          result += text + String(repeating: hold, count: column - text.count)
        } else {
          result += String(repeating: hold, count: column)
        }
      }
      result += "\n"
    }
    if let marked, let mark {
      result += String(repeating: " ", count: marked) + (style == .unicode ? "▲ " : "^ ") + mark.note + "\n"
    }
    return result
  }

  private var gap: String { style == .unicode ? "⋯ " : ": " }

  private var hold: String { style == .unicode ? "─" : "." }

  private func level(_ isHigh: Bool) -> String {
    switch style {
    case .unicode: isHigh ? "▔" : "▁"
    case .plain: isHigh ? "#" : "_"
    }
  }

  private func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private func number(_ value: BitVector, _ row: Track) -> String {
    let isDecimal = radix == .decimal || (radix == .automatic && row.isSigned)
    guard isDecimal, row.width <= 64 else { return value.hexadecimal }
    let word = value.words[0]
    guard row.isSigned, value.isNegative else { return String(word) }
    return String(Int64(bitPattern: row.width == 64 ? word : word | ~((1 << UInt64(row.width)) - 1)))
  }

  /// Rows with their labels under the headings that were given.
  private func underHeadings() -> [(label: String, row: Int?)] {
    var result: [(label: String, row: Int?)] = []
    for (index, row) in rows.enumerated() {
      if let heading = row.heading, index == 0 || rows[index - 1].heading != heading { result.append((heading, nil)) }
      result.append((row.heading == nil ? row.name : "  " + row.name, index))
    }
    return result
  }

  /// Rows with their labels; a heading, which has no row, over two or more ports that share the start of their names.
  private func grouped() -> [(label: String, row: Int?)] {
    func prefix(_ name: String) -> Substring? { name.lastIndex(of: "_").map { name[..<$0] } }
    var result: [(label: String, row: Int?)] = []
    var index = 0
    while index < rows.count {
      let shared = prefix(rows[index].name)
      var end = index + 1
      while let shared, end < rows.count, prefix(rows[end].name) == shared { end += 1 }
      if let shared, end - index > 1 {
        result.append((String(shared), nil))
        for row in index..<end { result.append(("  " + rows[row].name.dropFirst(shared.count + 1), row)) }
      } else {
        result += (index..<end).map { (rows[$0].name, $0) }
      }
      index = end
    }
    return result
  }
}
