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
  /// A grid of a cell of the program.
  case grid(GridUse)
  /// A value some clock edges later, every stage with a value in reset or none.
  case delay(MadeValue, Operand, cycles: Int, reset: BitVector?, ProgramDomain)
  /// An instance of a component of streams.
  case component(StreamComponent, name: String, valid: Operand, data: Operand, ready: Operand, [MadeValue])
  /// Two bundles in something that holds or chooses bundles.
  case bundle(BundleUse)
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

  /// Whether power-up and reset give different values, which an asynchronous reset cannot.
  var startsTwice: Bool { reset != nil && initial != nil && reset != initial }
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
    /// Where, what, and whether.
    public var address, data, enable: Operand
    /// A bit for each lane.
    public var mask: Operand?
    /// The condition of a `when` around it.
    public var scope: Operand?
  }

  /// A read; for a pair, the write of the same position goes with it.
  public struct Read: Hashable, Sendable {
    /// The word.
    public var result: MadeValue
    /// Which word.
    public var address: Operand
    /// One bit; nil when every edge reads.
    public var enable: Operand?
    /// Nil for a read without a clock.
    public var rule: ReadDuringWrite?
    /// The clock that reads.
    public var domain: ProgramDomain
  }

  /// Name in the Verilog.
  public var name: String
  /// The type of a word.
  public var type: ValueType
  /// Number of words.
  public var depth: Int
  /// Parts of a word that can be written apart.
  public var lanes: Int
  /// The first words; nil for none.
  public var contents: [BitVector]?
  /// Whether the contents are emitted as a file.
  public var isInFile: Bool
  /// What synthesis is asked to make of it.
  public var style: NetlistMemory.Style
  /// How many addresses a port has.
  public var form: Form
  /// The writes, all in the main domain.
  public var writes: [Write]
  /// The reads.
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
  /// Name in the Verilog.
  public var name: String
  /// Index in ``CircuitProgram/cells``.
  public var cell: Int
  /// A value for each input of the cell, in the order of its ports.
  public var inputs: [Operand]
  /// A value for each output of the cell, in the order of its ports.
  public var results: [MadeValue]
  /// The clock that the cell has as its main one.
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
    /// One bit.
    public var condition: Operand
    /// Number of the next state.
    public var target: Int
  }

  /// Name in the Verilog.
  public var name: String
  /// How states become bits; it decides their number.
  public var encoding: EnumEncoding
  /// Number of the state in reset.
  public var reset: Int
  /// For each state its transitions; the first that holds is taken.
  public var transitions: [[Transition]]
  /// The code of the state.
  public var result: MadeValue
  /// Its clock.
  public var domain: ProgramDomain
}
