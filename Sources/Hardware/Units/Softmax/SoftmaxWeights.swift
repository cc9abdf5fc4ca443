import Components
import HDL
import NumberFormats

/// The first two passes of softmax: the greatest score of a row, and the powers of e of the differences from it.
struct SoftmaxWeights {
  let lanes: Int
  let maximumBeats: Int
  /// Pipeline registers of the difference, and as many of the exponential.
  let stages: Int

  /// exp(x − m) for each score, behind a queue that holds a row.
  func weights(of push: Stream<ScoreBeat>, in m: Module) -> Stream<WeightBeat> {
    differences(of: push, in: m)
      .pipelined("weight", stages: 2 * stages, in: m) { exponentials($0, enable: $1, in: m) }
  }

  /// The scores beside the greatest one of their row, behind a queue that holds a row.
  func differences(of push: Stream<ScoreBeat>, in m: Module) -> Stream<DifferenceBeat> {
    let scores = bounded(push, in: m).forked("scores", count: 2, in: m)
    // Kept for a row while the next one comes in.
    let greatest = rowMaximum(scores[1], in: m).piped("greatest_score", in: m)
    // A row, and the beats of the next one that come before the greatest score is known.
    return scores[0].queued("score_queue", depth: maximumBeats + 4, in: m)
      .paired("score", with: greatest, in: m, isLast: { $0.isLast }) {
        DifferenceBeat(beat: $0, greatest: $1.greatest)
      }
  }

  /// The beats with those scores marked that count, and the row cut where it is too long.
  private func bounded(_ push: Stream<ScoreBeat>, in m: Module) -> Stream<CountedBeat> {
    push.bounded(to: maximumBeats, in: m, isLast: { $0.isLast }) { beat, isLast in
      let counts = (0..<lanes).map { lane in
        let score = FloatingNumber(beat.values[lane], as: .bfloat16)
        return beat.kept[lane] & !(score.isInfinite & score.signBit)
      }
      return CountedBeat(
        values: beat.values, counts: concatenate(counts.reversed()).named("score_counts"), isLast: isLast)
    }
  }

  private func rowMaximum(_ beats: Stream<CountedBeat>, in m: Module) -> Stream<GreatestScore> {
    beats.reduced("row", to: GreatestScore(greatest: .shape(.bfloat16)), in: m, isLast: { $0.isLast }) {
      before, isFirst, beat in
      let nothing = FloatingNumber(m.constant(0xFF80, width: 16, as: Bits.self), as: .bfloat16)
      let scores = (0..<lanes).map { lane in
        mux(beat.counts[lane], FloatingNumber(beat.values[lane], as: .bfloat16), nothing)
      }
      let greatest = (scores + [mux(isFirst, nothing, before.greatest)]).greatest("greatest", in: m)
      return GreatestScore(greatest: greatest ?? nothing)
    }
  }

  private func exponentials(_ item: DifferenceBeat, enable: Bit, in m: Module) -> WeightBeat {
    let hasEnable = stages > 0
    let weights = (0..<lanes).map { lane -> Bits in
      let difference = m.instance(
        FloatingAdder { ($0.operation, $0.stages, $0.hasEnable) = (.subtract, stages, hasEnable) }, "difference_\(lane)"
      )
      let exponential = m.instance(
        FunctionUnit { ($0.function, $0.stages, $0.hasEnable) = (.exp, stages, hasEnable) }, "exponential_\(lane)")
      difference.a <== FloatingNumber(item.beat.values[lane], as: .bfloat16)
      difference.b <== item.greatest
      // No score is above the greatest one, and exp(+0) = exp(−0).
      exponential.x <== FloatingNumber(concatenate(Bit(1), difference.sum.bits[0..<15]), as: .bfloat16)
      if let sink = difference.enable { sink <== enable }
      if let sink = exponential.enable { sink <== enable }
      return exponential.result.bits[0..<15]
    }
    let flags = m.held(
      "score_flags",
      ScoreFlags(
        counts: item.beat.counts, isLast: item.beat.isLast,
        isInvalid: item.greatest.isNaN | item.greatest.isInfinite & !item.greatest.signBit),
      stages: 2 * stages, when: enable)
    return WeightBeat(
      weights: Vector((0..<lanes).map { weights[$0].kept(when: flags.counts[$0]) }, of: 15), counts: flags.counts,
      isLast: flags.isLast, isInvalid: flags.isInvalid)
  }
}
