import Components
import Golden
import HDL
import NumberFormats

/// Softmax of rows of bfloat16 scores without a division, exp(x − (m + ln Σ exp(x − m))), of any length up to a limit and several
/// scores a clock.
///
/// Every probability equals ``/Golden/BFloat16LogSumExpSoftmax``; there stand the formulas. In short: the difference from the
/// greatest score becomes an exponent in base 2, its weight a word of a table shifted down, the logarithm of the sum of the weights
/// a word of another one, and the probability the power of two of the exponent and the logarithm added. What is masked, and −∞,
/// gives +0; NaN or +∞ among the scores that count gives NaN for all of these; in a row of which nothing is left all are +0.
///
/// The probabilities of a row of n scores that count add up to 1 within
/// ``/Golden/BFloat16LogSumExpSoftmax/sumBound(count:)``: 0.0070 for 64 scores and 0.0092 for 256 with the default widths.
///
/// A beat a clock passes, also of the shortest rows, because nothing in it takes longer: ``FloatingSoftmax`` divides for
/// ``FloatingSoftmax/divisionCycles`` a row. Three passes work on three rows at a time, through queues of a row and a little more
/// each. A row of more than ``maximumBeats`` beats is cut there, as if that beat were marked as its last.
public struct FloatingLogSumExpSoftmax: DefaultConfigurable {
  public var lanes = 4
  public var maximumBeats = 64
  public var exponentFractionBits = 8
  public var weightFractionBits = 16
  public var stages = 1

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("lanes", \.lanes, in: 1...64, "Scores a clock"),
    .integer("maximumBeats", \.maximumBeats, in: 2...65536, "Beats of the longest row"),
    .integer("exponentFractionBits", \.exponentFractionBits, in: 4...10, "Bits of an exponent below the point"),
    .integer("weightFractionBits", \.weightFractionBits, in: 12...24, "Bits of a weight below the point"),
    .integer(
      "stages", \.stages, in: 0...3,
      "Pipeline registers of the difference; where there is any, one more behind exponents, weights and probabilities"),
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
    Softmax of rows of up to \(lanes * maximumBeats) bfloat16 scores, \(lanes) a clock, by the logarithm of the sum: no divider.
    A beat a clock. A longer row is cut after \(maximumBeats) beats.
    """
  }

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require(
      lanes * maximumBeats <= 65536, "a row of \(lanes) x \(maximumBeats) scores is longer than 65536",
      fix: "use fewer lanes or beats")
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let distances = SoftmaxWeights(lanes: lanes, maximumBeats: maximumBeats, stages: stages)
      .differences(of: io.push, in: m)
      .pipelined("exponent", stages: stages + step, in: m) { exponents($0, enable: $1, in: m) }
      .forked("exponents", count: 2, in: m)
    let logarithms = rowSum(distances[1], in: m).mapped { logarithm(of: $0, in: m) }.piped("logarithm", in: m)
    // A row, and the beats of the next one that come before the logarithm is known.
    io.pop
      <== distances[0].queued("exponent_queue", depth: maximumBeats + 4 + step, in: m)
      .paired("power", with: logarithms, in: m, isLast: { $0.isLast }) {
        LogarithmBeat(exponents: $0.exponents, counts: $0.counts, row: $1, isLast: $0.isLast)
      }
      .pipelined("probability", stages: step, in: m) { probabilities($0, enable: $1, in: m) }
  }

  // MARK: Numbers

  /// Registers behind each part but the difference.
  private var step: Int { min(stages, 1) }

  private var exponentWidth: Int { exponentFractionBits + BFloat16LogSumExpSoftmax.exponentIntegerBits }

  /// Bits of the sum of the weights, of which each is at most 1.
  private var sumWidth: Int { bits(for: lanes * maximumBeats << weightFractionBits) }

  /// Bits of a logarithm: of the whole part of the greatest one, and of its fraction, which may round up to 1.
  private var logarithmWidth: Int { bits(for: (sumWidth - weightFractionBits) << exponentFractionBits) }

  private var definition: BFloat16LogSumExpSoftmax {
    let definition = try? BFloat16LogSumExpSoftmax(
      exponentFractionBits: exponentFractionBits, weightFractionBits: weightFractionBits)
    guard let definition else { preconditionFailure("the ranges of the parameters are those of the definition") }
    return definition
  }

  // MARK: Parts

  private func exponents(_ item: DifferenceBeat, enable: Bit, in m: Module) -> DistanceBeat {
    let scale = Minifloat.bfloat16Extended
    let factor = scale.code(for: RealValue(Dyadic(Int64(BFloat16LogSumExpSoftmax.log2e), exponent: -15)))
    guard let code = try? IntegerFormat(width: exponentWidth, isSigned: false) else {
      preconditionFailure("the ranges of the parameters let no width through that is no format")
    }
    let distances = (0..<lanes).map { lane -> UInt in
      let difference = m.instance(
        FloatingAdder { ($0.operation, $0.stages, $0.hasEnable) = (.subtract, stages, stages > 0) },
        "difference_\(lane)")
      difference.a <== FloatingNumber(item.beat.values[lane], as: .bfloat16)
      difference.b <== item.greatest
      if let sink = difference.enable { sink <== enable }
      let converter = m.instance(
        FloatingToFixed { ($0.scale, $0.target, $0.fractionBits) = (scale, code, exponentFractionBits) },
        "exponent_\(lane)")
      // No score is above the greatest one.
      converter.value <== FloatingNumber(concatenate(Bit(0), difference.sum.bits[0..<15]), as: .bfloat16)
      if let sink = converter.scale {
        sink <== FloatingNumber(m.constant(Int(factor), width: scale.width, as: Bits.self), as: scale)
      }
      return converter.code.bits.asUnsigned
    }
    let flags = m.held(
      "score_flags",
      ScoreFlags(
        counts: item.beat.counts, isLast: item.beat.isLast,
        isInvalid: item.greatest.isNaN | item.greatest.isInfinite & !item.greatest.signBit),
      stages: stages, when: enable)
    return m.held(
      "distances",
      DistanceBeat(
        exponents: Vector(distances), counts: flags.counts, isLast: flags.isLast, isInvalid: flags.isInvalid),
      stages: step, when: enable)
  }

  /// The sum of the weights of each row.
  private func rowSum(_ beats: Stream<DistanceBeat>, in m: Module) -> Stream<WeightSum> {
    let weighed = beats.pipelined("weight", stages: step, in: m) { beat, enable in
      let weights = (0..<lanes).map { lane -> UInt in
        let unit = m.instance(
          DistanceWeight(exponentFractionBits: exponentFractionBits, weightFractionBits: weightFractionBits),
          "weight_\(lane)")
        unit.distance <== beat.exponents[lane]
        unit.isKept <== beat.counts[lane]
        return unit.weight
      }
      return m.held(
        "weighed", WeighedBeat(sum: HDL.sum(weights), isLast: beat.isLast, isInvalid: beat.isInvalid), stages: step,
        when: enable)
    }
    let shape = WeightSum(sum: .shape(sumWidth), isInvalid: .shape)
    return weighed.reduced("total", to: shape, in: m, isLast: { $0.isLast }) { before, isFirst, beat in
      WeightSum(sum: fitted(mux(isFirst, 0, before.sum) + beat.sum, to: sumWidth), isInvalid: beat.isInvalid)
    }
  }

  /// The logarithm of a sum; any number for a row of which nothing is left.
  private func logarithm(of row: WeightSum, in m: Module) -> RowLogarithm {
    let indexBits = exponentFractionBits + 1
    let counter = m.instance(LeadingZeroCounter(width: sumWidth), "sum_zeros")
    counter.value <== row.sum.asBits
    let aligned = (row.sum &<< counter.count).named("aligned_sum")
    let table = m.rom(
      "logarithms", UInt.self, width: indexBits, contents: .words(definition.logarithms.map { Int($0) }))
    let fraction = table.readAsync(at: aligned[(sumWidth - 1 - indexBits)..<(sumWidth - 1)].asUnsigned)
    let whole = (UInt(sumWidth - 1 - weightFractionBits).extended(to: counter.count.width) &- counter.count).named(
      "whole")
    let zeros = m.constant(0, width: exponentFractionBits, as: Bits.self)
    return RowLogarithm(
      logarithm: fitted(concatenate(whole, zeros).asUnsigned + fraction, to: logarithmWidth), isInvalid: row.isInvalid)
  }

  private func probabilities(_ item: LogarithmBeat, enable: Bit, in m: Module) -> ProbabilityBeat {
    let nan = m.constant(0x7FC0, width: 16, as: Bits.self)
    let values = (0..<lanes).map { lane -> Bits in
      let unit = m.instance(
        NegativePower(
          exponentWidth: max(exponentWidth, logarithmWidth) + 1, exponentFractionBits: exponentFractionBits),
        "probability_\(lane)")
      unit.exponent <== (item.exponents[lane] + item.row.logarithm).named("exponent_of_\(lane)")
      return mux(item.row.isInvalid, nan, unit.power.bits).kept(when: item.counts[lane])
    }
    return m.held(
      "probability", ProbabilityBeat(values: Vector(values, of: 16), isLast: item.isLast), stages: step, when: enable)
  }
}
