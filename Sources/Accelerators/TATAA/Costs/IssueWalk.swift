/// A walk over a program: when each instruction is issued, and what it leaves behind.
struct IssueWalk {
  private let configuration: Configuration
  private let latency: Int
  private let wordBytes: Int
  private var result = CycleEstimate()
  private var strides = [0, 0, 0, 0]
  private var cursors = [0, 0, 0, 0]

  /// The cycle behind the last issue.
  private var next = 0
  private var fetch: FetchTiming
  /// The loads of the memory bus, and those of X where it has a bus of its own.
  private var reads: [ReadTiming]
  private var writes: WriteTiming

  // Vectors: when the result of a register can be read, and when nothing is under way.
  private var registerReady: [Int]
  private var registerWrites = RegisterWrites()
  private var vectorIdle = 0
  private var reductionEnd = 0
  private var factor = VectorOperand.constant(0)
  private var hasFactors = false

  // Products: the last one and its banks, the cycle of its last step, and until when sums settle and the biases are read.
  private var lastProduct: (x: Int, y: Int, steps: StepTimes)?
  private var lastStep = -1
  private var quiet = 0
  private var biasUntil = -1
  private var usedBias = false
  private var sets: [Int: Bool] = [:]

  init(_ configuration: Configuration, _ latency: Int) {
    self.configuration = configuration
    self.latency = latency
    wordBytes = max(1, configuration.busWidth / 8)
    fetch = FetchTiming(latency)
    reads = Array(repeating: ReadTiming(latency, wordBytes: wordBytes), count: configuration.readPorts)
    writes = WriteTiming(latency, wordBytes: wordBytes, room: configuration.fifoDepth)
    registerReady = [Int](repeating: 0, count: configuration.vectorRegisters)
  }

  private var settle: Int { configuration.tileRows + configuration.columns }

  /// Takes up the next instruction.
  mutating func issue(_ instruction: Instruction) {
    let there = max(next, fetch.arrival)
    count(.fetch, there - next)
    let transfer = instruction.transfer(strides: strides, cursors: cursors)
    let checked = there + (transfer == nil ? 0 : PipelineCycles.check)
    count(.check, checked - there)
    for port in reads.indices {
      reads[port].advance(to: checked, registerWrites)
      reads[port].drop(before: checked)
    }
    var now = checked
    let product = instruction.opcode == .matmul
    let waits: [(StallClass, Int)] = [
      (.load, loadsAreThere(instruction, transfer)), (.store, storesAreOver(instruction)),
      (.matrix, productsAreOver(instruction)), (.vector, vectorsAreOver(instruction)),
    ]
    for (cause, time) in waits where time > now {
      count(cause, time - now)
      now = time
    }
    let ready = isTaken(instruction, transfer, now)
    // A product that waits for the one before it does so at the unit.
    count(product ? .matrix : .vector, ready - now)
    now = ready
    execute(instruction, transfer, now)
    fetch.take(at: now)
    next = now + 1
  }

  /// What the walk has found.
  func finished(withStores: Bool = true) -> CycleEstimate {
    var result = result
    result.cycles = next
    result.firstOperandCycle = reads.compactMap(\.firstOperand).min()
    if withStores { result.storeCycles = writes.rowEnds }
    return result
  }

  private mutating func count(_ cause: StallClass, _ cycles: Int) {
    if cycles > 0 { result.stalls[cause, default: 0] += cycles }
  }

  private static func registers(_ instruction: Instruction) -> ClosedRange<Int> {
    instruction[.register]...instruction[.register] + instruction[.count] - 1
  }

  /// The registers that an operation reads.
  private static func sources(_ instruction: Instruction) -> [Int] {
    let isReduction = instruction.opcode == .reduceSum || instruction.opcode == .reduceMaximum
    return [InstructionField.Name.first, .second, .third].prefix(isReduction ? 1 : instruction.opcode.arity ?? 0)
      .map { instruction.operand($0) }.filter { !$0.isConstant }.map(\.index)
  }

  private static func isOnLanes(_ instruction: Instruction) -> Bool {
    instruction.opcode.arity != nil || [.reduceSum, .reduceMaximum].contains(instruction.opcode)
  }

  // MARK: Waits

  /// The cycle in which no load is in the way.
  private mutating func loadsAreThere(_ instruction: Instruction, _ transfer: Transfer?) -> Int {
    var time = 0
    for port in reads.indices {
      for index in reads[port].loads.indices where isBehind(instruction, transfer, reads[port].loads[index]) {
        time = max(time, reads[port].end(of: index, registerWrites) + 1)
      }
    }
    guard instruction.opcode == .matmul else { return time }
    // A product follows the last load of a bank, and waits for those before it.
    for (opcode, bank) in [(Opcode.loadX, instruction[.x]), (.loadY, instruction[.y])] {
      let port = port(of: opcode)
      for index in reads[port].loads.indices.filter({ isLoad(opcode, bank, reads[port].loads[$0]) }).dropLast() {
        time = max(time, reads[port].end(of: index, registerWrites) + 1)
      }
    }
    return time
  }

  private func isLoad(_ opcode: Opcode, _ bank: Int, _ load: ReadTiming.Load) -> Bool {
    load.instruction.opcode == opcode && load.instruction[.bank] == bank
  }

  /// The bus of a load.
  private func port(of opcode: Opcode) -> Int { opcode == .loadX ? reads.count - 1 : 0 }

  private func isBehind(_ instruction: Instruction, _ transfer: Transfer?, _ load: ReadTiming.Load) -> Bool {
    let loaded = load.instruction
    let target = loaded.opcode
    let isBias = target == .loadTable && loaded[.kind] == Opcode.Table.bias.rawValue
    switch instruction.opcode {
    case .end: return true
    case .storeAccumulators, .storeVector:
      if target == .loadAccumulators || target == .loadTable && !isBias { return true }
      if configuration.operandWidth < 8, target == .loadX || target == .loadY { return true }
      if let transfer, transfer.bytes.overlaps(load.transfer.bytes) { return true }
      guard instruction.opcode == .storeVector, target == .loadVector else { return false }
      let registers = Self.registers(loaded)
      if registers.overlaps(Self.registers(instruction)) { return true }
      guard instruction[.kind] == Opcode.StoredVector.int8.rawValue, !factor.isConstant else { return false }
      return registers.overlaps(factor.index...factor.index + (hasFactors ? instruction[.count] - 1 : 0))
    case .matmul:
      return target == .loadAccumulators || isBias
    default:
      guard Self.isOnLanes(instruction) else { return false }
      if target == .loadAccumulators { return true }
      guard target == .loadVector else { return false }
      let registers = Self.registers(loaded)
      return (Self.sources(instruction) + [instruction[.destination]]).contains { registers.contains($0) }
    }
  }

  private func storesAreOver(_ instruction: Instruction) -> Int {
    switch instruction.opcode {
    case .end, .fence, .loadAccumulators: return writes.idle
    case .quantizer: return writes.converted
    case .loadTable where instruction[.kind] != Opcode.Table.bias.rawValue:
      return writes.tableIsFree(!(sets[instruction[.kind]] ?? false))
    case .matmul: return max(writes.capturing, writes.vectorReadEnd)
    case .loadVector, .constant: return writes.vectorReadEnd
    default: return Self.isOnLanes(instruction) ? writes.vectorReadEnd : 0
    }
  }

  private func productsAreOver(_ instruction: Instruction) -> Int {
    switch instruction.opcode {
    case .end, .loadAccumulators, .storeVector: return quiet
    case .loadTable where instruction[.kind] == Opcode.Table.bias.rawValue:
      return !(sets[Opcode.Table.bias.rawValue] ?? false) == usedBias ? biasUntil + 1 : 0
    case .matmul:
      let isBias = instruction[.start] == Opcode.Start.bias.rawValue
      return isBias && (sets[Opcode.Table.bias.rawValue] ?? false) != usedBias ? biasUntil + 1 : 0
    default: return Self.isOnLanes(instruction) ? quiet : 0
    }
  }

  private func vectorsAreOver(_ instruction: Instruction) -> Int {
    switch instruction.opcode {
    case .end, .matmul, .loadAccumulators: return vectorIdle
    case .loadVector: return reductionEnd
    default: return 0
    }
  }

  /// The cycle in which the unit takes an instruction that is issued from `now` on.
  private mutating func isTaken(_ instruction: Instruction, _ transfer: Transfer?, _ now: Int) -> Int {
    switch instruction.opcode {
    case .loadX, .loadY, .loadTable, .loadVector, .loadAccumulators:
      let port = port(of: instruction.opcode)
      reads[port].advance(to: now, registerWrites)
      reads[port].drop(before: now)
      let full = reads[port].loads.count - PipelineCycles.pendingLoads
      return full < 0 ? now : max(now, reads[port].end(of: full, registerWrites) + 1)
    case .storeAccumulators: return max(now, writes.captureIsFree, writes.commandIsFree)
    case .storeVector: return max(now, writes.captureIsFree, writes.readEnd, writes.commandIsFree)
    case .matmul: return max(now, lastStep)
    case .reduceSum, .reduceMaximum: return yielding(max(now, vectorIdle))
    default:
      guard Self.isOnLanes(instruction) else { return now }
      return yielding(Self.sources(instruction).reduce(now) { max($0, registerReady[$1]) })
    }
  }

  /// The cycle in which an operation is taken that could be in this one: one later when a loaded vector needs a cycle.
  private mutating func yielding(_ cycle: Int) -> Int {
    reads[0].advance(to: cycle, registerWrites)
    return reads[0].waits(at: cycle) ? cycle + 1 : cycle
  }

  // MARK: Effects

  private mutating func execute(_ instruction: Instruction, _ transfer: Transfer?, _ now: Int) {
    switch instruction.opcode {
    case .stride: strides[instruction[.index]] = instruction[.bytes]
    case .cursor: cursors[instruction[.index]] = instruction[.value]
    case .quantizer:
      factor = instruction.operand(.factor)
      hasFactors = instruction[.each] == 1 && !factor.isConstant
    case .loadX, .loadY, .loadTable, .loadVector, .loadAccumulators:
      guard let transfer else { return }
      let rest = instruction.opcode == .loadAccumulators ? instruction[.rows] * (settle + 4) : 0
      if instruction.opcode == .loadTable { sets[instruction[.kind], default: false].toggle() }
      var behind: StepTimes?
      if let product = lastProduct, product.steps.last >= now {
        let isRead =
          instruction.opcode == .loadX && product.x == instruction[.bank]
          || instruction.opcode == .loadY && product.y == instruction[.bank]
        if isRead { behind = product.steps }
      }
      reads[port(of: instruction.opcode)].issue(instruction, transfer, at: now, behind: behind, rest: rest)
    case .storeAccumulators:
      guard let transfer else { return }
      let isCode = instruction[.kind] == Opcode.StoredAccumulator.int8.rawValue
      let set = sets[(isCode ? Opcode.Table.requantizer : .scale).rawValue] ?? false
      let drain = configuration.rowsPerStrip + configuration.columns + configuration.tileRows + 1
      writes.storeSums(transfer, issued: now, lastStep: lastStep, drain: drain, table: set)
      moveCursor(instruction, transfer)
    case .storeVector:
      guard let transfer else { return }
      let isCode = instruction[.kind] == Opcode.StoredVector.int8.rawValue
      let ready = (0..<transfer.rows).map { row -> Int in
        var time = registerReady[instruction[.register] + row]
        if isCode, !factor.isConstant { time = max(time, registerReady[factor.index + (hasFactors ? row : 0)]) }
        return time
      }
      writes.storeVectors(transfer, issued: now, ready: ready)
      vectorIdle = max(vectorIdle, writes.vectorReadEnd - 1 + PipelineCycles.vector)
      moveCursor(instruction, transfer)
    case .matmul:
      let depth = instruction[.depth]
      var followed: [ReadTiming.Load] = []
      for (opcode, bank) in [(Opcode.loadX, instruction[.x]), (.loadY, instruction[.y])] {
        let port = port(of: opcode)
        guard let index = reads[port].loads.lastIndex(where: { isLoad(opcode, bank, $0) }) else { continue }
        _ = reads[port].end(of: index, registerWrites)
        followed.append(reads[port].loads[index])
      }
      let steps = StepTimes(issued: now, depth: depth, following: followed)
      lastProduct = (instruction[.x], instruction[.y], steps)
      lastStep = steps.last
      result.productSteps += depth
      quiet = lastStep + 2 + settle
      if instruction[.start] == Opcode.Start.bias.rawValue {
        usedBias = sets[Opcode.Table.bias.rawValue] ?? false
        biasUntil = steps.cycle(of: 0) + 1 + settle
      }
    case .reduceSum, .reduceMaximum:
      let passes = Int.bitWidth - (instruction[.lanes] - 1).leadingZeroBitCount + 1
      vectorIdle = now + (PipelineCycles.vector - 1) * passes + 1
      registerReady[instruction[.destination]] = vectorIdle
      registerWrites.add(vectorIdle - 1)
      reductionEnd = vectorIdle
    default:
      guard instruction.opcode.arity != nil else { return }
      registerReady[instruction[.destination]] = now + PipelineCycles.vector
      registerWrites.add(now + PipelineCycles.vector - 1)
      vectorIdle = max(vectorIdle, now + PipelineCycles.vector)
    }
  }

  private mutating func moveCursor(_ instruction: Instruction, _ transfer: Transfer) {
    if instruction[.cursor] != 0 { cursors[instruction[.cursor]] += transfer.rows }
  }
}

extension Transfer {
  /// From the first byte to behind the last one.
  fileprivate var bytes: Range<Int> {
    let last = address + (rows - 1) * stride
    return min(address, last)..<max(address, last) + rowBytes
  }
}
