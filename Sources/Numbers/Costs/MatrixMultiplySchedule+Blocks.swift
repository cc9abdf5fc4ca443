import Golden
import NumberFormats

/// Walks over the blocks of a product and writes the beats.
struct BlockPlan<Left: FixedWidthInteger, Right: FixedWidthInteger> {
  let schedule: MatrixMultiplySchedule
  let left: Matrix<Left>
  let right: Matrix<Right>
  let output: MatrixMultiplySchedule.Output
  var beats: MatrixMultiplySchedule.Beats

  private var activationMask: UInt64 { Self.mask(schedule.multiplication.left.width) }
  private var weightMask: UInt64 { Self.mask(schedule.multiplication.right.width) }

  private var resultMask: UInt64 {
    switch output {
    case .accumulators: Self.mask(schedule.multiplication.accumulator.width)
    case .perChannel(let requantize), .perTensor(let requantize):
      Self.mask(Self.width(of: requantize.range))
    }
  }

  /// Bits of a code: in two's complement when the least one is negative.
  static func width(of range: ClosedRange<Int32>) -> Int {
    func bits(_ value: Int32) -> Int { Int32.bitWidth - (value < 0 ? ~value : value).leadingZeroBitCount }
    let longest = max(bits(range.lowerBound), bits(range.upperBound))
    return max(1, range.lowerBound < 0 ? longest + 1 : longest)
  }

  static func mask(_ width: Int) -> UInt64 { .max >> UInt64(64 - width) }

  /// Adds the beats of some blocks of the result, counted along N first.
  mutating func run(_ blocks: Range<Int>, _ padding: () -> UInt64) {
    reserve(blocks.count)
    let columnBlocks = schedule.columnBlocks(right.columns)
    for block in blocks {
      let (top, start) = (block / columnBlocks * schedule.blockRows, block % columnBlocks * schedule.columns)
      let rows = top..<min(top + schedule.blockRows, left.rows)
      let columns = start..<min(start + schedule.columns, right.columns)
      switch schedule.dataflow {
      case .weightStationary: addPasses(rows, columns, padding)
      case .outputStationary:
        addActivationColumns(rows, padding)
        addWeights(0..<right.rows, columns, padding)
      }
      addParameters(columns)
      addResults(rows, columns)
    }
  }

  /// Makes room for whole blocks; those at the bottom edge have fewer rows.
  private mutating func reserve(_ blocks: Int) {
    let rows = min(schedule.blockRows, left.rows)
    switch schedule.dataflow {
    case .weightStationary:
      let passes = (left.columns + schedule.rows - 1) / schedule.rows
      beats.activations.reserveCapacity(blocks * rows * passes * schedule.rows)
    case .outputStationary: beats.activations.reserveCapacity(blocks * left.columns * schedule.rows)
    }
    beats.weights.reserveCapacity(blocks * right.rows * schedule.columns)
    beats.results.reserveCapacity(blocks * rows * (schedule.columns + (schedule.columns + 63) / 64 + 1))
  }

  private mutating func addPasses(_ rows: Range<Int>, _ columns: Range<Int>, _ padding: () -> UInt64) {
    let mask = activationMask
    for first in stride(from: 0, to: right.rows, by: schedule.rows) {
      let depth = first..<min(first + schedule.rows, right.rows)
      addWeights(depth, columns, padding)
      left.elements.withUnsafeBufferPointer { elements in
        for row in rows {
          for step in depth {
            beats.activations.append(UInt64(truncatingIfNeeded: elements[row &* left.columns &+ step]) & mask)
          }
          for _ in depth.count..<schedule.rows { beats.activations.append(padding() & mask) }
        }
      }
    }
  }

  private mutating func addActivationColumns(_ rows: Range<Int>, _ padding: () -> UInt64) {
    let mask = activationMask
    left.elements.withUnsafeBufferPointer { elements in
      for step in 0..<left.columns {
        for row in rows {
          beats.activations.append(UInt64(truncatingIfNeeded: elements[row &* left.columns &+ step]) & mask)
        }
        for _ in rows.count..<schedule.rows { beats.activations.append(padding() & mask) }
      }
    }
  }

  private mutating func addWeights(_ depth: Range<Int>, _ columns: Range<Int>, _ padding: () -> UInt64) {
    let mask = weightMask
    right.elements.withUnsafeBufferPointer { elements in
      for step in depth {
        for column in columns {
          beats.weights.append(UInt64(truncatingIfNeeded: elements[step &* right.columns &+ column]) & mask)
        }
        for _ in columns.count..<schedule.columns { beats.weights.append(padding() & mask) }
      }
    }
  }

  private mutating func addParameters(_ columns: Range<Int>) {
    func bias(_ requantize: Requantization, _ column: Int) -> UInt64 {
      requantize.bias.isEmpty ? 0 : UInt64(UInt32(bitPattern: requantize.bias[column]))
    }
    switch output {
    case .accumulators: break
    case .perTensor(let requantize): for column in columns { beats.parameters.append(bias(requantize, column)) }
    case .perChannel(let requantize):
      for column in columns {
        let scale = requantize.scales.count == 1 ? requantize.scales[0] : requantize.scales[column]
        beats.parameters.append(bias(requantize, column))
        beats.parameters.append(UInt64(scale.multiplier))
        beats.parameters.append(UInt64(scale.shift))
      }
    }
  }

  private mutating func addResults(_ rows: Range<Int>, _ columns: Range<Int>) {
    let mask = resultMask
    let isLastBlock = rows.upperBound == left.rows && columns.upperBound == right.columns
    let keep = (0..<(schedule.columns + 63) / 64).map { word -> UInt64 in
      let used = min(64, max(0, columns.count - 64 * word))
      return used == 0 ? 0 : Self.mask(used)
    }
    let product = beats.product
    product.elements.withUnsafeBufferPointer { elements in
      for row in rows {
        for column in columns {
          beats.results.append(UInt64(truncatingIfNeeded: elements[row &* product.columns &+ column]) & mask)
        }
        for _ in columns.count..<schedule.columns { beats.results.append(0) }
        beats.results += keep
        beats.results.append(isLastBlock && row == rows.upperBound - 1 ? 1 : 0)
      }
    }
  }
}
