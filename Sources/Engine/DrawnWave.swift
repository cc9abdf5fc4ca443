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
/// while it stays.
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

  private struct Row {
    var name: String
    var pin: Pin
    var values: [BitVector] = []
  }

  private let radix: Radix
  private let style: Style
  private var rows: [Row]
  private var cycles: [UInt64] = []

  /// A wave of the ports called `names` of `engine`, in this order; of all ports when nil.
  ///
  /// The wave reads the pins of the engine, which must stay alive while samples are taken.
  public init(of engine: some Engine, ports names: [String]? = nil, radix: Radix = .automatic, style: Style = .unicode)
  {
    self.radix = radix
    self.style = style
    let ports = engine.interface.ports
    let indices = names.map { names in names.compactMap { name in ports.firstIndex { $0.name == name } } }
    rows = (indices ?? Array(ports.indices)).map { Row(name: ports[$0].name, pin: engine.pin(at: $0)) }
  }

  /// Adds a column with the values as they stand; call it between `settle()` and `step()`.
  public mutating func sample(_ engine: some Engine) {
    cycles.append(engine.cycle)
    for index in rows.indices { rows[index].values.append(Self.value(rows[index].pin)) }
  }

  private static func value(_ pin: Pin) -> BitVector {
    var words = [UInt64](repeating: 0, count: (pin.width + 63) / 64)
    for word in 0..<pin.wordCount { words[word / 2] |= UInt64(pin[word: word]) << UInt64(word % 2 * 32) }
    return BitVector(words: words, width: pin.width)
  }

  /// The drawing, ending in a line break; of the last `limit` samples when given.
  public func text(last limit: Int? = nil) -> String {
    let first = max(0, cycles.count - (limit ?? cycles.count))
    let shown = first..<cycles.count
    let labels = shown.map { String(cycles[$0]) }
    let numbers = rows.map { row in row.pin.width == 1 ? [] : shown.map { number(row.values[$0], row.pin) } }
    let column = ([labels] + numbers).joined().reduce(1) { max($0, $1.count) } + 1
    let groups = grouped()
    let margin = groups.reduce(5) { max($0, $1.label.count) } + 2
    var result = pad("cycle", margin) + labels.map { pad($0, column) }.joined()
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
        if row.pin.width == 1 {
          result += String(repeating: level(!row.values[sample].isZero), count: column)
        } else if position == 0 || row.values[sample] != row.values[sample - 1] {
          let text = numbers[index][position]
          result += text + String(repeating: hold, count: column - text.count)
        } else {
          result += String(repeating: hold, count: column)
        }
      }
      result += "\n"
    }
    return result
  }

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

  private func number(_ value: BitVector, _ pin: Pin) -> String {
    let isDecimal = radix == .decimal || (radix == .automatic && pin.isSigned)
    guard isDecimal, pin.width <= 64 else { return value.hexadecimal }
    let word = value.words[0]
    guard pin.isSigned, value.isNegative else { return String(word) }
    return String(Int64(bitPattern: pin.width == 64 ? word : word | ~((1 << UInt64(pin.width)) - 1)))
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
