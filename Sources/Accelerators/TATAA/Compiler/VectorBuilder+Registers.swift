import NumberFormats

extension VectorBuilder {
  /// The program with registers, without END.
  ///
  /// A register is free again behind the last operation that reads it; a constant register is taken over in turn when there
  /// are more constants than registers. Vectors that one instruction loads or stores stand in registers side by side. Strides
  /// of rows in memory are set where they are needed, in the stride registers 1 to 3.
  ///
  /// - Throws: ``CompilerError``.
  public func instructions(for configuration: Configuration) throws(CompilerError) -> [Instruction] {
    do throws(ConfigurationError) { try configuration.validate() } catch { throw .configuration(error) }
    let steps = scheduled(latency: configuration.vectorLatency)
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
    private var isFree: [Bool]
    /// Results that one instruction stores, and the registers that they are given when the first of them is made.
    private var groups: [[Int]] = []
    private var groupOf: [Int: Int] = [:]
    private var promised: [Int: Int] = [:]
    private var constants: [UInt16: Int] = [:]
    private var contents: [UInt16?]
    private var nextConstant = 0
    private var quantizer: Instruction?
    private var strides: [Int?] = [nil, nil, nil]
    private var nextStride = 0

    init(_ configuration: Configuration, _ steps: [Step]) {
      self.configuration = configuration
      isFree = [Bool](repeating: true, count: configuration.vectorRegisters)
      contents = [UInt16?](repeating: nil, count: configuration.constantRegisters)
      var loaded: Set<Int> = []
      for (index, step) in steps.enumerated() {
        for result in step.resultsRead { lastRead[result] = index }
        switch step {
        case .load(let results, _, _): loaded.formUnion(results)
        case .store(let values, _): note(values, loaded)
        case .storeCodes(let values, _, _, _): note(values, loaded)
        default: break
        }
      }
    }

    /// Remembers results that are to stand side by side, where that is free to choose.
    private mutating func note(_ values: [VectorValue], _ loaded: Set<Int>) {
      let results = values.compactMap { value in if case .result(let result) = value.source { result } else { nil } }
      guard results.count > 1, Set(results).count == results.count,
        results.allSatisfy({ groupOf[$0] == nil && !loaded.contains($0) })
      else { return }
      for result in results { groupOf[result] = groups.count }
      groups.append(results)
    }

    mutating func place(_ step: Step, _ index: Int) throws(InstructionError) {
      let operands = step.reads.map { operand($0, among: step.reads) }
      if failure != nil { return }
      for result in step.resultsRead where lastRead[result] == index {
        if let register = registers.removeValue(forKey: result) { isFree[register] = true }
      }
      switch step {
      case .operation(let opcode, let result, _):
        if let register = take(result) { instructions.append(try .vector(opcode, register, operands)) }
      case .reduction(let opcode, let result, _, let lanes):
        if let register = take(result) {
          instructions.append(
            try Instruction(opcode, [.destination: register, .first: operands[0].code, .lanes: lanes]))
        }
      case .load(let results, let rows, let broadcasts):
        guard let register = block(results.count) else { return }
        for (offset, result) in results.enumerated() { registers[result] = register + offset }
        let stride = stride(rows, broadcasts ? 2 : 2 * rows.lanes)
        instructions.append(
          try Instruction(
            .loadVector,
            [
              .register: register, .address: rows.address, .lanes: rows.lanes, .count: results.count,
              .broadcast: broadcasts ? 1 : 0, .stride: stride,
            ]))
      case .store(_, let rows): try store(operands, rows)
      case .storeCodes(let values, let codes, _, let rows):
        try store(
          Array(operands.prefix(values.count)), rows, as: codes, factors: Array(operands.dropFirst(values.count)))
      case .fence: instructions.append(try Instruction(.fence))
      case .batch: break
      }
      // A result that nobody reads needs no register any more.
      for result in step.results where lastRead[result] == nil {
        if let register = registers.removeValue(forKey: result) { isFree[register] = true }
      }
    }

    /// One instruction for registers side by side, or one for each run of them.
    private mutating func store(
      _ operands: [VectorOperand], _ rows: MemoryRows, as codes: VectorCodes? = nil, factors: [VectorOperand] = []
    ) throws(InstructionError) {
      let kind: Opcode.StoredVector = codes == nil ? .bfloat16 : .int8
      let rowBytes = (kind == .bfloat16 ? 2 : 1) * rows.lanes
      func follows(_ list: [VectorOperand], _ place: Int) -> Bool {
        !list[place].isConstant && list[place].index == list[place - 1].index + 1
      }
      var first = 0
      while first < operands.count {
        var end = first + 1
        while end < operands.count, follows(operands, end), factors.count < 2 || follows(factors, end) { end += 1 }
        if let codes {
          let hasRows = factors.count > 1 && end - first > 1
          let wanted = try Instruction(
            .quantizer,
            [
              .factor: factors[factors.count > 1 ? first : 0].code, .low: codes.low, .high: codes.high,
              .zero: codes.zero, .each: hasRows ? 1 : 0,
            ])
          if wanted != quantizer { instructions.append(wanted) }
          quantizer = wanted
        }
        let stride = end - first == 1 ? 0 : stride(rows, rowBytes)
        instructions.append(
          try Instruction(
            .storeVector,
            [
              .kind: kind.rawValue, .register: operands[first].index,
              .address: rows.address + first * (rows.stride ?? rowBytes), .lanes: rows.lanes, .count: end - first,
              .stride: stride,
            ]))
        first = end
      }
    }

    /// The stride register of rows; 0 where they are dense.
    private mutating func stride(_ rows: MemoryRows, _ rowBytes: Int) -> Int {
      guard let stride = rows.stride, stride != rowBytes else { return 0 }
      if let found = strides.firstIndex(of: stride) { return found + 1 }
      let index = nextStride
      nextStride = (nextStride + 1) % strides.count
      strides[index] = stride
      instructions.append(Instruction(unchecked: .stride, [index + 1, stride]))
      return index + 1
    }

    /// A register for a result: one that was promised to it, or the last free one, so that the first ones stay together.
    private mutating func take(_ result: Int) -> Int? {
      if promised[result] == nil, let group = groupOf[result], let first = firstOf(block: groups[group].count) {
        for (offset, member) in groups[group].enumerated() {
          promised[member] = first + offset
          isFree[first + offset] = false
        }
      }
      if let register = promised.removeValue(forKey: result) {
        registers[result] = register
        return register
      }
      guard let register = isFree.lastIndex(of: true) else {
        failure = .registers(configuration.vectorRegisters)
        return nil
      }
      isFree[register] = false
      registers[result] = register
      return register
    }

    private func firstOf(block count: Int) -> Int? {
      guard count <= isFree.count else { return nil }
      return (0...isFree.count - count).first { start in isFree[start..<start + count].allSatisfy { $0 } }
    }

    /// Registers side by side.
    private mutating func block(_ count: Int) -> Int? {
      guard let first = count == 1 ? isFree.lastIndex(of: true) : firstOf(block: count) else {
        failure = .registers(configuration.vectorRegisters)
        return nil
      }
      for register in first..<first + count { isFree[register] = false }
      return first
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
