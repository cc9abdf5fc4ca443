import HDL

/// A root and what is left: `root`² + `remainder` is the number.
public struct RootResult: SignalBundle {
  /// The greatest integer of which the square is not greater than the number.
  public let root: UInt
  /// The number without that square.
  public let remainder: UInt

  /// A result for numbers of `width` bits.
  public init(width: Int) {
    root = .shape((width + 1) / 2)
    remainder = .shape((width + 1) / 2 + 1)
  }

  public init(root: UInt, remainder: UInt) { (self.root, self.remainder) = (root, remainder) }
}

/// Takes integer square roots, a bit of the root in each clock.
///
/// Latency ⌈`width` ÷ 2⌉ + 1; one root every ⌈`width` ÷ 2⌉ + 2 clocks.
public struct SquareRoot: WidthConfigurable {
  public var width = 16

  public init() {}

  public static let parameters: [Parameter<Self>] = [.integer("width", \.width, in: 2...1024, "Bits of the number")]

  public typealias Ports = StreamPorts<UInt, RootResult>

  public var ports: Ports {
    Ports(push: .init(width, "Numbers"), pop: .init(RootResult(width: width), "Their roots, in order"))
  }

  public var documentation: String {
    """
    Integer square root of numbers of \(width) bits, with remainder.
    A result shows \((width + 1) / 2 + 1) clock edges after its number was taken.
    """
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let digits = (width + 1) / 2
    let work = Iteration(steps: digits, from: io.push, to: io.pop, in: m)
    let number = m.register("number", UInt.self, width: 2 * digits)
    let root = m.register("root", UInt.self, width: digits)
    let remainder = m.register("remainder", UInt.self, width: digits + 1)
    // Two bits of the number come down; the square of a root with one more bit 1 needs 4 × root + 1 of them.
    let top = number[(2 * digits - 2)..<(2 * digits)]
    let brought = concatenate(remainder, top).asUnsigned
    let trial = concatenate(root, m.constant(1, width: 2, as: Bits.self)).asUnsigned
    let fits = (brought .>= trial).named("fits")
    m.when(work.starts) {
      number.next <== io.push.payload.extended(to: 2 * digits)
      root.next <== 0
      remainder.next <== 0
    }
    .otherwise(when: work.isWorking) {
      // The number goes round: what comes in below is never looked at.
      if digits > 1 { number.next <== concatenate(number[0..<(2 * digits - 2)], top).asUnsigned }
      root.next <== (digits == 1 ? fits.asUnsigned : concatenate(root[0..<(digits - 1)], fits).asUnsigned)
      remainder.next <== mux(fits, brought &- trial, brought).truncated(to: digits + 1)
    }
    m.assert(
      !(work.isWorking | work.isDone) | (remainder .<= (root << 1)), "remainder_is_within_the_root",
      "the square of the next root fits")
    io.pop.payload.root <== root
    io.pop.payload.remainder <== remainder
  }
}
