import HDL

/// Two numbers of one width to be divided.
public struct DivisionOperands: SignalBundle {
  /// What is divided.
  public let dividend: Bits
  /// By what.
  public let divisor: Bits

  /// Operands of `width` bits.
  public init(width: Int) {
    dividend = .shape(width)
    divisor = .shape(width)
  }

  public init(dividend: Bits, divisor: Bits) { (self.dividend, self.divisor) = (dividend, divisor) }
}

/// What a division gives.
public struct DivisionResult: SignalBundle {
  /// The quotient, rounded towards zero.
  public let quotient: Bits
  /// What is left; its sign is that of the dividend.
  public let remainder: Bits

  /// A result of `width` bits.
  public init(width: Int) {
    quotient = .shape(width)
    remainder = .shape(width)
  }

  public init(quotient: Bits, remainder: Bits) { (self.quotient, self.remainder) = (quotient, remainder) }
}

/// Divides integers, a bit of the quotient in each clock (restoring division).
///
/// Latency `width` + 1; one division every `width` + 2 clocks. By zero the quotient has all bits 1 (−1 if signed) and the
/// remainder is the dividend; the least number by −1 gives itself, and remainder 0.
public struct Divider: WidthConfigurable {
  public var width = 8
  public var isSigned = true

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("width", \.width, in: 2...1024, "Bits of the operands"),
    .flag("isSigned", \.isSigned, "Whether they are two's complement numbers"),
  ]

  public typealias Ports = StreamPorts<DivisionOperands, DivisionResult>

  public var ports: Ports {
    Ports(
      push: .init(DivisionOperands(width: width), "Divisions to be done"),
      pop: .init(DivisionResult(width: width), "Their results, in order"))
  }

  public var documentation: String {
    """
    Restoring division of \(isSigned ? "signed" : "unsigned") numbers of \(width) bits, rounded towards zero.
    A result shows \(width + 1) clock edges after its operands were taken. By zero: quotient all ones, remainder the
    dividend.
    """
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let work = Iteration(steps: width, from: io.push, to: io.pop, in: m)
    let operands = io.push.payload
    let divisor = m.register("divisor", magnitude(operands.divisor), when: work.starts)

    // The dividend leaves at the top while the quotient enters below.
    let quotient = m.register("quotient", UInt.self, width: width)
    let remainder = m.register("remainder", UInt.self, width: width)
    let shifted = concatenate(remainder, quotient[width - 1]).asUnsigned
    let fits = (shifted .>= divisor).named("fits")
    m.when(work.starts) {
      quotient.next <== magnitude(operands.dividend)
      remainder.next <== 0
    }
    .otherwise(when: work.isWorking) {
      quotient.next <== concatenate(quotient[0..<(width - 1)], fits).asUnsigned
      remainder.next <== mux(fits, shifted &- divisor, shifted).truncated(to: width)
    }
    m.assert(
      !(work.isWorking | work.isDone) | (divisor .== 0) | (remainder .< divisor), "remainder_is_below_divisor",
      "the remainder is not below the divisor")
    guard isSigned else {
      io.pop.payload.quotient <== quotient.asBits
      io.pop.payload.remainder <== remainder.asBits
      return
    }
    let dividendSign = operands.dividend[width - 1]
    let signsDiffer = (dividendSign ^ operands.divisor[width - 1]) & operands.divisor.any
    let negatesQuotient = m.register("negates_quotient", signsDiffer, when: work.starts)
    let negatesRemainder = m.register("negates_remainder", dividendSign, when: work.starts)
    io.pop.payload.quotient <== negated(quotient, when: negatesQuotient).asBits
    io.pop.payload.remainder <== negated(remainder, when: negatesRemainder).asBits
  }

  private func magnitude(_ number: Bits) -> UInt {
    isSigned ? negated(number.asUnsigned, when: number[width - 1]) : number.asUnsigned
  }

  private func negated(_ number: UInt, when condition: Bit) -> UInt { mux(condition, ~number &+ 1, number) }
}
