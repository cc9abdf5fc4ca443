import HDL

/// Items of one clock handed to another one, one at a time, by a handshake.
///
/// The source holds the item and turns a request over; the destination, which sees the request `stages` edges later,
/// takes the item and turns an acknowledgement over. So the item stands still while it is taken, whatever the clocks, and
/// an item takes `stages` + 1 to `stages` + 2 edges of each clock in turn. For an item a clock there is
/// ``AsynchronousFIFO``. Both sides are reset together, as those of ``AsynchronousFIFO``; an assertion fails at the first
/// item that passes after a reset of one side alone.
public struct BusSynchronizer: ItemCarrier {
  public var item = PayloadShape.bits(8)
  public var stages = 2

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .itemWidth,
    .integer("stages", \.stages, in: 2...16, "Registers between the clocks, each way"),
  ]

  public typealias Ports = StreamPorts<Payload, Payload>

  public var ports: Ports {
    Ports(
      push: .init(item, "Items of the source clock").in(.source),
      pop: .init(item, "The same items for the destination clock").in(.destination))
  }

  public var documentation: String {
    """
    Hands items of \(width) bits from source_clock to destination_clock, one at a time: ready/valid streams.
    A request and an acknowledgement cross through \(stages) registers each. Reset both sides together.
    """
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let request = m.domain(.source) { m.register("request", Bit.self, reset: 0) }
    let acknowledge = m.domain(.destination) { m.register("acknowledge", Bit.self, reset: 0) }

    let held = m.domain(.source) {
      let isDone = m.synchronizer("done", acknowledge, stages: stages, reset: 0) .== request
      let takes = io.push.take(when: isDone)
      m.when(takes) { request.next <== !request }
      return m.register("held", io.push.payload, when: takes)
    }
    m.domain(.destination) {
      let isShown = m.register("is_shown", Bit.self, reset: 0)
      let asks = m.synchronizer("asked", request, stages: stages, reset: 0) .!= acknowledge
      let loads = (asks & (!isShown | io.pop.ready)).named("loads")
      m.when(loads) {
        acknowledge.next <== !acknowledge
        isShown.next <== 1
      }
      .otherwise(when: io.pop.ready) { isShown.next <== 0 }
      m.assertResetTogether(when: isShown & io.pop.ready, stages: stages)
      io.pop.valid <== isShown
      io.pop.payload <== m.captured("item", held, when: loads)
    }
  }
}
