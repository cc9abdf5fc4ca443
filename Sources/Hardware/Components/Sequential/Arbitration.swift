import HDL

/// Who is granted when several ask.
public enum ArbitrationPolicy: Hashable, Sendable, CaseIterable {
  /// The one after the last granted, in a circle: nobody waits for more than all others once.
  case roundRobin
  /// The lowest number; higher ones may wait for ever.
  case priority
}

/// The lowest bit of `requests` that is 1, alone; zero when none is.
public func lowestSetBit(of requests: Bits) -> Bits {
  let number = requests.asUnsigned
  return (number & (~number &+ 1)).asBits
}

/// The number of the bit that is 1 in a vector with at most one; zero when none is.
///
/// - Returns: ⌈log₂ of the width⌉ bits, at least 1.
public func index(ofOneHot vector: Bits) -> UInt {
  let positions = bits(for: max(1, vector.width - 1))
  let parts: [any Signal] = (0..<positions).reversed().map { position in
    let members = (0..<vector.width).filter { $0 >> position & 1 == 1 }
    return members.isEmpty ? (false as Bit).asBits : anyOf(members.map { vector[$0] }).asBits
  }
  return concatenate(parts).asUnsigned
}

/// Whose turn it is among several.
struct Turn {
  /// 1 for those that come before the others; none for a priority arbiter.
  private let preferred: Bits?
  private let name: String

  /// - Parameter name: Name of the register that remembers the turn.
  init(_ name: String, count: Int, policy: ArbitrationPolicy, in m: Module) {
    self.name = name
    preferred = policy == .roundRobin && count > 1 ? m.register(name, Bits.self, width: count, reset: 0) : nil
  }

  /// One of `requests`, one-hot; zero when there is none.
  func grant(_ requests: Bits) -> Bits {
    guard let preferred else { return lowestSetBit(of: requests) }
    let first = (requests & preferred).named("\(name)_requests")
    return mux(first.any, lowestSetBit(of: first), lowestSetBit(of: requests))
  }

  /// Prefers all above `granted`, which is one-hot, from the next clock on.
  func pass(after granted: Bits, when condition: Bit, in m: Module) {
    guard let preferred else { return }
    let last = granted.asUnsigned
    m.when(condition) { preferred.next <== (~(last | (last &- 1))).asBits }
  }

  /// States that those who are preferred are all from one number on.
  func check(in m: Module) {
    guard let preferred else { return }
    let others = ~preferred.asUnsigned
    m.assert(
      (others & (others &+ 1)) .== 0, "mask_is_thermometer", "the priority mask is not of the form 11..100..0")
  }
}
