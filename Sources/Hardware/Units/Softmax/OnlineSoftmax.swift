import Components
import Golden
import HDL
import Netlist

/// Softmax of int8 scores by powers of two, in integers: unsigned codes of which 2^n stand for 1, several a clock.
///
/// Every code equals ``/Golden/IntegerSoftmax`` with `lanes` elements read together; there stand the formulas. In short: a score
/// becomes an exponent by one multiplication with a constant, its weight a word of a table shifted down, and its code the exact
/// quotient of the weight and the sum of the row, rounded once. What is masked, or left over in the last beat, has the code 0 and
/// does not count; in a row of which nothing is left all codes are 0.
///
/// The codes of a row that has something left add up
/// - with ``Sum/exact`` to 2^n, always; each is within 1 of its quotient;
/// - with ``Sum/twoPass`` to 2^n within half the number of elements that are left; each is within 1/2 of its quotient;
/// - with ``Sum/online`` as with two passes, save for what the sum lost when it followed the reference down, 1/2 each time.
///
/// A beat a clock passes, also of the shortest rows, because the division is an array: a row of subtractors for each bit of the
/// quotient, none of them shared in time. The online sum needs one queue of a row; the others need a second one. A row of more
/// than ``maximumBeats`` beats is cut there, as if that beat were marked as its last.
public struct OnlineSoftmax: DefaultConfigurable {
  /// The sum that weights are divided by.
  public enum Sum: String, Hashable, Sendable, CaseIterable {
    /// Gathered while the scores come in; it is shifted down when a greater one comes.
    case online
    /// The sum of the weights.
    case twoPass
    /// The sum of the weights, with codes that add up to 2^n exactly.
    case exact

    /// The same in the definition.
    package var definition: IntegerSoftmax.Sum {
      switch self {
      case .online: .online
      case .twoPass: .twoPass
      case .exact: .exactByRunningSum
      }
    }
  }

  public var lanes = 4
  public var maximumBeats = 64
  public var exponentStep = 5909
  public var exponentFractionBits = 8
  public var weightFractionBits = 16
  public var outputWidth = 8
  public var fractionBits = 7
  public var sum = Sum.online
  public var stages = 1
  public var divisionStages = 2

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("lanes", \.lanes, in: 1...64, "Scores a clock"),
    .integer("maximumBeats", \.maximumBeats, in: 2...65536, "Beats of the longest row"),
    .integer(
      "exponentStep", \.exponentStep, in: 6...6_051_102, "Powers of two that a score of 1 stands for, in units of 2^-16"
    ),
    .integer("exponentFractionBits", \.exponentFractionBits, in: 1...12, "Bits of an exponent below the point"),
    .integer("weightFractionBits", \.weightFractionBits, in: 8...24, "Bits of a weight below the point"),
    .integer("outputWidth", \.outputWidth, in: 8...16, "Bits of a code: 8 or 16"),
    .integer("fractionBits", \.fractionBits, in: 1...16, "n: 2^n stands for 1"),
    .choice("sum", \.sum, "The sum that weights are divided by"),
    .integer("stages", \.stages, in: 0...1, "Pipeline registers behind each of exponents, weights and sums"),
    .integer("divisionStages", \.divisionStages, in: 0...17, "Pipeline registers of the division"),
  ]

  /// Scores in, codes out.
  public struct Ports {
    public let push: StreamInput<IntegerScoreBeat>
    public let pop: StreamOutput<ProbabilityCodeBeat>
  }

  public var ports: Ports {
    Ports(
      push: .init(IntegerScoreBeat(lanes: lanes), "Rows of scores"),
      pop: .init(
        ProbabilityCodeBeat(lanes: lanes, width: outputWidth), "Rows of probabilities, as long and in the same order"))
  }

  public var documentation: String {
    """
    Softmax of rows of up to \(lanes * maximumBeats) int8 scores, \(lanes) a clock: codes of which 2^\(fractionBits) stand for 1.
    \(sum == .exact ? "The codes of a row add up to 2^\(fractionBits). " : "")A longer row is cut after \(maximumBeats) beats.
    """
  }

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require(
      lanes * maximumBeats <= 65536, "a row of \(lanes) x \(maximumBeats) scores is longer than 65536",
      fix: "use fewer lanes or beats")
    parameters.require(
      outputWidth == 8 || outputWidth == 16, "codes of \(outputWidth) bits", fix: "use 8 or 16 bits")
    let most = sum == .exact ? outputWidth - 1 : outputWidth
    parameters.require(
      fractionBits <= most, "2^\(fractionBits) stands for 1 in codes of \(outputWidth) bits",
      fix: "use at most \(most) fraction bits")
    parameters.require(
      divisionStages <= fractionBits + 1, "\(divisionStages) registers in a division of \(fractionBits + 1) steps",
      fix: "use at most \(fractionBits + 1)")
    parameters.require(
      exponents.upperBound > 0, "exponents of \(exponentFractionBits) fraction bits that are all 0",
      fix: "use more fraction bits")
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let scores = io.push.bounded(to: maximumBeats, in: m, isLast: { $0.isLast }) {
      IntegerScoreBeat(values: $0.values, kept: $0.kept, isLast: $1)
    }.forked("scores", count: 2, in: m)
    let followed = follow(scores[1], in: m)
    let queue = scores[0].queued("score_queue", depth: maximumBeats + 4 + 2 * stages, in: m)
    guard sum != .online else {
      let totals = online(followed, in: m).piped("row_total", in: m)
      let weights = weights(of: queue, totals, in: m) { $0.sum }
      io.pop <== quotients(weights, in: m)
      return
    }
    let rows = followed.reduced("row", to: RowReference(reference: referenceShape), in: m, isLast: { $0.isLast }) {
      RowReference(reference: $2.reference)
    }
    .piped("last_reference", in: m)
    let weights = weights(of: queue, rows, in: m) { _ in nil }.forked("weights", count: 2, in: m)
    let totals = weights[1].reduced("total", to: RowSum(sum: .shape(sumWidth)), in: m, isLast: { $0.isLast }) {
      RowSum(sum: fitted(mux($1, 0, $0.sum) + HDL.sum($2.weights.map { $0 }), to: sumWidth))
    }
    .piped("row_total", in: m)
    io.pop
      <== quotients(
        weights[0].queued("weight_queue", depth: maximumBeats + 4, in: m)
          .paired("dividend", with: totals, in: m, isLast: { $0.isLast }) {
            DividedBeat(weights: $0.weights, divisor: $1.sum, isLast: $0.isLast)
          }, in: m)
  }

  // MARK: Numbers

  /// Bits below the point of a step that an exponent does not have.
  private var droppedBits: Int { 16 - exponentFractionBits }

  /// The exponents of the least and of the greatest score.
  private var exponents: ClosedRange<Int> {
    func rounded(_ score: Int) -> Int {
      let (product, half) = (score * exponentStep, 1 << (droppedBits - 1))
      let floor = product >> droppedBits
      let rest = product & (2 * half - 1)
      return rest > half || rest == half && floor & 1 == 1 ? floor + 1 : floor
    }
    return rounded(-128)...rounded(127)
  }

  private func ceiling(_ exponent: Int) -> Int { -((-exponent) >> exponentFractionBits) }

  private var exponentWidth: Int {
    max(BitVector.bitsNeeded(signed: exponents.lowerBound), BitVector.bitsNeeded(signed: exponents.upperBound))
  }

  private var leastReference: Int { ceiling(exponents.lowerBound) }

  private var referenceShape: SInt {
    .shape(
      max(
        BitVector.bitsNeeded(signed: leastReference), BitVector.bitsNeeded(signed: ceiling(exponents.upperBound))))
  }

  /// Bits of how far an exponent is below a reference.
  private var distanceWidth: Int {
    bits(for: ceiling(exponents.upperBound) << exponentFractionBits - exponents.lowerBound)
  }

  /// A weight is at most 1.
  private var weightWidth: Int { weightFractionBits + 1 }

  /// No sum is greater than that of as many weights of 1.
  private var sumWidth: Int { bits(for: lanes * maximumBeats << weightFractionBits) }

  // MARK: Exponents and weights

  /// The score times the step, rounded once.
  private func exponent(_ score: SInt, in m: Module) -> SInt {
    let product = score * m.constant(exponentStep, width: bits(for: exponentStep) + 1, as: SInt.self)
    let floor = product[droppedBits..<product.width].asSigned
    let roundsUp = product[droppedBits - 1] & (product[0..<(droppedBits - 1)].any | floor[0])
    let wide = floor.width < exponentWidth ? floor.extended(to: exponentWidth) : floor.truncated(to: exponentWidth)
    return wide &+ concatenate(Bit(0), roundsUp).asSigned
  }

  private func weight(_ exponent: SInt, _ reference: SInt, isKept: Bit, _ name: String, in m: Module) -> UInt {
    let unit = m.instance(
      PowerWeight(
        exponentWidth: exponent.width, referenceWidth: reference.width, distanceWidth: distanceWidth,
        exponentFractionBits: exponentFractionBits, weightFractionBits: weightFractionBits), name)
    unit.exponent <== exponent
    unit.reference <== reference
    unit.isKept <== isKept
    return unit.weight
  }

  /// The exponents with the greatest power of two so far in their row.
  private func follow(_ beats: Stream<IntegerScoreBeat>, in m: Module) -> Stream<FollowedBeat> {
    let exponents = beats.pipelined("exponent", stages: stages, in: m) { beat, enable in
      m.held(
        "exponents",
        ExponentBeat(
          exponents: Vector(beat.values.map { exponent($0, in: m) }), kept: beat.kept, isLast: beat.isLast),
        stages: stages, when: enable)
    }
    return exponents.scanned("followed", of: RowReference(reference: referenceShape), in: m, isLast: { $0.isLast }) {
      before, isFirst, beat in
      let width = before.reference.width
      let least = m.constant(leastReference, width: width, as: SInt.self)
      let ceilings = (0..<lanes).map { lane -> SInt in
        let up = beat.exponents[lane] + SInt((1 << exponentFractionBits) - 1).extended(to: exponentFractionBits + 1)
        let ceiling = (up >> exponentFractionBits)
        let fitting = ceiling.width < width ? ceiling.extended(to: width) : ceiling.truncated(to: width)
        return mux(beat.kept[lane], fitting, least)
      }
      let start = mux(isFirst, least, before.reference)
      let reference = balanced([start] + ceilings) { mux($0 .< $1, $1, $0) }.named("reference")
      return (
        RowReference(reference: reference),
        FollowedBeat(
          exponents: beat.exponents, kept: beat.kept, reference: reference,
          growth: (reference &- start).asUnsigned.named("growth"), isLast: beat.isLast)
      )
    }
  }

  /// The reference and the online sum of each row.
  private func online(_ beats: Stream<FollowedBeat>, in m: Module) -> Stream<RowTotal> {
    let sums = beats.pipelined("gathered", stages: stages, in: m) { beat, enable in
      let weights = (0..<lanes).map {
        weight(beat.exponents[$0], beat.reference, isKept: beat.kept[$0], "gathered_\($0)", in: m)
      }
      return m.held(
        "gathered",
        GatheredBeat(
          sum: HDL.sum(weights), reference: beat.reference, growth: beat.growth, isLast: beat.isLast), stages: stages,
        when: enable)
    }
    let shape = RowTotal(reference: referenceShape, sum: .shape(sumWidth))
    return sums.reduced("row", to: shape, in: m, isLast: { $0.isLast }) { before, isFirst, beat in
      let lowered = before.sum.shiftedRightRounded(by: beat.growth, "lowering", in: m)
      return RowTotal(
        reference: beat.reference, sum: fitted(mux(isFirst, 0, lowered) + beat.sum, to: sumWidth))
    }
  }

  /// The weights with the last reference of their row.
  private func weights<Row: ReferencedRow>(
    of scores: Stream<IntegerScoreBeat>, _ rows: Stream<Row>, in m: Module, _ divisor: (Row) -> UInt?
  ) -> Stream<DividedBeat> {
    scores.paired("score", with: rows, in: m, isLast: { $0.isLast }) {
      ReferencedScores(beat: $0, reference: $1.reference, divisor: divisor($1))
    }
    .pipelined("weight", stages: stages, in: m) { item, enable in
      let weights = (0..<lanes).map { lane in
        weight(
          exponent(item.beat.values[lane], in: m), item.reference, isKept: item.beat.kept[lane], "weight_\(lane)", in: m
        )
      }
      return m.held(
        "weighted",
        DividedBeat(weights: Vector(weights, of: weightWidth), divisor: item.divisor, isLast: item.beat.isLast),
        stages: stages, when: enable)
    }
  }

  // MARK: Division

  private func quotients(_ beats: Stream<DividedBeat>, in m: Module) -> Stream<ProbabilityCodeBeat> {
    guard sum == .exact else {
      return divided(beats, in: m).mapped { beat in
        let codes = (0..<lanes).map { lane -> UInt in
          let (quotient, twice) = (beat.quotients[lane], beat.remainders[lane] << 1)
          let roundsUp = (twice .> beat.divisor) | (twice .== beat.divisor) & quotient[0]
          let rounded = quotient &+ roundsUp.asUnsigned
          // The greatest quotient is 2^n, which is never rounded up.
          let code = rounded.saturated(to: outputWidth)
          return mux(beat.divisor.any, code, 0)
        }
        return ProbabilityCodeBeat(codes: Vector(codes, of: outputWidth), isLast: beat.isLast)
      }
    }
    // The sum of the weights up to each of them takes the place of that weight, and the difference of quotients of one.
    let running = beats.scanned("running", of: RowSum(sum: .shape(sumWidth)), in: m, isLast: { $0.isLast }) {
      before, isFirst, beat in
      let start = mux(isFirst, 0, before.sum)
      let partial = prefixes(beat.weights.map { $0.extended(to: sumWidth) }, .sklansky) { $0 &+ $1 }
      let sums = partial.map { $0 &+ start }
      return (
        RowSum(sum: sums[lanes - 1]),
        DividedBeat(weights: Vector(sums, of: sumWidth), divisor: beat.divisor, isLast: beat.isLast)
      )
    }
    let width = fractionBits + 1
    return divided(running, in: m)
      .scanned("given", of: RowSum(sum: .shape(width)), in: m, isLast: { $0.isLast }) { before, isFirst, beat in
        let quotients = beat.quotients.map { mux(beat.divisor.any, $0, 0) }
        let earlier = [mux(isFirst, 0, before.sum)] + quotients.dropLast()
        let codes = zip(quotients, earlier).map { ($0 &- $1).extended(to: outputWidth) }
        return (
          RowSum(sum: quotients[lanes - 1]),
          ProbabilityCodeBeat(codes: Vector(codes, of: outputWidth), isLast: beat.isLast)
        )
      }
  }

  /// floor(2^n · weight / divisor) and what is left of each; a weight is not greater than the divisor.
  private func divided(_ beats: Stream<DividedBeat>, in m: Module) -> Stream<QuotientBeat> {
    let steps = fractionBits + 1
    let cuts = Set((0..<divisionStages).map { ($0 + 1) * steps / divisionStages - 1 })
    return beats.pipelined("division", stages: divisionStages, in: m) { beat, enable in
      var divisor = beat.divisor ?? 0
      var isLast = beat.isLast
      var remainders = beat.weights.map { $0.extended(to: sumWidth) }
      var quotients: [UInt] = []
      for step in 0..<steps {
        for lane in 0..<lanes {
          let remainder = step == 0 ? remainders[lane] : remainders[lane] << 1
          let difference = (remainder - divisor).named("difference_\(lane)_\(step)")
          let fits = !difference[difference.width - 1]
          remainders[lane] = mux(fits, difference.truncated(to: sumWidth), remainder.truncated(to: sumWidth))
          if step == 0 {
            quotients.append(fits.asUnsigned)
          } else {
            quotients[lane] = concatenate(quotients[lane], fits).asUnsigned
          }
        }
        guard cuts.contains(step) else { continue }
        let held = m.held(
          "division_\(step)",
          QuotientBeat(
            remainders: Vector(remainders), quotients: Vector(quotients), divisor: divisor, isLast: isLast), stages: 1,
          when: enable)
        (divisor, isLast) = (held.divisor, held.isLast)
        (remainders, quotients) = (held.remainders.map { $0 }, held.quotients.map { $0 })
      }
      return QuotientBeat(
        remainders: Vector(remainders), quotients: Vector(quotients), divisor: divisor, isLast: isLast)
    }
  }
}
