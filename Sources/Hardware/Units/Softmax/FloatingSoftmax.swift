import Components
import HDL
import NumberFormats

/// Softmax of rows of bfloat16 scores, made stable by subtracting the greatest one, of any length up to a limit and several
/// scores a clock.
///
/// Every probability equals `BFloat16Softmax(difference: .rounded, accumulation: .fixedPoint(fractionBits: sumFractionBits),
/// division: .reciprocal)` of ``/Golden/BFloat16Softmax``: the difference is rounded to bfloat16, the exponential correctly
/// rounded, the sum exact over weights in fixed point, and each weight multiplied with the correctly rounded reciprocal of it.
/// What is masked, and −∞, gives +0; NaN or +∞ among the scores that count gives NaN for all of these.
///
/// Three passes work on three rows at a time, through queues of a row and a little more each: greatest score; exponentials and sum;
/// products. A beat a clock passes, and a row takes at least ``divisionCycles`` clocks. The first probability of a row shows
/// about two times its beats and ``divisionCycles`` after its first score. A row of more than ``maximumBeats`` beats is
/// cut there, as if that beat were marked as its last.
public struct FloatingSoftmax: DefaultConfigurable {
  public var lanes = 4
  public var maximumBeats = 64
  public var sumFractionBits = 16
  public var stages = 1

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("lanes", \.lanes, in: 1...64, "Scores a clock"),
    .integer("maximumBeats", \.maximumBeats, in: 2...65536, "Beats of the longest row"),
    .integer("sumFractionBits", \.sumFractionBits, in: 8...32, "Fraction bits of the weights that are added"),
    .integer(
      "stages", \.stages, in: 0...3, "Pipeline registers of the difference, of the exponential and of the product"),
  ]

  /// Scores in, probabilities out.
  public struct Ports {
    public let push: StreamInput<ScoreBeat>
    public let pop: StreamOutput<ProbabilityBeat>
  }

  public var ports: Ports {
    Ports(
      push: .init(ScoreBeat(lanes: lanes), "Rows of scores"),
      pop: .init(ProbabilityBeat(lanes: lanes), "Rows of probabilities, as long and in the same order"))
  }

  public var documentation: String {
    """
    Softmax of rows of up to \(lanes * maximumBeats) bfloat16 scores, \(lanes) a clock, the greatest one subtracted.
    A beat a clock; a row takes at least \(divisionCycles) clocks. A longer row is cut after \(maximumBeats) beats.
    """
  }

  /// Clocks between two rows that the division needs.
  public var divisionCycles: Int { WeightSum.divisionWidth(sumWidth: sumWidth) + 2 }

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require(
      lanes * maximumBeats <= 65536, "a row of \(lanes) x \(maximumBeats) scores is longer than 65536",
      fix: "use fewer lanes or beats")
  }

  /// Bits of the sum of the weights.
  private var sumWidth: Int { bits(for: lanes * maximumBeats) + sumFractionBits }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let weights = SoftmaxWeights(lanes: lanes, maximumBeats: maximumBeats, stages: stages)
      .weights(of: io.push, in: m).forked("weights", count: 2, in: m)
    let reciprocals = rowSum(weights[1], in: m)
      .reciprocals(fractionBits: sumFractionBits, zeroWhenEmpty: false, in: m)
    // A row, and the beats of the next one that come before the reciprocal is known.
    let products = weights[0]
      .mapped { WeightedBeat(weights: $0.weights, counts: $0.counts, isLast: $0.isLast) }
      .queued("weight_queue", depth: maximumBeats + divisionCycles + 4, in: m)
      .paired("product", with: reciprocals, in: m, isLast: { $0.isLast }) {
        ProductBeat(beat: $0, reciprocal: $1.reciprocal)
      }
    io.pop <== products.pipelined("probability", stages: stages, in: m) { probabilities($0, enable: $1, in: m) }
  }

  private func rowSum(_ beats: Stream<WeightBeat>, in m: Module) -> Stream<WeightSum> {
    let shape = WeightSum(sum: .shape(sumWidth), isInvalid: .shape)
    guard let weight = try? IntegerFormat(width: sumFractionBits + 1, isSigned: false) else {
      preconditionFailure("validate lets no width through that is no format")
    }
    return beats.reduced("total", to: shape, in: m, isLast: { $0.isLast }) { before, isFirst, beat in
      let terms = (0..<lanes).map { lane -> UInt in
        let converter = m.instance(
          FloatingToFixed { ($0.target, $0.fractionBits) = (weight, sumFractionBits) }, "fixed_point_\(lane)")
        converter.value <== FloatingNumber(concatenate(Bit(0), beat.weights[lane]), as: .bfloat16)
        return converter.code.bits.asUnsigned
      }
      let sum = HDL.sum(terms)
      return WeightSum(
        sum: (mux(isFirst, 0, before.sum) + sum).truncated(to: sumWidth), isInvalid: beat.isInvalid)
    }
  }

  private func probabilities(_ item: ProductBeat, enable: Bit, in m: Module) -> ProbabilityBeat {
    let counts = m.held("product_counts", item.beat.counts, stages: stages, when: enable)
    let products = (0..<lanes).map { lane -> Bits in
      let multiplier = m.instance(
        FloatingMultiplier { ($0.stages, $0.hasEnable) = (stages, stages > 0) }, "product_\(lane)")
      multiplier.a <== FloatingNumber(concatenate(Bit(0), item.beat.weights[lane]), as: .bfloat16)
      multiplier.b <== item.reciprocal
      if let sink = multiplier.enable { sink <== enable }
      return concatenate(Bit(0), multiplier.product.bits[0..<15].kept(when: counts[lane]))
    }
    return ProbabilityBeat(
      values: Vector(products, of: 16),
      isLast: m.held("product_is_last", item.beat.isLast, stages: stages, when: enable))
  }
}
