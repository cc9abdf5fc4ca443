import Netlist

/// What a signal value holds: a node of the module being built, or a number that takes its width from its surroundings.
public enum Handle {
  /// An operation of a module.
  case node(Module, NodeID)
  /// A number that belongs to no module yet.
  case literal(Literal)
}

/// A value in hardware: ``UInt``, ``SInt``, ``Bits`` or ``Bit``.
public protocol Signal: PortElement where Shape == Int, Drain == Sink<Self> {
  /// How the bits are read.
  static var isSigned: Bool { get }
  /// The node or literal behind the value.
  var handle: Handle { get }
  /// Wraps a node or literal of this kind.
  init(handle: Handle)
}

/// A signal that has a width of its own: all but ``Bit``.
public protocol VectorSignal: Signal {}

extension Signal {
  /// Width in bits; a literal without one has the fewest bits that hold it.
  public var width: Int {
    switch handle {
    case .node(let module, let id): Int(module.definition.table[id].width)
    case .literal(let literal): literal.width(signed: Self.isSigned)
    }
  }

  /// The width that the value has of its own; nil for a literal that takes that of what it meets.
  var ownWidth: Int? {
    switch handle {
    case .node(let module, let id): Int(module.definition.table[id].width)
    case .literal(let literal): literal.ownWidth
    }
  }

  /// The module that the value belongs to; nil for a literal.
  var module: Module? {
    if case .node(let module, _) = handle { module } else { nil }
  }

  /// The same value under a name of its own, which shows in the Verilog and in waves.
  public func named(_ name: String, file: StaticString = #fileID, line: Int = #line) -> Self {
    guard case .node(let module, let id) = handle else { return self }
    return Self(handle: module.name(id, name, at: module.place(file, line)))
  }
}
