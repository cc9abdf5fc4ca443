public import XFormer

/// The golden machine: executes a program command by command, bit for bit, and tells of every store.
///
/// Each core computes what its engines are defined to compute; the numbers of cores, memories and crossbars are the machine's. Commands
/// run in the order of the program, and no packet exists: the hardware runs them at once, as far as their waits allow, over its
/// network, and stores the same bytes.
public struct HeTraXExecution: Sendable {
  /// What a command stores.
  public struct Store: Hashable, Sendable {
    /// The multiprocessor in whose shared memory it is; nil for the memory of the controller.
    public var core: Int?
    /// Where; in a shared memory from 0 on.
    public var address: Int
    /// What.
    public var bytes: [UInt8]
  }

  /// What was counted, under the names of the hardware's counters.
  public struct Counts: Hashable, Sendable {
    /// Vectors that blocks of crossbars multiplied, and rows of crossbars that were written, by core.
    public var unitVectors, rowWrites: [Int]
    /// Vectors that blocks of multipliers multiplied, by multiprocessor.
    public var matrixVectors: [Int]
    /// Rows that were normalised, by multiprocessor.
    public var normalizedRows: [Int]
  }

  /// The sizes.
  public let sizes: HeTraXSizes
  /// Half kelvins above 300 K of each core of crossbars.
  public let temperatures: [UInt8]
  /// All stores.
  public private(set) var stores: [Store] = []
  /// The memory of the controller; those of the multiprocessors behind it.
  private var memory: [UInt8]
  private let ownBytes: Int
  private var cores: [XFormerMachine] = []
  private var crossbars: XFormerMachine

  /// The machine of a program, with all of it executed.
  ///
  /// - Parameter temperatures: half kelvins above 300 K of each core of crossbars; 300 K where it is left out.
  /// - Throws: ``HeTraXError`` for sizes that are none.
  public init(_ program: HeTraXProgram, temperatures: [UInt8]? = nil) throws(HeTraXError) {
    sizes = program.sizes
    self.temperatures = temperatures ?? [UInt8](repeating: 0, count: sizes.resistiveCores)
    guard self.temperatures.count == sizes.resistiveCores else {
      throw .request("\(self.temperatures.count) temperatures for \(sizes.resistiveCores) cores of crossbars")
    }
    ownBytes = program.memory.count
    memory = program.memory + [UInt8](repeating: 0, count: sizes.streamingCores * sizes.sharedBytes)
    do throws(XFormerError) {
      for _ in 0..<sizes.streamingCores { cores.append(try XFormerMachine(sizes.streaming, memory: [])) }
      crossbars = try XFormerMachine(sizes.resistive, memory: [])
    } catch { throw .request("\(error)") }
    crossbars.temperatures = self.temperatures
    for command in program.deployment + program.inference where command.kind != .end { run(command) }
  }

  private mutating func run(_ command: XFormerCommand) {
    let (core, local): (Int?, Int) =
      switch sizes.engine(command.engine) {
      case .matrix(let core): (core, 0)
      case .attention(let core): (core, 1)
      case .vector(let core): (core, 2)
      case .crossbars(let core): (nil, core)
      }
    let shared = ownBytes + (core ?? 0) * sizes.sharedBytes
    let own = command.addressed(to: local).mappingAddresses { address in
      address < HeTraXSizes.sharedBase ? address : address - HeTraXSizes.sharedBase + shared
    }
    let made = core.map { cores[$0].run(own, on: &memory) } ?? crossbars.run(own, on: &memory)
    for store in made {
      let isShared = store.address >= ownBytes
      stores.append(
        Store(
          core: isShared ? core : nil, address: isShared ? store.address - shared : store.address, bytes: store.bytes))
    }
  }

  /// The counts of all commands.
  public var counts: Counts {
    Counts(
      unitVectors: crossbars.engineCounts.map(\.unitVectors), rowWrites: crossbars.engineCounts.map(\.rowWrites),
      matrixVectors: cores.map(\.counts.unitVectors), normalizedRows: cores.map(\.counts.normalizedRows))
  }

  /// The numbers of a result in the memory of the controller, of 8 or of 16 bits.
  public func numbers(_ place: XFormerProgram.Place) -> [[Int32]] { place.numbers(in: memory) }
}
