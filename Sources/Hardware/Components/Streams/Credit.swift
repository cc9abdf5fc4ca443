import HDL

/// The sending end of a connection without `ready`: sends only while it has credits.
///
/// A credit stands for a free place at the receiver; it is spent with an item and comes back with `credit`. The path to
/// the receiver and back may take any number of clocks.
public struct CreditSender: ItemCarrier {
  public var item = PayloadShape.bits(8)
  public var credits = 4

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .itemWidth,
    .integer("credits", \.credits, in: 1...65536, "Credits at the start: places at the receiver"),
  ]

  public struct Ports {
    public let push: StreamInput<Payload>
    public let send: Output<Bit>
    public let data: Output<Payload>
    public let credit: Input<Bit>
  }

  public var ports: Ports {
    Ports(
      push: .init(item, "Items that enter"), send: .init("1 in a clock in which an item is sent"),
      data: .init(item, "The item that is sent"),
      credit: .init("1 in a clock in which a credit comes back; never more of them than were spent"))
  }

  public var documentation: String {
    """
    Sends an item for each of \(credits) credits; a credit comes back with credit = 1 and counts from the next clock on.
    No clock edge from input to send.
    """
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let count = m.register("credits", UInt.self, width: bits(for: credits), reset: UInt(credits))
    let sends = io.push.take(when: count .!= 0)
    m.assert(
      !io.credit | (count .!= UInt(credits)), "credits_come_back_once", "a credit came back that was not spent")
    if credits + 1 < 1 << count.width {
      m.assert(count .<= UInt(credits), "has_no_more_than_all_credits", "there are more credits than places")
    }
    m.when(sends & !io.credit) { count.next <== count &- 1 }
      .otherwise(when: !sends & io.credit) { count.next <== count &+ 1 }
    io.send <== sends
    io.data <== io.push.payload
  }
}

/// The receiving end of a connection without `ready`: a queue with a place for every credit.
public struct CreditReceiver: ItemCarrier {
  public var item = PayloadShape.bits(8)
  public var credits = 4

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .itemWidth,
    .integer("credits", \.credits, in: 1...65536, "Places of the queue: credits of the sender"),
  ]

  public struct Ports {
    public let arrives: Input<Bit>
    public let data: Input<Payload>
    public let pop: StreamOutput<Payload>
    public let credit: Output<Bit>
  }

  public var ports: Ports {
    Ports(
      arrives: .init("1 in a clock in which an item arrives"), data: .init(item, "The item that arrives"),
      pop: .init(item, "Items that leave"), credit: .init("1 in a clock in which a place becomes free"))
  }

  public var documentation: String {
    "Queue of \(credits) items behind a sender with as many credits. An item shows one clock edge after it arrives."
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let queue = m.instance(StreamFIFO(carrying: item, depth: credits) { $0.storage = .registers }, "queue")
    m.assert(!io.arrives | queue.push.ready, "has_room_for_credits", "an item came without a credit")
    queue.push.valid <== io.arrives
    queue.push.payload <== io.data
    io.pop <== queue.pop
    io.credit <== (queue.pop.valid & io.pop.ready)
  }
}

/// A stream over a distance: a sender with credits, registers on the way there and back, and a receiver.
///
/// No path within a clock is longer than one end. With 2 × `distance` + 2 credits an item a clock passes.
public struct CreditLink: ItemCarrier {
  public var item = PayloadShape.bits(8)
  public var credits = 6
  public var distance = 2

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .itemWidth,
    .integer("credits", \.credits, in: 1...4096, "Places at the receiver").asQueueDepth(),
    .integer("distance", \.distance, in: 0...1024, "Registers on the way there, and as many on the way back"),
  ]

  public typealias Ports = StreamPorts<Payload, Payload>

  public var ports: Ports { Ports(push: .init(item, "Items that enter"), pop: .init(item, "The same items")) }

  public var documentation: String {
    """
    A stream over \(distance) registers, with \(credits) credits. An item shows \(distance + 1) clock edges after it was
    taken. With at least \(2 * distance + 2) credits an item a clock passes.
    """
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let sender = m.instance(CreditSender(carrying: item) { $0.credits = credits }, "sender")
    let receiver = m.instance(CreditReceiver(carrying: item) { $0.credits = credits }, "receiver")
    sender.push <== io.push
    receiver.arrives <== m.delayed("send", sender.send, by: distance, reset: 0)
    receiver.data <== m.delayed("data", sender.data, by: distance)
    sender.credit <== m.delayed("credit", receiver.credit, by: distance, reset: 0)
    io.pop <== receiver.pop
  }
}
