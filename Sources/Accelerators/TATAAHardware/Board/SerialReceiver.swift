import Components
import HDL

/// Takes bytes from a serial line: a start bit of 0, eight bits with the least significant one first, a stop bit of 1.
///
/// Each bit is sampled once, in the middle of its `divisor` clocks. A byte shows for one clock, half a bit behind the beginning
/// of its stop bit; nothing holds it. A line that is 1 in the middle of a start bit begins nothing; a byte whose stop bit is
/// 0 is dropped.
public struct SerialReceiver: DefaultConfigurable {
  /// Clocks of a bit.
  public var divisor = 25

  /// The default configuration.
  public init() {}

  /// Its parameters.
  public static let parameters: [Parameter<Self>] = [
    .integer("divisor", \.divisor, in: 4...65536, "Clocks of a bit")
  ]

  /// The line and the bytes.
  public struct Ports {
    public let line: Input<Bit>
    public let item: Output<Bits>
    public let arrives: Output<Bit>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      line: .init("The line, 1 at rest; it may change at any time").asynchronous(), item: .init(8, "The byte"),
      arrives: .init("1 in the clock in which there is a byte"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    "Receiver of a serial line, 8 bits without parity, \(divisor) clocks a bit. A byte shows for one clock."
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let level = m.synchronizer("line_seen", io.line, stages: 2, reset: 1)
    let width = bits(for: divisor - 1)
    let isReceiving = m.register("is_receiving", Bit.self, reset: 0)
    let clocksLeft = m.register("clocks_left", UInt.self, width: width, reset: 0)
    let samplesLeft = m.register("samples_left", UInt.self, width: 4, reset: 0)
    let sampled = m.register("sampled", Bits.self, width: 9, reset: 0)
    let arrives = m.register("has_arrived", Bit.self, reset: 0)
    let samples = (isReceiving & (clocksLeft .== 0)).named("samples")
    let isLast = (samplesLeft .== 0).named("is_last")
    // The middle of a start bit that is none.
    let isFalse = ((samplesLeft .== 9) & level).named("is_false_start")
    m.when(!isReceiving) {
      isReceiving.next <== !level
      clocksLeft.next <== UInt(divisor / 2 - 1)
      samplesLeft.next <== 9
    }
    .otherwise(when: samples) {
      isReceiving.next <== !(isLast | isFalse)
      clocksLeft.next <== UInt(divisor - 1)
      samplesLeft.next <== samplesLeft &- 1
    }
    .otherwise { clocksLeft.next <== clocksLeft &- 1 }
    m.when(samples) { sampled.next <== concatenate(level.asBits, sampled[1..<9]) }
    arrives.next <== (samples & isLast & level)
    io.item <== sampled[0..<8]
    io.arrives <== arrives
  }
}
