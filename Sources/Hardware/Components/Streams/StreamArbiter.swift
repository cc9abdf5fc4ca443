import HDL

/// An item of any kind with the number of the stream that it came from.
public struct SourcedItem<T: PortElement>: SignalBundle {
  /// The item.
  public let data: T
  /// Where it came from.
  public let source: UInt

  public init(data: T, source: UInt) { (self.data, self.source) = (data, source) }

  /// The shape of an item like `data` from one of `sources` streams.
  public init(_ data: T, sources: Int) {
    self.init(data: data, source: .shape(bits(for: max(2, sources) - 1)))
  }
}

/// Merges several streams into one, item by item.
///
/// Latency 0, an item a clock. The choice, once shown at the output, stays until the item is taken, whoever else asks in
/// the meantime.
public struct StreamArbiter: ItemCarrier {
  public var item = PayloadShape.bits(8)
  public var count = 3
  public var policy = ArbitrationPolicy.roundRobin

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .itemWidth,
    .integer("count", \.count, in: 1...256, "Number of inputs"),
    .choice("policy", \.policy, "Who is first"),
  ]

  public struct Ports {
    public let push: [StreamInput<Payload>]
    public let pop: StreamOutput<SourcedItem<Payload>>
  }

  public var ports: Ports {
    Ports(
      push: (0..<max(0, count)).map { _ in .init(item, "Items that enter") },
      pop: .init(SourcedItem(Payload.form(item), sources: count), "All of them, each with the number of its input"))
  }

  public var documentation: String {
    """
    Merges \(count) streams, \(policy == .roundRobin ? "in turn" : "the lowest number first"). No clock edge between.
    A choice shown at the output stays until it is taken.
    """
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let inputs = io.push
    let requests = concatenate(inputs.reversed().map(\.valid)).named("requests")
    let isHeld = m.register("is_held", Bit.self, reset: 0)
    let held = m.register("held", Bits.self, width: count, reset: 0)
    let isOffered = requests.any
    let turn = Turn("turn", count: count, policy: policy, in: m)
    let chosen = mux(isHeld, held, turn.grant(requests)).named("chosen")
    turn.pass(after: chosen, when: isOffered & io.pop.ready, in: m)
    isHeld.next <== (isOffered & !io.pop.ready)
    held.next <== chosen
    m.assert(
      !isHeld | (requests & held).any, "choice_stays_until_taken",
      "the chosen item was withdrawn before it was taken")
    m.assert((chosen.asUnsigned & (chosen.asUnsigned &- 1)) .== 0, "chooses_one", "several inputs were chosen")
    turn.check(in: m)
    for (position, input) in inputs.enumerated() {
      input.take(when: io.pop.ready & chosen[position])
    }
    let source = index(ofOneHot: chosen)
    io.pop.valid <== isOffered
    io.pop.payload.data <== select(source, inputs.map(\.payload))
    io.pop.payload.source <== source
  }
}
