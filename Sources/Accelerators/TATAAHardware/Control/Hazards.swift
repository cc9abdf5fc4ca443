import HDL
import TATAA

/// What an instruction has to wait for, by the unit that is in the way.
struct Hazards {
  /// The load unit, the store unit, the matrix unit, the vector unit.
  let load, store, matrix, vector: Bit

  /// 1 when there is something.
  var any: Bit { load | store | matrix | vector }
  /// 1 when it is the vector unit alone.
  var onlyVector: Bit { vector & !load & !store & !matrix }

  /// What the load unit works on, from the last load on.
  private let target: LoadTarget
  private let bank: Bit
  private let low, high: UInt
  private let product: (x: Bit, y: Bit)

  init(_ i: DecodedInstruction, _ transfer: TransferAddress, _ units: UnitStates, _ isRunning: Bit, _ m: Module) {
    let target = m.register("loaded_target", of: LoadTarget())
    let bank = m.register("loaded_bank", Bit.self)
    let low = m.register("loaded_from", UInt.self, width: 32)
    let high = m.register("loaded_to", UInt.self, width: 32)
    let (xBank, yBank) = (m.register("multiplied_x_bank", Bit.self), m.register("multiplied_y_bank", Bit.self))
    let (loads, stores) = (!units.loadIsIdle, !units.storeIsIdle)
    let (multiplies, settles) = (!units.matrixIsIdle, !units.matrixIsQuiet)

    let isLoad = i.isOne(of: DecodedInstruction.loads)
    let isStore = i.isOne(of: DecodedInstruction.stores)
    let isOnLanes = i.isOne(of: DecodedInstruction.laneOperations + DecodedInstruction.reductions)
    let usesLanes = isOnLanes | i.isOne(of: .storeVector)
    let isEnd = i.isOne(of: .end)

    // Loads work one after the other. A store must not overtake a load of the same bytes, nor one that may be refused.
    let overlaps = (transfer.low .<= high) & (low .<= transfer.high)
    let mayBeRefused = target.table | target.x | target.y
    let productBanks = (i.bits(.x, of: .matmul)[0], i.bits(.y, of: .matmul)[0])
    let loadsBank = target.x & (bank .== productBanks.0) | target.y & (bank .== productBanks.1)
    load =
      loads
      & (isLoad | isEnd | isStore & (overlaps | mayBeRefused | target.sums)
        | i.isOne(of: .matmul) & (loadsBank | target.sums | target.table) | usesLanes & (target.vector | target.sums))
    // A store of sums waits itself for the product before it. The next product and vector operations change what is stored; codes are made by the quantiser while it is stored.
    store =
      stores
      & (isStore | isEnd | i.isOne(of: .fence, .loadAccumulators, .loadTable, .quantizer, .constant)
        | i.isOne(of: .matmul) & (units.storeIsCapturing | units.storeIsVector)
        | (usesLanes | i.isOne(of: .loadVector)) & units.storeIsVector)
    let readsBank =
      i.isOne(of: .loadX) & (i.flag(.bank, of: .loadX) .== xBank)
      | i.isOne(of: .loadY) & (i.flag(.bank, of: .loadY) .== yBank)
    matrix =
      multiplies & readsBank
      | settles & (isEnd | usesLanes | i.isOne(of: .loadAccumulators, .loadTable))
    vector = !units.vectorIsIdle & (isEnd | i.isOne(of: .matmul, .loadVector, .storeVector, .loadAccumulators))
    (self.target, self.bank, self.low, self.high) = (target, bank, low, high)
    product = (xBank, yBank)
  }

  /// Remembers what was given to the load unit and to the matrix unit.
  func follow(_ i: DecodedInstruction, _ transfer: TransferAddress, _ moves: Bit, _ m: Module) {
    m.when(moves & i.isOne(of: DecodedInstruction.loads)) {
      target.next
        <== LoadTarget(
          x: i.isOne(of: .loadX), y: i.isOne(of: .loadY), sums: i.isOne(of: .loadAccumulators),
          table: i.isOne(of: .loadTable), vector: i.isOne(of: .loadVector))
      bank.next <== i.flag(.bank, of: .loadX, .loadY)
      low.next <== transfer.low
      high.next <== transfer.high
    }
    m.when(moves & i.isOne(of: .matmul)) {
      product.x.next <== i.bits(.x, of: .matmul)[0]
      product.y.next <== i.bits(.y, of: .matmul)[0]
    }
  }
}
