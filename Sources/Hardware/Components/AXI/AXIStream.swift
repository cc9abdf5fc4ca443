import HDL

/// An AXI4-Stream out of a module; ``Flipped`` is one into it. `tkeep` is 1 from byte 0 on without a gap, and for all bytes
/// unless `tlast` is 1.
///
/// The pins have the names of the standard: `axis_tvalid`, `axis_tready`, `axis_tdata`, `axis_tkeep`, `axis_tlast`.
public struct AXIStream: PortGroup {
  /// `axis_tvalid`, as the standard has it.
  public static let naming = PortNaming.joined

  public let t: StreamOutput<PacketBeat>

  /// A stream of `bytes` bytes a beat.
  public init(bytes: Int) {
    t = .init(PacketBeat(width: 8, lanes: bytes), "Bytes of packets, the first one in the low bits")
  }
}

/// From AXI4-Stream to a stream of beats, through a ``SkidBuffer``: latency 1, a beat a clock.
public struct AXIStreamReceiver: DefaultConfigurable {
  public var bytes = 4

  public init() {}

  public static let parameters: [Parameter<Self>] = [.integer("bytes", \.bytes, in: 1...1024, "Bytes of a beat")]

  public struct Ports {
    /// The bus.
    public let axis: Flipped<AXIStream>
    public let pop: StreamOutput<PacketBeat>
  }

  public var ports: Ports {
    Ports(axis: .init(AXIStream(bytes: bytes)), pop: .init(PacketBeat(width: 8, lanes: bytes), "Its beats"))
  }

  public var documentation: String { "AXI4-Stream of \(bytes) bytes to a stream of beats, one clock edge later." }

  public func build(_ io: Interior<Ports>, in m: Module) {
    io.pop <== io.axis.t.skidBuffered("skid", in: m)
  }
}

/// From a stream of beats to AXI4-Stream, through a ``SkidBuffer``: latency 1, a beat a clock.
public struct AXIStreamSender: DefaultConfigurable {
  public var bytes = 4

  public init() {}

  public static let parameters: [Parameter<Self>] = [.integer("bytes", \.bytes, in: 1...1024, "Bytes of a beat")]

  public struct Ports {
    public let push: StreamInput<PacketBeat>
    /// The bus.
    public let axis: AXIStream
  }

  public var ports: Ports {
    Ports(push: .init(PacketBeat(width: 8, lanes: bytes), "Beats"), axis: .init(bytes: bytes))
  }

  public var documentation: String { "Stream of beats to AXI4-Stream of \(bytes) bytes, one clock edge later." }

  public func build(_ io: Interior<Ports>, in m: Module) {
    io.axis.t <== io.push.skidBuffered("skid", in: m)
  }
}

/// A stream of beats over AXI4-Stream: a sender, the bus and a receiver.
///
/// The bench of both adapters: what comes out is what went in.
public struct AXIStreamLink: DefaultConfigurable {
  public var bytes = 4

  public init() {}

  public static let parameters: [Parameter<Self>] = [.integer("bytes", \.bytes, in: 1...1024, "Bytes of a beat")]

  public typealias Ports = StreamPorts<PacketBeat, PacketBeat>

  public var ports: Ports {
    let beat = PacketBeat(width: 8, lanes: bytes)
    return Ports(push: .init(beat, "Beats"), pop: .init(beat, "The same beats"))
  }

  public var documentation: String { "A stream of beats over AXI4-Stream, two clock edges later." }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let sender = m.instance(AXIStreamSender { $0.bytes = bytes }, "sender")
    let receiver = m.instance(AXIStreamReceiver { $0.bytes = bytes }, "receiver")
    sender.push <== io.push
    receiver.axis <== sender.axis
    io.pop <== receiver.pop
  }
}
