import Components
import HDL

/// A burst of words that holds a row, or a part of one.
public struct RowBurst: SignalBundle {
  /// Address of the first word, and words less one.
  public let bus: BurstAddress
  /// The place of the row's first byte in its first word.
  public let firstLane: UInt
  /// The place of the row's last byte in its last word.
  public let lastLane: UInt
  /// 1 when the row begins with this burst.
  public let begins: Bit
  /// 1 when the row ends with this burst.
  public let ends: Bit

  /// A burst of a port.
  public init(_ port: MemoryBus) {
    bus = BurstAddress(addressWidth: port.addressWidth)
    (firstLane, lastLane, begins, ends) = (.shape(port.laneWidth), .shape(port.laneWidth), .shape, .shape)
  }

  /// The fields, each of which may be a literal.
  public init(bus: BurstAddress, firstLane: UInt, lastLane: UInt, begins: Bit, ends: Bit) {
    (self.bus, self.firstLane, self.lastLane, self.begins, self.ends) = (bus, firstLane, lastLane, begins, ends)
  }
}

/// Cuts commands into bursts: one for each row, two where a row crosses a boundary of 4 KiB. A burst a cycle.
public struct RowBursts: DefaultConfigurable {
  /// The bus and its rows.
  public var port: MemoryBus

  /// Bursts of a port.
  public init(port: MemoryBus = MemoryBus()) { self.port = port }

  /// The default configuration.
  public init() { self.init(port: MemoryBus()) }

  /// Commands in, bursts out.
  public struct Ports {
    public let command: StreamInput<RowCommand>
    public let pop: StreamOutput<RowBurst>
    public let isBusy: Output<Bit>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      command: .init(RowCommand(port), "Rows"), pop: .init(RowBurst(port), "Their bursts"),
      isBusy: .init("1 while bursts of a command are still to come"))
  }

  /// What stands above the emitted module.
  public var documentation: String { "A burst for each row of a command, two where a row crosses a boundary of 4 KiB." }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) { port.validate(&parameters) }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let isBusy = m.register("is_busy_now", Bit.self, reset: 0)
    let row = m.register("row", of: RowCommand(port))
    let isSecond = m.register("is_second_part", Bit.self, reset: 0)
    let lanes = port.laneWidth
    let offset = row.address[0..<12].asUnsigned
    let end = (offset + row.lastByte.extended(to: 12)).named("end_in_page")
    let crosses = end[12]
    let (firstWord, lastWord) = (offset[lanes..<12].asUnsigned, end[lanes..<12].asUnsigned)
    let page = row.address[12..<port.addressWidth].asUnsigned
    let moves = (isBusy & io.pop.ready).named("moves")
    let ends = isSecond | !crosses
    let isOver = (moves & ends & (row.lastRow .== 0)).named("is_over")
    let starts = io.command.take(when: !isBusy | isOver)
    m.when(starts) {
      isBusy.next <== 1
      isSecond.next <== 0
      row.next <== io.command.payload
    }
    .otherwise(when: moves) {
      isSecond.next <== !ends
      m.when(ends) {
        row.next.address <== row.address &+ row.stride
        row.next.lastRow <== row.lastRow &- 1
        m.when(row.lastRow .== 0) { isBusy.next <== 0 }
      }
    }
    let start = concatenate(
      mux(isSecond, page &+ 1, page), mux(isSecond, 0, firstWord), m.constant(0, width: lanes, as: Bits.self))
    // Up to the end of the page, or of the row.
    let last = mux(isSecond | !crosses, lastWord, m.constant(.ones(12 - lanes), as: UInt.self))
    let length = last &- mux(isSecond, 0, firstWord)
    io.pop.valid <== isBusy
    io.pop.payload
      <== RowBurst(
        bus: BurstAddress(address: start.asUnsigned, length: length.resized(to: 8)),
        firstLane: row.address[0..<lanes].asUnsigned, lastLane: end[0..<lanes].asUnsigned, begins: !isSecond, ends: ends
      )
    io.isBusy <== isBusy
  }
}
