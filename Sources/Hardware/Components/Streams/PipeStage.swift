import HDL

/// A register in a ready/valid stream: cuts the path from payload to payload, and from valid to valid.
///
/// Latency 1, an item a clock. `ready` still passes through within the clock: ``SkidBuffer`` cuts that path too.
public struct PipeStage: ItemCarrier {
  public var item = PayloadShape.bits(8)

  public init() {}

  public static let parameters: [Parameter<Self>] = [.itemWidth]

  public typealias Ports = StreamPorts<Payload, Payload>

  public var ports: Ports {
    Ports(push: .init(item, "Items that enter"), pop: .init(item, "The same items a clock later"))
  }

  public var documentation: String {
    """
    Register in a ready/valid stream. An item shows one clock edge after it was taken; an item a clock passes.
    Holds one item. push_ready follows pop_ready within the clock.
    """
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let isFull = m.register("is_full", Bit.self, reset: 0)
    let isFree = !isFull | io.pop.ready
    let takes = io.push.take(when: isFree)
    m.when(isFree) { isFull.next <== io.push.valid }
    io.pop.valid <== isFull
    io.pop.payload <== m.register("item", io.push.payload, when: takes)
  }
}
