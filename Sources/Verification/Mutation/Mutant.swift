import Netlist

/// A design with one mistake in it: where, and which.
///
/// ```swift
/// let circuit = try Counter { $0.limit = 9 }.elaborate().simplified()
/// for mutant in circuit.mutants { print(mutant, mutant.place ?? "") }
/// let wrong = try circuit.applying(circuit.mutants[0])
/// ```
public struct Mutant: Hashable, Sendable {
  /// Position in ``Netlist/Circuit/mutants``, from 1: the same for equal circuits.
  public let number: Int
  /// The kind of mistake.
  public let operation: MutationOperator
  /// Verilog name of the module that it is in; every instance of the module has it.
  public let module: String
  /// What is wrong, in words.
  public let change: String
  /// The Swift line of the place: of the nearest named thing that it decides or reads, else where the module is used.
  public let place: Place?
  /// Index of the module in ``Netlist/Circuit/definitions``.
  let definition: Int
  let edit: Edit

  /// What is done to a module.
  enum Edit: Hashable, Sendable {
    /// All readers of a node read something else.
    case node(NodeID, Rewrite)
    /// One reader outside the node table, by its position in the roots, reads something else.
    case root(Int, Rewrite)
    /// A register takes a value at every edge.
    case registerEnable(Int)
    /// A read port of a memory loads a word at every edge.
    case readEnable(memory: Int, port: Int)
    /// A register has no reset.
    case reset(register: Int)
    /// A register has another value in reset.
    case resetValue(register: Int, BitVector)
    /// A register is gone.
    case register(Int)
    /// A word of a memory starts as another one.
    case word(memory: Int, address: Int)
  }
}

extension Mutant: CustomStringConvertible {
  /// Number, kind, and what is wrong.
  public var description: String { "#\(number) \(operation.description) in \(module): \(change)" }
}

/// What a register without its reset holds at the start.
public enum LostReset: Hashable, Sendable {
  /// The complement of the value it should have: what a bench meets that leaves nothing to chance.
  case complement
  /// Nothing that is known: what a proof has to assume.
  case undefined
}

extension Circuit {
  /// The circuit with the mistake of `mutant` in it.
  ///
  /// - Parameters:
  ///   - mutant: One of ``mutants`` of this circuit.
  ///   - lostReset: What a register without its reset starts as.
  /// - Throws: What the door of circuits says when the change makes no circuit, such as a loop without a register.
  public func applying(_ mutant: Mutant, lostReset: LostReset = .complement) throws(DiagnosticList) -> Circuit {
    var definitions = definitions
    definitions[mutant.definition] = definitions[mutant.definition].applying(mutant.edit, lostReset).simplified()
    return try Circuit(definitions: definitions)
  }
}

extension Definition {
  func applying(_ edit: Mutant.Edit, _ lostReset: LostReset) -> Definition {
    var result = self
    switch edit {
    case .node(let node, let rewrite): result = replacing(node) { rewrite($0, in: &$1) }
    case .root(let position, let rewrite): result = replacingRoot(position) { rewrite($0, in: &$1) }
    case .registerEnable(let index): result.registers[index].enable = nil
    case .readEnable(let memory, let port): result.memories[memory].readPorts[port].enable = nil
    case .reset(let index):
      if lostReset == .complement {
        result.registers[index].initialValue = result.registers[index].resetValue?.complemented
      }
      result.registers[index].resetValue = nil
    case .resetValue(let index, let value): result.registers[index].resetValue = value
    case .register(let index): result.removeRegister(index)
    case .word(let memory, let address):
      if let word = result.memories[memory].contents?[address] {
        result.memories[memory].contents?[address] = word.incremented
      }
    }
    return result
  }

  /// Replaces a register by its next value.
  private mutating func removeRegister(_ removed: Int) {
    let register = registers.remove(at: removed)
    for index in signals.indices {
      if case .register(let number) = signals[index].kind, number > removed {
        signals[index].kind = .register(number - 1)
      }
    }
    signals[Int(register.signal)].kind = .net(driver: register.next)
  }
}
