import HDL
import NumberFormats

/// A job: the sizes of one product.
public struct MatrixMultiplyJob: SignalBundle {
  /// Rows of the left matrix.
  public let rows: Field<UInt>
  /// Columns of the left and rows of the right matrix.
  public let depth: Field<UInt>
  /// Columns of the right matrix.
  public let columns: Field<UInt>

  init(sizeWidth: Int) { (rows, depth, columns) = (.init(sizeWidth), .init(sizeWidth), .init(sizeWidth)) }
}

/// A beat of operands, one for each lane.
public struct OperandBeat: SignalBundle {
  /// The operands; those of lanes without one may be anything.
  public let values: [Field<Integer>]

  init(_ format: IntegerFormat, lanes: Int) { values = (0..<lanes).map { _ in .init(shape: format) } }
}

/// Bias and scale of one output column.
public struct ChannelParameters: SignalBundle {
  /// Added to the accumulator.
  public let bias: Field<SInt>
  /// Significand of the scale.
  public let multiplier: Field<UInt>
  /// Fraction bits of the scale.
  public let shift: Field<UInt>

  init(_ requantizer: Requantizer) {
    bias = .init(requantizer.biasWidth)
    multiplier = .init(requantizer.multiplierWidth)
    shift = .init(requantizer.shiftWidth)
  }
}

/// Bias of one output column.
public struct ChannelBias: SignalBundle {
  /// Added to the accumulator.
  public let bias: Field<SInt>

  init(_ requantizer: Requantizer) { bias = .init(requantizer.biasWidth) }
}

/// The scale of all outputs of a job.
public struct TensorScale: SignalBundle {
  /// Significand of the scale.
  public let multiplier: Field<UInt>
  /// Fraction bits of the scale.
  public let shift: Field<UInt>

  init(_ requantizer: Requantizer) {
    multiplier = .init(requantizer.multiplierWidth)
    shift = .init(requantizer.shiftWidth)
  }
}

/// A row of a tile of the product.
public struct ResultBeat: SignalBundle {
  /// One value for each lane; 0 where there is none.
  public let values: [Field<Integer>]
  /// Bit c is 1 when lane c has a value.
  public let keep: Field<Bits>
  /// 1 with the last beat of a job.
  public let last: Field<Bit>

  init(_ format: IntegerFormat, lanes: Int) {
    values = (0..<lanes).map { _ in .init(shape: format) }
    keep = .init(lanes)
    last = .init()
  }
}
