import Netlist

/// The operators' common part: operands brought to one module and width, mistakes reported, a node made.
extension Signal {
  /// Both operands as nodes of one module at their own widths; nil when both are literals.
  ///
  /// A literal takes `literalWidth(other)`; without it, the width of the other operand.
  private func operands(_ other: Self, _ what: String, literalWidth: ((Int) -> Int)? = nil)
    -> (Module, NodeID, NodeID)?
  {
    switch (handle, other.handle) {
    case (.node(let module, let a), .node(let otherModule, let b)):
      if module !== otherModule {
        module.report(
          .foreignSignal, "\(what) joins signals of \(module.title) and \(otherModule.title)",
          fix: "pass the signal through a port")
        return (module, a, module.zero(Int(otherModule.definition.table[b].width), signed: Self.isSigned))
      }
      return (module, a, b)
    case (.node(let module, let a), .literal(let value)):
      let width = literalWidth?(value) ?? Int(module.definition.table[a].width)
      return (module, a, module.literal(value, width: width, signed: Self.isSigned))
    case (.literal(let value), .node(let module, let b)):
      let width = literalWidth?(value) ?? Int(module.definition.table[b].width)
      return (module, module.literal(value, width: width, signed: Self.isSigned), b)
    case (.literal, .literal): return nil
    }
  }

  private func literals(_ other: Self) -> (Int, Int) {
    guard case .literal(let a) = handle, case .literal(let b) = other.handle else { return (0, 0) }
    return (a, b)
  }

  func growing(_ operation: Operation, _ other: Self) -> Self {
    guard let (module, a, b) = operands(other, "an operator") else {
      let (a, b) = literals(other)
      return Self(handle: .literal(operation == .add ? a + b : a - b))
    }
    let width = max(module.width(a), module.width(b)) + 1
    return module.make(
      operation, width: width, signed: Self.isSigned, module.extended(a, to: width), module.extended(b, to: width))
  }

  func wrapping(_ operation: Operation, _ other: Self) -> Self {
    guard let (module, a, b) = operands(other, "an operator") else {
      let (a, b) = literals(other)
      return Self(handle: .literal(operation == .add ? a &+ b : a &- b))
    }
    let width = max(module.width(a), module.width(b))
    return module.make(
      operation, width: width, signed: Self.isSigned, module.extended(a, to: width), module.extended(b, to: width))
  }

  func product(_ other: Self) -> Self {
    guard let (module, a, b) = operands(other, "a product", literalWidth: Self.bitsNeeded) else {
      let (a, b) = literals(other)
      return Self(handle: .literal(a * b))
    }
    return module.make(.multiply, width: module.width(a) + module.width(b), signed: Self.isSigned, a, b)
  }

  func wrappingProduct(_ other: Self) -> Self {
    guard let (module, a, b) = operands(other, "a product", literalWidth: Self.bitsNeeded) else {
      let (a, b) = literals(other)
      return Self(handle: .literal(a &* b))
    }
    return module.make(
      .multiply, width: max(module.width(a), module.width(b)), signed: Self.isSigned, a, b)
  }

  func bitwise(_ operation: Operation, _ other: Self) -> Self {
    guard let (module, a, b) = operands(other, "an operator") else {
      let (a, b) = literals(other)
      return Self(handle: .literal(operation == .and ? a & b : operation == .or ? a | b : a ^ b))
    }
    let width = module.width(a)
    guard module.checkEqualWidths(a, b, "'\(operation)'") else { return Self(handle: .node(module, a)) }
    return module.make(operation, width: width, signed: Self.isSigned, a, b)
  }

  func complement() -> Self {
    guard case .node(let module, let a) = handle else {
      guard case .literal(let value) = handle else { return self }
      return Self(handle: .literal(Self.self == Bit.self ? 1 - value : ~value))
    }
    return module.make(.not, width: module.width(a), signed: Self.isSigned, a)
  }

  func isEqual(to other: Self) -> Bit {
    guard let (module, a, b) = operands(other, "a comparison") else {
      let (a, b) = literals(other)
      return Bit(booleanLiteral: a == b)
    }
    return compare(.equal, module, a, b)
  }

  func isLess(than other: Self) -> Bit {
    guard let (module, a, b) = operands(other, "a comparison") else {
      let (a, b) = literals(other)
      return Bit(booleanLiteral: a < b)
    }
    return compare(.less, module, a, b)
  }

  /// Numbers of different widths compare by value; patterns of different widths do not compare.
  private func compare(_ operation: Operation, _ module: Module, _ a: NodeID, _ b: NodeID) -> Bit {
    var (a, b) = (a, b)
    if Self.self == Bits.self {
      guard module.checkEqualWidths(a, b, "a comparison") else { return false }
    } else {
      let width = max(module.width(a), module.width(b))
      a = module.extended(a, to: width)
      b = module.extended(b, to: width)
    }
    return module.make(operation, width: 1, signed: false, a, b)
  }
}

extension VectorSignal {
  func shiftedLeft(by count: Int) -> Self {
    guard case .node(let module, let a) = handle else {
      guard case .literal(let value) = handle else { return self }
      return Self(handle: .literal(value << count))
    }
    guard module.check(count >= 0, .badIndex, "shift by \(count) bits", fix: "shift by 0 or more"), count > 0 else {
      return self
    }
    let joined = module.concatenation([a, module.zero(count, signed: false)])
    return Self(handle: .node(module, module.reinterpreted(joined, signed: Self.isSigned)))
  }

  func shiftedRight(by count: Int) -> Self {
    guard case .node(let module, let a) = handle else {
      guard case .literal(let value) = handle else { return self }
      return Self(handle: .literal(value >> count))
    }
    guard module.check(count >= 0, .badIndex, "shift by \(count) bits", fix: "shift by 0 or more"), count > 0 else {
      return self
    }
    let amount = module.literal(count, width: BitVector.bitsNeeded(unsigned: UInt64(count)), signed: false)
    return module.make(.shiftRight, width: width, signed: Self.isSigned, a, amount)
  }

  func shifted(_ operation: Operation, by count: UInt) -> Self {
    switch (handle, count.handle) {
    case (.node(let module, let a), .node(let other, let b)):
      guard module.checkSame(other, "a shift") else { return self }
      return module.make(operation, width: width, signed: Self.isSigned, a, b)
    case (.node(let module, let a), .literal(let value)):
      let b = module.literal(value, width: BitVector.bitsNeeded(unsigned: UInt64(max(0, value))), signed: false)
      return module.make(operation, width: width, signed: Self.isSigned, a, b)
    case (.literal(let value), .node(let module, _)):
      module.report(
        .literalWithoutWidth, "the literal \(value) is shifted by a signal and has no width of its own",
        fix: "write m.constant(\(value), width: …, as: \(Self.self).self)")
      return self
    case (.literal(let value), .literal(let count)):
      return Self(handle: .literal(operation == .shiftLeft ? value << count : value >> count))
    }
  }

  /// Bit `index`, 0 being the least significant.
  public subscript(index: Int) -> Bit { Bit(handle: self[index..<(index + 1)].handle) }

  /// The bit that `index` names; the top bit when the index is past the end.
  public subscript(index: UInt) -> Bit {
    guard case .node(let module, let a) = handle else { return false }
    let bits = (0..<module.width(a)).map { Bit(handle: .node(module, module.slice(a, low: $0, width: 1))) }
    return select(index, bits)
  }

  /// Bits `range`, 0 being the least significant.
  public subscript(range: Range<Int>) -> Bits {
    guard case .node(let module, let a) = handle else { return literalNeedsWidth() }
    let width = module.width(a)
    guard
      module.check(
        range.lowerBound >= 0 && range.upperBound <= width && !range.isEmpty, .badIndex,
        "bits \(range.lowerBound)..<\(range.upperBound) of a signal of \(width) bits",
        fix: "use bits from 0..<\(width)")
    else { return Bits(handle: .node(module, module.zero(max(1, range.count), signed: false))) }
    return Bits(handle: .node(module, module.slice(a, low: range.lowerBound, width: range.count)))
  }

  /// Bits `range`, 0 being the least significant.
  public subscript(range: ClosedRange<Int>) -> Bits { self[range.lowerBound..<(range.upperBound + 1)] }

  private func literalNeedsWidth() -> Bits {
    guard case .literal(let value) = handle else { return Bits(handle: handle) }
    preconditionFailure("bits of the literal \(value), which has no width: use m.constant(\(value), width: …)")
  }

  /// The low `width` bits.
  public func truncated(to width: Int) -> Self {
    guard case .node(let module, let a) = handle, checkNarrowing(to: width), width < module.width(a) else {
      return self
    }
    let low = module.slice(a, low: 0, width: width)
    return Self(handle: .node(module, module.reinterpreted(low, signed: Self.isSigned)))
  }

  /// The same value at a greater width: the sign enters for ``SInt``, zeros otherwise.
  public func extended(to width: Int) -> Self {
    guard case .node(let module, let a) = handle else { return self }
    guard
      module.check(
        width >= module.width(a), .badWidth, "extended(to: \(width)) of a signal of \(module.width(a)) bits",
        fix: "use truncated(to:) or saturated(to:)")
    else { return self }
    return Self(handle: .node(module, module.extended(a, to: width)))
  }

  func checkNarrowing(to width: Int) -> Bool {
    guard let module else { return false }
    return module.check(
      width >= 1 && width <= self.width, .badWidth, "a signal of \(self.width) bits narrowed to \(width)",
      fix: "use a width from 1 to \(self.width), or extended(to:)")
  }

  /// 1 when every bit is 1.
  public var all: Bit { reduced(.and) }
  /// 1 when some bit is 1.
  public var any: Bit { reduced(.or) }
  /// 1 when the number of bits that are 1 is odd.
  public var parity: Bit { reduced(.xor) }

  private func reduced(_ kind: Reduction) -> Bit {
    guard case .node(let module, let a) = handle else { return false }
    return Bit(
      handle: .node(module, module.intern(Node(.reduce, width: 1, isSigned: false, a: a.index, b: kind.rawValue))))
  }

  /// The same bits as an unsigned number.
  public var asUnsigned: UInt { UInt(handle: reinterpreted(signed: false)) }
  /// The same bits as a two's complement number.
  public var asSigned: SInt { SInt(handle: reinterpreted(signed: true)) }
  /// The same bits without a number.
  public var asBits: Bits { Bits(handle: reinterpreted(signed: false)) }

  private func reinterpreted(signed: Bool) -> Handle {
    guard case .node(let module, let a) = handle else { return handle }
    return .node(module, module.reinterpreted(a, signed: signed))
  }
}
