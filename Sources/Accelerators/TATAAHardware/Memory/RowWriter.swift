import Components
import HDL

/// Writes rows over AXI4: a word a cycle, bursts of several rows and of several commands under way at once. `isIdle` is 1
/// when the memory has acknowledged every burst.
///
/// Addresses and words go out independently of each other, as AXI asks for.
public struct RowWriter: DefaultConfigurable {
  /// The bus and its rows.
  public var port: MemoryBus

  /// A writer for a port.
  public init(port: MemoryBus = MemoryBus()) { self.port = port }

  /// The default configuration.
  public init() { self.init(port: MemoryBus()) }

  /// Commands and rows in, and three channels of the bus.
  public struct Ports {
    public let command: StreamInput<RowCommand>
    public let push: StreamInput<Bits>
    public let isIdle: Output<Bit>
    public let isError: Output<Bit>
    public let aw: StreamOutput<BurstAddress>
    public let w: StreamOutput<WriteWord>
    public let b: StreamInput<Bits>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      command: .init(RowCommand(port), "Rows to be written"),
      push: .init(8 * port.rowBytes, "The bytes of each row, its first one in the low bits"),
      isIdle: .init("1 when all rows of all commands have been acknowledged"),
      isError: .init("1 for a cycle when the memory reports an error"),
      aw: .init(BurstAddress(addressWidth: port.addressWidth), "Addresses of bursts"),
      w: .init(WriteWord(bytes: port.wordBytes), "Words to the bus"),
      b: .init(2, "One for each burst: 0 or 1 when all is well, 2 or 3 otherwise"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    "Writes rows of up to \(port.rowBytes) bytes to any address, up to \(port.outstanding) bursts waiting in queues."
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) { port.validate(&parameters) }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let bursts = m.instance(RowBursts(port: port), "bursts")
    let commands = io.command.queued("commands", depth: 2, storage: .registers, in: m)
    let starts = (commands.valid & bursts.command.ready).named("starts")
    bursts.command <== commands

    let copies = bursts.pop.forked("burst", count: 2, in: m)
    io.aw <== copies[0].mapped(\.bus).queued("addresses", depth: port.outstanding, storage: .registers, in: m)
    let words = copies[1].queued("words", depth: port.outstanding, storage: .registers, in: m)

    let sent = writeWords(words, io, m)
    // Bursts whose words have gone out and that the memory has not acknowledged, and rows whose words have not gone out.
    let open = m.register("bursts_open", UInt.self, width: 16, reset: 0)
    let rows = m.register("rows_to_go", UInt.self, width: io.command.payload.lastRow.width + 3, reset: 0)
    let answered = io.b.take(when: open .!= 0)
    m.when(sent.burst & !answered) { open.next <== open &+ 1 }
      .otherwise(when: !sent.burst & answered) { open.next <== open &- 1 }
    let added = mux(starts, (commands.payload.lastRow + 1).resized(to: rows.width), 0)
    rows.next <== (rows &+ added &- sent.row.asUnsigned.extended(to: rows.width))
    io.isIdle <== (!commands.valid & (rows .== 0) & (open .== 0))
    io.isError <== (answered & io.b.payload[1])
  }

  /// Sends the words of the bursts; tells when the last one of a burst, and of a row, has gone out.
  private func writeWords(
    _ queue: Stream<RowBurst>, _ io: Interior<Ports>, _ m: Module
  ) -> (burst: Bit, row: Bit) {
    let burst = queue.payload
    let slotWidth = bits(for: port.slots)
    let number = m.register("number", UInt.self, width: slotWidth)
    let left = m.register("words_left", UInt.self, width: 8)
    let isFirst = m.register("is_first", Bit.self, reset: 1)
    let toGo = mux(isFirst, burst.bus.length, left).named("to_go")
    let slot = mux(isFirst & burst.begins, 0, number).named("slot")
    let offers = queue.valid & io.push.valid
    let moves = (offers & io.w.ready).named("moves")
    let isLast = (toGo .== 0).named("is_last")
    m.when(moves) {
      isFirst.next <== isLast
      left.next <== toGo &- 1
      number.next <== slot &+ 1
    }
    let endsRow = isLast & burst.ends
    io.push.ready <== (queue.valid & io.w.ready & endsRow)
    queue.ready <== (io.push.valid & io.w.ready & isLast)

    let lanes = port.wordBytes
    func byte(_ index: Int, _ lane: Int) -> Bits {
      let place = 8 * (index * lanes + lane)
      return io.push.payload[place..<place + 8]
    }
    let bytes = (0..<lanes).map { lane -> Bits in
      let isOwn: Bit = lane == 0 ? true : burst.firstLane .<= UInt(lanes - 1 - lane)
      let own = select(slot, (0...port.slots).map { byte(min($0, port.slots - 1), lane) })
      let before = select(slot, (0...port.slots).map { byte(max(0, $0 - 1), lane) })
      return mux(isOwn, own, before)
    }
    let turned = RowReader.rotated(bytes, by: burst.firstLane, left: true)
    let strobe = (0..<lanes).map { lane -> Bit in
      let isBefore: Bit = lane == lanes - 1 ? false : isFirst & burst.begins & (burst.firstLane .> UInt(lane))
      let isBehind: Bit = lane == 0 ? false : endsRow & (burst.lastLane .< UInt(lane))
      return !(isBefore | isBehind)
    }
    io.w.valid <== offers
    io.w.payload
      <== WriteWord(data: concatenate(turned.reversed()), strobe: concatenate(strobe.reversed()), last: isLast)
    return (moves & isLast, moves & endsRow)
  }
}
