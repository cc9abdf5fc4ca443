import NumberFormats

extension Machine {
  /// The bytes that a load reads, row by row.
  private mutating func load(_ instruction: Instruction) throws(ProgramError.Reason) -> [ArraySlice<UInt8>] {
    guard let transfer = instruction.transfer(strides: strides, cursors: cursors) else { return [] }
    try instruction.check(transfer, memorySize: memory.count)
    var rows: [ArraySlice<UInt8>] = []
    for row in 0..<transfer.rows {
      let start = transfer.rowAddress(row)
      for address in start..<start + transfer.rowBytes where storedBefore[address] == fences {
        throw .unfenced(address)
      }
      rows.append(memory[start..<start + transfer.rowBytes])
    }
    counters.add(transfer.rows * transfer.rowBytes, .bytesRead)
    transfers?.append(transfer)
    return rows
  }

  /// Where a store writes, checked.
  private func target(_ instruction: Instruction) throws(ProgramError.Reason) -> Transfer {
    guard let transfer = instruction.transfer(strides: strides, cursors: cursors) else {
      return Transfer(address: 0, rows: 0, rowBytes: 0, stride: 0)
    }
    try instruction.check(transfer, memorySize: memory.count)
    return transfer
  }

  private mutating func store(_ rows: [[UInt8]], to transfer: Transfer, _ instruction: Instruction, _ index: Int) {
    for (row, bytes) in rows.enumerated() {
      let address = transfer.rowAddress(row)
      memory.replaceSubrange(address..<address + bytes.count, with: bytes)
      for place in address..<address + bytes.count { storedBefore[place] = fences }
      stores.append(Store(instruction: index, address: address, bytes: bytes))
      counters.add(bytes.count, .bytesWritten)
    }
    // The next append stands behind these rows.
    if instruction[.cursor] != 0 { cursors[instruction[.cursor]] += transfer.rows }
  }

  mutating func loadBank(_ instruction: Instruction) throws(ProgramError.Reason) {
    let isX = instruction.opcode == .loadX
    let width = isX ? configuration.tileRows : configuration.tileColumns
    let limit = 1 << (configuration.operandWidth - 1)
    var bank = Bank(
      depth: instruction[.depth], operands: [Int8](repeating: 0, count: configuration.maximumDepth * width))
    for (step, row) in try load(instruction).enumerated() {
      for (place, byte) in row.enumerated() {
        let operand = Int8(bitPattern: byte)
        guard (-limit..<limit).contains(Int(operand)) else {
          throw .operand(Int(operand), width: configuration.operandWidth)
        }
        bank.operands[step * width + place] = operand
      }
    }
    if isX { x[instruction[.bank]] = bank } else { y[instruction[.bank]] = bank }
  }

  mutating func loadAccumulators(_ instruction: Instruction) throws(ProgramError.Reason) {
    let isTransposed = instruction[.transposed] == 1
    let columns = configuration.tileColumns
    for (row, bytes) in try load(instruction).enumerated() {
      for (column, word) in Self.words(bytes).enumerated() {
        let place = isTransposed ? column * columns + row : row * columns + column
        let (value, wraps) = wrapped(Int64(Int32(bitPattern: word)))
        accumulators[place] = value
        counters.add(wraps ? 1 : 0, .accumulatorOverflows)
      }
    }
  }

  mutating func loadTable(_ instruction: Instruction) throws(ProgramError.Reason) {
    var words = try load(instruction).first.map(Self.words) ?? []
    if instruction[.broadcast] == 1 { words = [UInt32](repeating: words[0], count: instruction[.count]) }
    switch Opcode.Table(rawValue: instruction[.kind]) {
    case .bias: bias = words.map { Int32(bitPattern: $0) }
    case .requantizer:
      var found: [RequantizationScale] = []
      for (column, word) in words.enumerated() {
        let (multiplier, shift) = (UInt16(truncatingIfNeeded: word), Int(word >> 16))
        do throws(RequantizationScaleError) {
          found.append(try RequantizationScale(multiplier: multiplier, shift: shift))
        } catch { throw .requantizer(column: column, multiplier: Int(multiplier), shift: shift) }
      }
      requantizers = found
    case .scale, nil: scales = words.map { Float(bitPattern: $0) }
    }
  }

  mutating func loadVector(_ instruction: Instruction) throws(ProgramError.Reason) {
    let lanes = configuration.vectorLanes
    let count = instruction[.lanes]
    for (number, row) in try load(instruction).enumerated() {
      let start = (instruction[.register] + number) * lanes
      for lane in 0..<lanes {
        let place = row.startIndex + (instruction[.broadcast] == 1 ? 0 : 2 * lane)
        vectors[start + lane] =
          lane < count ? BFloat16(bitPattern: UInt16(row[place]) | UInt16(row[place + 1]) << 8) : .zero
      }
    }
  }

  mutating func storeVector(_ instruction: Instruction, _ index: Int) throws(ProgramError.Reason) {
    let isCode = instruction[.kind] == Opcode.StoredVector.int8.rawValue
    let last = quantizer.factor(ofRow: instruction[.count] - 1)
    if isCode, !last.isConstant, last.index >= configuration.vectorRegisters {
      throw .limit("the vector register", last.index, configuration.vectorRegisters - 1)
    }
    let transfer = try target(instruction)
    let lanes = configuration.vectorLanes
    var rows: [[UInt8]] = []
    for number in 0..<transfer.rows {
      let start = (instruction[.register] + number) * lanes
      var bytes: [UInt8] = []
      for lane in 0..<instruction[.lanes] {
        let value = vectors[start + lane]
        if isCode {
          bytes.append(code(value, factor: self.lane(quantizer.factor(ofRow: number), lane)))
        } else {
          bytes += Self.bytes(value)
        }
      }
      rows.append(bytes)
    }
    store(rows, to: transfer, instruction, index)
  }

  /// clamp(rne(value · factor) + zero), of the exact product; NaN has the code of zero.
  private mutating func code(_ value: BFloat16, factor: BFloat16) -> UInt8 {
    let scaled = (value.doubleValue * factor.doubleValue).rounded(.toNearestOrEven)
    guard !scaled.isNaN else { return UInt8(truncatingIfNeeded: quantizer.zero) }
    return clamped(Int64(max(-0x1p32, min(scaled, 0x1p32))))
  }

  private mutating func clamped(_ scaled: Int64) -> UInt8 {
    let sum = scaled + Int64(quantizer.zero)
    let code = min(max(sum, Int64(quantizer.low)), Int64(quantizer.high))
    counters.add(code == sum ? 0 : 1, .saturatedCodes)
    return UInt8(truncatingIfNeeded: code)
  }

  mutating func storeAccumulators(_ instruction: Instruction, _ index: Int) throws(ProgramError.Reason) {
    let transfer = try target(instruction)
    let kind = Opcode.StoredAccumulator(rawValue: instruction[.kind]) ?? .int32
    let columns = instruction[.columns]
    if kind == .int8, requantizers.count < columns { throw .table(.requantizer, requantizers.count, columns: columns) }
    if kind == .bfloat16, scales.count < columns { throw .table(.scale, scales.count, columns: columns) }
    let isTransposed = instruction[.transposed] == 1
    var rows: [[UInt8]] = []
    for outer in 0..<transfer.rows {
      var bytes: [UInt8] = []
      for inner in 0..<(isTransposed ? instruction[.rows] : columns) {
        let (row, column) = isTransposed ? (inner, outer) : (outer, inner)
        let accumulator = accumulators[row * configuration.tileColumns + column]
        switch kind {
        case .int8:
          let scale = requantizers[column]
          bytes.append(
            clamped((Int64(accumulator) * Int64(scale.multiplier)).roundedShiftRight(by: scale.shift)))
        case .bfloat16: bytes += Self.bytes(BFloat16(accumulator, scale: scales[column]))
        case .int32: bytes += (0..<4).map { UInt8(truncatingIfNeeded: accumulator >> (8 * $0)) }
        }
      }
      rows.append(bytes)
    }
    store(rows, to: transfer, instruction, index)
  }

  private static func bytes(_ value: BFloat16) -> [UInt8] {
    [UInt8(truncatingIfNeeded: value.bitPattern), UInt8(value.bitPattern >> 8)]
  }

  private static func words(_ bytes: ArraySlice<UInt8>) -> [UInt32] {
    stride(from: bytes.startIndex, to: bytes.endIndex, by: 4).map { start in
      (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) }
    }
  }
}
