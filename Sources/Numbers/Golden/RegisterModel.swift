/// Registers of 32 bits one behind the other, access by access of a word of one or two of them.
public struct RegisterModel: Sendable {
  /// What a register does.
  public enum Kind: Hashable, Sendable {
    /// Keeps what is written.
    case storage(UInt32)
    /// Shows a value.
    case constant(UInt32)
    /// Keeps events until 1 is written to their bits; `happening` ones happen all the time.
    case events(UInt32, happening: UInt32)
  }

  private var registers: [(kind: Kind, mask: UInt32)]
  /// Bytes of a word: 4 or 8.
  public let wordBytes: Int

  /// Registers of these kinds and widths, in words of `wordBytes` bytes.
  public init(_ registers: [(kind: Kind, width: Int)], wordBytes: Int) {
    self.registers = registers.map { ($0.kind, UInt32.max >> UInt32(32 - $0.width)) }
    self.wordBytes = wordBytes
  }

  /// What the register of number `index` shows.
  public func value(of index: Int) -> UInt32 {
    switch registers[index].kind {
    case .storage(let value), .constant(let value): value
    case .events(let pending, let happening): pending | happening
    }
  }

  /// The registers that an address leads to, each with its place in the word; of one that is not there the index is nil.
  private func word(at address: Int) -> [(index: Int?, shift: UInt64)] {
    let first = address / wordBytes * (wordBytes / 4)
    return (0..<wordBytes / 4).map { (registers.indices.contains(first + $0) ? first + $0 : nil, UInt64(32 * $0)) }
  }

  /// A read: the word, or nil when there is no register in it.
  public func read(_ address: Int) -> UInt64? {
    let parts = word(at: address)
    guard parts.contains(where: { $0.index != nil }) else { return nil }
    return parts.reduce(0) { sum, part in sum | (part.index.map { UInt64(value(of: $0)) } ?? 0) << part.shift }
  }

  /// Shows another value in the register of number `index`, which shows one.
  public mutating func show(_ value: UInt32, in index: Int) { registers[index].kind = .constant(value) }

  /// Ends a clock in which `events` happen in the register of number `index`, after the access of that clock.
  public mutating func happen(_ events: UInt32, in index: Int) {
    guard case .events(let pending, let happening) = registers[index].kind else { return }
    registers[index].kind = .events(pending | events, happening: happening)
  }

  /// Lets `events` happen all the time from here on in the register of number `index`, and no others.
  public mutating func hold(_ events: UInt32, in index: Int) {
    guard case .events(let pending, let happening) = registers[index].kind else { return }
    registers[index].kind = .events(pending | happening | events, happening: events)
  }

  /// A write of the bytes of `strobe`: false when there is no register in the word, or a byte is to be written of one that
  /// can only be read or is not there. What can be written is.
  public mutating func write(_ address: Int, _ data: UInt64, strobe: UInt64) -> Bool {
    let parts = word(at: address)
    var isRight = parts.contains { $0.index != nil }
    for part in parts {
      let (data, strobe) = (UInt32(truncatingIfNeeded: data >> part.shift), UInt32(strobe >> (part.shift / 8) & 0xF))
      let isWritten = part.index.map { write(register: $0, data, strobe: strobe) } ?? (strobe == 0)
      isRight = isRight && isWritten
    }
    return isRight
  }

  private mutating func write(register index: Int, _ data: UInt32, strobe: UInt32) -> Bool {
    let bytes = (0..<4).reduce(UInt32(0)) { strobe >> UInt32($1) & 1 == 1 ? $0 | 0xFF << UInt32(8 * $1) : $0 }
    let mask = registers[index].mask & bytes
    switch registers[index].kind {
    case .constant: return strobe == 0
    case .storage(let value): registers[index].kind = .storage(value & ~mask | data & mask)
    case .events(let pending, let happening):
      registers[index].kind = .events(pending & ~(data & mask) | happening, happening: happening)
    }
    return true
  }
}
