import AccelTran
import Components
import HDL

/// Layer normalisation of rows with γ and β, of a row or of the sum of two, in the bits of
/// ``/AccelTran/FixedPointNormalization``.
///
/// The sums of numbers and squares are exact; a/√V is rounded from its exact value by a serial unit for each number of a word,
/// which makes two bits of the radicand a bit of the result, as a square root by hand does.
public struct NormalizationRows: DefaultConfigurable {
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
    "Layer normalisation of rows of up to \(sizes.rowLength) numbers, \(sizes.wordElements) at a time."
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    do throws(AccelTranError) { try sizes.validate() } catch {
      parameters.require(false, "the sizes are refused", fix: "\(error)")
    }
  }

  private enum Phase: HardwareEnum {
    case idle, read, look, add, square, vary, fetch, load, root, scale, send
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let (count, width) = (sizes.wordElements, sizes.width)
    let lengthBits = sizes.rowLength.trailingZeroBitCount
    let words = sizes.rowLength / count
    let rule = io.rule
    let memory = m.memory("row", Bits.self, width: count * width, depth: words)
    let word = m.register("word", UInt.self, width: 12)
    let row = m.register("row_number", UInt.self, width: 16)
    let step = m.register("step", UInt.self, width: 5)
    let isLastWord = word .== rule.lastWord
    let place = word.fitted(to: countWidth(words))
    let held = Vector<SInt>(memory.read(at: place), count: count, of: width)
    io.tableIndex <== word

    let reads = m.wire("reads", Bit.self, default: 0)
    let adds = m.wire("adds", Bit.self, default: 0)
    let clears = m.wire("clears", Bit.self, default: 0)
    let loads = m.wire("loads", Bit.self, default: 0)
    let roots = m.wire("roots", Bit.self, default: 0)
    let sends = m.wire("sends", Bit.self, default: 0)
    let isIdle = m.wire("is_idle", Bit.self, default: 0)
    io.push.ready <== (reads | adds)
    let takes = (reads | adds) & io.push.valid
    let codes = io.push.payload.codes.enumerated().map { index, code in
      mux(adds, (code + held[index]).saturated(to: width), code)
    }
    memory.write(Vector(codes).bits, at: place, when: takes)
    let isSummed = m.register("is_summed", takes & (adds | !rule.isSum), reset: 0)
    let summed = codes.enumerated().map { m.register("summed_\($0)", $1, when: takes) }
    let (totalWidth, squareWidth) = (width + lengthBits, 2 * width + lengthBits)
    let total = m.register("total", SInt.self, width: totalWidth)
    let squares = m.register("squares", UInt.self, width: squareWidth)
    m.when(clears) {
      total.next <== 0
      squares.next <== 0
    }
    .otherwise(when: isSummed) {
      total.next <== balanced(summed.map { $0.extended(to: totalWidth) } + [total]) { $0 &+ $1 }
      squares.next
        <== balanced(summed.map { ($0 * $0).asUnsigned.extended(to: squareWidth) } + [squares]) { $0 &+ $1 }
    }

    // V, of a bit more than N · Q needs.
    let varianceWidth = max(squareWidth + lengthBits, 60) + 1
    let length = rule.length
    let left = m.register("length_times_squares", (length * squares).fitted(to: varianceWidth))
    let right = m.register("total_squared", (total * total).asUnsigned.fitted(to: varianceWidth))
    let variance = m.register("variance", (left &- right &+ rule.small.extended(to: varianceWidth)))

    let roundsOf = 16 + (lengthBits + 1) / 2
    let isFlat = !variance.any
    let restWidth = roundsOf + varianceWidth + 3
    let distanceWidth = width + lengthBits + 2
    let results = (0..<count).map { index -> SInt in
      // a = N · x − S.
      let a = (concatenate(Bit(0), length).asSigned * held[index] - total.extended(to: totalWidth + 1))
        .fitted(to: distanceWidth)
      let square = a * a
      let radicand = concatenate(square.asUnsigned, m.constant(0, width: 32, as: Bits.self)).asUnsigned
      let bits = radicand.extended(to: max(radicand.width, 2 * roundsOf + 1)).asBits
      let isNegative = m.register("is_negative_\(index)", a.isNegative, when: loads)
      let rest = m.register("rest_\(index)", UInt.self, width: restWidth)
      let low = m.register("digits_\(index)", Bits.self, width: 2 * roundsOf)
      let multiple = m.register("multiple_\(index)", UInt.self, width: restWidth)
      let root = m.register("root_\(index)", UInt.self, width: roundsOf)
      let divisor = variance.extended(to: restWidth)
      let trial = multiple.shiftedUp(by: 2) &+ divisor
      let brought = concatenate(rest.asBits[0..<restWidth - 2], low[2 * roundsOf - 2..<2 * roundsOf]).asUnsigned
      let fits = trial .<= brought
      m.when(loads) {
        rest.next <== bits[2 * roundsOf..<bits.width].asUnsigned.fitted(to: restWidth)
        low.next <== bits[0..<2 * roundsOf]
        multiple.next <== 0
        root.next <== 0
      }
      .otherwise(when: roots) {
        rest.next <== mux(fits, brought &- trial, brought)
        low.next <== concatenate(low[0..<2 * roundsOf - 2], Bits(0).extended(to: 2))
        multiple.next <== (multiple.shiftedUp(by: 1) &+ mux(fits, divisor, 0))
        root.next <== concatenate(root.asBits[0..<roundsOf - 1], fits).asUnsigned
      }
      let doubled = rest.shiftedUp(by: 2)
      let isUp = (doubled .> trial) | ((doubled .== trial) & root[0])
      let magnitude = root.extended(to: roundsOf + 2) &+ isUp.asUnsigned.extended(to: roundsOf + 2)
      let normal = mux(isFlat, 0, mux(isNegative, 0 &- magnitude, magnitude)).asSigned
      let product = m.register("product_\(index)", normal * io.scale[index])
      let shift = io.shift[index].extended(to: product.width + 1).shiftedUp(by: 16)
      let code = (product.extended(to: product.width + 1) &+ shift).roundedRight(by: 16).saturated(to: width)
      let isPruned = (code.magnitude .<= rule.limit) & rule.limit.any
      return mux(isPruned, 0, code)
    }
    io.pop.valid <== sends
    io.pop.payload <== RowWord(codes: Vector(results))

    m.stateMachine("phase", of: Phase.self, reset: .idle) { phase in
      phase.when(.idle) {
        isIdle.driver <== 1
        clears.driver <== 1
        word.next <== 0
        row.next <== 0
        step.next <== 0
        m.when(io.start) { phase.go(.read) }
      }
      phase.when(.read) {
        reads.driver <== 1
        m.when(io.push.valid) {
          word.next <== mux(isLastWord, 0, word &+ 1)
          m.when(isLastWord) {
            m.when(rule.isSum) { phase.go(.look) }.otherwise { phase.go(.square) }
          }
        }
      }
      phase.when(.look) { phase.go(.add) }
      phase.when(.add) {
        adds.driver <== 1
        m.when(io.push.valid) {
          word.next <== mux(isLastWord, 0, word &+ 1)
          m.when(isLastWord) { phase.go(.square) }.otherwise { phase.go(.look) }
        }
      }
      // The last word of the row is summed, the products are made, and V.
      phase.when(.square) {
        step.next <== step &+ 1
        m.when(step .== 2) { phase.go(.vary) }
      }
      phase.when(.vary) {
        step.next <== 0
        phase.go(.fetch)
      }
      phase.when(.fetch) { phase.go(.load) }
      phase.when(.load) {
        loads.driver <== 1
        step.next <== 0
        phase.go(.root)
      }
      phase.when(.root) {
        roots.driver <== 1
        step.next <== step &+ 1
        m.when(step .== UInt(roundsOf - 1)) { phase.go(.scale) }
      }
      phase.when(.scale) { phase.go(.send) }
      phase.when(.send) {
        sends.driver <== 1
        m.when(io.pop.ready) {
          word.next <== mux(isLastWord, 0, word &+ 1)
          phase.go(.fetch)
          m.when(isLastWord) {
            step.next <== 0
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
