import Components
import HDL

/// What a closed loop is told.
public struct SparsityOrder: SignalBundle {
  /// 0 writes an entry of a table, 1 names the wanted share, 2 names a threshold, 3 brings what was measured.
  public let kind: UInt
  /// Which loop, and the place of an entry in its table.
  public let loop, index: UInt
  /// The share of an entry, or the wanted one.
  public let share: UInt
  /// The threshold of an entry, or the one to be used.
  public let threshold: UInt
  /// g: a deviation of the whole moves a threshold by 2^(2 − g) octaves.
  public let gainShift: UInt
  /// Whether a loop with a new share goes on from what it asked before.
  public let keeps: Bit
  /// Numbers of a block, and zeros among them.
  public let numbers, zeros: UInt

  /// An order of a unit.
  public init(_ unit: SparsityController) {
    kind = .shape(2)
    (loop, index) = (.shape(unit.interpolator.tableWidth), .shape(unit.interpolator.indexWidth))
    (share, threshold) = (.shape(max(1, unit.shareBits)), .shape(max(1, unit.thresholdWidth)))
    (gainShift, keeps) = (.shape(3), .shape)
    (numbers, zeros) = (.shape(max(1, unit.countWidth)), .shape(max(1, unit.countWidth)))
  }

  /// The fields, each of which may be a literal.
  public init(
    kind: UInt, loop: UInt, index: UInt, share: UInt, threshold: UInt, gainShift: UInt, keeps: Bit, numbers: UInt,
    zeros: UInt
  ) {
    (self.kind, self.loop, self.index, self.share) = (kind, loop, index, share)
    (self.threshold, self.gainShift, self.keeps) = (threshold, gainShift, keeps)
    (self.numbers, self.zeros) = (numbers, zeros)
  }
}

/// The threshold that a loop uses from now on.
public struct SparsityAnswer: SignalBundle {
  /// Which loop.
  public let loop: UInt
  /// Its threshold.
  public let threshold: UInt

  /// An answer of a unit.
  public init(_ unit: SparsityController) {
    (loop, threshold) = (.shape(unit.interpolator.tableWidth), .shape(max(1, unit.thresholdWidth)))
  }

  /// The fields, each of which may be a literal.
  public init(loop: UInt, threshold: UInt) { (self.loop, self.threshold) = (loop, threshold) }
}

/// DynaTran's closed loops: thresholds that follow the shares of zeros that masks show, one for each of several places.
///
/// Each loop has a table of its own in a ``ThresholdInterpolator``, which says where it begins. After each block of results it is told
/// how many numbers there were and how many are zero; an integral of the deviations decides by which power of 2 the threshold is
/// moved. Thresholds equal ``/Golden/SparsityLoop`` in every bit. A loop is told its share or its threshold before anything else.
///
/// All but entries are answered with the loop's threshold, in order, one after the other: what was measured after
/// `shareBits` + `countWidth` + 9 clocks, a share after as many as a question to the table and 6 more, a threshold after 8.
public struct SparsityController: DefaultConfigurable {
  public var shareBits = 16
  public var thresholdWidth = 16
  public var countWidth = 20
  public var entries = 32
  public var loops = 8

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("shareBits", \.shareBits, in: 2...24, "Bits of a share of zeros below the point"),
    .integer("thresholdWidth", \.thresholdWidth, in: 2...32, "Bits of a threshold"),
    .integer("countWidth", \.countWidth, in: 2...32, "Bits of the count of numbers in a block"),
    .integer("entries", \.entries, in: 2...256, "Entries of a table, a power of 2"),
    .integer("loops", \.loops, in: 1...64, "Loops, a power of 2"),
  ]

  /// Orders in, thresholds out.
  public typealias Ports = StreamPorts<SparsityOrder, SparsityAnswer>

  public var ports: Ports {
    Ports(
      push: .init(SparsityOrder(self), "Tables, wanted shares, thresholds, and what was measured"),
      pop: .init(SparsityAnswer(self), "A threshold for each of them but entries, in order"))
  }

  public var documentation: String {
    """
    \(loops) closed loop(s) that track a share of zeros by a threshold, with tables of \(entries) entries.
    An integral of the deviations moves it by powers of 2.
    """
  }

  /// The tables.
  var interpolator: ThresholdInterpolator {
    ThresholdInterpolator {
      ($0.shareBits, $0.thresholdWidth, $0.entries, $0.tables) = (shareBits, thresholdWidth, entries, loops)
    }
  }

  public func validate(_ parameters: inout ParameterCheck) { parameters.require(interpolator) }

  private enum Phase: HardwareEnum {
    case idle, look, choose, ask, wait, divide, move, scale, answer
  }

  /// What a loop remembers.
  private struct State: SignalBundle {
    let target, gainShift, base: UInt
    let exponent: SInt
    let isFixed: Bit

    init(_ unit: SparsityController) {
      (target, gainShift, base) = (.shape(unit.shareBits), .shape(3), .shape(unit.thresholdWidth))
      (exponent, isFixed) = (.shape(unit.exponentWidth), .shape)
    }

    init(target: UInt, gainShift: UInt, base: UInt, exponent: SInt, isFixed: Bit) {
      (self.target, self.gainShift, self.base) = (target, gainShift, base)
      (self.exponent, self.isFixed) = (exponent, isFixed)
    }
  }

  /// Bits of the power of 2: four in front of the point, and five more behind it than a share has.
  private var exponentWidth: Int { shareBits + 9 }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let tables = m.instance(interpolator, "tables")
    let isIdle = m.wire("is_idle", Bit.self, default: 0)
    let isEntry = (io.push.payload.kind .== 0).named("is_entry")
    io.push.ready <== (isIdle & (!isEntry | tables.push.ready))
    let takes = (isIdle & io.push.valid & !isEntry).named("takes")
    let order = m.register("order", io.push.payload, when: takes)
    let (aims, fixes) = ((order.kind .== 1).named("aims"), (order.kind .== 2).named("fixes"))

    let states = m.memory("states", of: State(self), depth: loops)
    let place = order.loop.fitted(to: states.addressWidth)
    let old = states.read(at: place)
    let counts = (!aims & !fixes & !old.isFixed & order.numbers.any).named("counts")

    // The share that was measured.
    let quotientWidth = countWidth + shareBits
    let divider = m.instance(Divider(width: quotientWidth) { $0.isSigned = false }, "divider")
    let divides = m.wire("divides", Bit.self, default: 0)
    divider.push.valid <== divides
    divider.push.payload
      <== DivisionOperands(
        dividend: concatenate(order.zeros, m.constant(0, width: shareBits, as: UInt.self)),
        divisor: order.numbers.extended(to: quotientWidth).asBits)
    divider.pop.ready <== 1
    let quotient = divider.pop.payload.quotient
    let isOver = quotient[shareBits..<quotientWidth].any
    let measured = m.register(
      "measured", mux(isOver, m.constant(.ones(shareBits), as: Bits.self), quotient[0..<shareBits]).asUnsigned,
      when: divider.pop.valid)

    // The power of 2: the integral of deviations.
    let deviation = (concatenate(Bit(0), old.target).asSigned - concatenate(Bit(0), measured).asSigned)
    let step = ((deviation << 7) >> old.gainShift).named("step")
    let moved = (old.exponent + step).saturated(to: exponentWidth)
    let exponent = m.register("exponent", SInt.self, width: exponentWidth)
    let base = m.register("base", UInt.self, width: thresholdWidth)
    let isFixed = m.register("is_fixed", Bit.self)

    // The threshold: base · 2^i (1 + f).
    let fraction = exponent.asBits[5..<shareBits + 5]
    let product = m.register("product", base * concatenate(Bit(1), fraction).asUnsigned)
    // 2^8 times as much, so that the power is whole.
    let whole = concatenate(!exponent.isNegative, exponent.asBits[shareBits + 5..<exponentWidth - 1]).asUnsigned
    let scaled = ((product.extended(to: product.width + 15) &<< whole) >> (shareBits + 8)).named("scaled")
    let isGreatest = scaled.asBits[thresholdWidth..<scaled.width].any
    let threshold = mux(
      isFixed, base,
      mux(
        isGreatest, m.constant(.ones(thresholdWidth), as: Bits.self), scaled.asBits[0..<thresholdWidth]
      ).asUnsigned)

    let asks = m.wire("asks", Bit.self, default: 0)
    let answers = m.wire("answers", Bit.self, default: 0)
    tables.push.valid <== mux(isIdle, io.push.valid & isEntry, asks)
    tables.push.payload
      <== ThresholdOrder(
        isEntry: isIdle, isDirect: 0, table: mux(isIdle, io.push.payload.loop, order.loop),
        index: io.push.payload.index, share: mux(isIdle, io.push.payload.share, order.share),
        threshold: io.push.payload.threshold)
    tables.pop.ready <== 1
    io.pop.valid <== answers
    io.pop.payload <== SparsityAnswer(loop: order.loop, threshold: threshold)
    // A fixed threshold stands in the place of the base until the next share.
    states.write(
      State(
        target: mux(aims, order.share, old.target), gainShift: mux(aims, order.gainShift, old.gainShift), base: base,
        exponent: exponent, isFixed: isFixed), at: place, when: answers & io.pop.ready)

    let isChoosing = m.wire("is_choosing", Bit.self, default: 0)
    let isWaiting = m.wire("is_waiting", Bit.self, default: 0)
    let isMoving = m.wire("is_moving", Bit.self, default: 0)
    m.when(isChoosing) {
      exponent.next <== mux(aims & !order.keeps, 0, old.exponent)
      base.next <== mux(fixes, order.threshold, old.base)
      isFixed.next <== (fixes | (!aims & old.isFixed))
    }
    .otherwise(when: isWaiting) { base.next <== mux(tables.pop.payload.any, tables.pop.payload, 1) }
    .otherwise(when: isMoving) { exponent.next <== moved }
    m.stateMachine("phase", of: Phase.self, reset: .idle) { phase in
      phase.when(.idle) {
        isIdle.driver <== 1
        m.when(takes) { phase.go(.look) }
      }
      phase.when(.look) { phase.go(.choose) }
      phase.when(.choose) {
        isChoosing.driver <== 1
        divides.driver <== counts
        m.when(aims) { phase.go(.ask) }
          .otherwise(when: counts) { phase.go(.divide) }
          .otherwise { phase.go(.scale) }
      }
      phase.when(.ask) {
        asks.driver <== 1
        phase.go(.wait)
      }
      phase.when(.wait) {
        isWaiting.driver <== 1
        m.when(tables.pop.valid) { phase.go(.scale) }
      }
      phase.when(.divide) { m.when(divider.pop.valid) { phase.go(.move) } }
      phase.when(.move) {
        isMoving.driver <== 1
        phase.go(.scale)
      }
      phase.when(.scale) { phase.go(.answer) }
      phase.when(.answer) {
        answers.driver <== 1
        m.when(io.pop.ready) { phase.go(.idle) }
      }
    }
  }
}
