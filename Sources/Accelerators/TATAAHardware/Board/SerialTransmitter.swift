import HDL

/// Puts bytes on a serial line: a start bit of 0, eight bits with the least significant one first, a stop bit of 1.
///
/// A byte takes 10 · `divisor` clocks; the next one may be given in the clock in which `isBusy` is 0 again.
public struct SerialTransmitter: DefaultConfigurable {
  /// Clocks of a bit.
  public var divisor = 25

  /// The default configuration.
  public init() {}

  /// Its parameters.
  public static let parameters: [Parameter<Self>] = [
    .integer("divisor", \.divisor, in: 4...65536, "Clocks of a bit")
  ]

  /// The bytes and the line.
  public struct Ports {
    public let item: Input<Bits>
    public let sends: Input<Bit>
    public let isBusy: Output<Bit>
    public let line: Output<Bit>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      item: .init(8, "The byte to be sent"), sends: .init("1 to send it; it has no effect while is_busy is 1"),
      isBusy: .init("1 while a byte is on the line"), line: .init("The line, 1 at rest"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    "Transmitter of a serial line, 8 bits without parity, \(divisor) clocks a bit."
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let isBusy = m.register("is_sending", Bit.self, reset: 0)
    let clocksLeft = m.register("clocks_left", UInt.self, width: bits(for: divisor - 1), reset: 0)
    let bitsLeft = m.register("bits_left", UInt.self, width: 4, reset: 0)
    let frame = m.register("frame", Bits.self, width: 10, reset: Bits(0x3FF))
    let begins = (io.sends & !isBusy).named("begins")
    let moves = (isBusy & (clocksLeft .== 0)).named("moves")
    let one = (true as Bit).asBits
    m.when(begins) {
      isBusy.next <== 1
      clocksLeft.next <== UInt(divisor - 1)
      bitsLeft.next <== 9
      frame.next <== concatenate(one, io.item, (false as Bit).asBits)
    }
    .otherwise(when: moves) {
      isBusy.next <== (bitsLeft .!= 0)
      clocksLeft.next <== UInt(divisor - 1)
      bitsLeft.next <== bitsLeft &- 1
      frame.next <== concatenate(one, frame[1..<10])
    }
    .otherwise { clocksLeft.next <== clocksLeft &- 1 }
    io.isBusy <== isBusy
    io.line <== frame[0]
  }
}
