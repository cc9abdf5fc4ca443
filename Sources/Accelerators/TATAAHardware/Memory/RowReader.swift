import Components
import HDL

/// Reads rows over AXI4: bursts of several rows are under way at once, and a row a cycle comes out where it is one word.
public struct RowReader: DefaultConfigurable {
  /// The bus and its rows.
  public var port: MemoryBus

  /// A reader for a port.
  public init(port: MemoryBus = MemoryBus()) { self.port = port }

  /// The default configuration.
  public init() { self.init(port: MemoryBus()) }

  /// Commands in, rows out, and two channels of the bus.
  public struct Ports {
    public let command: StreamInput<RowCommand>
    public let pop: StreamOutput<MemoryRow>
    public let ar: StreamOutput<BurstAddress>
    public let r: StreamInput<ReadWord>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      command: .init(RowCommand(port), "Rows to be read"), pop: .init(MemoryRow(port), "Rows, in order"),
      ar: .init(BurstAddress(addressWidth: port.addressWidth), "Addresses of bursts"),
      r: .init(ReadWord(bytes: port.wordBytes), "Words from the bus"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    "Reads rows of up to \(port.rowBytes) bytes from any address, up to \(port.outstanding) bursts under way."
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) { port.validate(&parameters) }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let bursts = m.instance(RowBursts(port: port), "bursts")
    bursts.command <== io.command
    let copies = bursts.pop.forked("burst", count: 2, in: m)
    io.ar <== copies[0].mapped(\.bus)
    let queue = copies[1].queued("queue", depth: port.outstanding, storage: .registers, in: m)
    let burst = queue.payload
    let isFull = m.register("is_full", Bit.self, reset: 0)
    let isError = m.register("is_error", Bit.self)
    let number = m.register("number", UInt.self, width: bits(for: port.slots))
    let isFirst = m.register("is_first", Bit.self, reset: 1)
    let takes = io.r.take(when: queue.valid & (!isFull | io.pop.ready)).named("takes")
    let endsBurst = io.r.payload.last
    queue.ready <== (takes & endsBurst)
    let slot = mux(isFirst, 0, number).named("slot")
    m.when(takes) {
      isFirst.next <== (endsBurst & burst.ends)
      number.next <== slot &+ 1
      isError.next <== (io.r.payload.resp[1] | (isError & !isFirst))
    }
    m.when(takes & endsBurst & burst.ends) { isFull.next <== 1 }
      .otherwise(when: io.pop.ready) { isFull.next <== 0 }

    let bytes = (0..<port.wordBytes).map { io.r.payload.data[8 * $0..<8 * $0 + 8] }
    let turned = Self.rotated(bytes, by: burst.firstLane, left: false)
    // A word brings the end of one slot and the beginning of the next one.
    var row: [Bits] = []
    for index in 0..<port.slots {
      for (lane, byte) in turned.enumerated() {
        let isOwn: Bit = lane == 0 ? true : burst.firstLane .<= UInt(port.wordBytes - 1 - lane)
        let comes = takes & mux(isOwn, slot .== UInt(index), slot .== UInt(index + 1))
        row.append(m.register("byte_\(index * port.wordBytes + lane)", byte, when: comes))
      }
    }
    io.pop.valid <== isFull
    io.pop.payload <== MemoryRow(bytes: concatenate(row.reversed()), isError: isError)
  }

  /// Element i of the result is element i + `count` of the list, or i − `count`, around its end.
  static func rotated<T: HardwareValue>(_ list: [T], by count: UInt, left: Bool) -> [T] {
    var result = list
    let total = list.count
    for step in 0..<count.width where 1 << step < total {
      let before = result
      let distance = left ? total - (1 << step) % total : 1 << step
      result = (0..<total).map { mux(count[step], before[($0 + distance) % total], before[$0]) }
    }
    return result
  }
}
