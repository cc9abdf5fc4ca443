/// Memory as a compiler fills it: every part begins with a word of the bus, and commands stand behind the data.
public struct CommandMemory: Hashable, Sendable {
  /// What is in it.
  public private(set) var bytes: [UInt8] = []

  /// Nothing.
  public init() {}

  /// Room for bytes, which are 0; where it begins.
  public mutating func room(_ count: Int) -> Int {
    let start = (bytes.count + 63) / 64 * 64
    bytes += [UInt8](repeating: 0, count: start + count - bytes.count)
    return start
  }

  /// Stores bytes; where they begin.
  public mutating func store(_ data: [UInt8]) -> Int {
    let start = room(data.count)
    bytes.replaceSubrange(start..<start + data.count, with: data)
    return start
  }

  /// The memory with programs behind it, and where each begins: multiples of 4,096.
  public func image(_ programs: [[XFormerCommand]]) -> (bytes: [UInt8], starts: [Int]) {
    var bytes = bytes
    let starts = programs.map { commands -> Int in
      bytes += [UInt8](repeating: 0, count: (bytes.count + 4095) / 4096 * 4096 - bytes.count)
      let start = bytes.count
      for word in commands.flatMap(\.words) {
        for byte in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(8 * byte))) }
      }
      return start
    }
    return (bytes, starts)
  }
}
