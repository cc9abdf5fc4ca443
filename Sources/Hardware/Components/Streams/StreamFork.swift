import HDL

/// Gives each item of a stream to several streams, each of which takes it when it likes.
///
/// Latency 0, an item a clock when all outputs take it at once. An output that has taken the item waits for the others;
/// the input is taken when the last output is.
public struct StreamFork: ItemCarrier {
  public var item = PayloadShape.bits(8)
  public var count = 2

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .itemWidth,
    .integer("count", \.count, in: 1...1024, "Number of outputs"),
  ]

  public struct Ports {
    public let push: StreamInput<Payload>
    public let pop: [StreamOutput<Payload>]
  }

  public var ports: Ports {
    Ports(
      push: .init(item, "Items that enter"),
      pop: (0..<max(0, count)).map { _ in .init(item, "Each gets every item") })
  }

  public var documentation: String {
    """
    Gives each item to \(count) streams. Each output takes it at a time of its own; the input is taken with the last one.
    No clock edge from input to outputs.
    """
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let outputs = io.pop
    let payload = io.push.payload
    let done = (0..<count).map { m.register("is_done_\($0)", Bit.self, reset: 0) }
    let isComplete = allOf(zip(done, outputs).map { $0 | $1.ready }).named("is_complete")
    for (done, output) in zip(done, outputs) {
      output.valid <== (io.push.valid & !done)
      output.payload <== payload
      m.when(io.push.valid) { done.next <== (!isComplete & (done | output.ready)) }
    }
    io.push.take(when: isComplete)
    m.assert(
      io.push.valid | !anyOf(done), "item_stays_until_all_took_it",
      "an item was withdrawn that some outputs have taken")
    m.assert(!allOf(done), "waits_for_an_output", "all outputs have taken an item that is still there")
  }
}
