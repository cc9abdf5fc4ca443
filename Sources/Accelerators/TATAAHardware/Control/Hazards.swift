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

  /// 1 when a product reads a bank of X, or of Y, that is being loaded.
  let followsX, followsY: Bit

  private let loads: PendingLoads
  /// Those of X, where these have a bus of their own.
  private let operands: PendingLoads?
  private let usedBias, biasSet, startsFromBias: Bit

  /// The place of the load that ends next, on the memory bus and on that of X.
  var oldestLoad: UInt { loads.oldest }
  var oldestOperand: UInt { operands?.oldest ?? loads.oldest }

  init(
    _ i: DecodedInstruction, _ transfer: TransferAddress, _ units: UnitStates, factor: Bits, hasFactors: Bit,
    tables: TableSets, _ configuration: Configuration, _ m: Module
  ) {
    let checksOperands = configuration.operandWidth < 8
    let loads = PendingLoads(m)
    let operands = configuration.readPorts > 1 ? m.scope("operand") { PendingLoads(m) } : nil
    func anyLoad(_ condition: (PendingLoads.Entry) -> Bit) -> Bit {
      operands.map { loads.any(condition) | $0.any(condition) } ?? loads.any(condition)
    }
    let settles = !units.matrixIsQuiet

    let isStore = i.isOne(of: DecodedInstruction.stores)
    let isOnLanes = i.isOne(of: DecodedInstruction.laneOperations + DecodedInstruction.reductions)
    let isVectorStore = i.isOne(of: .storeVector)
    let usesLanes = isOnLanes | isVectorStore
    let isEnd = i.isOne(of: .end)

    // A store must not overtake a load of the same bytes, nor one that may be refused, nor that of its table.
    let blocksStores = anyLoad { load in
      let overlaps = (transfer.low .<= load.high) & (load.low .<= transfer.high)
      let mayBeRefused: Bit = checksOperands ? load.target.x | load.target.y : false
      return overlaps | mayBeRefused | load.target.table & !load.isBias | load.target.sums
    }
    let usedBias = m.register("used_bias_is_second", Bit.self, reset: 0)
    let startsFromBias = i.bits(.start, of: .matmul).asUnsigned .== UInt(Opcode.Start.bias.rawValue)
    let productBanks = (i.bits(.x, of: .matmul)[0], i.bits(.y, of: .matmul)[0])
    // A product follows the one load of a bank, step by step; it would not know two of them apart.
    let ofX = (operands ?? loads).entries.map { $0.isValid & $0.target.x & ($0.bank .== productBanks.0) }
    let ofY = loads.entries.map { $0.isValid & $0.target.y & ($0.bank .== productBanks.1) }
    func severalOf(_ loads: [Bit]) -> Bit {
      anyOf(loads.indices.flatMap { first in loads[(first + 1)...].map { loads[first] & $0 } })
    }
    followsX = anyOf(ofX)
    followsY = anyOf(ofY)
    let blocksProducts =
      severalOf(ofX) | severalOf(ofY) | loads.any { $0.target.sums | $0.target.table & $0.isBias }
    let blocksLanes = loads.any { load in
      load.target.sums | isOnLanes & Self.touches(i, load) | isVectorStore & Self.stores(i, load, factor, hasFactors)
    }
    load =
      isEnd & !units.loadIsIdle | isStore & blocksStores | i.isOne(of: .matmul) & blocksProducts
      | usesLanes & blocksLanes
    // A store of sums waits itself for the product before it. The next product and vector operations change what is stored;
    // codes are made by the quantiser while it is stored.
    let loadsSideTable =
      i.isOne(of: .loadTable)
      & (i.bits(.kind, of: .loadTable).asUnsigned .!= UInt(Opcode.Table.bias.rawValue))
    store =
      !units.storeIsIdle & (isEnd | i.isOne(of: .fence, .loadAccumulators))
      | units.storeIsConverting & i.isOne(of: .quantizer)
      | loadsSideTable & mux(tables.next(i), units.usedTables[1], units.usedTables[0])
      | i.isOne(of: .matmul) & (units.storeIsCapturing | units.storeIsVector)
      | (isOnLanes | i.isOne(of: .loadVector, .constant)) & units.storeIsVector
    // A product reads a step a cycle from its beginning on; what is loaded into its banks behind it comes later, step by step.
    matrix =
      settles & (isEnd | usesLanes | i.isOne(of: .loadAccumulators))
      // The set that the sums start from stands still: it is not loaded, and no other one is used.
      | units.matrixUsesBias
      & (i.isOne(of: .loadTable) & !loadsSideTable & (tables.next(i) .== usedBias)
        | i.isOne(of: .matmul) & startsFromBias & (tables.bias .!= usedBias))
    // A load comes too late to be in front of the result of an operation before it; only a reduction takes longer.
    vector =
      !units.vectorIsIdle & (isEnd | i.isOne(of: .matmul, .loadAccumulators))
      | units.vectorIsReducing & i.isOne(of: .loadVector)
    self.loads = loads
    self.operands = operands
    self.usedBias = usedBias
    biasSet = tables.bias
    self.startsFromBias = startsFromBias
  }

  /// Whether an operation on lanes reads or writes a register that is loaded.
  private static func touches(_ i: DecodedInstruction, _ load: PendingLoads.Entry) -> Bit {
    // The places of registers are the same in all operations that have them.
    let operands = [InstructionField.Name.first, .second, .third].map { i.bits($0, of: .fusedMultiplyAdd) }
    func reads(_ place: Int) -> Bit {
      let opcodes = DecodedInstruction.laneOperations.filter { $0.arity ?? 0 > place }
      return i.isOne(of: place == 0 ? opcodes + DecodedInstruction.reductions : opcodes)
    }
    let read = operands.enumerated().map { place, operand in
      reads(place) & !operand[8] & load.loads(operand[0..<8].asUnsigned)
    }
    return anyOf(read) | load.loads(i.bits(.destination, of: .fusedMultiplyAdd).asUnsigned)
  }

  /// Whether a store of vectors reads a register that is loaded, as what is stored or as a factor.
  private static func stores(
    _ i: DecodedInstruction, _ load: PendingLoads.Entry, _ factor: Bits, _ hasFactors: Bit
  ) -> Bit {
    let first = i.bits(.register, of: .storeVector).asUnsigned
    let more = i.bits(.count, of: .storeVector).asUnsigned.extended(to: 8)
    let factorRegister = factor[0..<8].asUnsigned
    let readsFactor = i.flag(.kind, of: .storeVector) & !factor[8]
    return load.loads(from: first, to: first &+ more)
      | readsFactor & load.loads(from: factorRegister, to: factorRegister &+ mux(hasFactors, more, 0))
  }

  /// Remembers what was given to the load unit and to the matrix unit.
  func follow(
    _ i: DecodedInstruction, _ transfer: TransferAddress, _ moves: Bit, _ place: UInt, units: UnitStates, _ m: Module
  ) {
    let register = i.bits(.register, of: .loadVector).asUnsigned
    let target = LoadTarget(
      x: i.isOne(of: .loadX), y: i.isOne(of: .loadY), sums: i.isOne(of: .loadAccumulators),
      table: i.isOne(of: .loadTable), vector: i.isOne(of: .loadVector))
    let entry =
      PendingLoads.Entry(
        isValid: 1, target: target, bank: i.flag(.bank, of: .loadX, .loadY),
        isBias: i.bits(.kind, of: .loadTable).asUnsigned .== UInt(Opcode.Table.bias.rawValue), low: transfer.low,
        high: transfer.high, firstRegister: register,
        lastRegister: register &+ i.bits(.count, of: .loadVector).asUnsigned.extended(to: 8), place: place)
    let isOperand: Bit = operands == nil ? false : i.isOne(of: .loadX)
    loads.follow(
      entry, begins: moves & i.isOne(of: DecodedInstruction.loads) & !isOperand, ends: units.loadFinishes, m)
    operands?.follow(entry, begins: moves & isOperand, ends: units.operandFinishes, m)
    m.when(moves & i.isOne(of: .matmul) & startsFromBias) { usedBias.next <== biasSet }
  }
}
