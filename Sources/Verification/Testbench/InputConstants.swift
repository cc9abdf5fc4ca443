import Engine
import Netlist

/// Values of the input ports before the first cycle, and throughout for those that nothing drives.
struct InputConstants: Sendable {
  private var rows: [String: Rows] = [:]

  /// Sets the value of a port. Throws when it is no input, is driven by the bench, or cannot hold the value.
  mutating func set<Value: BinaryInteger>(
    _ port: String, to value: Value, in module: ModuleInterface, except driven: Set<String>
  ) throws(BenchError) {
    let free = module.ports.filter { $0.direction == .input && !driven.contains($0.name) }
    guard let shape = free.first(where: { $0.name == port }) else {
      throw .unknownPort(port, module: module.name, ports: free.map(\.name))
    }
    var row = Rows(RowShape([shape]), for: module.name)
    try row.append(CollectionOfOne(value))
    rows[port] = row
  }

  /// All inputs of `module` that are not driven, with their values.
  func held(in module: ModuleInterface, except driven: Set<String>) -> [HeldInput] {
    module.ports.filter { $0.direction == .input && !driven.contains($0.name) }.map { port in
      HeldInput(
        port: port, words: rows[port.name]?.words ?? [UInt64](repeating: 0, count: RowShape([port]).wordCount))
    }
  }

  /// Stores every constant, and 0 in all other inputs.
  func apply(to engine: some Engine, of module: ModuleInterface) throws(BenchError) {
    for port in module.ports where port.direction == .input {
      let shape = RowShape([port])
      let runs = PinRun.runs(shape, try engine.pins(shape, .input))
      let words = rows[port.name]?.words ?? [UInt64](repeating: 0, count: shape.wordCount)
      words.withUnsafeBufferPointer { words in
        runs.withUnsafeBufferPointer { PinRow($0).store(words.baseAddress!) }
      }
    }
  }
}
