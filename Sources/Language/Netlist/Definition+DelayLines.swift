/// A register that only shifts: stages of equal width, the latest value in the low bits.
package struct DelayStages {
  /// What enters, the high bits first.
  package var input: [NodeID]
  /// Bits of a stage.
  package var width: Int
  /// Number of stages.
  package var count: Int
}

extension Definition {
  /// The stages of a register that is a delay line; nil for any other one.
  package func delayStages(of register: NetlistRegister) -> DelayStages? {
    let signal = signals[Int(register.signal)]
    let next = table[register.next]
    guard register.enable == nil, register.initialValue == nil, register.crossing == .none, !signal.isSigned,
      next.operation == .concatenate
    else { return nil }
    let parts = table.list(start: next.a, count: next.b).map { NodeID($0) }
    let kept = table[parts[0]]
    guard kept.operation == .slice, kept.b == 0, table[NodeID(kept.a)].operation == .signal,
      table[NodeID(kept.a)].a == register.signal
    else { return nil }
    let width = signal.width - Int(kept.width)
    guard signal.width % width == 0 else { return nil }
    return DelayStages(input: Array(parts.dropFirst()), width: width, count: signal.width / width)
  }
}
