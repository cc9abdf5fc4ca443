public import HDL
public import Netlist

/// One statement of a random program.
public enum Statement: Hashable, Sendable {
  /// An expression.
  case compute(MadeValue, Computation, [Operand])
  /// A value under a name of its own.
  case name(MadeValue, Operand)
  /// A register of a value.
  case pipeline(MadeValue, next: Operand, enable: Operand?, PowerUp, ProgramDomain)
  /// A register that blocks assign.
  case variable(MadeValue, PowerUp, ProgramDomain)
  /// Wires and the assignments to them and to registers.
  case block(wires: [BlockWire], actions: [Action], ProgramDomain)
  /// A memory with all of its ports.
  case memory(MemoryUse)
  /// An instance of a cell of the program.
  case instance(CellUse)
  /// An instance of a component of streams.
  case component(StreamComponent, name: String, valid: Operand, data: Operand, ready: Operand, [MadeValue])
  /// A state machine.
  case machine(MachineUse)
  /// A value of one domain as the other one sees it.
  case crossing(MadeValue, Crossing, Operand, enable: Operand?, ProgramDomain)

  /// How a value gets from clock to clock.
  public enum Crossing: Hashable, Sendable {
    /// A bit, through as many registers.
    case synchronizer(stages: Int)
    /// A vector, through as many registers.
    case gray(stages: Int)
    /// A register with an enable.
    case captured
  }
}

/// What a register holds in reset and at power-up.
public struct PowerUp: Hashable, Sendable {
  /// Value in reset; nil without a reset.
  public var reset: BitVector?
  /// Value at power-up; nil when undefined, which every engine of the fuzzer takes for zeros.
  public var initial: BitVector?
}

/// A wire of a block.
public struct BlockWire: Hashable, Sendable {
  /// Its value.
  public var result: MadeValue
  /// What it carries where nothing is assigned; nil when something is everywhere.
  public var fallback: Operand?
}

/// What stands in a block.
public indirect enum Action: Hashable, Sendable {
  /// Drives a wire or register of this value: all of it, or the bits from `low` on.
  case assign(target: Int, low: Int?, Operand)
  /// The first branch whose condition holds.
  case when([WhenBranch], otherwise: [Action]?)
  /// The first branch with the value of the subject.
  case choose(Operand, [ChooseBranch], otherwise: [Action]?)
  /// Something that always holds, or that may happen.
  case check(Assertion.Kind, Operand, label: String)
}

/// A branch of a `when`.
public struct WhenBranch: Hashable, Sendable {
  /// One bit.
  public var condition: Operand
  /// What holds under it.
  public var actions: [Action]
}

/// A branch of a `switch`.
public struct ChooseBranch: Hashable, Sendable {
  /// Values of the subject.
  public var values: [Int]
  /// What holds for them.
  public var actions: [Action]
}

/// A memory and its ports.
public struct MemoryUse: Hashable, Sendable {
  /// How many addresses a port has.
  public enum Form: Hashable, Sendable {
    /// Contents that nothing writes.
    case rom
    /// Every port its own.
    case ports
    /// Two ports that read and write.
    case pair(own: ReadDuringWrite, other: ReadDuringWrite)
  }

  /// A write.
  public struct Write: Hashable, Sendable {
    public var address, data, enable: Operand
    /// A bit for each lane.
    public var mask: Operand?
    /// The condition of a `when` around it.
    public var scope: Operand?
  }

  /// A read; for a pair, the write of the same position goes with it.
  public struct Read: Hashable, Sendable {
    public var result: MadeValue
    public var address: Operand
    public var enable: Operand?
    /// Nil for a read without a clock.
    public var rule: ReadDuringWrite?
    public var domain: ProgramDomain
  }

  public var name: String
  /// The type of a word.
  public var type: ValueType
  public var depth: Int
  public var lanes: Int
  public var contents: [BitVector]?
  public var isInFile: Bool
  public var style: Netlist.Memory.Style
  public var form: Form
  public var writes: [Write]
  public var reads: [Read]

  /// Bits of an address.
  public var addressWidth: Int { BitVector.bitsNeeded(unsigned: UInt64(max(depth, 2) - 1)) }
  /// Whether an address may lie past the last word; then it is taken as 0, for such words are not defined.
  public var hasGap: Bool { depth != 1 << addressWidth }
  /// Whether a port reads with another clock than the writes'.
  public var isShared: Bool { reads.contains { $0.domain != .main } }
}

/// An instance of a cell.
public struct CellUse: Hashable, Sendable {
  public var name: String
  /// Index in ``CircuitProgram/cells``.
  public var cell: Int
  public var inputs: [Operand]
  public var results: [MadeValue]
  public var domain: ProgramDomain
  /// What resets it in place of the reset of the clock.
  public var reset: Operand?
}

/// A component of streams with one stream in and one out.
public enum StreamComponent: Hashable, Sendable {
  case pipeStage, skidBuffer
  case queue(depth: Int, inMemory: Bool)
}

/// A state machine with a ring of states and further transitions.
public struct MachineUse: Hashable, Sendable {
  /// A transition out of a state.
  public struct Transition: Hashable, Sendable {
    public var condition: Operand
    public var target: Int
  }

  public var name: String
  public var encoding: EnumEncoding
  public var reset: Int
  /// For each state its transitions; the first that holds is taken.
  public var transitions: [[Transition]]
  /// The code of the state.
  public var result: MadeValue
  public var domain: ProgramDomain
}
