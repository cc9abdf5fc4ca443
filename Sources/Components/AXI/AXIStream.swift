import HDL

/// An AXI4-Stream into a module. `tkeep` is 1 from byte 0 on without a gap, and for all bytes unless `tlast` is 1.
public struct AXIStreamInputPorts: PortGroup {
  /// Bytes, the first one in the low bits.
  public let tdata: Input<Bits>
  /// Bit i is 1 when byte i is there.
  public let tkeep: Input<Bits>
  /// 1 for the last beat of a packet.
  public let tlast: Input<Bit>
  /// A beat is offered.
  public let tvalid: Input<Bit>
  /// It is taken.
  public let tready: Output<Bit>

  /// A stream of `bytes` bytes a beat.
  public init(bytes: Int) {
    (tdata, tkeep, tlast, tvalid, tready) = (.init(clampedProduct(8, bytes)), .init(bytes), .init(), .init(), .init())
  }
}

/// An AXI4-Stream out of a module; the rules are those of ``AXIStreamInputPorts``.
public struct AXIStreamOutputPorts: PortGroup {
  /// Bytes, the first one in the low bits.
  public let tdata: Output<Bits>
  /// Bit i is 1 when byte i is there.
  public let tkeep: Output<Bits>
  /// 1 for the last beat of a packet.
  public let tlast: Output<Bit>
  /// A beat is offered.
  public let tvalid: Output<Bit>
  /// It is taken.
  public let tready: Input<Bit>

  /// A stream of `bytes` bytes a beat.
  public init(bytes: Int) {
    (tdata, tkeep, tlast, tvalid, tready) = (.init(clampedProduct(8, bytes)), .init(bytes), .init(), .init(), .init())
  }
}

/// From AXI4-Stream to a stream of beats, through a ``SkidBuffer``: latency 1, a beat a clock.
public struct AXIStreamReceiver: DefaultConfigurable {
  /// Bytes of a beat.
  public var bytes: Int

  /// A receiver of `bytes` bytes a beat.
  public init(bytes: Int = 4) { self.bytes = bytes }

  /// The default configuration.
  public init() { self.init(bytes: 4) }

  /// AXI4-Stream in, a stream out.
  public struct Ports {
    /// The bus.
    public let axis: AXIStreamInputPorts
    /// Its beats.
    public let output: StreamOutput<PacketBeat>
  }

  /// The interface for these parameters.
  public var ports: Ports { Ports(axis: .init(bytes: bytes), output: .init(PacketBeat(width: 8, lanes: bytes))) }

  /// What stands above the emitted module.
  public var documentation: String { "AXI4-Stream of \(bytes) bytes to a stream of beats, one clock edge later." }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) { parameters.require("bytes", bytes, in: 1...1024) }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let beat = PacketBeat(data: io.axis.tdata, keep: io.axis.tkeep, last: io.axis.tlast)
    let bus = Stream<PacketBeat>(valid: io.axis.tvalid, payload: beat, ready: io.axis.tready)
    io.output <== bus.skidBuffered("skid", in: m)
  }
}

/// From a stream of beats to AXI4-Stream, through a ``SkidBuffer``: latency 1, a beat a clock.
public struct AXIStreamSender: DefaultConfigurable {
  /// Bytes of a beat.
  public var bytes: Int

  /// A sender of `bytes` bytes a beat.
  public init(bytes: Int = 4) { self.bytes = bytes }

  /// The default configuration.
  public init() { self.init(bytes: 4) }

  /// A stream in, AXI4-Stream out.
  public struct Ports {
    /// Beats.
    public let input: StreamInput<PacketBeat>
    /// The bus.
    public let axis: AXIStreamOutputPorts
  }

  /// The interface for these parameters.
  public var ports: Ports { Ports(input: .init(PacketBeat(width: 8, lanes: bytes)), axis: .init(bytes: bytes)) }

  /// What stands above the emitted module.
  public var documentation: String { "Stream of beats to AXI4-Stream of \(bytes) bytes, one clock edge later." }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) { parameters.require("bytes", bytes, in: 1...1024) }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let beats = io.input.skidBuffered("skid", in: m)
    io.axis.tvalid <== beats.valid
    io.axis.tdata <== beats.payload.data
    io.axis.tkeep <== beats.payload.keep
    io.axis.tlast <== beats.payload.last
    beats.ready <== io.axis.tready
  }
}

/// A stream of beats over AXI4-Stream: a sender, the bus and a receiver.
///
/// The bench of both adapters: what comes out is what went in.
public struct AXIStreamLink: DefaultConfigurable {
  /// Bytes of a beat.
  public var bytes: Int

  /// A link of `bytes` bytes a beat.
  public init(bytes: Int = 4) { self.bytes = bytes }

  /// The default configuration.
  public init() { self.init(bytes: 4) }

  /// Streams in and out.
  public struct Ports {
    /// Beats.
    public let input: StreamInput<PacketBeat>
    /// The same beats.
    public let output: StreamOutput<PacketBeat>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    let beat = PacketBeat(width: 8, lanes: bytes)
    return Ports(input: .init(beat), output: .init(beat))
  }

  /// What stands above the emitted module.
  public var documentation: String { "A stream of beats over AXI4-Stream, two clock edges later." }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) { parameters.require("bytes", bytes, in: 1...1024) }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let sender = m.instance(AXIStreamSender(bytes: bytes), "sender")
    let receiver = m.instance(AXIStreamReceiver(bytes: bytes), "receiver")
    sender.input <== io.input
    receiver.axis.tdata <== sender.axis.tdata
    receiver.axis.tkeep <== sender.axis.tkeep
    receiver.axis.tlast <== sender.axis.tlast
    receiver.axis.tvalid <== sender.axis.tvalid
    sender.axis.tready <== receiver.axis.tready
    io.output <== receiver.output
  }
}
