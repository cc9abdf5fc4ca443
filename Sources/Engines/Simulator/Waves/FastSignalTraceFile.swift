import Engine
import Foundation

/// A fast signal trace, the compressed format of GTKWave.
///
/// Changes are kept by track and written as sections: each section has a table of its times and, for every track, a chain
/// of changes that say how many times of the table lie between them, compressed as a block of LZ4. Names follow at the end.
/// Neither the writer's name nor the time of writing goes into the file, so that equal runs make equal files.
final class FastSignalTraceFile: WaveFile {
  private enum Block: UInt8 {
    case header = 0
    case geometry = 3
    case hierarchyLZ4 = 6
    case changes = 8
  }

  private let file: WaveOutput
  private let plan: WavePlan
  private let sectionBytes: Int
  /// The handle of each track: the format counts values in the order in which they are declared first.
  private let handles: [Int]
  /// Bits of each handle; 0 for text.
  private let widths: [Int]
  /// Position of each handle in ``frame``.
  private let positions: [Int]
  /// The values as they stand; nothing for text.
  private var latest: [[UInt64]]
  /// A character for each bit of each handle, as they were at the start of the section.
  private var frame: [UInt8]
  private var chains: [[UInt8]]
  /// Index in the table of times of the last change of each handle.
  private var lastIndex: [Int]
  private var bytesOfChains = 0
  private var times: [UInt64] = []
  private var firstTime: UInt64?
  private var lastTime: UInt64 = 0
  private var sectionCount = 0

  /// Creates the file. A section ends when its changes take `sectionBytes`.
  init(path: String, plan: WavePlan, sectionBytes: Int = 1 << 24) throws(EngineFailure) {
    file = try WaveOutput(path)
    self.plan = plan
    self.sectionBytes = sectionBytes
    var handles = [Int](repeating: -1, count: plan.trackCount)
    var widths: [Int] = []
    for case .variable(let kind, _, let width, let track) in plan.items where handles[track] < 0 {
      handles[track] = widths.count
      widths.append(kind == .string ? 0 : width)
    }
    precondition(!handles.contains(-1), "every value of a wave has a name")
    self.handles = handles
    self.widths = widths
    var position = 0
    positions = widths.map { width in
      defer { position += width }
      return position
    }
    latest = widths.map { _ in [] }
    frame = [UInt8](repeating: UInt8(ascii: "x"), count: position)
    chains = Array(repeating: [], count: widths.count)
    lastIndex = Array(repeating: 0, count: widths.count)
    // The numbers in the header are known at the end.
    write(header)
  }

  func advance(to time: UInt64) {
    if bytesOfChains > sectionBytes { endSection() }
    if firstTime == nil { firstTime = time }
    lastTime = time
    times.append(time)
  }

  func change(_ track: Int, to words: [UInt64], width: Int) {
    let handle = handles[track]
    let before = chains[handle].count
    let distance = step(handle)
    if width == 1 {
      chains[handle].addVariable(distance << 2 | words[0] << 1)
    } else {
      chains[handle].addVariable(distance << 1)
      // The most significant bit is the first one of the first byte.
      for byte in 1...(width + 7) / 8 { chains[handle].append(Self.bits(of: words, from: width - 8 * byte)) }
    }
    bytesOfChains += chains[handle].count - before
    latest[handle] = words
  }

  func change(_ track: Int, to text: String) {
    let handle = handles[track]
    chains[handle].addVariable(step(handle) << 1)
    chains[handle].addVariable(UInt64(text.utf8.count))
    chains[handle] += text.utf8
    bytesOfChains += text.utf8.count + 2
  }

  /// Times of the table since the last change of a value.
  private func step(_ handle: Int) -> UInt64 {
    let index = times.count - 1
    defer { lastIndex[handle] = index }
    return UInt64(index - lastIndex[handle])
  }

  /// Eight bits from bit `low` on; those below bit 0 are zero.
  private static func bits(of words: [UInt64], from low: Int) -> UInt8 {
    if low < 0 { return UInt8(truncatingIfNeeded: words[0] << UInt64(-low)) }
    var value = words[low / 64] >> UInt64(low % 64)
    if low % 64 > 56, low / 64 + 1 < words.count { value |= words[low / 64 + 1] << UInt64(64 - low % 64) }
    return UInt8(truncatingIfNeeded: value)
  }

  // MARK: - Blocks

  private func endSection() {
    guard let start = times.first, let end = times.last else { return }
    if chains[0].isEmpty { chains[0] = repeated(0) }
    var body: [UInt8] = []
    body.addFixed(start)
    body.addFixed(end)
    body.addFixed(UInt64(chains.reduce(0) { $0 + $1.count }))
    body.addVariable(UInt64(frame.count))
    body.addVariable(UInt64(frame.count))
    body.addVariable(UInt64(chains.count))
    body += frame
    body.addVariable(UInt64(chains.count))
    addChains(to: &body)
    var table: [UInt8] = []
    var time: UInt64 = 0
    for next in times {
      table.addVariable(next - time)
      time = next
    }
    body += table
    body.addFixed(UInt64(table.count))
    body.addFixed(UInt64(table.count))
    body.addFixed(UInt64(times.count))
    write(.changes, body)
    sectionCount += 1
    for (handle, words) in latest.enumerated() where !words.isEmpty {
      let last = positions[handle] + widths[handle] - 1
      for bit in 0..<widths[handle] {
        let digit = UInt8(truncatingIfNeeded: words[bit / 64] >> UInt64(bit % 64) & 1)
        frame[last - bit] = UInt8(ascii: "0") + digit
      }
    }
    times = []
    chains = Array(repeating: [], count: chains.count)
    lastIndex = Array(repeating: 0, count: lastIndex.count)
    bytesOfChains = 0
  }

  /// A chain that states at the start of the section what a handle has been before.
  ///
  /// GTKWave's reader takes the end of the last chain of the section before for a place in this one when handle 0 has no
  /// chain.
  private func repeated(_ handle: Int) -> [UInt8] {
    let digits = frame[positions[handle]..<positions[handle] + widths[handle]]
    if widths[handle] == 1 { return [digits.first == UInt8(ascii: "1") ? 2 : 0] }
    var chain = [UInt8](repeating: 0, count: 1 + (widths[handle] + 7) / 8)
    for (index, digit) in digits.enumerated() where digit == UInt8(ascii: "1") {
      chain[1 + index / 8] |= 128 >> UInt8(index % 8)
    }
    return chain
  }

  /// The chains, each after its length or a zero when it is not compressed, and the table of where they begin.
  private func addChains(to body: inout [UInt8]) {
    // Positions count from the letter that names the compression.
    let origin = body.count
    body.append(UInt8(ascii: "4"))
    var table: [UInt8] = []
    var last = 0
    var empty: UInt64 = 0
    for chain in chains {
      if chain.isEmpty {
        empty += 1
        continue
      }
      if empty > 0 { table.addVariable(empty << 1) }
      empty = 0
      let position = body.count - origin
      table.addSigned(Int64(position - last) << 1 | 1)
      last = position
      let packed = LZ4.block(chain)
      body.addVariable(packed.count < chain.count ? UInt64(chain.count) : 0)
      body += packed.count < chain.count ? packed : chain
    }
    if empty > 0 { table.addVariable(empty << 1) }
    body += table
    body.addFixed(UInt64(table.count))
  }

  private var header: [UInt8] {
    var scopes = 0
    var variables = 0
    for item in plan.items {
      switch item {
      case .scope: scopes += 1
      case .variable: variables += 1
      case .endOfScope: break
      }
    }
    var body: [UInt8] = []
    body.addFixed(firstTime ?? 0)
    body.addFixed(lastTime)
    // By this number readers see how the machine that wrote the file orders the bytes of a real.
    withUnsafeBytes(of: 2.7182818284590452354) { body += $0 }
    body.addFixed(UInt64(sectionBytes))
    for count in [scopes, variables, widths.count, sectionCount] { body.addFixed(UInt64(count)) }
    body.append(UInt8(bitPattern: -9))
    let (writer, date, type, zero) = (128, 119, 1, 8)
    body += [UInt8](repeating: 0, count: writer + date + type + zero)
    return block(.header, body)
  }

  private var geometry: [UInt8] {
    var sizes: [UInt8] = []
    for width in widths { sizes.addVariable(width == 0 ? 0xFFFF_FFFF : UInt64(width)) }
    var body: [UInt8] = []
    body.addFixed(UInt64(sizes.count))
    body.addFixed(UInt64(widths.count))
    return body + sizes
  }

  private var hierarchy: [UInt8] {
    var text: [UInt8] = []
    var declared = [Bool](repeating: false, count: widths.count)
    for item in plan.items {
      switch item {
      case .scope(let name): text += [254, 0] + name.utf8 + [0, 0]
      case .endOfScope: text.append(255)
      case .variable(let kind, let name, let width, let track):
        let code: UInt8 =
          switch kind {
          case .wire: 16
          case .reg: 5
          case .string: 21
          }
        text += [code, 0] + name.utf8
        if width > 1 { text += " [\(width - 1):0]".utf8 }
        text.append(0)
        let handle = handles[track]
        text.addVariable(UInt64(widths[handle]))
        text.addVariable(declared[handle] ? UInt64(handle + 1) : 0)
        declared[handle] = true
      }
    }
    var body: [UInt8] = []
    body.addFixed(UInt64(text.count))
    return body + LZ4.block(text)
  }

  private func block(_ kind: Block, _ body: [UInt8]) -> [UInt8] {
    var bytes = [kind.rawValue]
    bytes.addFixed(UInt64(body.count + 8))
    return bytes + body
  }

  private func write(_ kind: Block, _ body: [UInt8]) { write(block(kind, body)) }

  private func write(_ bytes: [UInt8]) { bytes.withUnsafeBytes { file.write($0) } }

  func close() throws(EngineFailure) {
    endSection()
    write(.geometry, geometry)
    write(.hierarchyLZ4, hierarchy)
    file.rewind()
    write(header)
    try file.close()
  }
}

extension [UInt8] {
  /// Eight bytes, the most significant one first.
  fileprivate mutating func addFixed(_ value: UInt64) {
    for shift in stride(from: UInt64(56), through: 0, by: -8) { append(UInt8(truncatingIfNeeded: value >> shift)) }
  }

  /// Seven bits a byte, the least significant ones first; the top bit of a byte says that another one follows.
  fileprivate mutating func addVariable(_ value: UInt64) {
    var rest = value
    while rest > 127 {
      append(UInt8(truncatingIfNeeded: rest) | 128)
      rest >>= 7
    }
    append(UInt8(rest))
  }

  /// The same of a signed number.
  fileprivate mutating func addSigned(_ value: Int64) {
    var rest = value
    while rest > 63 || rest < -64 {
      append(UInt8(truncatingIfNeeded: rest) | 128)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest) & 127)
  }
}
