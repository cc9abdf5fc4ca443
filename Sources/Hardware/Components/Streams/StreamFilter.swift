import HDL

/// An item with the decision whether it goes on.
public struct MarkedItem: SignalBundle {
  /// The item.
  public let data: Payload
  /// 1 to pass it on, 0 to drop it.
  public let keep: Bit

  /// An item of `width` bits.
  public init(width: Int) { self.init(.bits(width)) }

  /// An item of this shape.
  public init(_ item: PayloadShape) {
    data = .form(item)
    keep = .shape
  }

  public init(data: Payload, keep: Bit) { (self.data, self.keep) = (data, keep) }
}

/// Passes the items of a stream that are marked and drops the others.
///
/// Latency 0, without registers. A dropped item takes one clock, whether the output is ready or not.
public struct StreamFilter: ItemCarrier {
  public var item = PayloadShape.bits(8)

  public init() {}

  public static let parameters: [Parameter<Self>] = [.itemWidth]

  public typealias Ports = StreamPorts<MarkedItem, Payload>

  public var ports: Ports {
    Ports(push: .init(MarkedItem(item), "Items with their marks"), pop: .init(item, "The items that are kept"))
  }

  public var documentation: String {
    "Passes the items with push_keep = 1 and drops the others. No clock edge between."
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    io.pop.valid <== (io.push.valid & io.push.payload.keep)
    io.pop.payload <== io.push.payload.data
    io.push.ready <== (io.pop.ready | !io.push.payload.keep)
  }
}
