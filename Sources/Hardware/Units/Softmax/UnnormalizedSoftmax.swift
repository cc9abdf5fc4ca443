import Components
import HDL
import NumberFormats

/// Weights of softmax as codes, several a clock.
public struct WeightCodeBeat: SignalBundle {
  /// rne(127 · exp(x − m)): unsigned codes of 8 bits, 0 to 127, in the places of their scores.
  public let codes: Vector<UInt>
  /// 1 with the last beat of a row.
  public let isLast: Bit

  /// A beat of `lanes` codes.
  public init(lanes: Int) { (codes, isLast) = (.shape(max(1, lanes), of: 8), .shape) }

  init(codes: Vector<UInt>, isLast: Bit) { (self.codes, self.isLast) = (codes, isLast) }
}

/// The reciprocal of the sum of a row.
public struct RowReciprocal: SignalBundle {
  /// 1 / Σ codes in bfloat16.
  public let value: FloatingNumber

  init(value: FloatingNumber) { self.value = value }
}

/// Softmax with its division deferred: codes of the weights, to be multiplied with the values, and the reciprocal of their sum,
/// to be multiplied with the result of that.
///
/// Codes are rne(127 · exp(x − m)), of the greatest score exactly 127; the reciprocal is that of the sum of the codes, so that
/// the weights that are used add up to 1. Both equal ``/Golden/DeferredSoftmax`` with `BFloat16Softmax(difference: .rounded)`:
/// the difference is rounded to bfloat16 and the exponential correctly rounded. What is masked has the code 0. A row of which
/// nothing is left has the reciprocal 0; one with NaN or +∞ among the scores that count has only codes 0 and the reciprocal NaN.
///
/// A beat a clock; a row takes at least ``divisionCycles`` clocks. The codes of a row begin some clocks after its last score,
/// and need no queue behind them; its reciprocal follows its last code by ``divisionCycles``. A row of more than ``maximumBeats``
/// beats is cut there, as if that beat were marked as its last.
public struct UnnormalizedSoftmax: DefaultConfigurable {
  public var lanes = 4
  public var maximumBeats = 64
  public var stages = 1

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("lanes", \.lanes, in: 1...64, "Scores a clock"),
    .integer("maximumBeats", \.maximumBeats, in: 2...65536, "Beats of the longest row"),
    .integer("stages", \.stages, in: 0...3, "Pipeline registers of the difference, of the exponential and of the code"),
  ]

  /// Scores in, codes and reciprocals out.
  public struct Ports {
    public let push: StreamInput<ScoreBeat>
    public let codes: StreamOutput<WeightCodeBeat>
    public let reciprocals: StreamOutput<RowReciprocal>
  }

  public var ports: Ports {
    Ports(
      push: .init(ScoreBeat(lanes: lanes), "Rows of scores"),
      codes: .init(WeightCodeBeat(lanes: lanes), "Rows of codes, as long and in the same order"),
      reciprocals: .init(RowReciprocal(value: .shape(.bfloat16)), "For each row the reciprocal of the sum of its codes")
    )
  }

  public var documentation: String {
    """
    Weights of softmax as codes from 0 to 127, \(lanes) a clock, and the reciprocal of their sum for each row.
    A beat a clock; a row takes at least \(divisionCycles) clocks. A longer row is cut after \(maximumBeats) beats.
    """
  }

  /// Clocks between two rows that the division needs.
  public var divisionCycles: Int { WeightSum.divisionWidth(sumWidth: sumWidth) + 2 }

  /// Bits of the sum of the codes.
  private var sumWidth: Int { bits(for: 127 * lanes * maximumBeats) }

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require(
      lanes * maximumBeats <= 65536, "a row of \(lanes) x \(maximumBeats) scores is longer than 65536",
      fix: "use fewer lanes or beats")
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let beats = SoftmaxWeights(lanes: lanes, maximumBeats: maximumBeats, stages: stages)
      .weights(of: io.push, in: m)
      .pipelined("code", stages: stages > 0 ? 1 : 0, in: m) { codes($0, enable: $1, in: m) }
      .forked("codes", count: 2, in: m)
    io.codes
      <== beats[0].mapped { beat in
        WeightCodeBeat(codes: Vector(beat.codes.map { $0.extended(to: 8) }), isLast: beat.isLast)
      }
    let shape = WeightSum(sum: .shape(sumWidth), isInvalid: .shape)
    let sums = beats[1].reduced("total", to: shape, in: m, isLast: { $0.isLast }) { before, isFirst, beat in
      let sum = mux(isFirst, 0, before.sum) + HDL.sum(beat.codes.map { $0 })
      return WeightSum(sum: sum.truncated(to: sumWidth), isInvalid: beat.isInvalid)
    }
    io.reciprocals
      <== sums.reciprocals(fractionBits: 0, zeroWhenEmpty: true, in: m).mapped { RowReciprocal(value: $0.reciprocal) }
  }

  private func codes(_ beat: WeightBeat, enable: Bit, in m: Module) -> CodeBeat {
    let scale = FloatingNumber(m.constant(0x42FE, width: 16, as: Bits.self), as: .bfloat16)
    let codes = (0..<lanes).map { lane -> UInt in
      let converter = m.instance(FloatingToFixed { ($0.scale, $0.target) = (.bfloat16, .uint8) }, "quantizer_\(lane)")
      converter.value <== FloatingNumber(concatenate(Bit(0), beat.weights[lane]), as: .bfloat16)
      if let sink = converter.scale { sink <== scale }
      // 127 at most.
      return converter.code.bits[0..<7].asUnsigned
    }
    return m.held(
      "code", CodeBeat(codes: Vector(codes, of: 7), isLast: beat.isLast, isInvalid: beat.isInvalid),
      stages: stages > 0 ? 1 : 0, when: enable)
  }
}

/// Codes with what the sum of their row needs.
private struct CodeBeat: SignalBundle {
  let codes: Vector<UInt>
  let isLast: Bit
  let isInvalid: Bit
}
