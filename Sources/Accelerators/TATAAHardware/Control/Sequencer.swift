import HDL
import TATAA

/// Gives instructions to the units, in order, as soon as nothing that is under way is in the way.
///
/// A control or vector instruction takes a cycle, one that moves bytes four, during which its addresses are checked. An
/// instruction waits while a unit is busy that it needs, or that reads or writes what it writes or reads: a bank, the sums, a
/// table, a vector register, or bytes that a load has not read yet. Loads wait in the load unit for those before them. What stored bytes are loaded without FENCE between
/// is not looked at: the program must not.
///
/// Something wrong stops the program before the instruction does anything; what was given before runs to its end.
public struct Sequencer: DefaultConfigurable {
  /// Sizes.
  public var configuration: Configuration

  /// The sequencer of a configuration.
  public init(configuration: Configuration = .tiny) { self.configuration = configuration }

  /// The default configuration.
  public init() { self.init(configuration: .tiny) }

  private var port: MemoryBus { MemoryBus(configuration) }
  private var hasOperandBus: Bool { configuration.readPorts > 1 }

  /// Instructions in, commands out.
  public struct Ports {
    public let start: Input<Bit>
    public let words: Input<UInt>
    public let memoryBase, lastAddress: Input<UInt>
    public let instruction: StreamInput<Bits>
    public let load: StreamOutput<LoadCommand>
    public let operand: StreamOutput<LoadCommand>?
    public let store: StreamOutput<StoreCommand>
    public let product: StreamOutput<ProductCommand>
    public let xIsLoading, yIsLoading: Output<Bit>
    public let vector: StreamOutput<VectorCommand>
    public let constant: Output<RegisterWrite>
    public let range: Output<CodeRange>
    public let units: Input<UnitStates>
    public let loadFault, storeFault: Input<Bits>
    public let operandFault: Input<Bits>?
    public let isRunning, isStopping, done: Output<Bit>
    public let status: Output<Bits>
    public let stoppedAt: Output<UInt>
    public let issues: Output<Bit>
    public let stalls: Output<StallCauses>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      start: .init("1 to run a program"), words: .init(32, "Its instructions"),
      memoryBase: .init(port.addressWidth, "Where the memory of the program begins"),
      lastAddress: .init(32, "The last byte of that memory, from its beginning"),
      instruction: .init(64, "The instructions"), load: .init(LoadCommand(port), "To the load unit"),
      operand: hasOperandBus ? .init(LoadCommand(port), "To the load unit of X") : nil,
      store: .init(StoreCommand(port), "To the store unit"), product: .init(ProductCommand(), "To the matrix unit"),
      xIsLoading: .init("1 when the product's bank of X is being loaded"), yIsLoading: .init("The same of Y"),
      vector: .init(VectorCommand(), "To the vector unit"),
      constant: .init(RegisterWrite(width: 16), "A constant register"), range: .init(CodeRange(), "The codes"),
      units: .init(UnitStates(), "What is under way"),
      loadFault: .init(MachineStatus.width, "A MachineStatus of the load unit"),
      storeFault: .init(MachineStatus.width, "A MachineStatus of the store unit"),
      operandFault: hasOperandBus ? .init(MachineStatus.width, "A MachineStatus of the load unit of X") : nil,
      isRunning: .init("1 while a program runs"), isStopping: .init("1 when no instruction is taken any more"),
      done: .init("1 in the cycle in which it ends"),
      status: .init(MachineStatus.width, "The MachineStatus of the last program"),
      stoppedAt: .init(32, "The place of the instruction that the status is about"),
      issues: .init("1 when an instruction has been executed or given to a unit"),
      stalls: .init(StallCauses(), "What an instruction waits for"))
  }

  /// What stands above the emitted module.
  public var documentation: String { "Decodes, checks and issues instructions in order. Status: MachineStatus." }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let i = DecodedInstruction(io.instruction.payload)
    let run = RunState(io, m)
    let isPresent = (run.isIssuing & io.instruction.valid & (run.left .!= 0)).named("is_present")

    // Registers that only instructions write.
    let strides = (1...3).map { m.register("stride_\($0)", SInt.self, width: 32, reset: 0) }
    let cursors = (1...3).map {
      m.register("cursor_\($0)", UInt.self, width: TransferAddress.cursorWidth, reset: 0)
    }
    func depths(_ name: String) -> [UInt] {
      (0..<2).map { m.register("\(name)_depth_\($0)", UInt.self, width: 11, reset: 0) }
    }
    let depth = (depths("x"), depths("y"))
    let counts = (
      m.register("requantizers", UInt.self, width: 9, reset: 0), m.register("scales", UInt.self, width: 9, reset: 0)
    )
    let factor = m.register("factor", Bits.self, width: VectorCommand.operandWidth, reset: Bits(0x100))
    let hasFactors = m.register("has_factors", Bit.self, reset: 0)
    let range = m.register("range", of: CodeRange(), reset: CodeRange(low: -127, high: 127, zero: 0))
    io.range <== range

    // The checks, in the order in which the golden machine makes them.
    let transfer = TransferAddress(i, strides: strides, cursors: cursors, lastAddress: io.lastAddress, in: m)
    let isTransfer = i.isOne(of: DecodedInstruction.loads + DecodedInstruction.stores)
    let phase = m.register("phase", UInt.self, width: 2, reset: 0)
    let isChecked = (!isTransfer | (phase .== 3)).named("is_checked")
    let isStatic = (i.isUnknown | i.isBeyond(configuration) | i.hasBadCodes).named("is_refused_at_sight")
    m.when(isPresent & isTransfer & !isStatic & !isChecked) { phase.next <== phase &+ 1 }
      .otherwise(when: run.moves | !run.isIssuing) { phase.next <== 0 }
    let columns = i.number(.columns, of: .storeAccumulators, width: 9)
    let kind = i.bits(.kind, of: .storeAccumulators).asUnsigned
    let isShort =
      i.isOne(of: .storeAccumulators)
      & ((kind .== UInt(Opcode.StoredAccumulator.int8.rawValue)) & (counts.0 .<= columns)
        | (kind .== UInt(Opcode.StoredAccumulator.bfloat16.rawValue)) & (counts.1 .<= columns))
    let steps = i.bits(.depth, of: .matmul).asUnsigned.extended(to: 11)
    let (xBank, yBank) = (i.bits(.x, of: .matmul)[0], i.bits(.y, of: .matmul)[0])
    let isDeep =
      i.isOne(of: .matmul)
      & ((mux(xBank, depth.0[1], depth.0[0]) .<= steps) | (mux(yBank, depth.1[1], depth.1[0]) .<= steps))
    // The factor of the last row that is stored as codes.
    let hasOwnFactors = (hasFactors & !factor[8] & i.isOne(of: .storeVector) & i.flag(.kind, of: .storeVector))
    let lastFactor = factor[0..<8].asUnsigned + i.bits(.count, of: .storeVector).asUnsigned.extended(to: 8)
    let isBeyond = i.isBeyond(configuration) | hasOwnFactors & (lastFactor .>= UInt(configuration.vectorRegisters))
    let faults: [(is: Bit, status: MachineStatus)] = [
      (i.isUnknown, .instruction), (isBeyond, .limit), (i.hasBadCodes, .codes),
      (isTransfer & isChecked & transfer.isOutside, .memory),
      (isTransfer & isChecked & transfer.isUnaligned, .unaligned), (isDeep, .depth), (isChecked & isShort, .table),
    ]
    let fault = faults.reversed().reduce(MachineStatus.none.bits) { mux($1.is, $1.status.bits, $0) }.named("fault")
    let isFault = (isPresent & fault.any).named("is_fault")
    let mayIssue = (isPresent & isChecked & !fault.any).named("may_issue")

    let tables = TableSets(m)
    let hazards = Hazards(
      i, transfer, io.units, factor: factor, hasFactors: hasFactors, tables: tables, configuration, m)
    let goes = (mayIssue & !hazards.any).named("goes")
    issue(i, transfer, goes, (factor, hasFactors), tables, hazards, io, m)
    tables.follow(i, run.moves, m)
    let takes =
      mux(
        i.isOne(of: DecodedInstruction.loads), mux(isOperand(i), io.operand?.ready ?? false, io.load.ready),
        mux(
          i.isOne(of: DecodedInstruction.stores), io.store.ready,
          mux(
            i.isOne(of: .matmul), io.product.ready,
            mux(i.isOne(of: DecodedInstruction.laneOperations + DecodedInstruction.reductions), io.vector.ready, true)))
      )
    let moves = (goes & takes).named("moves")
    run.moves.driver <== moves
    io.instruction.ready <== moves
    io.issues <== moves
    hazards.follow(i, transfer, moves, run.index, units: io.units, m)

    update(i, moves, transfer, strides, cursors, (factor, hasFactors), range, depth, counts, m)
    io.constant
      <== RegisterWrite(
        enable: moves & i.isOne(of: .constant), index: i.bits(.index, of: .constant).asUnsigned,
        value: i.bits(.value, of: .constant))
    io.stalls
      <== StallCauses(
        fetch: run.isIssuing & (run.left .!= 0) & !io.instruction.valid, check: isPresent & !isChecked & !fault.any,
        load: mayIssue & hazards.load, store: mayIssue & !hazards.load & hazards.store,
        matrix: mayIssue & !hazards.load & !hazards.store & hazards.matrix,
        vector: mayIssue & (goes & !takes | hazards.onlyVector))
    run.follow(
      moves, oldest: (hazards.oldestLoad, hazards.oldestOperand), isFault, fault, i.isOne(of: .end), i, io, m)
  }

  /// 1 for a load over the bus of X.
  private func isOperand(_ i: DecodedInstruction) -> Bit { hasOperandBus ? i.isOne(of: .loadX) : false }

  /// The commands to the units.
  private func issue(
    _ i: DecodedInstruction, _ transfer: TransferAddress, _ goes: Bit, _ factor: (Bits, Bit), _ tables: TableSets,
    _ hazards: Hazards, _ io: Interior<Ports>, _ m: Module
  ) {
    let rows = RowCommand(
      address: io.memoryBase &+ transfer.start.extended(to: port.addressWidth), lastRow: transfer.lastRow,
      lastByte: transfer.lastByte.resized(to: port.rowWidth),
      stride: transfer.stride.extended(to: port.addressWidth).asUnsigned)
    let isTransposed = i.flag(.transposed, of: .loadAccumulators, .storeAccumulators)
    let load =
      LoadCommand(
        rows: rows,
        target: LoadTarget(
          x: i.isOne(of: .loadX), y: i.isOne(of: .loadY), sums: i.isOne(of: .loadAccumulators),
          table: i.isOne(of: .loadTable), vector: i.isOne(of: .loadVector)),
        bank: i.flag(.bank, of: .loadX, .loadY), lastElement: transfer.lastElement, isTransposed: isTransposed,
        isBroadcast: i.flag(.broadcast, of: .loadTable, .loadVector), table: i.bits(.kind, of: .loadTable).asUnsigned,
        tableIsSecond: tables.next(i),
        register: i.bits(.register, of: .loadVector).asUnsigned)
    io.load.valid <== (goes & i.isOne(of: DecodedInstruction.loads) & !isOperand(i))
    io.load.payload <== load
    if let operand = io.operand {
      operand.valid <== (goes & isOperand(i))
      operand.payload <== load
    }
    io.store.valid <== (goes & i.isOne(of: DecodedInstruction.stores))
    io.store.payload
      <== StoreCommand(
        rows: rows, isVector: i.isOne(of: .storeVector),
        kind: i.number(.kind, of: .storeAccumulators, .storeVector, width: 2), isTransposed: isTransposed,
        register: i.bits(.register, of: .storeVector).asUnsigned, factor: factor.0, hasFactors: factor.1 & !factor.0[8],
        tableIsSecond: tables.read(i))
    io.product.valid <== (goes & i.isOne(of: .matmul))
    io.product.payload
      <== ProductCommand(
        xBank: i.bits(.x, of: .matmul)[0], yBank: i.bits(.y, of: .matmul)[0],
        lastStep: i.bits(.depth, of: .matmul).asUnsigned, start: i.bits(.start, of: .matmul).asUnsigned,
        biasIsSecond: tables.bias)
    io.xIsLoading <== hazards.followsX
    io.yIsLoading <== hazards.followsY

    let lanes = DecodedInstruction.laneOperations
    let isReduction = i.isOne(of: DecodedInstruction.reductions)
    func reads(_ count: Int) -> Bit { i.isOne(of: lanes.filter { $0.arity ?? 0 >= count }) }
    io.vector.valid <== (goes & i.isOne(of: lanes + DecodedInstruction.reductions))
    let code = (i.word[57..<63].asUnsigned &- UInt(Opcode.add.code)).truncated(to: LaneOperation.width)
    func lane(_ opcode: Opcode) -> UInt { UInt(LaneOperation.code(opcode)).extended(to: LaneOperation.width) }
    // The places of operands are the same in all operations that have them.
    let first = i.bits(.first, of: .fusedMultiplyAdd)
    io.vector.payload
      <== VectorCommand(
        operation: mux(i.isOne(of: .reduceSum), lane(.add), mux(i.isOne(of: .reduceMaximum), lane(.maximum), code)),
        isReduction: isReduction,
        lastLane: i.number(.lanes, of: .reduceSum, .reduceMaximum, width: 8),
        destination: i.bits(.destination, of: .fusedMultiplyAdd).asUnsigned,
        operands: Vector([first, i.bits(.second, of: .fusedMultiplyAdd), i.bits(.third, of: .fusedMultiplyAdd)]),
        reads: concatenate(reads(3), reads(2), reads(1) | isReduction))
  }

  /// The registers of the sequencer after an instruction.
  private func update(
    _ i: DecodedInstruction, _ moves: Bit, _ transfer: TransferAddress, _ strides: [SInt], _ cursors: [UInt],
    _ factor: (Bits, Bit), _ range: CodeRange, _ depth: ([UInt], [UInt]), _ counts: (UInt, UInt), _ m: Module
  ) {
    for number in 0..<3 {
      m.when(moves & i.isOne(of: .stride) & (i.bits(.index, of: .stride).asUnsigned .== UInt(number + 1))) {
        strides[number].next <== i.bits(.bytes, of: .stride).asSigned
      }
      let stored = i.number(.cursor, of: .storeAccumulators, .storeVector, width: 2) .== UInt(number + 1)
      m.when(moves & i.isOne(of: .cursor) & (i.bits(.index, of: .cursor).asUnsigned .== UInt(number + 1))) {
        cursors[number].next <== i.bits(.value, of: .cursor).asUnsigned.extended(to: TransferAddress.cursorWidth)
      }
      .otherwise(when: moves & stored) {
        cursors[number].next
          <== (cursors[number] &+ (transfer.lastRow + 1).extended(to: TransferAddress.cursorWidth))
      }
    }
    m.when(moves & i.isOne(of: .quantizer)) {
      factor.0.next <== i.bits(.factor, of: .quantizer)
      factor.1.next <== i.flag(.each, of: .quantizer)
      range.next <== i.codeRange
    }
    for (opcode, depth) in [(Opcode.loadX, depth.0), (.loadY, depth.1)] {
      for bank in 0..<2 {
        m.when(moves & i.isOne(of: opcode) & (i.bits(.bank, of: opcode).asUnsigned .== UInt(bank))) {
          depth[bank].next <== i.bits(.depth, of: opcode).asUnsigned + 1
        }
      }
    }
    for (table, count) in [(Opcode.Table.requantizer, counts.0), (.scale, counts.1)] {
      m.when(moves & i.isOne(of: .loadTable) & (i.bits(.kind, of: .loadTable).asUnsigned .== UInt(table.rawValue))) {
        count.next <== i.bits(.count, of: .loadTable).asUnsigned + 1
      }
    }
  }
}
