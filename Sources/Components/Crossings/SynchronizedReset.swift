import HDL

/// A ``ResetSynchronizer`` whose reset comes in at a port: a pin of the board, or a request of logic with any clock.
///
/// `active` is 1 while `request` is, clock or not, and until `stages` clock edges after its end; after power-up as after a
/// request. It resets others through `resets: [.main: reset.active]` of their instances.
public struct SynchronizedReset: DefaultConfigurable {
  /// Edges from the end of the request to the end of the reset.
  public var stages: Int

  /// A reset that ends `stages` edges after its request.
  public init(stages: Int = 2) { self.stages = stages }

  /// Two edges.
  public init() { self.init(stages: 2) }

  /// The reset that comes in and the one that goes out.
  public struct Ports {
    public let request: Input<Bit>
    public let active: Output<Bit>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(request: .init("1 to reset; may change at any time").asynchronous(), active: .init("1 in reset"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    "Begins a reset at once when request is 1 and ends it \(stages) clock edges after request has become 0."
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) { parameters.require("stages", stages, in: 2...16) }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    io.active <== m.instance(ResetSynchronizer(stages: stages), "synchronizer", resets: [.main: io.request]).active
  }
}
