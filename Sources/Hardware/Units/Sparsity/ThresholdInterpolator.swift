import Components
import HDL

/// An entry of a table of thresholds, or a question to it.
public struct ThresholdOrder: SignalBundle {
  /// 1 to write an entry, 0 to ask for a threshold.
  public let isEntry: Bit
  /// 1 when a question gets the threshold that comes with it.
  public let isDirect: Bit
  /// Which table, and the place of an entry in it.
  public let table, index: UInt
  /// The share of an entry, or the one that is wanted.
  public let share: UInt
  /// The threshold of an entry, or the one to be used.
  public let threshold: UInt

  /// An order of a unit.
  public init(_ unit: ThresholdInterpolator) {
    (isEntry, isDirect) = (.shape, .shape)
    (table, index) = (.shape(unit.tableWidth), .shape(unit.indexWidth))
    (share, threshold) = (.shape(max(1, unit.shareBits)), .shape(max(1, unit.thresholdWidth)))
  }

  /// The fields, each of which may be a literal.
  public init(isEntry: Bit, isDirect: Bit, table: UInt, index: UInt, share: UInt, threshold: UInt) {
    (self.isEntry, self.isDirect, self.table, self.index) = (isEntry, isDirect, table, index)
    (self.share, self.threshold) = (share, threshold)
  }
}

/// DynaTran's threshold calculator: turns a wanted share of zeros into a threshold, by tables and lines between their entries.
///
/// A table has `entries` pairs of a share, in steps of 2^−`shareBits`, and a threshold; neither falls from one to the next. A table
/// with fewer has the last one several times. Orders come in one stream, so that a question sees the entries before it. A question
/// with a threshold of its own gets that one. Thresholds equal ``/Golden/ThresholdTable``.
///
/// An entry a clock. A question is answered one after the other: 2 clocks with a threshold of its own, at most
/// `entries` + `shareBits` + `thresholdWidth` + 6 otherwise, a clock for each entry up to the one that is reached and one for each
/// bit of the quotient. Source: S. Tuli, N. K. Jha, AccelTran, 2023, section III-A.
public struct ThresholdInterpolator: DefaultConfigurable {
  public var shareBits = 16
  public var thresholdWidth = 16
  public var entries = 32
  public var tables = 1

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("shareBits", \.shareBits, in: 2...24, "Bits of a share of zeros below the point"),
    .integer("thresholdWidth", \.thresholdWidth, in: 2...32, "Bits of a threshold"),
    .integer("entries", \.entries, in: 2...256, "Entries of a table, a power of 2"),
    .integer("tables", \.tables, in: 1...64, "Tables, a power of 2"),
  ]

  /// Orders in, thresholds out.
  public typealias Ports = StreamPorts<ThresholdOrder, UInt>

  public var ports: Ports {
    Ports(
      push: .init(ThresholdOrder(self), "Entries and questions"),
      pop: .init(max(1, thresholdWidth), "A threshold for each question, in order"))
  }

  public var documentation: String {
    """
    \(tables) table(s) of \(entries) shares of zeros and thresholds; lines between entries, rounded down.
    Writes an entry a clock; answers a question after at most \(entries + shareBits + thresholdWidth + 6) clocks.
    """
  }

  /// Bits of the number of a table, and of a place in one.
  var tableWidth: Int { bits(for: max(1, tables - 1)) }
  var indexWidth: Int { bits(for: max(1, entries - 1)) }

  public func validate(_ parameters: inout ParameterCheck) {
    for (name, value) in [("entries", entries), ("tables", tables)] {
      parameters.require(
        value.nonzeroBitCount == 1, "parameter '\(name)' is \(value), which is no power of 2", fix: "use a power of 2")
    }
  }

  private enum Phase: HardwareEnum {
    case idle, walk, multiply, divide, wait, answer
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let order = io.push.payload
    func address(_ table: UInt, _ index: UInt) -> UInt {
      tables == 1 ? index : concatenate(table, index).asUnsigned
    }
    let shares = m.memory("shares", UInt.self, width: shareBits, depth: tables * entries)
    let thresholds = m.memory("thresholds", UInt.self, width: thresholdWidth, depth: tables * entries)
    let isIdle = m.wire("is_idle", Bit.self, default: 0)
    io.push.ready <== isIdle
    let takes = (isIdle & io.push.valid).named("takes")
    let writes = takes & order.isEntry
    let place = address(order.table, order.index)
    shares.write(order.share, at: place, when: writes)
    thresholds.write(order.threshold, at: place, when: writes)
    let asks = (takes & !order.isEntry).named("asks")

    // The entry after the next one is read while one is looked at.
    let table = m.register("asked_table", order.table, when: asks)
    let wanted = m.register("wanted", order.share, when: asks)
    let index = m.register("index", UInt.self, width: indexWidth)
    let nextIndex = (index &+ 1).named("next_index")
    let readPlace = mux(
      isIdle, address(order.table, m.constant(0, width: indexWidth, as: UInt.self)), address(table, nextIndex))
    let share = shares.read(at: readPlace)
    let threshold = thresholds.read(at: readPlace)
    let reaches = (share .>= wanted).named("reaches")
    let isLast = index.asBits.all.named("is_last_entry")
    let lowShare = m.register("low_share", UInt.self, width: shareBits)
    let lowThreshold = m.register("low_threshold", UInt.self, width: thresholdWidth)
    let highShare = m.register("high_share", UInt.self, width: shareBits)
    let highThreshold = m.register("high_threshold", UInt.self, width: thresholdWidth)
    let product = m.register("product", (wanted &- lowShare) * (highThreshold &- lowThreshold))
    let distance = (highShare &- lowShare).named("distance")
    let divides = m.wire("divides", Bit.self, default: 0)
    let divider = m.instance(Divider(width: shareBits + thresholdWidth) { $0.isSigned = false }, "divider")
    divider.push.valid <== divides
    divider.push.payload
      <== DivisionOperands(
        dividend: product.asBits, divisor: distance.extended(to: shareBits + thresholdWidth).asBits)
    let answers = m.wire("answers", Bit.self, default: 0)
    io.pop.valid <== answers
    let result = m.register("result", UInt.self, width: thresholdWidth)
    io.pop.payload <== result
    divider.pop.ready <== 1

    let isWalking = m.wire("is_walking", Bit.self, default: 0)
    let ends = (reaches | isLast).named("ends_walk")
    m.when(isWalking) {
      highShare.next <== share
      highThreshold.next <== threshold
    }
    m.when(isWalking & !ends) {
      lowShare.next <== share
      lowThreshold.next <== threshold
    }
    m.stateMachine("phase", of: Phase.self, reset: .idle) { phase in
      phase.when(.idle) {
        isIdle.driver <== 1
        index.next <== 0
        m.when(asks) {
          result.next <== order.threshold
          m.when(order.isDirect) { phase.go(.answer) }.otherwise { phase.go(.walk) }
        }
      }
      phase.when(.walk) {
        isWalking.driver <== 1
        result.next <== threshold
        m.when(ends) {
          m.when((index .== 0) | !reaches) { phase.go(.answer) }.otherwise { phase.go(.multiply) }
        }
        .otherwise {
          index.next <== nextIndex
        }
      }
      phase.when(.multiply) { phase.go(.divide) }
      phase.when(.divide) {
        divides.driver <== 1
        phase.go(.wait)
      }
      phase.when(.wait) {
        result.next <== lowThreshold &+ divider.pop.payload.quotient[0..<thresholdWidth].asUnsigned
        m.when(divider.pop.valid) { phase.go(.answer) }
      }
      phase.when(.answer) {
        answers.driver <== 1
        m.when(io.pop.ready) { phase.go(.idle) }
      }
    }
  }
}
