import HDL
import Netlist

/// One statement of a random program.
package enum Statement: Hashable, Sendable {
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
  package enum Crossing: Hashable, Sendable {
    /// A bit, through as many registers.
    case synchronizer(stages: Int)
    /// A vector, through as many registers.
    case gray(stages: Int)
    /// A register with an enable.
    case captured
  }
}

/// What a register holds in reset and at power-up.
package struct PowerUp: Hashable, Sendable {
  /// Value in reset; nil without a reset.
  package var reset: BitVector?
  /// Value at power-up; nil when undefined, which every engine of the fuzzer takes for zeros.
  package var initial: BitVector?

  /// Whether power-up and reset give different values, which an asynchronous reset cannot.
  var startsTwice: Bool { reset != nil && initial != nil && reset != initial }
}

/// A wire of a block.
package struct BlockWire: Hashable, Sendable {
  /// Its value.
  package var result: MadeValue
  /// What it carries where nothing is assigned; nil when something is everywhere.
  package var fallback: Operand?
}

/// What stands in a block.
package indirect enum Action: Hashable, Sendable {
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
package struct WhenBranch: Hashable, Sendable {
  /// One bit.
  package var condition: Operand
  /// What holds under it.
  package var actions: [Action]
}

/// A branch of a `switch`.
package struct ChooseBranch: Hashable, Sendable {
  /// Values of the subject.
  package var values: [Int]
  /// What holds for them.
  package var actions: [Action]
}

/// A memory and its ports.
package struct MemoryUse: Hashable, Sendable {
  /// How many addresses a port has.
  package enum Form: Hashable, Sendable {
    /// Contents that nothing writes.
    case rom
    /// Every port its own.
    case ports
    /// Two ports that read and write.
    case pair(own: ReadDuringWrite, other: ReadDuringWrite)
  }

  /// A write.
  package struct Write: Hashable, Sendable {
    /// Where, what, and whether.
    package var address, data, enable: Operand
    /// A bit for each lane.
    package var mask: Operand?
    /// The condition of a `when` around it.
    package var scope: Operand?
  }

  /// A read; for a pair, the write of the same position goes with it.
  package struct Read: Hashable, Sendable {
    /// The word.
    package var result: MadeValue
    /// Which word.
    package var address: Operand
    /// One bit; nil when every edge reads.
    package var enable: Operand?
    /// Nil for a read without a clock.
    package var rule: ReadDuringWrite?
    /// The clock that reads.
    package var domain: ProgramDomain
  }

  /// Name in the Verilog.
  package var name: String
  /// The type of a word.
  package var type: ValueType
  /// Number of words.
  package var depth: Int
  /// Parts of a word that can be written apart.
  package var lanes: Int
  /// The first words; nil for none.
  package var contents: [BitVector]?
  /// Whether the contents are emitted as a file.
  package var isInFile: Bool
  /// What synthesis is asked to make of it.
  package var style: NetlistMemory.Style
  /// How many addresses a port has.
  package var form: Form
  /// The writes, all in the main domain.
  package var writes: [Write]
  /// The reads.
  package var reads: [Read]

  /// Bits of an address.
  package var addressWidth: Int { BitVector.bitsNeeded(unsigned: UInt64(max(depth, 2) - 1)) }
  /// Whether an address may lie past the last word; then it is taken as 0, for such words are not defined.
  package var hasGap: Bool { depth != 1 << addressWidth }
  /// Whether a port reads with another clock than the writes'.
  package var isShared: Bool { reads.contains { $0.domain != .main } }
}

/// An instance of a cell.
package struct CellUse: Hashable, Sendable {
  /// Name in the Verilog.
  package var name: String
  /// Index in ``CircuitProgram/cells``.
  package var cell: Int
  /// A value for each input of the cell, in the order of its ports.
  package var inputs: [Operand]
  /// A value for each output of the cell, in the order of its ports.
  package var results: [MadeValue]
  /// The clock that the cell has as its main one.
  package var domain: ProgramDomain
  /// What resets it in place of the reset of the clock.
  package var reset: Operand?
}

/// A component of streams with one stream in and one out.
package enum StreamComponent: Hashable, Sendable {
  case pipeStage, skidBuffer
  case queue(depth: Int, inMemory: Bool)
}

/// A state machine with a ring of states and further transitions.
package struct MachineUse: Hashable, Sendable {
  /// A transition out of a state.
  package struct Transition: Hashable, Sendable {
    /// One bit.
    package var condition: Operand
    /// Number of the next state.
    package var target: Int
  }

  /// Name in the Verilog.
  package var name: String
  /// How states become bits; it decides their number.
  package var encoding: EnumEncoding
  /// Number of the state in reset.
  package var reset: Int
  /// For each state its transitions; the first that holds is taken.
  package var transitions: [[Transition]]
  /// The code of the state.
  package var result: MadeValue
  /// Its clock.
  package var domain: ProgramDomain
}
