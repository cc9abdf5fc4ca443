import Netlist

extension VectorSignal {
  func shiftedLeft(by count: Int) -> Self {
    guard count >= 0 else { return refusing(.badIndex, "shift by \(count) bits", fix: "shift by 0 or more") }
    guard count <= Module.mostBits - min(width, Module.mostBits) else {
      return refusing(
        .badIndex, "shift by \(count) bits; the widest signal has \(Module.mostBits)",
        fix: "shift by at most \(Module.mostBits - width)")
    }
    switch handle {
    case _ where count == 0: return self
    case .literal(let literal):
      return literal.refusal != nil ? self : Self(handle: .literal(literal.shiftedLeft(by: count)))
    case .node(let module, let a):
      let joined = module.concatenation([a, module.zero(count, signed: false)])
      return Self(handle: .node(module, module.reinterpreted(joined, signed: Self.isSigned)))
    }
  }

  func shiftedRight(by count: Int) -> Self {
    guard count >= 0 else { return refusing(.badIndex, "shift by \(count) bits", fix: "shift by 0 or more") }
    switch handle {
    case _ where count == 0: return self
    case .literal(let literal):
      return literal.refusal != nil
        ? self : Self(handle: .literal(literal.shiftedRight(by: count, signed: Self.isSigned)))
    case .node(let module, let a):
      return module.make(
        .shiftRight, width: width, signed: Self.isSigned, a, module.distance(Literal(count), over: width))
    }
  }

  /// Shifted by a signal at the same width; a literal without a width has all bits that it needs.
  func shifted(_ operation: Operation, by count: UInt) -> Self {
    if case .literal(let literal) = count.handle {
      if literal.refusal != nil { return refused(by: count) }
      guard !literal.isNegative else {
        return refusing(.badIndex, "shift by \(literal) bits", fix: "shift by 0 or more")
      }
    }
    switch (handle, count.handle) {
    case (.node(let module, let a), .node(let other, let b)):
      guard module.checkSame(other, "a shift") else { return .refused(width: width) }
      return module.make(operation, width: width, signed: Self.isSigned, a, b)
    case (.node(let module, let a), .literal(let literal)):
      return module.make(operation, width: width, signed: Self.isSigned, a, module.distance(literal, over: width))
    case (.literal(let literal), .node(let module, let b)):
      if let refusal = literal.refusal {
        module.note(refusal)
        return .refused(width: width)
      }
      guard let width = literal.ownWidth else {
        module.report(
          .literalWithoutWidth, "the literal \(literal) is shifted by a signal and has no width of its own",
          fix: "write m.constant(\(literal), width: …, as: \(Self.self).self)")
        return .refused(width: self.width)
      }
      let a = module.node(literal, width: width, signed: Self.isSigned)
      return module.make(operation, width: width, signed: Self.isSigned, a, b)
    case (.literal(let literal), .literal(let count)):
      if literal.refusal != nil { return self }
      let distance = count.exact.extended(to: max(64, count.exact.width), signed: count.ownWidth == nil).unsigned
      let places = Int(min(distance ?? .max, UInt64(Module.mostBits)))
      if operation == .shiftRight {
        return Self(handle: .literal(literal.shiftedRight(by: places, signed: Self.isSigned)))
      }
      guard let width = literal.ownWidth else { return shiftedLeft(by: Int(min(distance ?? .max, UInt64(Int.max)))) }
      return Self(handle: .literal(Literal(sized: literal.exact.shiftedLeft(by: min(places, width)))))
    }
  }

  /// The result of an operation with a count that could not be made.
  private func refused(by count: UInt) -> Self {
    switch handle {
    case .literal(let literal): return literal.refusal != nil ? self : Self(handle: count.handle)
    case .node(let module, _):
      if case .literal(let literal) = count.handle, let refusal = literal.refusal { module.note(refusal) }
      return .refused(width: width)
    }
  }
}

extension Module {
  /// How far to shift a value of `width` bits; all distances past the width do the same.
  fileprivate func distance(_ literal: Literal, over width: Int) -> NodeID {
    if literal.ownWidth != nil { return node(literal, width: 1, signed: false) }
    let needed = literal.width(signed: false)
    let count = needed <= 32 ? min(literal.exact.extended(to: 64, signed: true).words[0], UInt64(width)) : UInt64(width)
    return definition.table.constant(
      BitVector(count, width: BitVector.bitsNeeded(unsigned: count)), isSigned: false)
  }
}
