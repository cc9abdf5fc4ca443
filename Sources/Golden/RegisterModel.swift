/// Registers of 32 bits at consecutive words, access by access.
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

  /// Registers of these kinds and widths.
  public init(_ registers: [(kind: Kind, width: Int)]) {
    self.registers = registers.map { ($0.kind, UInt32.max >> UInt32(32 - $0.width)) }
  }

  /// A read: the word, or nil when there is no register.
  public func read(_ address: Int) -> UInt32? {
    guard registers.indices.contains(address / 4) else { return nil }
    switch registers[address / 4].kind {
    case .storage(let value), .constant(let value): return value
    case .events(let pending, let happening): return pending | happening
    }
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

  /// A write of the bytes of `strobe`: false when there is no register, or one that can only be read and a byte to write.
  public mutating func write(_ address: Int, _ data: UInt32, strobe: UInt32) -> Bool {
    let index = address / 4
    guard registers.indices.contains(index) else { return false }
    let bytes = (0..<4).reduce(UInt32(0)) { strobe >> UInt32($1) & 1 == 1 ? $0 | 0xFF << UInt32(8 * $1) : $0 }
    let mask = registers[index].mask & bytes
    switch registers[index].kind {
    case .constant: return strobe & 0xF == 0
    case .storage(let value): registers[index].kind = .storage(value & ~mask | data & mask)
    case .events(let pending, let happening):
      registers[index].kind = .events(pending & ~(data & mask) | happening, happening: happening)
    }
    return true
  }
}
