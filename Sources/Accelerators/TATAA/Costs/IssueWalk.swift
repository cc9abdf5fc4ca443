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
  private var reads: ReadTiming
  private var writes: WriteTiming
  private var loads: [PendingLoad] = []

  // Vectors: when the result of a register can be read, and when nothing is under way.
  private var registerReady: [Int]
  private var vectorIdle = 0
  private var factor = VectorOperand.constant(0)
  private var hasFactors = false

  // Products: the cycle of the last step, and until when sums settle and the biases are read.
  private var lastStep = -1
  private var quiet = 0
  private var biasUntil = -1
  private var usedBias = false
  private var sets: [Int: Bool] = [:]

  private struct PendingLoad {
    let instruction: Instruction
    let transfer: Transfer
    /// The cycle in which it ends.
    let end: Int
  }

  init(_ configuration: Configuration, _ latency: Int) {
    self.configuration = configuration
    self.latency = latency
    wordBytes = max(1, configuration.busWidth / 8)
    fetch = FetchTiming(latency)
    reads = ReadTiming(latency, wordBytes: wordBytes)
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
    loads.removeAll { $0.end < checked }
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
  private func loadsAreThere(_ instruction: Instruction, _ transfer: Transfer?) -> Int {
    var time = 0
    for load in loads where isBehind(instruction, transfer, load) { time = max(time, load.end + 1) }
    return time
  }

  private func isBehind(_ instruction: Instruction, _ transfer: Transfer?, _ load: PendingLoad) -> Bool {
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
      return target == .loadX && loaded[.bank] == instruction[.x]
        || target == .loadY && loaded[.bank] == instruction[.y] || target == .loadAccumulators || isBias
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
    case .end, .matmul, .loadVector, .loadAccumulators: return vectorIdle
    default: return 0
    }
  }

  /// The cycle in which the unit takes an instruction that is issued from `now` on.
  private func isTaken(_ instruction: Instruction, _ transfer: Transfer?, _ now: Int) -> Int {
    switch instruction.opcode {
    case .loadX, .loadY, .loadTable, .loadVector, .loadAccumulators:
      let pending = loads.map(\.end).filter { $0 >= now }.sorted()
      return pending.count < PipelineCycles.pendingLoads
        ? now : pending[pending.count - PipelineCycles.pendingLoads] + 1
    case .storeAccumulators: return max(now, writes.captureIsFree, writes.commandIsFree)
    case .storeVector: return max(now, writes.captureIsFree, writes.readEnd, writes.commandIsFree)
    case .matmul: return max(now, lastStep)
    case .reduceSum, .reduceMaximum: return max(now, vectorIdle)
    default:
      guard Self.isOnLanes(instruction) else { return now }
      return Self.sources(instruction).reduce(now) { max($0, registerReady[$1]) }
    }
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
      var end = reads.read(transfer, issued: now)
      if instruction.opcode == .loadAccumulators { end += instruction[.rows] * (settle + 4) }
      if instruction.opcode == .loadTable { sets[instruction[.kind], default: false].toggle() }
      loads.append(PendingLoad(instruction: instruction, transfer: transfer, end: end))
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
      lastStep = now + depth
      result.productSteps += depth
      quiet = lastStep + 2 + settle
      if instruction[.start] == Opcode.Start.bias.rawValue {
        usedBias = sets[Opcode.Table.bias.rawValue] ?? false
        biasUntil = now + 2 + settle
      }
    case .reduceSum, .reduceMaximum:
      let passes = Int.bitWidth - (instruction[.lanes] - 1).leadingZeroBitCount + 1
      vectorIdle = now + (PipelineCycles.vector - 1) * passes + 1
      registerReady[instruction[.destination]] = vectorIdle
    default:
      guard instruction.opcode.arity != nil else { return }
      registerReady[instruction[.destination]] = now + PipelineCycles.vector
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
