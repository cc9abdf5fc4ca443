import HDL
import TATAA

/// Which of the two sets of each table the next instruction uses: a load takes the other one.
struct TableSets {
  /// 1 for the second set.
  let bias, requantizer, scale: Bit

  init(_ m: Module) {
    func set(_ name: String) -> Bit { m.register("\(name)_is_second", Bit.self, reset: 0) }
    (bias, requantizer, scale) = (set("bias_table"), set("requantizer_table"), set("scale_table"))
  }

  private func isOf(_ table: Opcode.Table, _ i: DecodedInstruction) -> Bit {
    i.bits(.kind, of: .loadTable).asUnsigned .== UInt(table.rawValue)
  }

  /// The set that a load of a table writes.
  func next(_ i: DecodedInstruction) -> Bit {
    !mux(isOf(.bias, i), bias, mux(isOf(.requantizer, i), requantizer, scale))
  }

  /// The set that a store of sums reads.
  func read(_ i: DecodedInstruction) -> Bit {
    let kind = i.bits(.kind, of: .storeAccumulators).asUnsigned
    return mux(kind .== UInt(Opcode.StoredAccumulator.int8.rawValue), requantizer, scale)
  }

  /// Changes the set of a table that is loaded.
  func follow(_ i: DecodedInstruction, _ moves: Bit, _ m: Module) {
    for (table, set) in [(Opcode.Table.bias, bias), (.requantizer, requantizer), (.scale, scale)] {
      m.when(moves & i.isOne(of: .loadTable) & isOf(table, i)) { set.next <== !set }
    }
  }
}
