/// The closed set of operations of a netlist.
///
/// The result of an operation is a number of ``Node/width`` bits; ``Node/isSigned`` says how it is read. Unless stated
/// otherwise both operands and the result have one width and one signedness, and arithmetic wraps.
public enum Operation: UInt8, Hashable, Sendable, CaseIterable {
  /// A fixed value.
  case constant
  /// The value of a named signal: input port, net, register, output of an instance or read port of a memory.
  case signal
  /// Bitwise complement.
  case not
  /// Bitwise and.
  case and
  /// Bitwise or.
  case or
  /// Bitwise exclusive or.
  case xor
  /// Sum, wrapping.
  case add
  /// Difference, wrapping.
  case subtract
  /// Low bits of the product; operands may have any widths, the result at most the sum of them.
  case multiply
  /// 1 when both operands are equal; the result is one unsigned bit.
  case equal
  /// 1 when the first operand is smaller; the result is one unsigned bit.
  case less
  /// Shift to the left by an unsigned operand of any width.
  case shiftLeft
  /// Shift to the right by an unsigned operand of any width; the sign enters when the first operand is signed.
  case shiftRight
  /// The second operand when the first, one bit, is 1; else the third.
  case mux
  /// The element of a list that an unsigned index of any width names; the last one when the index is past the end.
  case select
  /// Operands joined, the first one most significant; unsigned.
  case concatenate
  /// Bits of the operand from `low` upwards; unsigned.
  case slice
  /// The operand at a greater width, the sign entering when the operand is signed.
  case extend
  /// All bits combined into one by and, or, or exclusive or; unsigned.
  case reduce
  /// The same bits with the other signedness.
  case reinterpret
}

/// The ways to combine all bits of an operand into one.
public enum Reduction: Int32, Hashable, Sendable, CaseIterable {
  case and
  case or
  case xor
}

/// Index of a node in its definition.
public struct NodeID: Hashable, Sendable {
  /// Position in ``NodeTable/nodes``.
  public let index: Int32

  /// The node at `index`.
  @inlinable
  public init(_ index: Int32) { self.index = index }
}

/// One operation of a definition. Operands stand before it in the table, so a table is in topological order.
public struct Node: Hashable, Sendable {
  /// What is computed.
  public var operation: Operation
  /// How the result is read.
  public var isSigned: Bool
  /// Of a mux: a condition that an engineer wrote as `if` or `case`. A decision of one bit is kept where a gate would do.
  public var isDecision: Bool
  /// Width of the result in bits.
  public var width: Int32
  /// First operand; constant and signal: index in their table; concatenate: start in the operand list.
  public var a: Int32
  /// Second operand; slice: lowest bit; reduce: ``Reduction``; concatenate: number of operands; select: start.
  public var b: Int32
  /// Third operand; select: number of values.
  public var c: Int32

  /// A node; unused operands are zero.
  @inlinable
  public init(
    _ operation: Operation, width: Int32, isSigned: Bool, isDecision: Bool = false, a: Int32 = 0, b: Int32 = 0,
    c: Int32 = 0
  ) {
    self.operation = operation
    self.width = width
    self.isSigned = isSigned
    self.isDecision = isDecision
    self.a = a
    self.b = b
    self.c = c
  }
}
