import AccelTran
import Components
import HDL
import Units

/// DynaTran's closed loops in the machine: they give the thresholds of commands, and see what the commands store.
///
/// A command with a loop takes the loop's threshold when it is issued, and its results are counted. When the next such command is
/// issued, the counts go to the loop, which has moved its threshold before the one after. So a command waits only when one is shorter
/// than the loop, which takes about 100 clocks.
public struct ThresholdLoops: DefaultConfigurable {
  /// The sizes.
  public var sizes: EngineSizes

  /// The unit of a machine.
  public init(sizes: EngineSizes = .tiny) { self.sizes = sizes }

  /// The default configuration.
  public init() { self.init(sizes: .tiny) }

  /// Commands and counts in, thresholds out.
  public struct Ports {
    public let start: Input<Bit>
    public let order: Input<SparsityOrder>
    public let tells, begins, isLooped: Input<Bit>
    public let numbers, zeros: Input<UInt>
    public let threshold: Output<UInt>
    public let isBusy: Output<Bit>
  }

  /// The loops.
  var unit: SparsityController {
    SparsityController {
      ($0.shareBits, $0.thresholdWidth, $0.countWidth) = (PruningLoops.shareBits, sizes.width, EngineSizes.blockBits)
      ($0.entries, $0.loops) = (PruningLoops.entries, PruningLoops.places.count)
    }
  }

  /// The interface for these parameters.
  public var ports: Ports {
    let count = bits(for: sizes.wordElements)
    return Ports(
      start: .init("1 when a program starts: nothing has been counted"),
      order: .init(SparsityOrder(unit), "What a loop is told, or the loop of a command"),
      tells: .init("1 to tell it, while not busy"), begins: .init("1 when a command with results begins"),
      isLooped: .init("1 when that has a loop, while not busy"),
      numbers: .init(count, "Results that are stored"), zeros: .init(count, "Zeros among them"),
      threshold: .init(sizes.width, "The threshold of the loop that order names"),
      isBusy: .init("1 while a loop has not answered"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    \(PruningLoops.places.count) closed loops of thresholds, with tables of \(PruningLoops.entries) entries.
    What a command stores is told to its loop when the next command with one begins.
    """
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    do throws(AccelTranError) { try sizes.validate() } catch {
      parameters.require(false, "the sizes are refused", fix: "\(error)")
    }
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let controller = m.instance(unit, "controller")
    let loops = PruningLoops.places.count
    let limits = m.memory("thresholds", UInt.self, width: sizes.width, depth: loops)
    limits.write(controller.pop.payload.threshold, at: controller.pop.payload.loop, when: controller.pop.valid)
    controller.pop.ready <== 1
    io.threshold <== limits.readAsync(at: io.order.loop)

    // What the last command with a loop has stored so far.
    let hasBlock = m.register("has_block", Bit.self, reset: 0)
    let isCounting = m.register("is_counting", Bit.self, reset: 0)
    let loop = m.register("block_loop", UInt.self, width: io.order.loop.width)
    let numbers = m.register("block_numbers", UInt.self, width: EngineSizes.blockBits)
    let zeros = m.register("block_zeros", UInt.self, width: EngineSizes.blockBits)
    let beginsLooped = (io.begins & io.isLooped).named("begins_looped")
    m.when(beginsLooped) {
      hasBlock.next <== 1
      loop.next <== io.order.loop
      numbers.next <== 0
      zeros.next <== 0
    }
    .otherwise(when: isCounting) {
      numbers.next <== numbers &+ io.numbers.extended(to: EngineSizes.blockBits)
      zeros.next <== zeros &+ io.zeros.extended(to: EngineSizes.blockBits)
    }
    m.when(io.begins) { isCounting.next <== io.isLooped }
    m.when(io.start) {
      hasBlock.next <== 0
      isCounting.next <== 0
    }

    let tellsBlock = (beginsLooped & hasBlock).named("tells_block")
    controller.push.valid <== (io.tells | tellsBlock)
    let order = io.order
    controller.push.payload
      <== SparsityOrder(
        kind: mux(tellsBlock, 3, order.kind), loop: mux(tellsBlock, loop, order.loop), index: order.index,
        share: order.share, threshold: order.threshold, gainShift: order.gainShift, keeps: order.keeps,
        numbers: numbers, zeros: zeros)
    let isBusy = m.register("is_busy", Bit.self, reset: 0)
    m.when(tellsBlock | (io.tells & order.kind.asBits.any)) { isBusy.next <== 1 }
      .otherwise(when: controller.pop.valid) { isBusy.next <== 0 }
    io.isBusy <== isBusy
    m.assert(
      !(io.tells | tellsBlock) | controller.push.ready, "loop_is_free", "a loop is told something while it works")
  }
}
