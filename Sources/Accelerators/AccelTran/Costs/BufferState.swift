/// A buffer in the middle of a run: what lies in it, and the transfer that is under way.
struct BufferState {
  let kind: OperationList.Buffer
  let capacity: Double
  /// Bits that an element takes.
  let elementBits: Double
  /// Bits a clock to and from main memory, and to and from the processing elements.
  let memoryBits, elementBitsPerClock: Double
  /// nJ for a block of this buffer and of main memory.
  let accessEnergy, memoryEnergy: Double
  /// mW.
  let leakage: Double
  let clock: Double
  private(set) var used = 0.0
  /// The data in it, the oldest first.
  private(set) var held: [Int] = []
  private(set) var adding: Int?
  private(set) var remaining = 0
  private(set) var isReady = true
  private var energyPerClock = 0.0
  private(set) var isLoad = false

  init(
    _ kind: OperationList.Buffer, _ machine: AccelTranConfiguration, _ assumptions: Set<PaperAssumption>,
    _ constants: PublishedConstants
  ) throws(AccelTranError) {
    self.kind = kind
    let size = machine.size(of: kind)
    capacity = size * 8_388_608
    let word = Double(machine.wordWidth)
    elementBits =
      switch kind {
      case .activation: word * constants.density.activations
      case .weight: word * constants.density.weights
      case .mask: 1
      }
    let published = assumptions.contains(.bandwidthTimesWordWidth)
    memoryBits =
      published
      ? constants.publishedBits(machine.memory)
      : constants.bits(perClock: machine.memory.bandwidth, clock: machine.clock)
    elementBitsPerClock =
      published
      ? constants.publishedBufferBits : constants.bits(perClock: constants.bufferBandwidth, clock: machine.clock)
    let costs = constants.buffer(kind)
    accessEnergy = costs.energy * size.squareRoot()
    memoryEnergy = try constants.energy(of: machine.memory)
    leakage = costs.leakage * size
    clock = machine.clock
  }

  /// Whether data is there as a whole.
  func has(_ data: Int) -> Bool { adding != data && held.contains(data) }

  func bits(_ elements: Int) -> Double { Double(elements) * elementBits }

  /// Whether data fits, what may go being gone.
  func canStore(
    _ data: Int, _ list: [OperationList.Data], shadowed: Bool, stays: (Int) -> Bool
  ) throws(AccelTranError) -> Bool {
    let needed = bits(list[data].elements)
    guard needed <= capacity else {
      throw .buffer(kind.rawValue, data: list[data].name, bits: needed, capacity: capacity)
    }
    if capacity - used >= needed { return true }
    let kept = held.filter(stays).reduce(0) { $0 + list[$1].elements }
    if shadowed {
      let compared = held.last ?? data
      return capacity - bits(kept) > bits(list[compared].elements)
    }
    return capacity - bits(kept) >= needed
  }

  /// Starts a transfer; false when data has no room.
  mutating func start(
    _ data: Int, _ list: [OperationList.Data], isLoad: Bool, energy: Double, stays: (Int) -> Bool
  ) -> Bool {
    if has(data) {
      remaining = 0
      return true
    }
    let needed = bits(list[data].elements)
    for old in held {
      if used + needed <= capacity { break }
      if !stays(old) {
        used -= bits(list[old].elements)
        held.removeAll { $0 == old }
      }
    }
    guard used + needed <= capacity else { return false }
    held.append(data)
    adding = data
    used += needed
    remaining = Int((needed / (isLoad ? memoryBits : elementBitsPerClock)).rounded(.up))
    energyPerClock = energy / Double(remaining)
    self.isLoad = isLoad
    isReady = false
    return true
  }

  /// Lets clocks pass; the energy of the transfer.
  mutating func pass(_ clocks: Int) -> Double {
    guard remaining > 0 else {
      adding = nil
      isReady = true
      return 0
    }
    let done = min(remaining, clocks)
    remaining -= done
    isReady = remaining == 0
    if isReady { adding = nil }
    return Double(done) * energyPerClock
  }
}
