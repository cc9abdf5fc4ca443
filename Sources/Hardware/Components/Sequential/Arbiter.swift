import HDL

/// Grants one of several requests in each clock.
///
/// The grant follows the requests within the clock. The turn passes on at clock edges at which `advance` is 1 and there
/// is a grant; hold it at 0 to keep granting by the same order, for instance until a transfer ends.
public struct Arbiter: DefaultConfigurable, FixedLatencyGenerator {
  public var count = 4
  public var policy = ArbitrationPolicy.roundRobin

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("count", \.count, in: 1...1024, "Number of requests"),
    .choice("policy", \.policy, "Who is granted"),
  ]

  public struct Ports {
    public let request: Input<Bits>
    public let advance: Input<Bit>
    public let grant: Output<Bits>
    public let index: Output<UInt>
    public let isGranted: Output<Bit>
  }

  public var ports: Ports {
    Ports(
      request: .init(count, "Bit i is 1 while i asks"), advance: .init("1 to pass the turn on after this clock"),
      grant: .init(count, "At most one bit is 1: the one that is granted"),
      index: .init(bits(for: max(1, count - 1)), "The number of the granted one; 0 when nobody asks"),
      isGranted: .init("1 when somebody is granted"))
  }

  public var documentation: String {
    """
    Grants one of \(count) requests within the clock, \(policy == .roundRobin ? "in turn" : "the lowest one").
    \(policy == .roundRobin ? "The turn passes on where advance is 1." : "advance has no effect.")
    """
  }

  /// Grants follow requests within the clock.
  public var latency: Int { 0 }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let isGranted = io.request.any
    let turn = Turn("turn", count: count, policy: policy, in: m)
    let grant = turn.grant(io.request).named("granted")
    turn.pass(after: grant, when: io.advance & isGranted, in: m)
    // Without a turn there is no state, and so no clock.
    if count > 1, policy == .roundRobin {
      m.assert((grant.asUnsigned & (grant.asUnsigned &- 1)) .== 0, "grants_one", "several requests were granted")
      m.assert((grant & ~io.request) .== 0, "grants_who_asks", "somebody was granted who does not ask")
      turn.check(in: m)
    }
    io.grant <== grant
    io.index <== index(ofOneHot: grant)
    io.isGranted <== isGranted
  }
}
