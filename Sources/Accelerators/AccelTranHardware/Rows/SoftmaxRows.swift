import AccelTran
import Components
import Golden
import HDL
import NumberFormats

/// Softmax of rows: the greatest score, the powers of 2 and their sum, and the quotients, in the bits of
/// ``/AccelTran/FixedPointSoftmax``.
///
/// Three passes over a row that lies in the unit: a word a clock in the first two, a word in FL + 4 clocks in the third, by as
/// many serial dividers as a word has numbers.
public struct SoftmaxRows: DefaultConfigurable {
  /// The sizes.
  public var sizes: EngineSizes

  /// The unit of a machine.
  public init(sizes: EngineSizes = .tiny) { self.sizes = sizes }

  /// The default configuration.
  public init() { self.init(sizes: .tiny) }

  public typealias Ports = RowPorts

  /// The interface for these parameters.
  public var ports: Ports { RowPorts(sizes) }

  /// What stands above the emitted module.
  public var documentation: String {
    "Softmax of rows of up to \(sizes.rowLength) numbers, \(sizes.wordElements) at a time; the tables are not used."
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    do throws(AccelTranError) { try sizes.validate() } catch {
      parameters.require(false, "the sizes are refused", fix: "\(error)")
    }
  }

  private static let weightBits = 24
  private enum Phase: HardwareEnum { case idle, read, weigh, settle, fetch, load, divide, send }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let (count, width, fraction) = (sizes.wordElements, sizes.width, sizes.fractionBits)
    let (weightWidth, lengthBits) = (Self.weightBits + 1, sizes.rowLength.trailingZeroBitCount)
    let words = sizes.rowLength / count
    let address = countWidth(words)
    let rule = io.rule
    io.tableIndex <== 0
    let scores = m.memory("scores", Bits.self, width: count * width, depth: words)
    let weights = m.memory("weights", Bits.self, width: count * weightWidth, depth: words)
    let word = m.register("word", UInt.self, width: 12)
    let row = m.register("row", UInt.self, width: 16)
    let step = m.register("step", UInt.self, width: 5)
    let isLastWord = word .== rule.lastWord
    let least = m.constant(-1 << (width - 1), width: width, as: SInt.self)
    let greatest = m.register("greatest", SInt.self, width: width)
    let sumWidth = weightWidth + lengthBits
    let sum = m.register("sum", UInt.self, width: sumWidth)

    func seen(_ word: UInt, _ index: Int) -> Bit {
      ((word.extended(to: 16).shiftedUp(by: count.trailingZeroBitCount)) &+ UInt(index))
        .< rule.length.extended(to: 16)
    }
    let takes = m.wire("takes", Bit.self, default: 0)
    let isWeighing = m.wire("is_weighing", Bit.self, default: 0)
    let isLoading = m.wire("is_loading", Bit.self, default: 0)
    let isDividing = m.wire("is_dividing", Bit.self, default: 0)
    let isSending = m.wire("is_sending", Bit.self, default: 0)
    let isIdle = m.wire("is_idle", Bit.self, default: 0)
    let clears = m.wire("clears", Bit.self, default: 0)
    let place = word.fitted(to: address)
    io.push.ready <== takes

    // The greatest score.
    let codes = io.push.payload.codes.enumerated().map { mux(seen(word, $0), $1, least) }
    let top = balanced(codes + [greatest]) { mux($0 .< $1, $1, $0) }
    m.when(clears) { greatest.next <== least }.otherwise(when: takes & io.push.valid) { greatest.next <== top }
    scores.write(io.push.payload.codes.bits, at: place, when: takes & io.push.valid)

    // Weights: a pipeline of four registers, the first one in the memory.
    let score = Vector<SInt>(scores.read(at: place), count: count, of: width)
    var stages: [(valid: Bit, word: UInt)] = [(isWeighing, word)]
    for stage in 0..<4 {
      stages.append(
        (
          m.register("weighs_\(stage)", stages[stage].valid, reset: 0),
          m.register("weighed_word_\(stage)", stages[stage].word)
        ))
    }
    let entries =
      ((try? FunctionTables.decayingExponentials(indexBits: 7, fractionBits: Self.weightBits)) ?? []).map(Int.init)
      + [1 << (Self.weightBits - 1)]
    let falls = zip(entries, entries.dropFirst()).map { $0 - $1 }
    let unit = fraction + 16
    let results = (0..<count).map { index -> UInt in
      let distance = (greatest - score[index]).asBits[0..<width].asUnsigned
      let steps = m.register("distance_\(index)", distance * UInt(94_548).extended(to: 17))
      let bits = steps.asBits
      let whole = bits[unit..<steps.width].asUnsigned
      let number = bits[unit - 7..<unit].asUnsigned
      let rest = bits[0..<unit - 7].asUnsigned
      let table = m.rom("powers_\(index)", Bits.self, width: weightWidth, contents: .words(entries.dropLast()))
      let slope = m.rom("falls_\(index)", Bits.self, width: 18, contents: .words(falls))
      let value = table.read(at: number).asUnsigned
      let fall = slope.read(at: number).asUnsigned
      let between = m.register(
        "between_\(index)",
        unit - 7 >= 20 ? (rest >> (unit - 27)).truncated(to: 20) : rest.extended(to: 20).shiftedUp(by: 27 - unit))
      let shift = m.register(
        "shift_\(index)", mux(whole .> UInt(Self.weightBits + 1), UInt(31), whole.fitted(to: 5)))
      let line = value.extended(to: 46).shiftedUp(by: 20) &- (fall * between).extended(to: 46)
      // No bit is lost before the rounding.
      let wide = line.extended(to: 72).shiftedUp(by: Self.weightBits + 2) >> shift
      let rounded = concatenate(Bit(0), wide).asSigned.roundedRight(by: 20 + Self.weightBits + 2)
      let weight = rounded.asBits[0..<weightWidth].asUnsigned
      let counts = seen(stages[3].word, index) & (shift .<= UInt(Self.weightBits + 1))
      return m.register("weight_\(index)", mux(counts, weight, 0))
    }
    _ = stages
    let isWeighed = stages[4].valid
    weights.write(
      concatenate(results.reversed()), at: stages[4].word.fitted(to: address), when: isWeighed)
    let added = results.map { $0.extended(to: sumWidth) }
    m.when(clears) { sum.next <== 0 }
      .otherwise(when: isWeighed) { sum.next <== balanced(added + [sum]) { $0 &+ $1 } }
    let isSettling = anyOf(stages[1...].map(\.valid))

    // Quotients.
    let weight = Vector<UInt>(weights.read(at: place), count: count, of: weightWidth)
    let quotients = (0..<count).map { index -> SInt in
      let rest = m.register("rest_\(index)", UInt.self, width: sumWidth + 1)
      let quotient = m.register("quotient_\(index)", UInt.self, width: fraction + 1)
      let fits = rest .>= sum.extended(to: sumWidth + 1)
      let left = mux(fits, rest &- sum.extended(to: sumWidth + 1), rest)
      m.when(isLoading) { rest.next <== weight[index].extended(to: sumWidth + 1) }
        .otherwise(when: isDividing) {
          rest.next <== left.shiftedUp(by: 1)
          quotient.next <== concatenate(quotient.asBits[0..<fraction], fits).asUnsigned
        }
      // The rest has been doubled already.
      let limit = sum.extended(to: sumWidth + 1)
      let isUp = (rest .> limit) | ((rest .== limit) & quotient[0])
      let exact = (quotient.extended(to: width + 1) &+ isUp.asUnsigned.extended(to: width + 1)).asSigned
      let code = exact.saturated(to: width)
      let isPruned = (code.magnitude .<= rule.limit) & rule.limit.any
      return mux(seen(word, index) & !isPruned, code, 0)
    }
    io.pop.valid <== isSending
    io.pop.payload <== RowWord(codes: Vector(quotients))

    m.stateMachine("phase", of: Phase.self, reset: .idle) { phase in
      phase.when(.idle) {
        isIdle.driver <== 1
        clears.driver <== 1
        word.next <== 0
        row.next <== 0
        m.when(io.start) { phase.go(.read) }
      }
      phase.when(.read) {
        takes.driver <== 1
        m.when(io.push.valid) {
          word.next <== mux(isLastWord, 0, word &+ 1)
          m.when(isLastWord) { phase.go(.weigh) }
        }
      }
      phase.when(.weigh) {
        isWeighing.driver <== 1
        word.next <== mux(isLastWord, 0, word &+ 1)
        m.when(isLastWord) { phase.go(.settle) }
      }
      phase.when(.settle) { m.when(!isSettling) { phase.go(.fetch) } }
      phase.when(.fetch) { phase.go(.load) }
      phase.when(.load) {
        isLoading.driver <== 1
        step.next <== 0
        phase.go(.divide)
      }
      phase.when(.divide) {
        isDividing.driver <== 1
        step.next <== step &+ 1
        m.when(step .== UInt(fraction)) { phase.go(.send) }
      }
      phase.when(.send) {
        isSending.driver <== 1
        m.when(io.pop.ready) {
          word.next <== mux(isLastWord, 0, word &+ 1)
          phase.go(.fetch)
          m.when(isLastWord) {
            clears.driver <== 1
            row.next <== row &+ 1
            phase.go(.read)
            m.when(row .== rule.lastRow) { phase.go(.idle) }
          }
        }
      }
    }
    io.isIdle <== isIdle
  }
}
