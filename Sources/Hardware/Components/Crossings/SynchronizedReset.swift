import HDL

/// A ``ResetSynchronizer`` whose reset comes in at a port: a pin of the board, or a request of logic with any clock.
///
/// `active` is 1 while `request` is, clock or not, and until `stages` clock edges after its end; after power-up as after a
/// request. It resets others through `resets: [.main: reset.active]` of their instances.
public struct SynchronizedReset: DefaultConfigurable {
  public var stages = 2

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("stages", \.stages, in: 2...16, "Edges from the end of the request to the end of the reset")
  ]

  public struct Ports {
    public let request: Input<Bit>
    public let active: Output<Bit>
  }

  public var ports: Ports {
    Ports(request: .init("1 to reset; may change at any time").asynchronous(), active: .init("1 in reset"))
  }

  public var documentation: String {
    "Begins a reset at once when request is 1 and ends it \(stages) clock edges after request has become 0."
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    io.active
      <== m.instance(ResetSynchronizer { $0.stages = stages }, "synchronizer", resets: [.main: io.request]).active
  }
}
