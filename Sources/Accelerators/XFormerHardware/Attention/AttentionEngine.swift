import Components
import HDL
import Units
import XFormer

/// An attention tile: a bank of queries and one of values, that stay, and keys and weights that stream past them.
///
/// A streamed word of a key meets the same features of all queries of the block; a row of weights meets the values of all keys
/// of the block. Each query is a lane with its running reference and sum; the sums of the contexts wait in a memory. All of it is
/// digital and exact, in the numbers of ``/XFormer/SoftmaxNumbers``.
public struct AttentionEngine: DefaultConfigurable {
  /// The sizes.
  public var sizes: XFormerSizes

  /// A tile of a machine.
  public init(sizes: XFormerSizes = .micro) { self.sizes = sizes }

  /// The default configuration.
  public init() { self.init(sizes: .micro) }

  public typealias Ports = EnginePorts

  /// The interface for these parameters.
  public var ports: Ports {
    EnginePorts(sizes, .attention)
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    Attention tile: \(sizes.block) queries and \(sizes.block) values of up to \(sizes.headFeatures) features stay, keys and weights stream.
    Softmax in base 2, a lane for each query; \(sizes.heldBlocks) blocks of sums wait.
    """
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    do throws(XFormerError) { try sizes.validate() } catch {
      parameters.require(false, "the sizes are refused", fix: "\(error)")
    }
  }

  private enum Phase: HardwareEnum {
    case idle, score, update, weigh, values, mix, settle, divide, give, end
  }

  private var lanes: Int { sizes.block }
  private var bytes: Int { sizes.busBytes }
  private var exponentBits: Int { 14 }
  private var referenceBits: Int { 15 - sizes.exponentFractionBits + 1 }
  private var weightBits: Int { sizes.weightFractionBits + 1 }
  private var sumBits: Int { sizes.weightFractionBits + 17 }
  private var mixBits: Int { sizes.weightFractionBits + 26 }
  private var laneBits: Int { bits(for: max(1, lanes - 1)) }
  private var wordBits: Int { bits(for: max(1, sizes.headWords - 1)) }
  private var slotBits: Int { bits(for: max(1, sizes.heldBlocks - 1)) }

  /// Which rows come.
  private struct Arrival {
    /// A word of queries, of keys, of values.
    var query, key, value: Bit
    /// Its row and its place there, and whether it is the first and the last one of its row.
    var row, word: UInt
    var isFirst, isLast: Bit
    /// Whether all values have come.
    var isDone: Bit
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let memory = EngineMemory(sizes, io, in: m)
    let (reader, writer) = (memory.reader, memory.writer)
    let isIdle = m.wire("is_idle", Bit.self)
    let starts = io.command.take(when: isIdle).named("starts")
    let new = CommandFields(bits: io.command.payload)
    let order = CommandFields(bits: m.register("order", io.command.payload, when: starts))
    let (queries, keys) = (order.field(10, 0, 8).named("query_count"), order.field(10, 8, 8).named("key_count"))
    let words = order.field(10, 16, 8).named("words_of_row")
    let isDiagonal = order.flag(11).named("is_diagonal")
    let arrival = arrivals(reader, order, (queries, keys, words), new, starts, m)

    // Scores: a word of a key and the same features of all queries.
    let bankBits = lanes * bytes * 8
    let bank = m.memory("queries", Bits.self, width: bankBits, depth: 1 << wordBits, lanes: lanes)
    let valueBank = m.memory("values", Bits.self, width: bankBits, depth: 1 << wordBits, lanes: lanes)
    let rowMask = concatenate((0..<lanes).reversed().map { arrival.row .== UInt($0) })
    let spread = concatenate((0..<lanes).map { _ in reader.pop.payload })
    bank.write(spread, at: arrival.word, when: arrival.query, lanes: lanes > 1 ? rowMask : nil)
    valueBank.write(spread, at: arrival.word, when: arrival.value, lanes: lanes > 1 ? rowMask : nil)
    let bankWord = bank.read(at: arrival.word)
    let key = m.register("key_word", reader.pop.payload, when: arrival.key)
    var isThere = [m.register("key_comes", arrival.key, reset: 0)]
    var first = [m.register("key_begins", arrival.isFirst)]
    var last = [m.register("key_ends", arrival.isLast)]
    for stage in 1..<5 {
      isThere.append(m.register("score_\(stage)", isThere[stage - 1], reset: 0))
      first.append(m.register("score_begins_\(stage)", first[stage - 1]))
      last.append(m.register("score_ends_\(stage)", last[stage - 1]))
    }
    func byte(_ word: Bits, _ index: Int) -> SInt { word[8 * index..<8 * index + 8].asSigned }
    let scoreBits = 16 + bits(for: sizes.headFeatures)
    let scoreMultiplier = order.field(11, 0, 16).named("score_multiplier")
    let scoreShift = order.field(11, 16, 6).named("score_shift")
    let exponents = (0..<lanes).map { lane -> SInt in
      let own = bankWord[lane * bytes * 8..<(lane + 1) * bytes * 8]
      let dot = m.register("dot_\(lane)", HDL.sum((0..<bytes).map { byte(own, $0) * byte(key, $0) }))
      let score = m.register("score_of_\(lane)", SInt.self, width: scoreBits)
      m.when(isThere[1]) { score.next <== mux(first[1], 0, score) &+ dot.fitted(to: scoreBits) }
      let unit = m.instance(
        Requantizer {
          ($0.accumulatorWidth, $0.biasWidth, $0.stages) = (scoreBits, 0, 2)
          ($0.least, $0.greatest) = (-SoftmaxNumbers.greatestExponent, SoftmaxNumbers.greatestExponent)
        }, "exponent_\(lane)")
      unit.accumulator <== score
      unit.multiplier! <== scoreMultiplier
      unit.shift! <== scoreShift
      return unit.code.number
    }
    let isScored = (isThere[4] & last[4]).named("is_scored")
    let scored = m.register("keys_scored", UInt.self, width: 8)
    m.when(starts) { scored.next <== 0 }.otherwise(when: isScored) { scored.next <== scored &+ 1 }
    let scores = m.memory("exponents", Bits.self, width: lanes * exponentBits, depth: 1 << laneBits)
    scores.write(
      concatenate(exponents.reversed()), at: scored.fitted(to: laneBits), when: isScored)

    // References.
    let step = sizes.exponentFractionBits
    let least = -(1 << (referenceBits - 1))
    let updates = m.wire("updates", Bit.self, default: 0)
    let isFirstBlock = order.flag(9).named("is_first_block")
    let slotAddress = order.field(10, 24, 8).fitted(to: slotBits).named("slot")
    let stateWidth = lanes * (referenceBits + sumBits)
    let states = m.memory("states", Bits.self, width: stateWidth, depth: 1 << slotBits)
    let state = states.read(at: slotAddress)
    let weighs = m.register("weighs", Bit.self, reset: 0)
    let weighedKey = m.register("weighed_key", UInt.self, width: 8)
    let keyCounter = m.register("key_to_weigh", UInt.self, width: 8)
    let exponentWord = scores.read(at: keyCounter.fitted(to: laneBits))
    var (references, sums, growths): ([SInt], [UInt], [UInt]) = ([], [], [])
    var weights: [UInt] = []
    for lane in 0..<lanes {
      let up = exponents[lane].extended(to: exponentBits + 2) &+ SInt((1 << step) - 1).extended(to: exponentBits + 2)
      let ceiling = (up >> step).fitted(to: referenceBits)
      let greatest = m.register("greatest_\(lane)", SInt.self, width: referenceBits)
      let isSeen = !isDiagonal | (scored .<= UInt(lane))
      m.when(starts) { greatest.next <== SInt(least) }
        .otherwise(when: isScored & isSeen & (greatest .< ceiling)) { greatest.next <== ceiling }
      let held = state[lane * (referenceBits + sumBits)..<(lane + 1) * (referenceBits + sumBits)]
      let before = held[0..<referenceBits].asSigned
      let beforeSum = held[referenceBits..<referenceBits + sumBits].asUnsigned
      let start = mux(isFirstBlock, greatest, before)
      let next = mux(start .< greatest, greatest, start)
      let reference = m.register("reference_\(lane)", next, when: updates)
      let growth = m.register("growth_\(lane)", (next - start).truncated(to: referenceBits).asUnsigned, when: updates)
      let sum = m.register("sum_\(lane)", UInt.self, width: sumBits)
      let lowered = beforeSum.extended(to: sumBits + 1).asSigned
        .roundedRight(by: (next - start).truncated(to: referenceBits).asUnsigned).asUnsigned.truncated(to: sumBits)
      let exponent = exponentWord[lane * exponentBits..<(lane + 1) * exponentBits].asSigned
      let isKept = !isDiagonal | (weighedKey .<= UInt(lane))
      let weight = mux(isKept, power(exponent, reference, lane, m), 0).named("weight_\(lane)")
      m.when(updates) { sum.next <== mux(isFirstBlock, 0, lowered) }
        .otherwise(when: weighs) { sum.next <== sum &+ weight.extended(to: sumBits) }
      references.append(reference)
      growths.append(growth)
      sums.append(sum)
      weights.append(weight)
    }
    let weighsNow = m.wire("weighs_now", Bit.self, default: 0)
    weighs.next <== weighsNow
    weighedKey.next <== keyCounter
    m.when(updates) { keyCounter.next <== 0 }.otherwise(when: weighsNow) { keyCounter.next <== keyCounter &+ 1 }
    let saves = m.wire("saves_state", Bit.self, default: 0)
    states.write(
      concatenate((0..<lanes).reversed().flatMap { [sums[$0].asBits, references[$0].asBits] as [any Signal] }),
      at: slotAddress, when: saves)

    // Weights of all keys, a row for each query.
    let rows = (0..<lanes).map { key -> Bits in
      let register = m.register("weights_of_\(key)", Bits.self, width: lanes * weightBits)
      m.when(updates) { register.next <== 0 }
        .otherwise(when: weighs & (weighedKey .== UInt(key))) {
          register.next <== concatenate(weights.reversed())
        }
      return register
    }

    // Contexts: the values of all keys and a row of weights.
    let mixes = m.wire("mixes", Bit.self, default: 0)
    let reads = m.wire("reads_sums", Bit.self, default: 0)
    let query = m.register("query", UInt.self, width: 8)
    let word = m.register("word", UInt.self, width: 8)
    let isLastWord = (word .== (words &- 1)).named("is_last_word")
    let isLastQuery = (query .== (queries &- 1)).named("is_last_query")
    let contexts = m.memory(
      "contexts", Bits.self, width: bytes * mixBits, depth: 1 << (slotBits + laneBits + wordBits))
    let address = concatenate(slotAddress, query.fitted(to: laneBits), word.fitted(to: wordBits)).asUnsigned
    let contextWord = contexts.read(at: address)
    let valueWord = valueBank.read(at: word.fitted(to: wordBits))
    let laneOfQuery = query.fitted(to: laneBits)
    let row = (0..<lanes).map { key in
      m.register(
        "row_weight_\(key)",
        select(laneOfQuery, (0..<lanes).map { rows[key][$0 * weightBits..<($0 + 1) * weightBits] }).asUnsigned)
    }
    let growthRead = m.register("growth_read", select(laneOfQuery, growths))
    let growth = m.register("growth_held", growthRead)
    let isMixed = m.register("is_mixed", mixes, reset: 0)
    let isSummed = m.register("is_summed", isMixed, reset: 0)
    let addressRead = m.register("address_read", address)
    let addressWritten = m.register("address_written", addressRead)
    var newContexts: [SInt] = []
    for index in 0..<bytes {
      let products = (0..<lanes).map { key in
        row[key].extended(to: weightBits + 1).asSigned * byte(valueWord, key * bytes + index)
      }
      let mixed = m.register("mixed_\(index)", HDL.sum(products))
      let old = contextWord[index * mixBits..<(index + 1) * mixBits].asSigned
      let held = m.register("old_\(index)", mux(isFirstBlock, 0, old))
      newContexts.append(held.roundedRight(by: growth) &+ mixed.fitted(to: mixBits))
    }
    contexts.write(concatenate(newContexts.reversed()), at: addressWritten, when: isSummed)

    // Codes: the quotient of contexts and sums.
    let divider = m.instance(
      Divider { ($0.width, $0.isSigned) = (SoftmaxNumbers.reciprocalBits + 1, false) }, "divider")
    let divides = m.wire("divides", Bit.self, default: 0)
    let wantsQuotient = m.wire("wants_quotient", Bit.self, default: 0)
    divider.push.valid <== divides
    divider.push.payload
      <== DivisionOperands(
        dividend: m.constant(1 << SoftmaxNumbers.reciprocalBits, width: 33, as: Bits.self),
        divisor: select(laneOfQuery, sums).extended(to: 33).asBits)
    divider.pop.ready <== wantsQuotient
    let hasQuotient = (wantsQuotient & divider.pop.valid).named("has_quotient")
    let reciprocalWidth = SoftmaxNumbers.reciprocalBits - sizes.weightFractionBits + 3
    let reciprocal = m.register(
      "reciprocal", divider.pop.payload.quotient[0..<reciprocalWidth].asUnsigned, when: hasQuotient)
    var flow = [m.register("sum_is_there", reads, reset: 0)]
    for name in ["quotient_is_there", "mean_is_there", "product_is_there", "code_is_there"] {
      flow.append(m.register(name, flow[flow.count - 1], reset: 0))
    }
    let contextMultiplier = order.field(12, 0, 16).named("context_multiplier")
    let contextShift = order.field(12, 16, 6).named("context_shift")
    let codes = (0..<bytes).map { index -> Bits in
      let own = contextWord[index * mixBits..<(index + 1) * mixBits].asSigned
      let product = m.register("quotient_\(index)", own * reciprocal.extended(to: reciprocalWidth + 1).asSigned)
      let mean = m.register(
        "mean_\(index)", product.roundedRight(by: SoftmaxNumbers.droppedBits).saturated(to: 26))
      let unit = m.instance(
        Requantizer { ($0.accumulatorWidth, $0.biasWidth, $0.stages) = (26, 0, 2) }, "context_\(index)")
      unit.accumulator <== mean
      unit.multiplier! <== contextMultiplier
      unit.shift! <== contextShift
      return unit.code.bits
    }
    let ready = m.wire("codes_are_taken", Bit.self)
    let results = Stream<Bits>(
      valid: flow[4], payload: concatenate(codes.reversed()), ready: ready.driver
    ).queued("results", depth: max(4, sizes.headWords), storage: .registers, in: m)
    writer.push <== results
    m.assert(!flow[4] | ready, "a_context_has_room", "a row of contexts is longer than its queue")
    let output = m.register("output_address", UInt.self, width: 32)
    let commands = m.register("wants_row", Bit.self, reset: 0)
    writer.command.valid <== commands
    writer.command.payload
      <== TransferCommand(
        address: output,
        lengthLessOne: (concatenate(words, m.constant(0, width: 8, as: Bits.self)).asUnsigned
          >> (8 - bytes.trailingZeroBitCount)).fitted(to: 16) &- 1)
    m.when(hasQuotient) { commands.next <== 1 }.otherwise(when: writer.command.ready) { commands.next <== 0 }
    writer.done.ready <== 1

    let ends = m.wire("ends", Bit.self, default: 0)
    let isLastBlock = order.flag(10).named("is_last_block")
    let machine = m.stateMachine("phase", of: Phase.self, reset: .idle) { phase in
      phase.when(.idle) {
        m.when(starts) {
          output.next <== new.field(8)
          phase.go(.score)
        }
      }
      phase.when(.score) { m.when(scored .== keys) { phase.go(.update) } }
      phase.when(.update) {
        updates.driver <== 1
        phase.go(.weigh)
      }
      phase.when(.weigh) {
        weighsNow.driver <== 1
        m.when(keyCounter .== (keys &- 1)) { phase.go(.values) }
      }
      phase.when(.values) {
        query.next <== 0
        word.next <== 0
        m.when(arrival.isDone & !weighs) { phase.go(.mix) }
      }
      phase.when(.mix) {
        mixes.driver <== 1
        saves.driver <== 1
        word.next <== mux(isLastWord, 0, word &+ 1)
        m.when(isLastWord) {
          query.next <== query &+ 1
          m.when(isLastQuery) { phase.go(.settle) }
        }
      }
      phase.when(.settle) {
        query.next <== 0
        m.when(!isMixed & !isSummed) {
          m.when(isLastBlock) { phase.go(.divide) }.otherwise { phase.go(.end) }
        }
      }
      phase.when(.divide) {
        let asked = m.register("has_asked", Bit.self, reset: 0)
        divides.driver <== !asked
        wantsQuotient.driver <== asked
        m.when(!asked & divider.push.ready) { asked.next <== 1 }
        m.when(hasQuotient) {
          asked.next <== 0
          phase.go(.give)
        }
      }
      phase.when(.give) {
        let isRead = m.register("row_is_read", Bit.self, reset: 0)
        reads.driver <== !isRead
        m.when(!isRead) {
          word.next <== mux(isLastWord, 0, word &+ 1)
          m.when(isLastWord) { isRead.next <== 1 }
        }
        m.when(writer.done.valid) {
          isRead.next <== 0
          output.next <== output &+ order.field(13)
          query.next <== query &+ 1
          m.when(isLastQuery) { phase.go(.end) }.otherwise { phase.go(.divide) }
        }
      }
      phase.when(.end) {
        ends.driver <== 1
        phase.go(.idle)
      }
    }
    isIdle.driver <== machine.isIn(.idle)
    io.isBusy <== !isIdle
    io.isDone <== ends
    io.isError <== (reader.isError | writer.done.valid & writer.done.payload[0])
    if let count = io.scoreWords { count <== arrival.key.asUnsigned }
    if let count = io.valueWords { count <== mixes.asUnsigned }
  }

  /// 2^(exponent − reference): a word of a table, shifted down and rounded.
  private func power(_ exponent: SInt, _ reference: SInt, _ lane: Int, _ m: Module) -> UInt {
    let step = sizes.exponentFractionBits
    let zeros = m.constant(0, width: step, as: Bits.self)
    let distance = (concatenate(reference, zeros).asSigned - exponent).named("distance_\(lane)")
    let powers = m.rom(
      "powers_\(lane)", UInt.self, width: weightBits, contents: .words(SoftmaxNumbers(sizes).powers))
    let table = powers.readAsync(at: distance[0..<step].asUnsigned)
    let whole = distance[step..<distance.width - 1].asUnsigned
    return table.extended(to: weightBits + 1).asSigned.roundedRight(by: whole).asUnsigned.truncated(to: weightBits)
  }

  /// Asks for queries, keys and values, and tells what comes.
  private func arrivals(
    _ reader: Exterior<StridedReader.Ports>, _ order: CommandFields, _ counts: (queries: UInt, keys: UInt, words: UInt),
    _ new: CommandFields, _ starts: Bit, _ m: Module
  ) -> Arrival {
    // 0: queries, 1: keys, 2: values, 3: none.
    let asking = m.register("asking", UInt.self, width: 2, reset: 3)
    let coming = m.register("coming", UInt.self, width: 2, reset: 3)
    let row = m.register("row_that_comes", UInt.self, width: 8)
    let word = m.register("word_that_comes", UInt.self, width: 8)
    let first = mux(new.flag(8), UInt(0).extended(to: 2), UInt(1).extended(to: 2))
    m.when(starts) {
      asking.next <== first
      coming.next <== first
      row.next <== 0
      word.next <== 0
    }
    let lastWord = counts.words &- 1
    func lastRow(_ kind: UInt) -> UInt {
      mux(kind .== 0, counts.queries, counts.keys) &- 1
    }
    reader.order.valid <== (asking .!= 3)
    reader.order.payload
      <== RowOrder(
        address: select(asking, [order.field(5), order.field(6), order.field(7), order.field(7)]),
        stride: order.field(9), lastRow: lastRow(asking).extended(to: 16), lastWord: lastWord.extended(to: 16))
    m.when((asking .!= 3) & reader.order.ready) { asking.next <== asking &+ 1 }
    let takes = (reader.pop.valid & (coming .!= 3)).named("takes_word")
    reader.pop.ready <== (coming .!= 3)
    let isLast = (word .== lastWord).named("is_last_of_row")
    m.when(takes) {
      word.next <== mux(isLast, 0, word &+ 1)
      m.when(isLast) {
        row.next <== row &+ 1
        m.when(row .== lastRow(coming)) {
          row.next <== 0
          coming.next <== coming &+ 1
        }
      }
    }
    return Arrival(
      query: takes & (coming .== 0), key: takes & (coming .== 1), value: takes & (coming .== 2), row: row,
      word: word.fitted(to: wordBits), isFirst: word .== 0, isLast: isLast, isDone: coming .== 3)
  }
}
