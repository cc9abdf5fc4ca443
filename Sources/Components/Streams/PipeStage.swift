import HDL

/// A register in a ready/valid stream: cuts the path from payload to payload, and from valid to valid.
///
/// Latency 1, an item a clock. `ready` still passes through within the clock: ``SkidBuffer`` cuts that path too.
public struct PipeStage: ItemCarrier {
  /// What an item is.
  public var item: PayloadShape

  /// A stage for items of `width` bits.
  public init(width: Int = 8) { item = .bits(width) }

  /// A stage for items of this shape.
  public init(carrying item: PayloadShape) { self.item = item }

  /// The default configuration.
  public init() { self.init(width: 8) }

  /// Streams in and out.
  public struct Ports {
    public let push: StreamInput<Payload>
    public let pop: StreamOutput<Payload>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(push: .init(item, "Items that enter"), pop: .init(item, "The same items a clock later"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    Register in a ready/valid stream. An item shows one clock edge after it was taken; an item a clock passes.
    Holds one item. push_ready follows pop_ready within the clock.
    """
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("width", width, in: 1...65536)
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let isFull = m.register("is_full", Bit.self, reset: 0)
    let isFree = !isFull | io.pop.ready
    let takes = io.push.take(when: isFree)
    m.when(isFree) { isFull.next <== io.push.valid }
    io.pop.valid <== isFull
    io.pop.payload <== m.register("item", io.push.payload, when: takes)
  }
}
