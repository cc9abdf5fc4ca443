/// What is counted while a program runs.
public enum Event: Hashable, Sendable {
  /// Instructions, END among them.
  case instructions
  /// Products that were added to accumulators, the rows and columns of a tile that nothing was loaded to among them.
  case multiplyAccumulates
  /// Additions after which an accumulator was outside its range, and wrapped.
  case accumulatorOverflows
  /// Codes that were clamped to the quantiser's range.
  case saturatedCodes
  /// Bytes that loads read.
  case bytesRead
  /// Bytes that stores wrote.
  case bytesWritten
  /// Vector instructions of a kind, each of which works on all lanes.
  case vector(Opcode)

  /// The name in reports.
  public var name: String {
    switch self {
    case .instructions: "instructions"
    case .multiplyAccumulates: "macs"
    case .accumulatorOverflows: "accumulator.overflows"
    case .saturatedCodes: "codes.saturated"
    case .bytesRead: "bytes.read"
    case .bytesWritten: "bytes.written"
    case .vector(let opcode): "vector.\(opcode.rawValue)"
    }
  }
}

/// How often each event happened.
public struct Counters: Hashable, Sendable {
  private var counts: [Event: Int] = [:]

  /// The count of an event.
  public subscript(event: Event) -> Int { counts[event] ?? 0 }

  mutating func add(_ count: Int, _ event: Event) {
    if count != 0 { counts[event, default: 0] += count }
  }

  /// The counts that are not 0, by name.
  public var byName: [String: Int] {
    Dictionary(uniqueKeysWithValues: counts.map { ($0.key.name, $0.value) })
  }
}

extension Counters: CustomStringConvertible {
  /// A line for each event that happened, by name.
  public var description: String {
    byName.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
  }
}
