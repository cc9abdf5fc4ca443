import NumberFormats

/// A core that executes a program, bit for bit, from the definition of each instruction: no pipeline, no cycles.
///
/// Instructions take effect one after the other. A load that reads what a store wrote needs FENCE between the two, for the
/// hardware may do both at once: without it the machine stops, so that a program that runs here means the same there. What
/// is wrong stops the machine before the instruction has done anything.
///
///     var machine = try Machine(configuration: .tiny, memory: image.bytes)
///     try machine.run(program)
///     print(machine.counters)
public struct Machine: Sendable {
  /// The sizes.
  public let configuration: Configuration
  /// The memory.
  public internal(set) var memory: [UInt8]
  /// How often each event happened.
  public internal(set) var counters = Counters()
  /// What was stored, in order, a record for each row in memory.
  public internal(set) var stores: [Store] = []
  /// The rows in front of each cursor; cursor 0 is none.
  public internal(set) var cursors = [0, 0, 0, 0]
  /// The accumulators, row by row.
  public internal(set) var accumulators: [Int32]

  var strides = [0, 0, 0, 0]
  var constants: [BFloat16]
  /// Register by register.
  var vectors: [BFloat16]
  var x: [Bank]
  var y: [Bank]
  var bias: [Int32] = []
  var requantizers: [RequantizationScale] = []
  var scales: [Float] = []
  var quantizer = Quantizer()
  /// For each byte the FENCE before which it was stored last.
  var storedBefore: [UInt32]
  var fences: UInt32 = 1
  /// What was loaded, where somebody wants to know it.
  var transfers: [Transfer]?

  /// Bytes that a store wrote side by side.
  public struct Store: Hashable, Sendable {
    /// The place of the instruction in the program.
    public let instruction: Int
    /// The address of the first byte.
    public let address: Int
    /// The bytes.
    public let bytes: [UInt8]
  }

  /// A bank of X or Y: `width` operands for each step.
  struct Bank {
    var depth = 0
    var operands: [Int8]
  }

  /// How numbers become codes.
  struct Quantizer {
    var factor = VectorOperand.constant(0)
    var low = -127
    var high = 127
    var zero = 0
    /// Each row that is stored has its own factor.
    var hasRows = false

    /// The factor of a row.
    func factor(ofRow row: Int) -> VectorOperand {
      guard hasRows, !factor.isConstant else { return factor }
      return VectorOperand(index: factor.index + row, isNegated: factor.isNegated)
    }
  }

  /// A machine with registers of 0 and a memory.
  ///
  /// - Throws: ``ConfigurationError``.
  public init(configuration: Configuration, memory: [UInt8]) throws(ConfigurationError) {
    try configuration.validate()
    self.configuration = configuration
    self.memory = memory
    accumulators = [Int32](repeating: 0, count: configuration.tileRows * configuration.tileColumns)
    constants = [BFloat16](repeating: .zero, count: configuration.constantRegisters)
    vectors = [BFloat16](repeating: .zero, count: configuration.vectorRegisters * configuration.vectorLanes)
    func banks(_ width: Int) -> [Bank] {
      let empty = Bank(operands: [Int8](repeating: 0, count: configuration.maximumDepth * width))
      return [Bank](repeating: empty, count: configuration.operandBanks)
    }
    x = banks(configuration.tileRows)
    y = banks(configuration.tileColumns)
    storedBefore = [UInt32](repeating: 0, count: memory.count)
  }

  /// Runs a program up to its END. Registers, cursors and memory stay as they are for the next one.
  ///
  /// - Throws: ``ProgramError`` with the instruction at which the machine stopped.
  public mutating func run(_ program: MachineProgram) throws(ProgramError) {
    for (index, instruction) in program.instructions.enumerated() {
      if try step(index, instruction) { return }
    }
    throw ProgramError(index: program.instructions.count, text: nil, reason: .noEnd)
  }

  /// Runs words up to END; one that is no instruction stops the machine when it is reached.
  ///
  /// - Throws: ``ProgramError`` with the instruction at which the machine stopped.
  public mutating func run(words: [UInt64]) throws(ProgramError) {
    for (index, word) in words.enumerated() {
      let instruction: Instruction
      do throws(InstructionError) { instruction = try Instruction(word: word) } catch {
        throw ProgramError(index: index, text: nil, reason: .instruction(error))
      }
      if try step(index, instruction) { return }
    }
    throw ProgramError(index: words.count, text: nil, reason: .noEnd)
  }

  /// The lanes of a vector register.
  ///
  /// - Precondition: the configuration has the register.
  public func vector(_ register: Int) -> [BFloat16] {
    let lanes = configuration.vectorLanes
    precondition((0..<configuration.vectorRegisters).contains(register), "there is no vector register \(register)")
    return Array(vectors[register * lanes..<(register + 1) * lanes])
  }

  /// Writes bytes from outside, as a host does between two programs.
  ///
  /// - Precondition: the memory has the bytes.
  public mutating func write(_ bytes: [UInt8], at address: Int) {
    precondition(address >= 0 && address + bytes.count <= memory.count, "bytes outside the memory")
    memory.replaceSubrange(address..<address + bytes.count, with: bytes)
  }

  /// Executes an instruction; true for END.
  private mutating func step(_ index: Int, _ instruction: Instruction) throws(ProgramError) -> Bool {
    do throws(ProgramError.Reason) {
      try instruction.check(on: configuration)
      try execute(instruction, index)
    } catch { throw ProgramError(index: index, text: "\(instruction)", reason: error) }
    counters.add(1, .instructions)
    return instruction.opcode == .end
  }

  private mutating func execute(_ instruction: Instruction, _ index: Int) throws(ProgramError.Reason) {
    switch instruction.opcode {
    case .nop: break
    // END waits for all stores, so that the next program may read them.
    case .end, .fence: fences += 1
    case .constant:
      constants[instruction[.index]] = BFloat16(bitPattern: UInt16(instruction[.value]))
    case .stride: strides[instruction[.index]] = instruction[.bytes]
    case .cursor: cursors[instruction[.index]] = instruction[.value]
    case .quantizer:
      quantizer = Quantizer(
        factor: instruction.operand(.factor), low: instruction[.low], high: instruction[.high],
        zero: instruction[.zero], hasRows: instruction[.each] == 1)
    case .loadX, .loadY: try loadBank(instruction)
    case .loadAccumulators: try loadAccumulators(instruction)
    case .loadTable: try loadTable(instruction)
    case .loadVector: try loadVector(instruction)
    case .storeAccumulators: try storeAccumulators(instruction, index)
    case .storeVector: try storeVector(instruction, index)
    case .matmul: try multiply(instruction)
    case .reduceSum, .reduceMaximum: reduce(instruction)
    default: operate(instruction)
    }
  }
}
