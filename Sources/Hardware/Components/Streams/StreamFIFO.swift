import HDL

/// A first-in first-out queue between two streams of one width; the oldest item is shown as soon as there is one.
///
/// An item takes one clock through registers and two through a memory; an item a clock passes, with one exception: with
/// a depth of 1 it passes every second clock. No input reaches an output within a clock, so that the queue cuts the path
/// from `ready` to `ready` too.
///
/// A fall-through queue shows an item that meets an empty queue in the same clock; then valid and payload follow the
/// input, and `ready` alone is cut.
public struct StreamFIFO: ItemQueue {
  /// What holds the items.
  public enum Storage: Hashable, Sendable, CaseIterable {
    /// Registers and a multiplexer.
    case registers
    /// A memory with synchronous read, and its output register.
    case memory
  }

  public var item = PayloadShape.bits(8)
  public var depth = 16
  public var storage = Storage.memory

  public var isFallThrough = false
  public var showsOccupancy = false

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .itemWidth,
    .integer("depth", \.depth, in: 1...65536, "Words of the storage").asQueueDepth(),
    .choice("storage", \.storage, "What holds the items"),
    .flag("isFallThrough", \.isFallThrough, "Whether an item may pass an empty queue within the clock"),
    .flag("showsOccupancy", \.showsOccupancy, "Whether the number of items inside is an output"),
  ]

  /// Items that the queue holds when nothing is taken: `depth`, and with a memory the one in its output register.
  public var capacity: Int { storage == .memory ? depth + 1 : depth }

  public struct Ports {
    public let push: StreamInput<Payload>
    public let pop: StreamOutput<Payload>
    public let occupancy: Output<UInt>?
  }

  public var ports: Ports {
    Ports(
      push: .init(item, "Items that enter"), pop: .init(item, "Items that leave, oldest first"),
      occupancy: showsOccupancy ? .init(bits(for: capacity), "Items inside, those before the coming clock edge") : nil)
  }

  public var documentation: String {
    """
    First-in first-out queue of \(capacity) items of \(width) bits in \(storage == .memory ? "a memory" : "registers").
    Ready/valid streams. \(latencyText)
    """
  }

  private var latencyText: String {
    if isFallThrough { return "An item shows at the output of an empty queue in the clock in which it comes." }
    let edges = storage == .memory ? 2 : 1
    let exception = storage == .memory ? "" : ", save through the choice of the word"
    return """
      An item shows at the output \(edges) clock edges after it was taken.
      No combinational path from an input to an output\(exception).
      """
  }

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require(
      !isFallThrough || storage == .registers, "parameter 'isFallThrough' is true with storage in a memory",
      fix: "use storage in registers")
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let count = m.register("count", UInt.self, width: bits(for: depth), reset: 0)
    let isRoom = count .!= UInt(depth)
    let takes = io.push.take(when: isRoom)
    let write: Bit
    let read: Bit
    let places: (write: UInt, read: UInt)
    let position = Position(depth: depth)
    switch storage {
    case .memory:
      let memory = m.memory("items", Bits.self, width: width, depth: depth)
      let isShown = m.register("is_shown", Bit.self, reset: 0)
      write = takes
      read = ((count .!= 0) & (!isShown | io.pop.ready)).named("read")
      m.when(read) { isShown.next <== 1 }.otherwise(when: io.pop.ready) { isShown.next <== 0 }
      io.occupancy
        <== (showsOccupancy ? count.extended(to: bits(for: capacity)) &+ isShown.asUnsigned : nil)
      places = (
        position.counter("write_address", steps: write, in: m), position.counter("read_address", steps: read, in: m)
      )
      memory.write(io.push.payload.packed, at: places.write, when: write)
      io.pop.valid <== isShown
      io.pop.payload <== memory.read(at: places.read, when: read).unpacked(as: io.push.payload)
    case .registers:
      let isShown = count .!= 0
      read = isShown & io.pop.ready
      // What passes an empty queue is not stored.
      write = isFallThrough ? takes & (isShown | !io.pop.ready) : takes
      places = (
        position.counter("write_address", steps: write, in: m), position.counter("read_address", steps: read, in: m)
      )
      let words = (0..<depth).map { index in
        m.register("item_\(index)", io.push.payload, when: write & (places.write .== UInt(index)))
      }
      io.occupancy <== (showsOccupancy ? count : nil)
      let oldest = select(places.read, words)
      io.pop.valid <== (isFallThrough ? isShown | io.push.valid : isShown)
      io.pop.payload <== (isFallThrough ? mux(isShown, oldest, io.push.payload) : oldest)
    }
    if depth + 1 < 1 << bits(for: depth) {
      m.assert(count .<= UInt(depth), "holds_no_more_than_it_can", "there are more items than words")
    }
    position.check(places, holding: count, in: m)
    m.when(write & !read) { count.next <== count &+ 1 }
      .otherwise(when: !write & read) { count.next <== count &- 1 }
  }
}

/// An address that counts through a storage and begins again.
private struct Position {
  let depth: Int

  func counter(_ name: String, steps: Bit, in m: Module) -> UInt {
    let width = bits(for: max(1, depth - 1))
    let address = m.register(name, UInt.self, width: width, reset: 0)
    let isLast = address .== UInt(depth - 1)
    m.when(steps) { address.next <== (depth == 1 << width ? address &+ 1 : mux(isLast, 0, address &+ 1)) }
    return address
  }

  /// States that the words between both places are as many as are counted.
  func check(_ places: (write: UInt, read: UInt), holding count: UInt, in m: Module) {
    let width = places.write.width
    if depth == 1 << width {
      m.assert(
        (places.write &- places.read) .== count.truncated(to: width), "places_are_apart_as_counted",
        "the words between the places of writing and reading are not as many as are counted")
    } else if depth > 1 {
      m.assert(
        (places.write .< UInt(depth)) & (places.read .< UInt(depth)), "places_are_in_the_storage",
        "a place is behind the last word")
    }
  }
}
