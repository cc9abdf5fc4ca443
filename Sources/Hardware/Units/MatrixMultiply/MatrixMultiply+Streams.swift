import HDL
import NumberFormats

/// A job: the sizes of one product.
public struct MatrixMultiplyJob: SignalBundle {
  /// Rows of the left matrix.
  public let rows: UInt
  /// Columns of the left and rows of the right matrix.
  public let depth: UInt
  /// Columns of the right matrix.
  public let columns: UInt

  init(sizeWidth: Int) { (rows, depth, columns) = (.shape(sizeWidth), .shape(sizeWidth), .shape(sizeWidth)) }

  public init(rows: UInt, depth: UInt, columns: UInt) { (self.rows, self.depth, self.columns) = (rows, depth, columns) }
}

/// A beat of operands, one for each lane.
public struct OperandBeat: SignalBundle {
  /// The operands; those of lanes without one may be anything.
  public let values: [Integer]

  init(_ format: IntegerFormat, lanes: Int) { values = (0..<lanes).map { _ in .shape(format) } }

  public init(values: [Integer]) { self.values = values }
}

/// Bias and scale of one output column.
public struct ChannelParameters: SignalBundle {
  /// Added to the accumulator.
  public let bias: SInt
  /// Significand of the scale.
  public let multiplier: UInt
  /// Fraction bits of the scale.
  public let shift: UInt

  init(_ requantizer: Requantizer) {
    bias = .shape(requantizer.biasWidth)
    multiplier = .shape(requantizer.multiplierWidth)
    shift = .shape(requantizer.shiftWidth)
  }

  public init(bias: SInt, multiplier: UInt, shift: UInt) {
    (self.bias, self.multiplier, self.shift) = (bias, multiplier, shift)
  }
}

/// Bias of one output column.
public struct ChannelBias: SignalBundle {
  /// Added to the accumulator.
  public let bias: SInt

  init(_ requantizer: Requantizer) { bias = .shape(requantizer.biasWidth) }

  public init(bias: SInt) { self.bias = bias }
}

/// The scale of all outputs of a job.
public struct TensorScale: SignalBundle {
  /// Significand of the scale.
  public let multiplier: UInt
  /// Fraction bits of the scale.
  public let shift: UInt

  init(_ requantizer: Requantizer) {
    multiplier = .shape(requantizer.multiplierWidth)
    shift = .shape(requantizer.shiftWidth)
  }

  public init(multiplier: UInt, shift: UInt) { (self.multiplier, self.shift) = (multiplier, shift) }
}

/// A row of a tile of the product.
public struct ResultBeat: SignalBundle {
  /// One value for each lane; 0 where there is none.
  public let values: [Integer]
  /// Bit c is 1 when lane c has a value.
  public let keep: Bits
  /// 1 with the last beat of a job.
  public let last: Bit

  init(_ format: IntegerFormat, lanes: Int) {
    values = (0..<lanes).map { _ in .shape(format) }
    keep = .shape(lanes)
    last = .shape
  }

  public init(values: [Integer], keep: Bits, last: Bit) { (self.values, self.keep, self.last) = (values, keep, last) }
}
