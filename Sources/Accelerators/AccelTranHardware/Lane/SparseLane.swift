import Components
import HDL
import Units

extension Stream where T == GroupSums {
  func queuedSums(_ name: String, in m: Module) -> Stream { queued(name, depth: 2, storage: .registers, in: m) }
}

/// A lane: the front end that leaves ineffectual pairs out, and the multipliers.
public struct SparseLane: DefaultConfigurable {
  /// The lane.
  public var shape: LaneShape

  /// A lane.
  public init(shape: LaneShape = LaneShape()) { self.shape = shape }

  /// The default configuration.
  public init() { self.init(shape: LaneShape()) }

  /// Chunks in, sums out; `works` is 1 for each step that the multipliers take.
  public struct Ports {
    public let offers: Input<Bit>
    public let chunk: Input<OperandChunk>
    public let hasRoom: Output<Bit>
    public let pop: StreamOutput<GroupSums>
    public let works: Output<Bit>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      offers: .init("1 to give a chunk"),
      chunk: .init(OperandChunk(count: shape.chunk, width: shape.width, rows: shape.rows), "The chunk"),
      hasRoom: .init("1 when it is taken"),
      pop: .init(GroupSums(rows: shape.rows, width: shape.sumWidth), "The sums of each group"),
      works: .init("1 when the multipliers take a step"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    "A lane of \(shape.multipliers) multipliers behind a front end that packs the effectual pairs of \(shape.chunk) positions a clock."
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) { shape.validate(&parameters) }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let packer = m.instance(PairPacker(shape), "packer")
    let lane = m.instance(MACLane(shape: shape), "multipliers")
    packer.push.valid <== io.offers
    packer.push.payload <== io.chunk
    io.hasRoom <== packer.push.ready
    lane.push.valid <== packer.pop.valid
    lane.push.payload <== packer.pop.payload
    packer.pop.ready <== lane.push.ready
    io.works <== (packer.pop.valid & lane.push.ready)
    io.pop <== lane.pop
  }
}
