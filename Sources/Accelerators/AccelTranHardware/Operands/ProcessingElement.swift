import AccelTran
import Components
import HDL
import Units

extension LaneShape {
  /// The lanes of a machine.
  init(_ sizes: EngineSizes) {
    self.init(
      width: sizes.width, multipliers: sizes.multipliers, chunk: sizes.chunk, rows: sizes.sharedRows,
      queue: sizes.queue)
  }
}

/// A processing element: lanes, each with a slice of the weight buffer.
///
/// All lanes see the same chunks of rows (broadcast), each beside the chunk of its own column (unicast), and move together: a
/// chunk is taken when every lane has room for it. Sums leave when every lane has them.
public struct ProcessingElement: DefaultConfigurable {
  /// The sizes.
  public var sizes: EngineSizes

  /// An element of a machine.
  public init(sizes: EngineSizes = .tiny) { self.sizes = sizes }

  /// The default configuration.
  public init() { self.init(sizes: .tiny) }

  private var shape: LaneShape { LaneShape(sizes) }
  private var buffer: ZeroFreeBuffer {
    ZeroFreeBuffer(chunk: sizes.chunk, width: sizes.width, chunks: sizes.weightChunks)
  }

  /// Weights in, chunks of rows in, sums out.
  public struct Ports {
    public let restart, restartBank: Input<Bit>
    public let writes: Input<Bits>
    public let written: Input<PackedChunk>
    public let advance: Input<Bit>
    public let bank: Input<Bit>
    public let index: Input<UInt>
    public let valid: Input<Bit>
    public let leftMask: Input<Bits>
    public let left: Input<Vector<SInt>>
    public let row: Input<UInt>
    public let last: Input<Bit>
    public let columns: Input<Bits>
    public let ready: Output<Bit>
    public let sumsAreValid: Output<Bit>
    public let sums: Output<Vector<SInt>>
    public let takesSums: Input<Bit>
    public let working: Output<UInt>
    public let isIdle: Output<Bit>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    let inner = buffer.ports
    return Ports(
      restart: inner.restart, restartBank: inner.restartBank,
      writes: .init(max(1, sizes.lanes), "For each lane 1 to put a chunk into its slice"), written: inner.written,
      advance: inner.advance, bank: inner.bank, index: inner.index,
      valid: .init("1 for a chunk of a row, beside the weights that come out"),
      leftMask: .init(sizes.chunk, "Its mask"), left: .init(sizes.chunk, of: sizes.width, "Its numbers"),
      row: .init(countWidth(sizes.sharedRows), "Which of the rows that share a lane"),
      last: .init("1 for the last chunk of a group"),
      columns: .init(max(1, sizes.lanes), "For each lane 1 when it has a column"),
      ready: .init("1 when every lane takes a chunk"), sumsAreValid: .init("1 when every lane has sums"),
      sums: .init(sizes.lanes * sizes.sharedRows, of: shape.sumWidth, "The sums, lane by lane, row by row"),
      takesSums: .init("1 to take them"),
      working: .init(bits(for: max(1, sizes.lanes)), "Lanes of which the multipliers take a step"),
      isIdle: .init("1 when no lane has work"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    "\(sizes.lanes) lanes with a slice of the weight buffer each. All see the same rows, each one its own columns."
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    do throws(AccelTranError) { try sizes.validate() } catch {
      parameters.require(false, "the sizes are refused", fix: "\(error)")
    }
    shape.validate(&parameters)
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    var (ready, valid, works): ([Bit], [Bit], [Bit]) = ([], [], [])
    var sums: [SInt] = []
    let allReady = m.wire("all_ready", Bit.self)
    let allValid = m.wire("all_valid", Bit.self)
    for number in 0..<sizes.lanes {
      let buffer = m.instance(buffer, "weights_\(number)")
      let lane = m.instance(SparseLane(shape: shape), "lane_\(number)")
      buffer.restart <== io.restart
      buffer.restartBank <== io.restartBank
      buffer.write <== io.writes[number]
      buffer.written <== io.written
      buffer.advance <== io.advance
      buffer.bank <== io.bank
      buffer.index <== io.index
      lane.offers <== (io.valid & allReady)
      let columns = concatenate((0..<sizes.chunk).map { _ in io.columns[number] })
      lane.chunk
        <== OperandChunk(
          leftMask: io.leftMask, rightMask: buffer.mask & columns, left: io.left, right: buffer.values, row: io.row,
          last: io.last)
      lane.pop.ready <== (io.takesSums & allValid)
      ready.append(lane.hasRoom)
      valid.append(lane.pop.valid)
      works.append(lane.works)
      sums += lane.pop.payload.sums.map { $0 }
    }
    allReady.driver <== allOf(ready)
    allValid.driver <== allOf(valid)
    io.ready <== allReady
    io.sumsAreValid <== allValid
    io.sums <== Vector(sums)
    io.working <== populationCount(of: concatenate(works.reversed()))
    // What is under way in the lanes is known by the groups that have not left.
    io.isIdle <== !(anyOf(works) | anyOf(valid))
  }
}
