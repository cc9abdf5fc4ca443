import Components
import HDL
import NumberFormats

/// Scores of a row of softmax, several a clock.
public struct ScoreBeat: SignalBundle {
  /// bfloat16 scores, the first one in the low bits.
  public let values: Vector<Bits>
  /// 1 for each score that takes part: the mask of attention, and 0 for what is left over in the last beat.
  public let kept: Bits
  /// 1 with the last beat of a row.
  public let isLast: Bit

  /// A beat of `lanes` scores.
  public init(lanes: Int) { (values, kept, isLast) = (.shape(max(1, lanes), of: 16), .shape(max(1, lanes)), .shape) }
}

/// Probabilities of a row of softmax, several a clock.
public struct ProbabilityBeat: SignalBundle {
  /// bfloat16 probabilities, in the places of their scores.
  public let values: Vector<Bits>
  /// 1 with the last beat of a row.
  public let isLast: Bit

  /// A beat of `lanes` probabilities.
  public init(lanes: Int) { (values, isLast) = (.shape(max(1, lanes), of: 16), .shape) }

  init(values: Vector<Bits>, isLast: Bit) { (self.values, self.isLast) = (values, isLast) }
}

/// Softmax of rows of bfloat16 scores, made stable by subtracting the greatest one, of any length up to a limit and several
/// scores a clock.
///
/// Every probability equals `BFloat16Softmax(difference: .rounded, accumulation: .fixedPoint(fractionBits: sumFractionBits),
/// division: .reciprocal)` of ``/Golden/BFloat16Softmax``: the difference is rounded to bfloat16, the exponential correctly
/// rounded, the sum exact over weights in fixed point, and each weight multiplied with the correctly rounded reciprocal of it.
/// What is masked, and −∞, gives +0; NaN or +∞ among the scores that count gives NaN for all of these.
///
/// Three passes work on three rows at a time, through two queues of a row each: greatest score; exponentials and sum;
/// products. A beat a clock passes, and a row takes at least ``divisionCycles`` clocks. The first probability of a row shows
/// about two times its beats and ``divisionCycles`` after its first score. A row of more than ``maximumBeats`` beats is
/// cut there, as if that beat were marked as its last.
public struct FloatingSoftmax: DefaultConfigurable {
  /// Scores a clock.
  public var lanes: Int
  /// Beats of the longest row.
  public var maximumBeats: Int
  /// Fraction bits of the weights that are added.
  public var sumFractionBits: Int
  /// Pipeline registers of the difference and of the exponential, 0 to 3 each, and of the product.
  public var stages: Int

  /// A softmax of rows up to `maximumBeats` · `lanes` scores.
  public init(lanes: Int = 4, maximumBeats: Int = 64, sumFractionBits: Int = 16, stages: Int = 1) {
    self.lanes = lanes
    self.maximumBeats = maximumBeats
    self.sumFractionBits = sumFractionBits
    self.stages = stages
  }

  /// The default configuration.
  public init() { self.init(lanes: 4) }

  /// Scores in, probabilities out.
  public struct Ports {
    public let push: StreamInput<ScoreBeat>
    public let pop: StreamOutput<ProbabilityBeat>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      push: .init(ScoreBeat(lanes: lanes), "Rows of scores"),
      pop: .init(ProbabilityBeat(lanes: lanes), "Rows of probabilities, as long and in the same order"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    Softmax of rows of up to \(lanes * maximumBeats) bfloat16 scores, \(lanes) a clock, the greatest one subtracted.
    A beat a clock; a row takes at least \(divisionCycles) clocks. A longer row is cut after \(maximumBeats) beats.
    """
  }

  /// Clocks between two rows that the division needs.
  public var divisionCycles: Int { divisionWidth + 2 }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("lanes", lanes, in: 1...64)
    parameters.require("maximumBeats", maximumBeats, in: 2...65536)
    parameters.require(
      lanes * maximumBeats <= 65536, "a row of \(lanes) x \(maximumBeats) scores is longer than 65536",
      fix: "use fewer lanes or beats")
    parameters.require("sumFractionBits", sumFractionBits, in: 8...32)
    parameters.require("stages", stages, in: 0...3)
  }

  /// Bits of the sum of the weights.
  var sumWidth: Int { bits(for: lanes * maximumBeats) + sumFractionBits }

  /// Bits of a quotient: 10 or more before what decides a rounding.
  var divisionWidth: Int { sumWidth + 11 }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let scores = bounded(io.push, in: m).forked("scores", count: 2, in: m)
    let weights = scores[0].queued("score_queue", depth: maximumBeats, in: m)
      .paired("score", with: rowMaximum(scores[1], in: m), in: m, isLast: { $0.isLast }) {
        DifferenceBeat(beat: $0, greatest: $1.greatest)
      }
      .pipelined("weight", stages: 2 * stages, in: m) { exponentials($0, enable: $1, in: m) }
      .forked("weights", count: 2, in: m)
    let products = weights[0].queued("weight_queue", depth: maximumBeats, in: m)
      .paired("product", with: reciprocal(rowSum(weights[1], in: m), in: m), in: m, isLast: { $0.isLast }) {
        ProductBeat(beat: $0, reciprocal: $1.reciprocal)
      }
    io.pop <== products.pipelined("probability", stages: stages, in: m) { probabilities($0, enable: $1, in: m) }
  }

  /// The beats with those scores marked that count, and the row cut where it is too long.
  private func bounded(_ push: Stream<ScoreBeat>, in m: Module) -> Stream<CountedBeat> {
    let number = m.register("beat_number", UInt.self, width: bits(for: maximumBeats - 1), reset: 0)
    let isLast = (push.payload.isLast | (number .== UInt(maximumBeats - 1))).named("is_last")
    let isTaken = m.wire("beat_is_taken", Bit.self)
    m.when(push.take(when: isTaken)) { number.next <== mux(isLast, 0, number &+ 1) }
    let counts = (0..<lanes).map { lane in
      let score = FloatingNumber(push.payload.values[lane], as: .bfloat16)
      return push.payload.kept[lane] & !(score.isInfinite & score.signBit)
    }
    return Stream<CountedBeat>(
      valid: push.valid,
      payload: CountedBeat(
        values: push.payload.values, counts: concatenate(counts.reversed()), isLast: isLast), ready: isTaken.driver)
  }

  private func rowMaximum(_ beats: Stream<CountedBeat>, in m: Module) -> Stream<GreatestScore> {
    beats.reduced("row", to: GreatestScore(greatest: .shape(.bfloat16)), in: m, isLast: { $0.isLast }) {
      before, isFirst, beat in
      let nothing = FloatingNumber(m.constant(0xFF80, width: 16, as: Bits.self), as: .bfloat16)
      var numbers = (0..<lanes).map { lane in
        mux(beat.counts[lane], FloatingNumber(beat.values[lane], as: .bfloat16), nothing)
      }
      numbers.append(mux(isFirst, nothing, before.greatest))
      while numbers.count > 1 {
        numbers = stride(from: 0, to: numbers.count, by: 2).map {
          $0 + 1 < numbers.count ? .maximum(numbers[$0], numbers[$0 + 1]) : numbers[$0]
        }
      }
      return GreatestScore(greatest: numbers[0])
    }
  }

  private func exponentials(_ item: DifferenceBeat, enable: Bit, in m: Module) -> WeightBeat {
    let hasEnable = stages > 0
    let weights = (0..<lanes).map { lane -> Bits in
      let difference = m.instance(
        FloatingAdder(operation: .subtract, stages: stages, hasEnable: hasEnable), "difference_\(lane)")
      let exponential = m.instance(FunctionUnit(.exp, stages: stages, hasEnable: hasEnable), "exponential_\(lane)")
      difference.a <== FloatingNumber(item.beat.values[lane], as: .bfloat16)
      difference.b <== item.greatest
      exponential.x <== difference.sum
      if let sink = difference.enable { sink <== enable }
      if let sink = exponential.enable { sink <== enable }
      return exponential.result.bits
    }
    let flags = m.held(
      "score_flags",
      ScoreFlags(
        counts: item.beat.counts, isLast: item.beat.isLast, isInvalid: item.greatest.isNaN | item.greatest.isInfinite),
      stages: 2 * stages, when: enable)
    return WeightBeat(
      weights: Vector((0..<lanes).map { mux(flags.counts[$0], weights[$0], 0) }, of: 16), counts: flags.counts,
      isLast: flags.isLast, isInvalid: flags.isInvalid)
  }

  private func rowSum(_ beats: Stream<WeightBeat>, in m: Module) -> Stream<WeightSum> {
    let shape = WeightSum(sum: .shape(sumWidth), isInvalid: .shape)
    guard let weight = try? IntegerFormat(width: sumFractionBits + 1, isSigned: false) else {
      preconditionFailure("validate lets no width through that is no format")
    }
    return beats.reduced("total", to: shape, in: m, isLast: { $0.isLast }) { before, isFirst, beat in
      let terms = (0..<lanes).map { lane -> UInt in
        let converter = m.instance(
          FloatingToFixed(to: weight, fractionBits: sumFractionBits), "fixed_point_\(lane)")
        converter.value <== FloatingNumber(beat.weights[lane], as: .bfloat16)
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
      let multiplier = m.instance(FloatingMultiplier(stages: stages, hasEnable: stages > 0), "product_\(lane)")
      multiplier.a <== FloatingNumber(item.beat.weights[lane], as: .bfloat16)
      multiplier.b <== item.reciprocal
      if let sink = multiplier.enable { sink <== enable }
      return mux(counts[lane], multiplier.product.bits, 0)
    }
    return ProbabilityBeat(
      values: Vector(products, of: 16),
      isLast: m.held("product_is_last", item.beat.isLast, stages: stages, when: enable))
  }
}
