/// A named machine as hardware: cores of the generated machine, each with a program and a memory of its own.
///
/// The published machines have hundreds of processing elements around one set of buffers. Here the elements are divided into
/// cores; a core has its share of the buffers and of the main memory's bandwidth, and takes one sequence of a batch.
public struct NamedHardware: Hashable, Sendable {
  /// The name, `Edge`.
  public var name: String
  /// Cores.
  public var cores: Int
  /// The sizes of each.
  public var sizes: EngineSizes
  /// Cores that run at once: fewer than there are on the machines for low power.
  public var coresAtOnce: Int

  /// Hardware of chosen sizes; all of its cores run at once.
  public init(_ name: String, cores: Int, sizes: EngineSizes) {
    (self.name, self.cores, self.sizes, coresAtOnce) = (name, cores, sizes, cores)
  }

  /// The hardware of a configuration.
  ///
  /// Cores have at most 512 lanes. Buffers are the configuration's, in powers of 2 of chunks, at least four and otherwise never more than it has; the bus
  /// of a core is the widest power of 2 with which all cores together stay within the main memory's bandwidth.
  /// - Throws: ``AccelTranError`` for sizes without hardware.
  public init(_ name: String, _ configuration: AccelTranConfiguration) throws(AccelTranError) {
    try configuration.validate()
    func power(notAbove value: Int) -> Int { value < 1 ? 1 : 1 << (Int.bitWidth - 1 - value.leadingZeroBitCount) }
    let lanes = configuration.totalLanes
    var cores = configuration.batch
    while lanes / cores > 512 { cores *= 2 }
    let chunk = 4 * configuration.multipliers
    // A chunk with its mask and its place, in two banks.
    let bits = Double(2 * (chunk * configuration.wordWidth + chunk + 16))
    let megabit = 8_388_608.0
    let perClock = configuration.memory.bandwidth * 8e9 / (configuration.clock * 1e6) / Double(cores)
    let weights = power(notAbove: Int(configuration.weightBuffer * megabit / Double(lanes) / bits))
    let activations = power(notAbove: Int(configuration.activationBuffer * megabit / Double(cores) / bits))
    self.name = name
    self.cores = cores
    sizes = EngineSizes(
      elements: configuration.processingElements / cores, lanes: configuration.lanes,
      multipliers: configuration.multipliers, chunk: chunk, activationChunks: max(activations, 4),
      weightChunks: max(weights, 4), sumGroups: 32, rowLength: 4096, busWidth: max(64, power(notAbove: Int(perClock))),
      integerBits: configuration.integerBits, fractionBits: configuration.fractionBits)
    coresAtOnce = cores
    try sizes.validate()
  }

  /// Edge, Edge-LP, Server, Server-LP and Nano. The machines for low power are the hardware of the others, of which half of the
  /// cores run at once.
  ///
  /// - Throws: ``AccelTranError``.
  public static func all() throws(AccelTranError) -> [NamedHardware] {
    var result: [NamedHardware] = []
    for (name, configuration) in AccelTranConfiguration.named {
      var hardware = try NamedHardware(name, configuration)
      if name.hasSuffix("-LP") { hardware.coresAtOnce = max(1, hardware.cores / 2) }
      result.append(hardware)
    }
    return result
  }

  /// P · L of all cores.
  public var lanes: Int { cores * sizes.columns }
  /// P · L · M of all cores.
  public var multipliers: Int { lanes * sizes.multipliers }
}
