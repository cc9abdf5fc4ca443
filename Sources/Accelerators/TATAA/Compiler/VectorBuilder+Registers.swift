import NumberFormats

extension VectorBuilder {
  /// The program with registers, without END.
  ///
  /// A register is free again behind the last operation that reads it; a constant register is taken over in turn when there
  /// are more constants than registers.
  ///
  /// - Throws: ``CompilerError``.
  public func instructions(for configuration: Configuration) throws(CompilerError) -> [Instruction] {
    do throws(ConfigurationError) { try configuration.validate() } catch { throw .configuration(error) }
    var allocation = Allocation(configuration, steps)
    for (index, step) in steps.enumerated() {
      do throws(InstructionError) { try allocation.place(step, index) } catch {
        if let failure = allocation.failure { throw failure }
        throw .instruction(error)
      }
      if let failure = allocation.failure { throw failure }
    }
    return allocation.instructions
  }

  /// The registers while they are given out.
  private struct Allocation {
    let configuration: Configuration
    var instructions: [Instruction] = []
    var failure: CompilerError?
    /// The last step that reads each result.
    private var lastRead: [Int: Int] = [:]
    private var registers: [Int: Int] = [:]
    private var free: [Int]
    private var constants: [UInt16: Int] = [:]
    private var contents: [UInt16?]
    private var nextConstant = 0
    private var quantizer: Instruction?

    init(_ configuration: Configuration, _ steps: [Step]) {
      self.configuration = configuration
      free = Array((0..<configuration.vectorRegisters).reversed())
      contents = [UInt16?](repeating: nil, count: configuration.constantRegisters)
      for (index, step) in steps.enumerated() {
        for value in step.reads { if case .result(let result) = value.source { lastRead[result] = index } }
      }
    }

    mutating func place(_ step: Step, _ index: Int) throws(InstructionError) {
      let operands = step.reads.map { operand($0, among: step.reads) }
      if failure != nil { return }
      for value in step.reads {
        if case .result(let result) = value.source, lastRead[result] == index,
          let register = registers.removeValue(forKey: result)
        {
          free.append(register)
        }
      }
      switch step {
      case .operation(let opcode, let result, _):
        if let register = take(result) { instructions.append(try .vector(opcode, register, operands)) }
      case .reduction(let opcode, let result, _, let lanes):
        if let register = take(result) {
          instructions.append(
            try Instruction(opcode, [.destination: register, .first: operands[0].code, .lanes: lanes]))
        }
      case .load(let result, let address, let lanes, let broadcasts):
        if let register = take(result) {
          instructions.append(
            try Instruction(
              .loadVector,
              [.register: register, .address: address, .lanes: lanes, .broadcast: broadcasts ? 1 : 0]))
        }
      case .store(_, let address, let lanes):
        instructions.append(
          try Instruction(
            .storeVector,
            [
              .kind: Opcode.StoredVector.bfloat16.rawValue, .register: operands[0].index, .address: address,
              .lanes: lanes,
            ]))
      case .storeCodes(_, let codes, let address, let lanes):
        let wanted = try Instruction(
          .quantizer, [.factor: operands[1].code, .low: codes.low, .high: codes.high, .zero: codes.zero])
        if wanted != quantizer { instructions.append(wanted) }
        quantizer = wanted
        instructions.append(
          try Instruction(
            .storeVector,
            [.kind: Opcode.StoredVector.int8.rawValue, .register: operands[0].index, .address: address, .lanes: lanes]))
      case .fence: instructions.append(try Instruction(.fence))
      }
      // A result that nobody reads needs no register any more.
      if let result = step.result, lastRead[result] == nil, let register = registers.removeValue(forKey: result) {
        free.append(register)
      }
    }

    private mutating func take(_ result: Int) -> Int? {
      guard let register = free.popLast() else {
        failure = .registers(configuration.vectorRegisters)
        return nil
      }
      registers[result] = register
      return register
    }

    private mutating func operand(_ value: VectorValue, among others: [VectorValue]) -> VectorOperand {
      switch value.source {
      case .result(let result):
        return VectorOperand(index: registers[result] ?? 0, isNegated: value.isNegated)
      case .constant(let pattern):
        return VectorOperand(index: constant(pattern, others), isConstant: true, isNegated: value.isNegated)
      }
    }

    private mutating func constant(_ pattern: UInt16, _ others: [VectorValue]) -> Int {
      if let index = constants[pattern] { return index }
      // Not one that the same operation reads.
      for _ in contents.indices {
        let index = nextConstant
        nextConstant = (nextConstant + 1) % contents.count
        if let old = contents[index] {
          if others.contains(where: { $0.source == .constant(old) }) { continue }
          constants[old] = nil
        }
        contents[index] = pattern
        constants[pattern] = index
        instructions.append(Instruction(unchecked: .constant, [index, Int(pattern)]))
        return index
      }
      failure = .constants(contents.count)
      return 0
    }
  }
}

extension VectorBuilder.Step {
  /// What the step reads, in the order of its operands.
  var reads: [VectorValue] {
    switch self {
    case .operation(_, _, let values): values
    case .reduction(_, _, let value, _): [value]
    case .store(let value, _, _): [value]
    case .storeCodes(let value, let codes, _, _): [value, codes.factor]
    case .load, .fence: []
    }
  }

  /// What the step makes.
  var result: Int? {
    switch self {
    case .operation(_, let result, _), .reduction(_, let result, _, _), .load(let result, _, _, _): result
    default: nil
    }
  }
}
