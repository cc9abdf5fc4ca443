import Netlist

/// The operators' common part: operands brought to one module and width, mistakes reported, a node made.
private enum Operands {
  /// Nodes of one module at their own widths.
  case nodes(Module, NodeID, NodeID)
  /// Numbers, both with a width of their own or both without.
  case literals(Literal, Literal)
  /// One of them could not be made, or they do not go together.
  case refused(Handle)
}

extension Signal {
  /// Both operands in one form.
  ///
  /// A literal takes `literalWidth(other)`; without it, the width of the other operand.
  private func operands(_ other: Self, _ what: String, literalWidth: ((Literal) -> Int?)? = nil) -> Operands {
    switch (handle, other.handle) {
    case (.node(let module, let a), .node(let otherModule, let b)):
      if module === otherModule { return .nodes(module, a, b) }
      module.report(
        .foreignSignal, "\(what) joins signals of \(module.title) and \(otherModule.title)",
        fix: "pass the signal through a port")
      return .refused(Self.refused(width: width).handle)
    case (.node(let module, let a), .literal(let literal)):
      guard let b = Self.node(literal, beside: a, in: module, literalWidth) else {
        return .refused(Self.refused(width: width).handle)
      }
      return .nodes(module, a, b)
    case (.literal(let literal), .node(let module, let b)):
      guard let a = Self.node(literal, beside: b, in: module, literalWidth) else {
        return .refused(Self.refused(width: other.width).handle)
      }
      return .nodes(module, a, b)
    case (.literal(let a), .literal(let b)):
      if a.refusal != nil { return .refused(handle) }
      if b.refusal != nil { return .refused(other.handle) }
      if let width = b.ownWidth, a.ownWidth == nil {
        return Self.sized(a, literalWidth?(a) ?? width) { .literals($0, b) }
      }
      if let width = a.ownWidth, b.ownWidth == nil {
        return Self.sized(b, literalWidth?(b) ?? width) { .literals(a, $0) }
      }
      return .literals(a, b)
    }
  }

  /// A literal as the operand beside `node`; nil when it could not be made.
  private static func node(
    _ literal: Literal, beside node: NodeID, in module: Module, _ literalWidth: ((Literal) -> Int?)?
  ) -> NodeID? {
    if let refusal = literal.refusal {
      module.note(refusal)
      return nil
    }
    return module.node(literal, width: literalWidth?(literal) ?? module.width(node), signed: isSigned)
  }

  private static func sized(_ literal: Literal, _ width: Int, _ body: (Literal) -> Operands) -> Operands {
    if let mistake = literal.misfit(width: width, signed: isSigned) {
      return .refused(Self.refused(mistake, width: width).handle)
    }
    return body(Literal(sized: literal.bits(width)))
  }

  /// The width that a literal has in a product: its own, not that of the other factor.
  private static func fewestBits(_ literal: Literal) -> Int? {
    literal.isNegative && !isSigned ? nil : literal.width(signed: isSigned)
  }

  private func combined(
    _ operation: Operation, _ other: Self, _ what: String, literalWidth: ((Literal) -> Int?)? = nil,
    extends: Bool, width: (Int, Int) -> Int
  ) -> Self {
    switch operands(other, what, literalWidth: literalWidth) {
    case .refused(let handle): return Self(handle: handle)
    case .literals(let a, let b):
      return Self(
        handle: .literal(a.combined(operation, b, signed: Self.isSigned, extends: extends, width: width)))
    case .nodes(let module, let a, let b):
      let width = width(module.width(a), module.width(b))
      guard module.checkPossible(width) else { return .refused(width: 1) }
      return extends
        ? module.make(
          operation, width: width, signed: Self.isSigned, module.extended(a, to: width), module.extended(b, to: width))
        : module.make(operation, width: width, signed: Self.isSigned, a, b)
    }
  }

  func growing(_ operation: Operation, _ other: Self) -> Self {
    combined(operation, other, "an operator", extends: true) { max($0, $1) + 1 }
  }

  func wrapping(_ operation: Operation, _ other: Self) -> Self {
    combined(operation, other, "an operator", extends: true) { max($0, $1) }
  }

  func product(_ other: Self) -> Self {
    combined(.multiply, other, "a product", literalWidth: Self.fewestBits, extends: false) { $0 + $1 }
  }

  func wrappingProduct(_ other: Self) -> Self {
    combined(.multiply, other, "a product", literalWidth: Self.fewestBits, extends: false) { max($0, $1) }
  }

  func bitwise(_ operation: Operation, _ other: Self) -> Self {
    if let a = ownWidth, let b = other.ownWidth, a != b {
      return (module == nil ? other : self).refusing(
        .widthMismatch, "'\(operation)' on \(a) and \(b) bits",
        fix: "use extended(to:), truncated(to:) or saturated(to:)", width: a)
    }
    return combined(operation, other, "an operator", extends: false) { a, _ in a }
  }

  func complement() -> Self {
    switch handle {
    case .node(let module, let a): return module.make(.not, width: module.width(a), signed: Self.isSigned, a)
    case .literal(let literal):
      if literal.refusal != nil { return self }
      guard let width = literal.ownWidth else {
        guard Self.isSigned else { return needingWidth("its complement") }
        let bits = literal.exact
        return Self(
          handle: .literal(Literal(exact: Literal.evaluated(.not, width: bits.width, signed: true, bits))))
      }
      return Self(
        handle: .literal(
          Literal(sized: Literal.evaluated(.not, width: width, signed: Self.isSigned, literal.exact))))
    }
  }

  /// 1 when both are equal.
  public func isEqual(to other: Self) -> Bit { compared(.equal, to: other) }

  /// 1 when this is the smaller value.
  public func isLess(than other: Self) -> Bit { compared(.less, to: other) }

  /// Numbers of different widths compare by value; patterns of different widths do not compare.
  private func compared(_ operation: Operation, to other: Self) -> Bit {
    if Self.self == Bits.self, let a = ownWidth, let b = other.ownWidth, a != b {
      return (module == nil ? other : self).refusing(
        .widthMismatch, "a comparison on \(a) and \(b) bits",
        fix: "use extended(to:), truncated(to:) or saturated(to:)", width: 1)
    }
    switch operands(other, "a comparison") {
    case .refused(let handle): return Bit(handle: handle).asCondition
    case .literals(let a, let b):
      return Bit(booleanLiteral: a.compares(operation, b, signed: Self.isSigned))
    case .nodes(let module, let a, let b):
      let width = max(module.width(a), module.width(b))
      return module.make(
        operation, width: 1, signed: false, module.extended(a, to: width), module.extended(b, to: width))
    }
  }
}

extension Bit {
  /// The same refused value at the width of a bit.
  fileprivate var asCondition: Bit {
    guard case .literal(let literal) = handle, let refusal = literal.refusal else { return self }
    return refusal.mistake.map { Bit.refused($0) } ?? Bit.refused(width: 1)
  }
}
