import Components
import Golden
import HDL
import NumberFormats

/// LayerNorm or RMSNorm of rows of bfloat16 elements, with γ and β, of any length up to a limit and several elements a clock.
///
/// Every element equals ``/Golden/RowNormalization``: the sums are exact over elements in fixed point, the reciprocal
/// root is rounded to E8M15, and a result is rounded once to E8M15 and then to bfloat16. With a residual, which is added first
/// and rounded to bfloat16, the sums go out beside the results. What is not kept gives +0 and does not count; NaN or an infinity
/// among the elements that count gives NaN for all of these; elements beyond ±2^integerBits saturate.
///
/// γ and β come as a stream of their own, a beat for each beat of a row, so that they may lie in a memory that is read for each
/// row. A beat a clock passes; a row takes at least ``rowCycles`` clocks. The first result of a row shows about as many clocks
/// after its first element as it has beats and ``rowCycles`` together. A row of more than ``maximumBeats`` beats is cut there, as
/// if that beat were marked as its last.
public struct FloatingNormalization: DefaultConfigurable {
  /// Which mean is subtracted.
  public enum Kind: Hashable, Sendable, CaseIterable {
    /// The mean of the row: LayerNorm.
    case layer
    /// None: RMSNorm.
    case rootMeanSquare
  }

  public var kind = Kind.layer
  public var lanes = 4
  public var maximumBeats = 256
  public var integerBits = 8
  public var fractionBits = 16
  public var epsilon = 42950
  public var hasResidual = false
  public var stages = 1

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .choice("kind", \.kind, "Which mean is subtracted: that of the row for LayerNorm, none for RMSNorm"),
    .integer("lanes", \.lanes, in: 1...64, "Elements a clock"),
    .integer("maximumBeats", \.maximumBeats, in: 2...65536, "Beats of the longest row"),
    .integer(
      "integerBits", \.integerBits, in: 1...16, "Bits of an element in fixed point above the point, without sign"),
    .integer("fractionBits", \.fractionBits, in: 2...24, "Bits of an element in fixed point below the point"),
    .integer("epsilon", \.epsilon, in: 1...(1 << 40), "Added to the variance, in units of 2^(-2 fractionBits)"),
    .flag("hasResidual", \.hasResidual, "Whether a residual is added to the elements"),
    .integer(
      "stages", \.stages, in: 0...3, "Pipeline registers of the multiply-add; with any, also one between other steps"),
  ]

  /// Elements, factors and offsets in; normalised elements out.
  public struct Ports {
    public let push: StreamInput<NormalizationBeat>
    public let affine: StreamInput<AffineBeat>
    public let pop: StreamOutput<NormalizedBeat>
  }

  public var ports: Ports {
    Ports(
      push: .init(NormalizationBeat(lanes: lanes, hasResidual: hasResidual), "Rows of elements"),
      affine: .init(AffineBeat(lanes: lanes), "For each beat of a row its factors and offsets"),
      pop: .init(
        NormalizedBeat(lanes: lanes, hasResidual: hasResidual), "Normalised rows, as long and in the same order"))
  }

  public var documentation: String {
    """
    \(kind == .layer ? "LayerNorm" : "RMSNorm") of rows of up to \(lanes * maximumBeats) bfloat16 elements, \(lanes) a clock.
    A beat a clock; a row takes at least \(rowCycles) clocks. A longer row is cut after \(maximumBeats) beats.
    """
  }

  /// Clocks between two rows that the root needs.
  public var rowCycles: Int { ReciprocalRoot.cycles + 1 }

  /// Beats of the next row that come before the scale of one is known.
  private var slack: Int { rowCycles + 8 }

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require(
      lanes * maximumBeats <= 65536, "a row of \(lanes) x \(maximumBeats) elements is longer than 65536",
      fix: "use fewer lanes or beats")
  }

  /// Bits of an element in fixed point with its sign.
  private var codeWidth: Int { integerBits + fractionBits + 1 }
  private var countWidth: Int { bits(for: lanes * maximumBeats) }
  private var sumWidth: Int { codeWidth + countWidth }
  /// A square is at most 2^(2 · (codeWidth − 1)).
  private var squaresWidth: Int { 2 * codeWidth - 1 + countWidth }
  /// Bits of (variance + ε) · N², an even number.
  private var spreadWidth: Int {
    let width = max(squaresWidth + countWidth, 2 * countWidth + bits(for: epsilon)) + 1
    return width + width % 2
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let beats = summed(bounded(io.push, in: m), in: m).forked("elements", count: 2, in: m)
    let isPipelined = stages > 0
    let scales = moments(beats[1], in: m)
      .pipelined("spread", stages: isPipelined ? 2 : 0, in: m) { spread($0, enable: $1, in: m) }
    let roots = ReciprocalRoot(width: spreadWidth)
      .roots(of: scales, { $0.spread }, in: m) { RowRest(count: $0.count, sum: $0.sum, isInvalid: $0.isInvalid) }
      .mapped {
        RowScale(scale: $0.scale, count: $0.item.count, sum: $0.item.sum, isInvalid: $0.item.isInvalid)
      }
      .piped("row_scale", in: m)
    // A row, and the beats of the next one that come before the scale is known.
    io.pop
      <== beats[0].queued("element_queue", depth: maximumBeats + slack, in: m)
      .paired("element", with: roots, in: m, isLast: { $0.isLast }) { ScaledBeat(beat: $0, row: $1) }
      .joined("affine_join", with: io.affine, in: m) {
        AffineOperands(beat: $0.beat, row: $0.row, affine: $1)
      }
      .pipelined("normalized", stages: stages + (isPipelined ? 2 : 0), in: m) { normalized($0, enable: $1, in: m) }
  }

  /// The beats, and the row cut where it is too long.
  private func bounded(_ push: Stream<NormalizationBeat>, in m: Module) -> Stream<NormalizationBeat> {
    push.bounded(to: maximumBeats, in: m, isLast: { $0.isLast }) {
      NormalizationBeat(values: $0.values, residuals: $0.residuals, kept: $0.kept, isLast: $1)
    }
  }

  private func summed(_ beats: Stream<NormalizationBeat>, in m: Module) -> Stream<SummedBeat> {
    let sums = beats.mapped { beat in
      let values = (0..<lanes).map { lane -> Bits in
        guard let residuals = beat.residuals else { return beat.values[lane] }
        let adder = m.instance(FloatingAdder(), "residual_\(lane)")
        adder.a <== FloatingNumber(beat.values[lane], as: .bfloat16)
        adder.b <== FloatingNumber(residuals[lane], as: .bfloat16)
        return adder.sum.bits
      }
      return SummedBeat(values: Vector(values, of: 16), kept: beat.kept, isLast: beat.isLast)
    }
    return hasResidual && stages > 0 ? sums.piped("summed", in: m) : sums
  }

  /// An element in fixed point.
  private func code(_ bits: Bits, _ name: String, in m: Module) -> SInt {
    guard let format = try? IntegerFormat(width: codeWidth, isSigned: true) else {
      preconditionFailure("validate lets no width through that is no format")
    }
    let converter = m.instance(FloatingToFixed { ($0.target, $0.fractionBits) = (format, fractionBits) }, name)
    converter.value <== FloatingNumber(bits, as: .bfloat16)
    return converter.code.bits.asSigned
  }

  private func moments(_ beats: Stream<SummedBeat>, in m: Module) -> Stream<RowMoments> {
    let sumShape: SInt? = kind == .layer ? .shape(sumWidth) : nil
    let shape = RowMoments(
      count: .shape(countWidth), sum: sumShape, squares: .shape(squaresWidth), isInvalid: .shape)
    return beats.reduced("moments", to: shape, in: m, isLast: { $0.isLast }) { before, isFirst, beat in
      var (codes, squares, invalid): ([SInt], [UInt], [Bit]) = ([], [], [])
      for lane in 0..<lanes {
        let number = FloatingNumber(beat.values[lane], as: .bfloat16)
        let isKept = beat.kept[lane]
        let code = mux(isKept, code(beat.values[lane], "code_\(lane)", in: m), 0).named("counted_\(lane)")
        codes.append(code)
        let square = (code * code).asUnsigned.named("square_\(lane)")
        squares.append(square.truncated(to: 2 * codeWidth - 1))
        invalid.append(isKept & (number.isNaN | number.isInfinite))
      }
      let count = HDL.sum((0..<lanes).map { beat.kept[$0].asUnsigned })
      let isInvalid = anyOf(invalid)
      return RowMoments(
        count: (mux(isFirst, 0, before.count) + count).truncated(to: countWidth),
        sum: before.sum.map { (mux(isFirst, 0, $0) + HDL.sum(codes)).truncated(to: sumWidth) },
        squares: (mux(isFirst, 0, before.squares) + HDL.sum(squares)).truncated(to: squaresWidth),
        isInvalid: isInvalid | (!isFirst & before.isInvalid))
    }
  }

  /// N · Q − S² + N² · ε.
  private func spread(_ row: RowMoments, enable: Bit, in m: Module) -> RowSpread {
    let isPipelined = stages > 0
    func fitted(_ number: UInt) -> UInt {
      number.width > spreadWidth ? number.truncated(to: spreadWidth) : number.extended(to: spreadWidth)
    }
    let constant = m.constant(epsilon, width: bits(for: epsilon), as: UInt.self)
    let terms = m.held(
      "spread_terms",
      SpreadTerms(
        squares: fitted(row.count * row.squares),
        mean: row.sum.map { fitted(($0 * $0).asUnsigned) },
        epsilon: fitted(row.count * row.count * constant),
        rest: RowRest(count: row.count, sum: row.sum, isInvalid: row.isInvalid)),
      stages: isPipelined ? 1 : 0, when: enable)
    let positive = terms.squares &+ terms.epsilon
    return m.held(
      "row_spread",
      RowSpread(
        spread: terms.mean.map { positive &- $0 } ?? positive, count: terms.rest.count, sum: terms.rest.sum,
        isInvalid: terms.rest.isInvalid), stages: isPipelined ? 1 : 0, when: enable)
  }

  private func normalized(_ item: AffineOperands, enable: Bit, in m: Module) -> NormalizedBeat {
    let isPipelined = stages > 0
    let early = isPipelined ? 1 : 0
    let format = ReciprocalRoot.format
    let flags = m.held(
      "element_flags",
      NormalizationFlags(
        kept: item.beat.kept, isLast: item.beat.isLast, isInvalid: item.row.isInvalid,
        sums: hasResidual ? item.beat.values : nil), stages: stages + 2 * early, when: enable)
    let affine = m.held("element_affine", item.affine, stages: 2 * early, when: enable)
    let scale = m.held("element_scale", item.row.scale, stages: early, when: enable)
    let values = (0..<lanes).map { lane -> Bits in
      let code = code(item.beat.values[lane], "element_code_\(lane)", in: m)
      let product = code * concatenate(Bit(0), item.row.count).asSigned
      let centred = m.held(
        "centred_\(lane)", item.row.sum.map { product - $0 } ?? product, stages: early, when: enable)
      let scaler = m.instance(ElementScaler(width: centred.width), "scaler_\(lane)")
      scaler.element <== centred
      scaler.scale <== scale
      let normal = m.held("normal_\(lane)", scaler.product, stages: early, when: enable)
      let multiplier = m.instance(
        FloatingFusedMultiplyAdd { ($0.format, $0.stages, $0.hasEnable) = (format, stages, stages > 0) },
        "affine_\(lane)")
      multiplier.a <== normal
      multiplier.b <== affine.gamma[lane].widened(to: format)
      multiplier.c <== affine.beta[lane].widened(to: format)
      if let sink = multiplier.enable { sink <== enable }
      let converter = m.instance(
        FloatingConverter { ($0.source, $0.target) = (format, .bfloat16) }, "result_\(lane)")
      converter.value <== multiplier.result
      let nan = m.constant(0x7FC0, width: 16, as: Bits.self)
      return mux(flags.kept[lane], mux(flags.isInvalid, nan, converter.result.bits), 0)
    }
    return NormalizedBeat(values: Vector(values, of: 16), sums: flags.sums, isLast: flags.isLast)
  }
}

extension NormalizationBeat {
  init(values: Vector<Bits>, residuals: Vector<Bits>?, kept: Bits, isLast: Bit) {
    (self.values, self.residuals, self.kept, self.isLast) = (values, residuals, kept, isLast)
  }
}

/// What of a row goes past the root.
struct RowRest: SignalBundle {
  let count: UInt
  let sum: SInt?
  let isInvalid: Bit
}

/// The terms of (variance + ε) · N².
private struct SpreadTerms: SignalBundle {
  let squares: UInt
  let mean: UInt?
  let epsilon: UInt
  let rest: RowRest
}

extension Bits {
  /// A bfloat16 number in a format of the same exponents and more fraction bits.
  fileprivate func widened(to format: Minifloat) -> FloatingNumber {
    FloatingNumber((self.asUnsigned << (format.width - width)).asBits, as: format)
  }
}
