import HDL

/// An item with the decision whether it goes on.
public struct MarkedItem: SignalBundle {
  /// The item.
  public let data: Field<Bits>
  /// 1 to pass it on, 0 to drop it.
  public let keep: Field<Bit>

  /// An item of `width` bits.
  public init(width: Int) {
    data = .init(width)
    keep = .init()
  }
}

/// Passes the items of a stream that are marked and drops the others.
///
/// Latency 0, without registers. A dropped item takes one clock, whether the output is ready or not.
public struct StreamFilter: DefaultConfigurable {
  /// Bits of an item.
  public var width: Int

  /// A filter for items of `width` bits.
  public init(width: Int = 8) { self.width = width }

  /// The default configuration.
  public init() { self.init(width: 8) }

  /// Streams in and out.
  public struct Ports {
    /// Items with their marks.
    public let input: StreamInput<MarkedItem>
    /// The items that are kept.
    public let output: StreamOutput<Bits>
  }

  /// The interface for these parameters.
  public var ports: Ports { Ports(input: .init(MarkedItem(width: width)), output: .init(width)) }

  /// What stands above the emitted module.
  public var documentation: String {
    "Passes the items with input_keep = 1 and drops the others. No clock edge between."
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("width", width, in: 1...65536)
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    io.output.valid <== (io.input.valid & io.input.payload.keep)
    io.output.payload <== io.input.payload.data
    io.input.ready <== (io.output.ready | !io.input.payload.keep)
  }
}
