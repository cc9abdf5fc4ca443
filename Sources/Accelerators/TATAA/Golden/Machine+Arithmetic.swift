import NumberFormats

extension Machine {
  /// The value in the bits of an accumulator, and whether it is another one.
  func wrapped(_ value: Int64) -> (value: Int32, wraps: Bool) {
    let shift = Int64(64 - configuration.accumulatorWidth)
    let kept = (value << shift) >> shift
    return (Int32(kept), kept != value)
  }

  /// Each accumulator starts from what is asked for, then adds a product for each step, in the order of the steps. It wraps
  /// where a sum does not fit, and that is counted.
  mutating func multiply(_ instruction: Instruction) throws(ProgramError.Reason) {
    let (left, right) = (x[instruction[.x]], y[instruction[.y]])
    let depth = instruction[.depth]
    guard depth <= left.depth, depth <= right.depth else { throw .depth(depth, x: left.depth, y: right.depth) }
    let (rows, columns) = (configuration.tileRows, configuration.tileColumns)
    let start = Opcode.Start(rawValue: instruction[.start]) ?? .zero
    var overflows = 0
    for row in 0..<rows {
      for column in 0..<columns {
        let place = row * columns + column
        switch start {
        case .zero: accumulators[place] = 0
        case .keep: break
        case .bias:
          let (value, wraps) = wrapped(column < bias.count ? Int64(bias[column]) : 0)
          accumulators[place] = value
          if wraps { overflows += 1 }
        }
      }
    }
    let shift = Int64(64 - configuration.accumulatorWidth)
    left.operands.withUnsafeBufferPointer { left in
      right.operands.withUnsafeBufferPointer { right in
        accumulators.withUnsafeMutableBufferPointer { sums in
          for row in 0..<rows {
            for step in 0..<depth {
              let factor = Int64(left[step &* rows &+ row])
              var column = 0
              while column < columns {
                let place = row &* columns &+ column
                let sum = Int64(sums[place]) &+ factor &* Int64(right[step &* columns &+ column])
                let kept = (sum &<< shift) &>> shift
                if kept != sum { overflows &+= 1 }
                sums[place] = Int32(truncatingIfNeeded: kept)
                column &+= 1
              }
            }
          }
        }
      }
    }
    counters.add(rows * columns * depth, .multiplyAccumulates)
    counters.add(overflows, .accumulatorOverflows)
  }

  /// What an operand is in a lane.
  func lane(_ operand: VectorOperand, _ lane: Int) -> BFloat16 {
    let value =
      operand.isConstant ? constants[operand.index] : vectors[operand.index * configuration.vectorLanes + lane]
    return operand.isNegated ? -value : value
  }

  mutating func operate(_ instruction: Instruction) {
    let opcode = instruction.opcode
    let lanes = configuration.vectorLanes
    let (first, second, third) = (
      instruction.operand(.first), instruction.operand(.second), instruction.operand(.third)
    )
    let arity = opcode.arity ?? 0
    let start = instruction[.destination] * lanes
    for lane in 0..<lanes {
      let a = self.lane(first, lane)
      let b = arity > 1 ? self.lane(second, lane) : .zero
      let c = arity > 2 ? self.lane(third, lane) : .zero
      vectors[start + lane] = opcode.result(a, b, c)
    }
    counters.add(1, .vector(opcode))
  }

  /// Neighbours first: lanes 0 and 1, 2 and 3, and so on; then neighbours of these results, until one is left. A last one
  /// without neighbour goes on as it is.
  mutating func reduce(_ instruction: Instruction) {
    let lanes = configuration.vectorLanes
    let operand = instruction.operand(.first)
    var values = (0..<instruction[.lanes]).map { lane(operand, $0) }
    while values.count > 1 {
      values = stride(from: 0, to: values.count, by: 2).map { place in
        guard place + 1 < values.count else { return values[place] }
        let (a, b) = (values[place], values[place + 1])
        return instruction.opcode == .reduceSum ? a + b : BFloat16.maximum(a, b)
      }
    }
    let start = instruction[.destination] * lanes
    for lane in 0..<lanes { vectors[start + lane] = values[0] }
    counters.add(1, .vector(instruction.opcode))
  }
}

extension Opcode {
  /// What an operation on lanes gives in one lane; an operand that it does not take is not looked at.
  public func result(_ a: BFloat16, _ b: BFloat16 = .zero, _ c: BFloat16 = .zero) -> BFloat16 {
    switch self {
    case .add: a + b
    case .multiply: a * b
    case .fusedMultiplyAdd: BFloat16.fusedMultiplyAdd(a, b, c)
    case .maximum: BFloat16.maximum(a, b)
    case .minimum: BFloat16.minimum(a, b)
    case .less: a.compared(to: b) == .less ? .one : .zero
    case .equal: a.compared(to: b) == .equal ? .one : .zero
    case .select: c.isZero ? b : a
    case .absolute: a.magnitude
    case .floor: BFloat16(a.doubleValue.rounded(.down))
    case .fraction: BFloat16(a.doubleValue - a.doubleValue.rounded(.down))
    case .scale: Self.scaled(a, b)
    case .reciprocalSeed: Self.reciprocalSeed(a)
    case .rootSeed: Self.rootSeed(a)
    default: a
    }
  }

  /// a · 2^floor(b), rounded once. Beyond ±512 nothing changes any more: each number has become zero or infinite before.
  private static func scaled(_ a: BFloat16, _ b: BFloat16) -> BFloat16 {
    guard !a.isNaN, !b.isNaN else { return .notANumber }
    let exponent = Int(max(-512, min(b.doubleValue.rounded(.down), 512)))
    return BFloat16(a.doubleValue * Double(sign: .plus, exponent: exponent, significand: 1))
  }

  /// Of ±0, ±∞ and NaN the reciprocal itself; 0 where the pattern would be that of no normal number.
  private static func reciprocalSeed(_ a: BFloat16) -> BFloat16 {
    let sign = a.bitPattern & 0x8000
    let bits = a.bitPattern & 0x7FFF
    if a.isNaN { return a }
    if bits == 0 { return BFloat16(bitPattern: sign | 0x7F80) }
    return BFloat16(bitPattern: sign | (bits > 0x7EF3 - 0x80 ? 0 : 0x7EF3 - bits))
  }

  /// Of ±0, +∞, negative numbers and NaN 1 / √a itself: ±∞, 0, NaN, NaN.
  private static func rootSeed(_ a: BFloat16) -> BFloat16 {
    if a.isZero { return BFloat16(bitPattern: a.bitPattern | 0x7F80) }
    if a.isNaN || a.isNegative { return .notANumber }
    return a.isInfinite ? .zero : BFloat16(bitPattern: 0x5F37 - (a.bitPattern >> 1))
  }
}
