import HDL

/// Two registers in a ready/valid stream: no path from an input to an output, `ready` included.
///
/// Latency 1, an item a clock. The second register takes the item that is under way when the output stalls.
public struct SkidBuffer: ItemCarrier {
  public var item = PayloadShape.bits(8)

  public init() {}

  public static let parameters: [Parameter<Self>] = [.itemWidth]

  public typealias Ports = StreamPorts<Payload, Payload>

  public var ports: Ports {
    Ports(push: .init(item, "Items that enter"), pop: .init(item, "The same items a clock later"))
  }

  public var documentation: String {
    """
    Two registers in a ready/valid stream. An item shows one clock edge after it was taken; an item a clock passes.
    Holds two items. Every output is a register or the complement of one.
    """
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let isFull = m.register("is_full", Bit.self, reset: 0)
    let hasSkidded = m.register("has_skidded", Bit.self, reset: 0)
    let takes = io.push.take(when: !hasSkidded)
    let isFree = (!isFull | io.pop.ready).named("is_free")
    let skidded = m.register("skidded", io.push.payload, when: takes & !isFree)
    m.when(isFree) {
      isFull.next <== (takes | hasSkidded)
      hasSkidded.next <== 0
    }
    .otherwise(when: takes) { hasSkidded.next <== 1 }
    m.assert(
      isFull | !hasSkidded, "skids_only_when_full", "the second register is full and the first one is not")
    io.pop.valid <== isFull
    io.pop.payload
      <== m.register("item", mux(hasSkidded, skidded, io.push.payload), when: isFree)
  }
}
