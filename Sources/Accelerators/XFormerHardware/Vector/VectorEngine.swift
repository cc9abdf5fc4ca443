import Components
import HDL
import XFormer

/// The vector unit: adds two rows of 16-bit codes and normalises the sum, in the numbers of ``/XFormer/RowNumbers``.
///
/// A row is read once, its sums are taken on the way; the root and its reciprocal are made bit by bit, and a word of the row is
/// normalised in a clock. The codes of 8 bits follow those of 16, which are the sums themselves where a command keeps them.
public struct VectorEngine: DefaultConfigurable {
  /// The sizes.
  public var sizes: XFormerSizes

  /// What arrives of the second row, with 16 fraction bits, where rows are added by light out of phase; nil for all of it.
  public var secondFactor: Int?

  /// The unit of a machine.
  public init(sizes: XFormerSizes = .micro) { self.sizes = sizes }

  /// The default configuration.
  public init() { self.init(sizes: .micro) }

  public typealias Ports = EnginePorts

  /// The interface for these parameters.
  public var ports: Ports { EnginePorts(sizes, .vector) }

  /// What stands above the emitted module.
  public var documentation: String {
    "Sums of two rows of up to \(sizes.rowLength) codes, normalised; \(sizes.busBytes / 2) numbers a clock."
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    do throws(XFormerError) { try sizes.validate() } catch {
      parameters.require(false, "the sizes are refused", fix: "\(error)")
    }
  }

  private enum Phase: HardwareEnum {
    case idle, coefficients, first, second, settle, square, vary, root, reciprocal, wide, drain, narrow, finish
  }

  private var count: Int { sizes.busBytes / 2 }
  private var queueDepth: Int { 16 }
  private let sumBits = 17

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let memory = EngineMemory(sizes, io, in: m)
    let (reader, writer) = (memory.reader, memory.writer)
    let isIdle = m.wire("is_idle", Bit.self)
    let starts = io.command.take(when: isIdle).named("starts")
    let new = CommandFields(bits: io.command.payload)
    let order = CommandFields(bits: m.register("order", io.command.payload, when: starts))
    let input = reader.pop.payload
    let words = 2 * sizes.rowLength / sizes.busBytes
    let placeBits = bits(for: words - 1)
    let isNormalize = order.isKind(.normalize).named("is_normalize")
    let tokens = order.field(9, 0, 16).named("tokens")
    let rowWords = mux(isNormalize, order.field(9, 16, 16), order.field(6, 16, 16)).named("words_of_row")

    // Rows are asked for one behind the other: the first and the second of a token.
    let asks = m.register("asks", Bit.self, reset: 0)
    let asksSecond = m.register("asks_second", Bit.self)
    let rowsToAsk = m.register("rows_to_ask", UInt.self, width: 16)
    let firstAddress = m.register("first_address", UInt.self, width: 32)
    let secondAddress = m.register("second_address", UInt.self, width: 32)
    let rowBytes =
      (concatenate(rowWords, m.constant(0, width: 6, as: Bits.self)).asUnsigned
      >> (6 - sizes.busBytes.trailingZeroBitCount)).fitted(to: 32)
    reader.order.valid <== asks
    reader.order.payload
      <== RowOrder(
        address: mux(asksSecond, secondAddress, firstAddress), stride: 0, lastRow: 0, lastWord: rowWords &- 1)
    m.when(starts) {
      asks.next <== 1
      asksSecond.next <== 0
      rowsToAsk.next <== new.field(9, 0, 16)
      firstAddress.next <== new.field(5)
      secondAddress.next <== new.field(6)
    }
    .otherwise(when: asks & reader.order.ready) {
      m.when(!isNormalize) { asks.next <== 0 }
        .otherwise(when: asksSecond) {
          asksSecond.next <== 0
          secondAddress.next <== secondAddress &+ rowBytes
          rowsToAsk.next <== rowsToAsk &- 1
          m.when(rowsToAsk .== 1) { asks.next <== 0 }
        }
        .otherwise {
          asksSecond.next <== 1
          firstAddress.next <== firstAddress &+ rowBytes
        }
    }

    // γ and β: two words of the bus for the numbers of a word.
    let takesCoefficients = m.wire("takes_coefficients", Bit.self, default: 0)
    let word = m.register("word", UInt.self, width: 16)
    let set = order.field(10, 0, 8)
    let newSet = order.field(6, 0, 8)
    let setBits = bits(for: max(1, sizes.normalizations - 1))
    let coefficients = m.memory(
      "coefficients", Bits.self, width: 16 * sizes.busBytes, depth: 1 << (setBits + placeBits))
    let lower = m.register("lower_coefficients", input, when: takesCoefficients & !word[0])
    coefficients.write(
      concatenate(input, lower),
      at: concatenate(newSet.fitted(to: setBits), (word >> 1).fitted(to: placeBits)).asUnsigned,
      when: takesCoefficients & word[0] & reader.pop.valid)

    // The row and its sums.
    let takesFirst = m.wire("takes_first", Bit.self, default: 0)
    let takesSecond = m.wire("takes_second", Bit.self, default: 0)
    let isLastWord = (word .== (rowWords &- 1)).named("is_last_word")
    let takes = (takesFirst | takesSecond).named("takes")
    let nextWord = mux(isLastWord, 0, word &+ 1)
    let row = m.memory("row", Bits.self, width: count * sumBits, depth: 1 << placeBits)
    let advances = m.wire("advances", Bit.self, default: 0)
    let read = row.read(at: mux(takes | advances, nextWord, word).fitted(to: placeBits), during: .newData)
    // A sum that is kept has the bits of a number.
    let keepsSum = order.flag(8).named("keeps_sum")
    func held(_ sum: SInt) -> SInt { mux(keepsSum, sum.saturated(to: 16).extended(to: sumBits), sum) }
    let numbers = (0..<count).map { index -> SInt in
      let own = input[16 * index..<16 * index + 16].asSigned.extended(to: sumBits)
      let before = read[sumBits * index..<sumBits * index + sumBits].asSigned
      guard let secondFactor else { return mux(takesSecond, held(before &+ own), own) }
      let factor = m.constant(secondFactor, width: 18, as: SInt.self)
      let arriving = (own * factor).roundedRight(by: 16).fitted(to: sumBits)
      return mux(takesSecond, held(before &+ arriving), own)
    }
    row.write(concatenate(numbers.reversed()), at: word.fitted(to: placeBits), when: takes)
    let lengthBits = bits(for: sizes.rowLength)
    let (totalBits, squareBits) = (sumBits + lengthBits, 2 * sumBits + lengthBits)
    let isSummed = m.register("is_summed", takesSecond, reset: 0)
    let summed = numbers.enumerated().map { m.register("summed_\($0)", $1, when: takes) }
    let total = m.register("total", SInt.self, width: totalBits)
    let squares = m.register("squares", UInt.self, width: squareBits)
    let clears = m.wire("clears", Bit.self, default: 0)
    m.when(clears) {
      total.next <== 0
      squares.next <== 0
    }
    .otherwise(when: isSummed) {
      total.next <== (total &+ HDL.sum(summed).fitted(to: totalBits))
      squares.next <== (squares &+ HDL.sum(summed.map { ($0 * $0).asUnsigned }).fitted(to: squareBits))
    }
    let length = order.field(11, 0, 16).fitted(to: lengthBits).named("length")
    let varianceBits = RowNumbers.varianceBits
    let small = order.bits[32 * 12..<32 * 12 + varianceBits].asUnsigned.named("epsilon")
    let product = m.register("length_times_squares", (length * squares).fitted(to: varianceBits))
    let square = m.register("total_squared", (total * total).asUnsigned.fitted(to: varianceBits))
    let variance = m.register("variance", product &- square &+ small)
    let rooter = m.instance(SquareRoot { $0.width = varianceBits }, "rooter")
    let wantsRoot = m.wire("wants_root", Bit.self, default: 0)
    let hasAsked = m.register("has_asked", Bit.self, reset: 0)
    rooter.push.valid <== (wantsRoot & !hasAsked)
    rooter.push.payload <== variance
    rooter.pop.ready <== 1
    let dividerBits = RowNumbers.reciprocalBits + 1
    let divider = m.instance(Divider { ($0.width, $0.isSigned) = (dividerBits, false) }, "divider")
    let root = m.register("root", rooter.pop.payload.root, when: rooter.pop.valid)
    let wantsFactor = m.wire("wants_factor", Bit.self, default: 0)
    divider.push.valid <== (wantsFactor & !hasAsked)
    divider.push.payload
      <== DivisionOperands(
        dividend: m.constant(1 << RowNumbers.reciprocalBits, width: dividerBits, as: Bits.self),
        divisor: root.extended(to: dividerBits).asBits)
    divider.pop.ready <== 1
    let factor = m.register(
      "factor", divider.pop.payload.quotient.asUnsigned.saturated(to: RowNumbers.factorBits), when: divider.pop.valid)

    // Normalised numbers.
    let reserved = m.register("results_reserved", UInt.self, width: 6, reset: 0)
    let launchesWide = m.wire("launches_wide", Bit.self, default: 0)
    let launchesNarrow = m.wire("launches_narrow", Bit.self, default: 0)
    let hasRoom = (reserved .< UInt(queueDepth)).named("has_room")
    let coefficient = coefficients.read(
      at: concatenate(set.fitted(to: setBits), mux(advances, nextWord, word).fitted(to: placeBits)).asUnsigned)
    var flow = [m.register("is_distance", launchesWide, reset: 0)]
    var places = [m.register("place_0", word.fitted(to: placeBits))]
    for stage in 1..<5 {
      flow.append(m.register("is_stage_\(stage)", flow[stage - 1], reset: 0))
      places.append(m.register("place_\(stage)", places[stage - 1]))
    }
    var pairs = [coefficient]
    for stage in 0..<4 { pairs.append(m.register("coefficient_\(stage)", pairs[stage])) }
    let shift = order.field(10, 8, 6).named("shift")
    let sums = (0..<count).map { index -> SInt in
      var sum = read[sumBits * index..<sumBits * index + 16].asSigned
      for stage in 0..<flow.count { sum = m.register("sum_\(index)_stage_\(stage)", sum) }
      return sum
    }
    let distanceBits = sumBits + lengthBits + 2
    let wide = (0..<count).map { index -> SInt in
      let own = read[sumBits * index..<sumBits * index + sumBits].asSigned
      let distance = m.register(
        "distance_\(index)",
        (length.extended(to: lengthBits + 1).asSigned * own - total.extended(to: totalBits + 1)).fitted(
          to: distanceBits))
      let scaled = m.register(
        "scaled_\(index)", distance * factor.extended(to: RowNumbers.factorBits + 1).asSigned)
      let normal = m.register(
        "normal_\(index)",
        scaled.roundedRight(by: RowNumbers.droppedBits).saturated(to: RowNumbers.normalBits))
      func half(_ stage: Int, _ place: Int) -> SInt {
        pairs[stage][32 * index + 16 * place..<32 * index + 16 * place + 16].asSigned
      }
      // The lowest bits of β say how many bits the code of 8 bits has less.
      let beta = concatenate(
        pairs[4][32 * index + 19..<32 * index + 32], m.constant(0, width: 3, as: Bits.self)
      ).asSigned.named("beta_\(index)")
      let weighted = m.register("weighted_\(index)", normal * half(3, 0))
      let shifted = weighted.roundedRight(by: shift)
      let result = (shifted.extended(to: shifted.width + 1) &+ beta.extended(to: shifted.width + 1)).saturated(
        to: 16)
      return m.register("wide_\(index)", result)
    }
    // The codes of 8 bits of two words make a word of the bus.
    let narrowShift = order.field(10, 16, 4).named("narrow_shift")
    let narrow = wide.enumerated().map { index, code -> Bits in
      let own = m.register("own_shift_\(index)", pairs[4][32 * index + 16..<32 * index + 19].asUnsigned)
      let rounded = code.roundedRight(by: narrowShift + own.extended(to: 4)).saturated(to: 8)
      return mux(rounded .== -128, SInt(-127).extended(to: 8), rounded).asBits
    }
    let narrowWord = concatenate(narrow.reversed())
    let (isWide, widePlace) = (flow[4], places[4])
    let lowerNarrow = m.register("lower_narrow", narrowWord, when: isWide)
    let narrowRow = m.memory("narrow_row", Bits.self, width: 8 * sizes.busBytes, depth: 1 << max(1, placeBits - 1))
    let narrowBits = narrowRow.addressWidth
    narrowRow.write(
      concatenate(narrowWord, lowerNarrow), at: (widePlace >> 1).fitted(to: narrowBits), when: isWide & widePlace[0])
    let narrowRead = narrowRow.read(at: word.fitted(to: narrowBits))
    let isNarrow = m.register("is_narrow", launchesNarrow, reset: 0)
    let ready = m.wire("result_is_taken", Bit.self)
    let results = Stream<Bits>(
      valid: isWide | isNarrow,
      payload: mux(
        isNarrow, narrowRead, mux(keepsSum, concatenate(sums.reversed()), concatenate(wide.reversed()))),
      ready: ready.driver
    ).queued("results", depth: queueDepth, storage: .registers, in: m)
    m.assert(!(isWide | isNarrow) | ready, "a_result_has_room", "a result came for which no room was reserved")
    writer.push <== results
    let leaves = (results.valid & writer.push.ready).named("result_leaves")
    let launches = (launchesWide | launchesNarrow).named("launches")
    m.when(launches & !leaves) { reserved.next <== reserved &+ 1 }
      .otherwise(when: leaves & !launches) { reserved.next <== reserved &- 1 }

    // Rows of results: for each token one of 16 and one of 8 bits.
    let rowsLeft = m.register("rows_to_write", UInt.self, width: 17, reset: 0)
    let rowsOpen = m.register("rows_not_done", UInt.self, width: 17, reset: 0)
    let writesNarrow = m.register("writes_narrow", Bit.self)
    let wideAddress = m.register("wide_address", UInt.self, width: 32)
    let narrowAddress = m.register("narrow_address", UInt.self, width: 32)
    writer.command.valid <== (rowsLeft .!= 0)
    writer.command.payload
      <== TransferCommand(
        address: mux(writesNarrow, narrowAddress, wideAddress),
        lengthLessOne: mux(writesNarrow, (rowBytes >> 1).fitted(to: 16), rowBytes.fitted(to: 16)) &- 1)
    writer.done.ready <== 1
    let twice = concatenate(new.field(9, 0, 16), Bit(0)).asUnsigned
    let begins = (starts & new.isKind(.normalize)).named("begins")
    m.when(begins) {
      rowsLeft.next <== twice
      writesNarrow.next <== 0
      wideAddress.next <== new.field(7)
      narrowAddress.next <== new.field(8)
    }
    .otherwise(when: (rowsLeft .!= 0) & writer.command.ready) {
      rowsLeft.next <== rowsLeft &- 1
      writesNarrow.next <== !writesNarrow
      m.when(writesNarrow) { narrowAddress.next <== narrowAddress &+ (rowBytes >> 1).fitted(to: 32) }
        .otherwise { wideAddress.next <== wideAddress &+ rowBytes }
    }
    m.when(begins) { rowsOpen.next <== twice }.otherwise(when: writer.done.valid) { rowsOpen.next <== rowsOpen &- 1 }

    let token = m.register("token", UInt.self, width: 16)
    let step = m.register("step", UInt.self, width: 3)
    let ends = m.wire("ends", Bit.self, default: 0)
    let isLastNarrow = (word .== ((rowWords >> 1) &- 1)).named("is_last_narrow")
    let machine = m.stateMachine("phase", of: Phase.self, reset: .idle) { phase in
      phase.when(.idle) {
        word.next <== 0
        token.next <== 0
        clears.driver <== 1
        m.when(starts) {
          m.when(new.isKind(.normalize)) { phase.go(.first) }.otherwise { phase.go(.coefficients) }
        }
      }
      phase.when(.coefficients) {
        takesCoefficients.driver <== 1
        m.when(reader.pop.valid) {
          word.next <== nextWord
          m.when(isLastWord) {
            ends.driver <== 1
            phase.go(.idle)
          }
        }
      }
      phase.when(.first) {
        clears.driver <== 1
        step.next <== 0
        m.when(reader.pop.valid) {
          takesFirst.driver <== 1
          word.next <== nextWord
          m.when(isLastWord) { phase.go(.second) }
        }
      }
      phase.when(.second) {
        m.when(reader.pop.valid) {
          takesSecond.driver <== 1
          word.next <== nextWord
          m.when(isLastWord) { phase.go(.settle) }
        }
      }
      // The last word is summed.
      phase.when(.settle) { phase.go(.square) }
      phase.when(.square) {
        step.next <== step &+ 1
        m.when(step .== 1) { phase.go(.vary) }
      }
      phase.when(.vary) { phase.go(.root) }
      phase.when(.root) {
        wantsRoot.driver <== 1
        m.when(rooter.push.ready) { hasAsked.next <== 1 }
        m.when(rooter.pop.valid) {
          hasAsked.next <== 0
          phase.go(.reciprocal)
        }
      }
      phase.when(.reciprocal) {
        wantsFactor.driver <== 1
        m.when(divider.push.ready) { hasAsked.next <== 1 }
        m.when(divider.pop.valid) {
          hasAsked.next <== 0
          phase.go(.wide)
        }
      }
      phase.when(.wide) {
        m.when(hasRoom) {
          launchesWide.driver <== 1
          advances.driver <== 1
          word.next <== nextWord
          m.when(isLastWord) { phase.go(.drain) }
        }
      }
      phase.when(.drain) { m.when(!anyOf(flow)) { phase.go(.narrow) } }
      phase.when(.narrow) {
        m.when(hasRoom) {
          launchesNarrow.driver <== 1
          word.next <== word &+ 1
          m.when(isLastNarrow) {
            word.next <== 0
            token.next <== token &+ 1
            phase.go(.first)
            m.when(token .== (tokens &- 1)) { phase.go(.finish) }
          }
        }
      }
      phase.when(.finish) {
        m.when(rowsOpen .== 0) {
          ends.driver <== 1
          phase.go(.idle)
        }
      }
    }
    isIdle.driver <== machine.isIn(.idle)
    reader.pop.ready <== (takesCoefficients | machine.isIn(.first) | machine.isIn(.second))
    io.isBusy <== !isIdle
    io.isDone <== ends
    io.isError <== (reader.isError | writer.done.valid & writer.done.payload[0])
    if let count = io.normalizedRows { count <== (launchesWide & isLastWord).asUnsigned }
  }
}
