import HDL
import Netlist

/// A program in the language as data: it can be run, which builds the circuit, printed as Swift, and shrunk.
///
/// Values have numbers. A statement reads values that earlier statements made; registers that are assigned in blocks
/// close the loops.
package struct CircuitProgram: Hashable, Sendable {
  /// A port that carries one value.
  package struct Input: Hashable, Sendable {
    /// The value.
    package var result: MadeValue
    /// The clock that it follows.
    package var domain: ProgramDomain
  }

  /// A port that shows one value.
  package struct Output: Hashable, Sendable {
    /// The value.
    package var operand: Operand
    /// The clock that it follows.
    package var domain: ProgramDomain
  }

  /// A ready/valid stream through the module, of the main domain.
  package struct StreamLine: Hashable, Sendable {
    /// Width of an item in bits.
    package var width: Int
    /// What the items pass, in order.
    package var stages: [StreamStage]
  }

  /// A link of a stream.
  package enum StreamStage: Hashable, Sendable {
    case pipe, skidBuffer
    case queue(depth: Int, inMemory: Bool)
    /// Items whose bit of this number is 1.
    case filter(bit: Int)
    /// Items with these bits inverted.
    case invert(BitVector)
  }

  /// Name of the generator type.
  package var name: String
  /// Input ports; those of one kind together make an array of ports.
  package var inputs: [Input] = []
  /// Streams from an input to an output.
  package var streams: [StreamLine] = []
  /// What is built, in order.
  package var statements: [Statement] = []
  /// Output ports.
  package var outputs: [Output] = []
  /// What a checker beside the program states of its ports.
  package var relations: [PortRelation] = []
  /// Programs that instances use.
  package var cells: [CircuitProgram] = []
  /// Reset of the side domain; nil for that of the design.
  package var sideReset: ResetStyle?
  /// Edge of the side domain.
  package var sideEdge = ClockEdge.rising

  /// An empty program.
  package init(name: String) { self.name = name }

  /// The side domain as the language has it.
  var side: ClockDomain { ClockDomain("side", reset: sideReset, edge: sideEdge) }

  /// The smallest number that no value has.
  var nextValue: Int {
    (inputs.map(\.result.id) + statements.flatMap { $0.results.map(\.id) }).reduce(-1, max) + 1
  }
}

extension CircuitProgram: CustomStringConvertible, CustomReflectable {
  /// The name.
  package var description: String { name }
  /// Nothing inside: names of modules follow from ``name`` alone.
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
