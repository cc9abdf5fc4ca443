/// Cores that share one memory, step by step: each executes a program of its own, and the next step begins when all have ended.
///
/// In what order the cores touch the memory within a step is not said. So a byte that one core stores in a step may be neither
/// loaded nor stored by another one in the same step: then no order changes anything. A step that breaks this stops the group.
///
///     var group = try MachineGroup(configuration: configuration.with(cores: 2), memory: bytes)
///     try group.run([first, second])
public struct MachineGroup: Sendable {
  /// The cores, all of which see the same memory between two steps.
  public private(set) var cores: [Machine]
  /// For each step the stores of each core.
  public private(set) var stores: [[[Machine.Store]]] = []
  /// For each byte the step in which it was stored last, from 1 on, and the core that stored it.
  private var storedIn: [UInt32]
  private var storedBy: [UInt8]

  /// The cores of a configuration on a memory.
  ///
  /// - Throws: ``ConfigurationError``.
  public init(configuration: Configuration, memory: [UInt8]) throws(ConfigurationError) {
    var core = try Machine(configuration: configuration, memory: memory)
    core.transfers = []
    cores = [Machine](repeating: core, count: configuration.cores)
    storedIn = [UInt32](repeating: 0, count: memory.count)
    storedBy = [UInt8](repeating: 0, count: memory.count)
  }

  /// The memory, between two steps.
  public var memory: [UInt8] { cores[0].memory }

  /// Runs a program on each core.
  ///
  /// - Precondition: there is a program for each core.
  /// - Throws: ``MachineGroupError``.
  public mutating func run(_ programs: [MachineProgram]) throws(MachineGroupError) {
    precondition(programs.count == cores.count, "\(programs.count) programs for \(cores.count) cores")
    let before = cores.map(\.stores.count)
    for (core, program) in programs.enumerated() {
      cores[core].transfers = []
      do throws(ProgramError) { try cores[core].run(program) } catch {
        throw .program(step: stores.count, core: core, error)
      }
    }
    let made = cores.indices.map { Array(cores[$0].stores[before[$0]...]) }
    stores.append(made)
    try claim(made)
    for core in cores.indices {
      for other in cores.indices where other != core {
        for store in made[core] { cores[other].write(store.bytes, at: store.address) }
      }
    }
  }

  /// Notes who stored which byte in the last step, and refuses a byte that another core stored or loaded.
  private mutating func claim(_ made: [[Machine.Store]]) throws(MachineGroupError) {
    let step = UInt32(stores.count)
    for (core, stores) in made.enumerated() {
      for store in stores {
        for address in store.address..<store.address + store.bytes.count {
          guard storedIn[address] != step || Int(storedBy[address]) == core else {
            throw .shared(step: Int(step) - 1, address: address, stored: Int(storedBy[address]), touched: core)
          }
          (storedIn[address], storedBy[address]) = (step, UInt8(core))
        }
      }
    }
    for (core, machine) in cores.enumerated() {
      for transfer in machine.transfers ?? [] {
        for row in 0..<transfer.rows {
          let start = transfer.rowAddress(row)
          for address in start..<start + transfer.rowBytes
          where storedIn[address] == step && Int(storedBy[address]) != core {
            throw .shared(step: Int(step) - 1, address: address, stored: Int(storedBy[address]), touched: core)
          }
        }
      }
    }
  }
}

/// Why cores that share a memory stopped.
public enum MachineGroupError: Error, Hashable, CustomStringConvertible {
  /// A core's program is wrong.
  case program(step: Int, core: Int, ProgramError)
  /// A core loads or stores a byte that another one stores in the same step.
  case shared(step: Int, address: Int, stored: Int, touched: Int)

  /// What happened, and what to do.
  public var description: String {
    switch self {
    case .program(let step, let core, let error): "step \(step), core \(core): \(error)"
    case .shared(let step, let address, let stored, let touched):
      "step \(step): core \(stored) stores the byte at address \(address), which core \(touched) loads or stores: end the step "
        + "between the two"
    }
  }
}
