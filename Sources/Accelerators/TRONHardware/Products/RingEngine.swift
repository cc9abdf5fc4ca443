import Components
import HDL
import TRON
import XFormerHardware

/// The photonic unit of a head: banks of rings with fetch, buffers, sums and results, on a bus of its own.
///
/// The tiles of a product are set on the banks in turn, those of the next wave while vectors pass those of the present one.
public struct RingEngine: DefaultConfigurable {
  /// The machine.
  public var sizes: TRONSizes
  /// Which head's unit, which chooses errors of rings and noise.
  public var number = 0

  /// A unit of a machine.
  public init(sizes: TRONSizes = .micro, number: Int = 0) { (self.sizes, self.number) = (sizes, number) }

  /// The default configuration.
  public init() { self.init(sizes: .micro) }

  /// The interface of a unit.
  public struct Ports {
    public let command: StreamInput<Bits>
    public let temperature: Input<SInt>
    /// Where heaters are found by controllers of the banks.
    public let lock: Input<Bit>?
    public let isLocking: Output<Bit>?
    public let isBusy, isDone, isError: Output<Bit>
    /// What is counted, in a clock.
    public let passes, darkLasers, rowLoads: Output<UInt>
    public let waitsRings, waitsConverters: Output<Bit>
    /// The bus.
    public let memory: AXI4
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      command: .init(512, "Commands; one is taken when the unit is free"),
      temperature: .init(8, "Steps of 0.05 K from the calibrated temperature"),
      lock: sizes.locks ? .init("Finds the heaters of all banks; while the unit is free") : nil,
      isLocking: sizes.locks ? .init("1 while heaters are being found") : nil,
      isBusy: .init("1 while a command is under way"),
      isDone: .init("1 when a command has ended, with all stores acknowledged"),
      isError: .init("1 when the memory reports an error"), passes: .init(2, "Passes of light that end"),
      darkLasers: .init(bits(for: 2 * sizes.bank.wavelengths), "Lasers that stayed dark in them"),
      rowLoads: .init(bits(for: sizes.banks), "Rows of rings that get weights"),
      waitsRings: .init("A vector waits for rings to be set"),
      waitsConverters: .init("A vector waits for a bank that converts"),
      memory: .init(addressWidth: 32, dataWidth: 64, idWidth: 0))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    "Photonic unit: \(sizes.banks) bank(s) of \(sizes.bank.rows) x \(sizes.bank.wavelengths) rings, \(sizes.wave) passed at once."
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    do throws(TRONError) { try sizes.validateHardware() } catch {
      parameters.require(false, "the sizes are refused", fix: "\(error)")
    }
  }

  /// Bursts of reads under way at most: rows of tiles are short.
  static let outstanding = 15

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let banks = sizes.banks
    let reader = m.instance(StridedReader { ($0.wordBytes, $0.outstanding) = (8, Self.outstanding) }, "reader")
    let writer = m.instance(
      BurstWriter {
        $0.shape = BurstShape {
          ($0.addressWidth, $0.wordBytes, $0.lengthWidth) = (32, 8, 16)
          ($0.maximumBurst, $0.outstanding) = (16, 4)
        }
      }, "writer")
    io.memory.ar <== reader.ar.mapped { $0.onBus(wordBytes: 8) }
    reader.r <== io.memory.r.mapped { ReadWord(data: $0.data, resp: $0.resp, last: $0.last) }
    io.memory.aw <== writer.aw.mapped { $0.onBus(wordBytes: 8) }
    io.memory.w <== writer.w.mapped { AXI4Word(data: $0.data, strb: $0.strobe, last: $0.last) }
    writer.b <== io.memory.b.mapped(\.resp)

    let isBusy = m.register("is_busy", Bit.self, reset: 0)
    let starts = io.command.take(when: !isBusy).named("starts")
    let order = m.register("order", io.command.payload, when: starts)
    let begins = m.register("begins", starts, reset: 0)

    let fetch = m.instance(OperandFetch(sizes: sizes), "fetch")
    let feeder = m.instance(VectorFeeder(sizes: sizes), "feeder")
    let collector = m.instance(ProductCollector(sizes: sizes), "collector")
    let store = m.instance(ResultStore(sizes: sizes), "results")
    for start in [fetch.start, feeder.start, collector.start, store.start] { start <== begins }
    for own in [fetch.order, feeder.order, collector.order, store.order] { own <== order }
    reader.order <== fetch.rows
    fetch.words <== reader.pop
    feeder.operandWrite <== fetch.operandWrite
    feeder.operandPlace <== fetch.operandPlace
    feeder.operands <== fetch.part[0..<8 * sizes.bank.wavelengths]
    store.scaleWrite <== fetch.scaleWrite
    store.scaleRow <== fetch.scaleRow
    store.scaleGroup <== fetch.scaleGroup
    store.tableWrite <== fetch.tableWrite
    store.tablePlace <== fetch.tablePlace
    store.word <== reader.pop.payload
    store.sums <== collector.sums
    writer.command <== store.command
    writer.push <== store.push
    writer.done.ready <== 1
    store.rowIsWritten <== writer.done.valid

    let isColumn = ProductOrder(order).isColumn
    let lanes = (0..<banks).map { lane -> Exterior<RingLane.Ports> in
      let bank = sizes.effects.isSame ? 0 : UInt32(number * banks + lane)
      let own = m.instance(RingLane(sizes: sizes, number: bank), "lane_\(lane)")
      own.tileTakes <== (fetch.tileTakes & (fetch.takenLane .== UInt(lane)))
      let isOwn = (fetch.tileLane .== UInt(lane)).named("is_tile_of_\(lane)")
      own.tileWrite <== (fetch.tileWrite & isOwn)
      own.tileEnd <== fetch.tileEnd
      own.isColumn <== isColumn
      own.tileIndex <== fetch.tileIndex
      own.part <== fetch.part
      let isFed = (feeder.lane .== UInt(lane)).named("is_fed_\(lane)")
      own.vector.valid <== (feeder.valid & isFed)
      own.vector.payload <== feeder.vector
      own.endsTile <== (feeder.endsTile & isFed)
      own.passEvent <== feeder.passEvent
      own.temperature <== io.temperature
      own.products.ready <== (collector.takes & (collector.lane .== UInt(lane)))
      return own
    }
    if let lock = io.lock {
      for lane in lanes { lane.lock.map { $0 <== lock } }
      io.isLocking <== anyOf(lanes.compactMap(\.isLocking))
    }
    func all(_ bits: [Bit]) -> Bits { concatenate(bits.reversed().map { $0 as any Signal }) }
    fetch.laneIsFree <== all(lanes.map(\.tileIsFree))
    feeder.laneIsSet <== all(lanes.map(\.isSet))
    let ready = all(lanes.map(\.vector.ready)).named("lanes_ready")
    feeder.laneIsReady <== ready
    collector.laneHasProducts <== all(lanes.map(\.products.valid))
    collector.products <== select(collector.lane, lanes.map(\.products.payload))

    let ends = (isBusy & !begins & store.isDone).named("ends")
    m.when(starts) { isBusy.next <== 1 }.otherwise(when: ends) { isBusy.next <== 0 }
    io.isBusy <== isBusy
    io.isDone <== ends
    io.isError <== (reader.isError | writer.done.valid & writer.done.payload[0])
    func counted(_ count: UInt) -> UInt { mux(collector.takes, count, 0) }
    io.passes <== counted(select(collector.lane, lanes.map(\.passes)))
    io.darkLasers <== counted(select(collector.lane, lanes.map(\.dark)))
    io.rowLoads <== populationCount(of: all(lanes.map(\.setsRow))).fitted(to: bits(for: banks))
    io.waitsRings <== (feeder.isRunning & !feeder.valid)
    io.waitsConverters <== (feeder.valid & !select(feeder.lane, (0..<banks).map { ready[$0] }))
  }
}

extension RingEffects {
  /// Whether all banks are alike: nothing random.
  var isSame: Bool { fabrication == 0 && relativeNoise == 0 && detectorNoise == 0 }
}
