import HDL

/// An ``AsynchronousFIFO`` of which each side may be reset, or may ask for the queue to be emptied, on its own, at any time.
///
/// A reset or a request of one side begins a handshake: both sides are isolated, then both are cleared, then both go on. Items
/// that are inside then are dropped; none shows twice, none is made up, and order is kept. A side that was reset takes and
/// shows nothing until the handshake has ended, so an item that it takes afterwards is dropped by a later reset alone. An item
/// that shows at the output stays, whatever the source does. The handshake takes about 5 × (`stages` + 1) clocks of
/// each side. After power-up each side is reset once, in any order; in a technology without power-up values both are held in
/// reset together then, for 8 × `stages` + 16 clocks of the slower one.
public struct IndependentResetFIFO: ItemQueue {
  public var item = PayloadShape.bits(8)
  public var depth = 16
  public var stages = 2

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .itemWidth,
    .integer("depth", \.depth, in: 2...65536, "Words of the storage, a power of two").asQueueDepth(),
    .integer("stages", \.stages, in: 2...16, "Registers between the clocks, each way"),
  ]

  public struct Ports {
    public let push: StreamInput<Payload>
    public let pop: StreamOutput<Payload>
    public let clearFromSource: Input<Bit>
    public let clearFromDestination: Input<Bit>
  }

  private var queue: AsynchronousFIFO {
    AsynchronousFIFO(carrying: item, depth: depth) {
      ($0.stages, $0.showsOccupancy, $0.canBeIsolated) = (stages, false, true)
    }
  }

  public var ports: Ports {
    Ports(
      push: .init(item, "Items that enter with the source clock").in(.source),
      pop: .init(item, "Items that leave with the destination clock, oldest first").in(.destination),
      clearFromSource: .init("1 to empty the queue, from the side of the source; for a clock or longer").in(.source),
      clearFromDestination: .init("1 to empty the queue, from the side of the destination; for a clock or longer").in(
        .destination))
  }

  public var documentation: String {
    """
    First-in first-out queue of \(queue.capacity + 1) items of \(width) bits from source_clock to destination_clock.
    Ready/valid streams. Each side may be reset on its own, or ask for the queue to be emptied: what is inside is dropped,
    nothing shows twice. After power-up each side is reset once.
    """
  }

  public func validate(_ parameters: inout ParameterCheck) { queue.validate(&parameters) }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let reset = CrossingReset(asks: (io.clearFromSource, io.clearFromDestination), stages: stages, in: m)
    let queue = m.instance(
      queue, "queue", resets: [.source: reset.clears.source, .destination: reset.clears.destination])
    queue.pushIsIsolated <== reset.isolates.source
    queue.popIsIsolated <== reset.isolates.destination
    queue.push <== io.push
    m.domain(.source) { m.assertKept(io.push, taken: io.push.valid & queue.push.ready, "push") }
    m.domain(.destination) {
      // What shows here is no part of the queue any more: the source cannot take it back.
      let isShown = m.register("is_shown", Bit.self, reset: 0)
      let isFree = (!isShown | io.pop.ready) & !reset.isolates.destination
      let loads = queue.pop.take(when: isFree)
      m.when(loads) { isShown.next <== 1 }.otherwise(when: io.pop.ready) { isShown.next <== 0 }
      io.pop.valid <== isShown
      io.pop.payload <== m.register("item", queue.pop.payload, when: loads)
    }
  }
}
