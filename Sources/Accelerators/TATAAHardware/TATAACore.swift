import Components
import HDL
import TATAA

/// A core: fetch, sequencer, load, store, matrix and vector unit, on two buses.
///
/// Instructions come over a bus of 64 bits, operands and results over one of ``/TATAA/Configuration/busWidth``. `done` comes when
/// every store has been acknowledged.
public struct TATAACore: DefaultConfigurable {
  /// Sizes.
  public var configuration: Configuration
  /// How cells multiply.
  public var multiplier: CellMultiplier

  /// The core of a configuration.
  public init(configuration: Configuration = .tiny, multiplier: CellMultiplier = .packed) {
    self.configuration = configuration
    self.multiplier = multiplier
  }

  /// The default configuration.
  public init() { self.init(configuration: .tiny) }

  private var port: MemoryBus { MemoryBus(configuration) }

  /// How instructions are read: two words of 32 bits at once, bursts of up to 128 bytes.
  private var fetchShape: BurstShape {
    BurstShape {
      ($0.addressWidth, $0.wordBytes, $0.lengthWidth) = (port.addressWidth, 8, 32)
      ($0.maximumBurst, $0.outstanding) = (16, 2)
    }
  }

  /// The program, the buses, and what happens.
  public struct Ports {
    public let start: Input<Bit>
    public let programAddress: Input<UInt>
    public let words: Input<UInt>
    public let memoryBase, lastAddress: Input<UInt>
    public let isRunning, done: Output<Bit>
    public let status: Output<Bits>
    public let stoppedAt: Output<UInt>
    public let issues: Output<Bit>
    public let stalls: Output<StallCauses>
    public let units: Output<UnitStates>
    /// The bus of the program, and that of the memory.
    public let instructions, memory: AXI4
    /// The bus of X, where it has one.
    public let operands: [AXI4]
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      start: .init("1 to run a program"),
      programAddress: .init(port.addressWidth, "Where it stands; a multiple of 8"),
      words: .init(29, "Its instructions, 8 bytes each"),
      memoryBase: .init(port.addressWidth, "Where the memory of the program begins"),
      lastAddress: .init(32, "The last byte of that memory, from its beginning"),
      isRunning: .init("1 while a program runs"), done: .init("1 in the cycle in which it ends"),
      status: .init(MachineStatus.width, "The MachineStatus of the last program"),
      stoppedAt: .init(32, "The place of the instruction that the status is about"),
      issues: .init("1 when an instruction is issued"), stalls: .init(StallCauses(), "What an instruction waits for"),
      units: .init(UnitStates(), "What is under way"),
      instructions: .init(addressWidth: port.addressWidth, dataWidth: 64, idWidth: 0),
      memory: .init(addressWidth: port.addressWidth, dataWidth: configuration.busWidth, idWidth: 0),
      operands: (1..<configuration.readPorts).map { _ in
        .init(addressWidth: port.addressWidth, dataWidth: configuration.busWidth, idWidth: 0)
      })
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    TATAA core: \(configuration.tileRows) x \(configuration.tileColumns) sums, \(configuration.vectorLanes) bfloat16 lanes, bus of \(configuration.busWidth) bits.
    Executes a program of 64-bit instructions; done comes when all that was stored has been acknowledged.
    """
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    do throws(ConfigurationError) { try configuration.validate() } catch {
      parameters.require(false, "the configuration is refused", fix: "\(error)")
    }
    port.validate(&parameters)
    parameters.require(
      configuration.accumulatorWidth >= 4, "the accumulators have \(configuration.accumulatorWidth) bits",
      fix: "use at least 4")
    parameters.require(
      configuration.vectorLatency >= VectorUnit.latency, "the vector latency is \(configuration.vectorLatency)",
      fix: "use at least \(VectorUnit.latency)")
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let sequencer = m.instance(Sequencer(configuration: configuration), "sequencer")
    let load = m.instance(LoadUnit(configuration: configuration), "load")
    let store = m.instance(StoreUnit(configuration: configuration), "store")
    let matrix = m.instance(MatrixUnit(configuration: configuration, multiplier: multiplier), "matrix")
    let vector =
      configuration.vectorRegisters > 0 ? m.instance(VectorUnit(configuration: configuration), "vector") : nil
    let isFetching = fetch(sequencer, io, m)
    let operands = configuration.readPorts > 1 ? loadOperands(sequencer, matrix, io, m) : nil
    sequencer.memoryBase <== io.memoryBase
    sequencer.lastAddress <== io.lastAddress
    sequencer.loadFault <== load.fault
    sequencer.storeFault <== store.fault
    let states = UnitStates(
      fetchIsIdle: !isFetching, loadIsIdle: operands.map { load.isIdle & $0.isIdle } ?? load.isIdle,
      storeIsIdle: store.isIdle, matrixIsIdle: matrix.isIdle,
      vectorIsIdle: vector?.isIdle ?? true,
      matrixIsQuiet: matrix.isQuiet, storeIsCapturing: store.isCapturing, storeIsVector: store.isVector,
      storeIsConverting: store.isConverting, matrixUsesBias: matrix.usesBias, usedTables: store.usedTables,
      vectorIsReducing: vector?.isReducing ?? false, matrixSteps: matrix.steps, loadFinishes: load.finishes,
      operandFinishes: operands?.finishes ?? false)
    sequencer.units <== states
    io.units <== states
    io.isRunning <== sequencer.isRunning
    io.done <== sequencer.done
    io.status <== sequencer.status
    io.stoppedAt <== sequencer.stoppedAt
    io.issues <== sequencer.issues
    io.stalls <== sequencer.stalls

    load.command <== sequencer.load
    store.command <== sequencer.store
    matrix.command <== sequencer.product
    matrix.xIsLoading <== sequencer.xIsLoading
    matrix.yIsLoading <== sequencer.yIsLoading
    if let vector { connect(vector, sequencer, load, store, matrix) } else { leaveOut(sequencer, load, store) }

    matrix.x <== operands?.x ?? load.x
    matrix.y <== load.y
    matrix.table <== load.table
    matrix.preset <== load.preset
    matrix.capture <== store.capture
    store.matrixIsEnding <== matrix.isEnding
    store.range <== sequencer.range
    store.table <== load.table
    store.rowValid <== matrix.rowValid
    store.rowIndex <== matrix.rowIndex
    store.row <== matrix.row
    store.tileWrite <== load.tileWrite
    store.tileRead <== load.tileRead
    load.tileRow <== store.tileRow
    load.isQuiet <== matrix.isQuiet
    load.xReads <== matrix.xReads
    load.yReads <== matrix.yReads

    let wordBytes = port.wordBytes
    io.memory.ar <== load.ar.mapped { $0.onBus(wordBytes: wordBytes) }
    load.r <== io.memory.r.mapped { ReadWord(data: $0.data, resp: $0.resp, last: $0.last) }
    io.memory.aw <== store.aw.mapped { $0.onBus(wordBytes: wordBytes) }
    io.memory.w <== store.w.mapped { AXI4Word(data: $0.data, strb: $0.strobe, last: $0.last) }
    store.b <== io.memory.b.mapped(\.resp)
  }

  /// The lanes: between load, store and array.
  private func connect(
    _ vector: Exterior<VectorUnit.Ports>, _ sequencer: Exterior<Sequencer.Ports>, _ load: Exterior<LoadUnit.Ports>,
    _ store: Exterior<StoreUnit.Ports>, _ matrix: Exterior<MatrixUnit.Ports>
  ) {
    // A stored vector and an operation never come at once.
    let stores = store.vector.valid
    vector.command.valid <== (stores | sequencer.vector.valid)
    vector.command.payload <== mux(stores, store.vector.payload, sequencer.vector.payload)
    store.vector.ready <== vector.command.ready
    sequencer.vector.ready <== (vector.command.ready & !stores)
    store.storesCode <== vector.storesCode
    store.stores <== vector.stores
    store.stored <== vector.stored
    load.vectorIsWriting <== vector.isWriting
    vector.loadWaits <== load.vectorWaits
    vector.load <== load.vector
    vector.constant <== sequencer.constant
    vector.range <== sequencer.range
    if let left = matrix.left, let right = matrix.right, let products = matrix.products {
      left <== vector.left
      right <== vector.right
      vector.products <== products
    }
  }

  /// No lanes: there is no register that an instruction could name, so that the sequencer stops at every one of them.
  private func leaveOut(
    _ sequencer: Exterior<Sequencer.Ports>, _ load: Exterior<LoadUnit.Ports>, _ store: Exterior<StoreUnit.Ports>
  ) {
    store.vector.ready <== 1
    sequencer.vector.ready <== 1
    store.storesCode <== 0
    store.stores <== 0
    store.stored <== Vector(Array(repeating: 0, count: configuration.vectorLanes), of: 16)
    load.vectorIsWriting <== 0
  }

  /// The unit that loads X over a bus of its own.
  private func loadOperands(
    _ sequencer: Exterior<Sequencer.Ports>, _ matrix: Exterior<MatrixUnit.Ports>, _ io: Interior<Ports>, _ m: Module
  ) -> Exterior<OperandLoadUnit.Ports> {
    let unit = m.instance(OperandLoadUnit(configuration: configuration), "operands")
    if let command = sequencer.operand { unit.command <== command }
    if let fault = sequencer.operandFault { fault <== unit.fault }
    unit.reads <== matrix.xReads
    let bus = io.operands[0]
    bus.ar <== unit.ar.mapped { $0.onBus(wordBytes: port.wordBytes) }
    unit.r <== bus.r.mapped { ReadWord(data: $0.data, resp: $0.resp, last: $0.last) }
    bus.writesNothing()
    return unit
  }

  /// The program as a stream of words; tells whether some are to come. What is behind the instruction that stopped it is read and forgotten.
  private func fetch(_ sequencer: Exterior<Sequencer.Ports>, _ io: Interior<Ports>, _ m: Module) -> Bit {
    let reader = m.instance(BurstReader { $0.shape = fetchShape }, "fetch")
    let isFetching = m.register("is_fetching", Bit.self, reset: 0)
    let isWaiting = m.register("is_waiting", Bit.self, reset: 0)
    let starts = (io.start & !isFetching & !sequencer.isRunning).named("starts")
    let isEmpty = io.words .== 0
    m.when(starts) {
      isFetching.next <== !isEmpty
      isWaiting.next <== !isEmpty
    }
    m.when(isWaiting & reader.command.ready) { isWaiting.next <== 0 }
    let address = m.register("program_address", io.programAddress, when: starts)
    let length = m.register("program_words", io.words, when: starts)
    reader.command.valid <== isWaiting
    reader.command.payload
      <== TransferCommand(address: address, lengthLessOne: ((length << 3) &- 1).truncated(to: 32))
    sequencer.start <== starts
    sequencer.words <== io.words.extended(to: 32)
    // A word that could not be read is none: all ones is no instruction.
    let word = mux(reader.pop.payload.isError, m.constant(.ones(64), as: Bits.self), reader.pop.payload.data)
    sequencer.instruction.valid <== reader.pop.valid
    sequencer.instruction.payload <== word
    reader.pop.ready <== (sequencer.instruction.ready | sequencer.isStopping)
    m.when(reader.pop.valid & reader.pop.payload.last & (sequencer.instruction.ready | sequencer.isStopping)) {
      isFetching.next <== 0
    }
    io.instructions.ar <== reader.ar.mapped { $0.onBus(wordBytes: 8) }
    reader.r <== io.instructions.r.mapped { ReadWord(data: $0.data, resp: $0.resp, last: $0.last) }
    io.instructions.writesNothing()
    return isFetching
  }
}
