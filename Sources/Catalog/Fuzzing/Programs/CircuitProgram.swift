public import HDL
public import Netlist

/// A program in the language as data: it can be run, which builds the circuit, printed as Swift, and shrunk.
///
/// Values have numbers. A statement reads values that earlier statements made; registers that are assigned in blocks
/// close the loops.
public struct CircuitProgram: Hashable, Sendable {
  /// A port that carries one value.
  public struct Input: Hashable, Sendable {
    /// The value.
    public var result: MadeValue
    /// The clock that it follows.
    public var domain: ProgramDomain
  }

  /// A port that shows one value.
  public struct Output: Hashable, Sendable {
    /// The value.
    public var operand: Operand
    /// The clock that it follows.
    public var domain: ProgramDomain
  }

  /// A ready/valid stream through the module, of the main domain.
  public struct StreamLine: Hashable, Sendable {
    /// Width of an item in bits.
    public var width: Int
    /// What the items pass, in order.
    public var stages: [StreamStage]
  }

  /// A link of a stream.
  public enum StreamStage: Hashable, Sendable {
    case pipe, skidBuffer
    case queue(depth: Int, inMemory: Bool)
    /// Items whose bit of this number is 1.
    case filter(bit: Int)
    /// Items with these bits inverted.
    case invert(BitVector)
  }

  /// Name of the generator type.
  public var name: String
  /// Input ports; those of one kind together make an array of ports.
  public var inputs: [Input] = []
  /// Streams from an input to an output.
  public var streams: [StreamLine] = []
  /// What is built, in order.
  public var statements: [Statement] = []
  /// Output ports.
  public var outputs: [Output] = []
  /// What a checker beside the program states of its ports.
  public var relations: [PortRelation] = []
  /// Programs that instances use.
  public var cells: [CircuitProgram] = []
  /// Reset of the side domain; nil for that of the design.
  public var sideReset: ResetStyle?
  /// Edge of the side domain.
  public var sideEdge = ClockEdge.rising

  /// An empty program.
  public init(name: String) { self.name = name }

  /// The side domain as the language has it.
  var side: ClockDomain { ClockDomain("side", reset: sideReset, edge: sideEdge) }

  /// The smallest number that no value has.
  var nextValue: Int {
    (inputs.map(\.result.id) + statements.flatMap { $0.results.map(\.id) }).reduce(-1, max) + 1
  }
}

extension CircuitProgram: CustomStringConvertible, CustomReflectable {
  /// The name.
  public var description: String { name }
  /// Nothing inside: names of modules follow from ``name`` alone.
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
