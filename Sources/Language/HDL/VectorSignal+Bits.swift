import Netlist

/// Parts of a vector, other widths, and all bits as one.
extension VectorSignal {
  /// Bit `index`, 0 being the least significant.
  public subscript(index: Int) -> Bit {
    guard index >= 0, index < ownWidth ?? Module.mostBits else {
      return refusing(.badIndex, "bit \(index) of \(title)", fix: rangeFix, width: 1)
    }
    return Bit(handle: part(low: index, count: 1))
  }

  /// The bit that `index` names; the top bit when the index is past the end.
  public subscript(index: UInt) -> Bit {
    guard let width = ownWidth else { return needingWidth("the bit that a signal names") }
    return select(index, (0..<width).map { Bit(handle: part(low: $0, count: 1)) })
  }

  /// Bits `range`, 0 being the least significant.
  public subscript(range: Range<Int>) -> Bits {
    bits(range, written: "\(range.lowerBound)..<\(range.upperBound)")
  }

  /// Bits `range`, 0 being the least significant.
  public subscript(range: ClosedRange<Int>) -> Bits {
    bits(
      range.lowerBound..<(range.upperBound == .max ? .max : range.upperBound + 1),
      written: "\(range.lowerBound)...\(range.upperBound)")
  }

  private func bits(_ range: Range<Int>, written: String) -> Bits {
    guard range.lowerBound >= 0, range.upperBound <= ownWidth ?? Module.mostBits, !range.isEmpty else {
      let (count, isHuge) = range.upperBound.subtractingReportingOverflow(range.lowerBound)
      return refusing(.badIndex, "bits \(written) of \(title)", fix: rangeFix, width: isHuge ? 1 : count)
    }
    return Bits(handle: part(low: range.lowerBound, count: range.count))
  }

  private var title: String {
    if case .literal(let literal) = handle, literal.ownWidth == nil { return "the literal \(literal)" }
    return "a signal of \(width) bits"
  }

  private var rangeFix: String { "use bits from 0..<\(ownWidth ?? Module.mostBits)" }

  /// Bits of the value, which are there: those of a literal without a width are as in every width that has them.
  private func part(low: Int, count: Int) -> Handle {
    switch handle {
    case .node(let module, let a): return .node(module, module.slice(a, low: low, width: count))
    case .literal(let literal):
      if literal.refusal != nil { return handle }
      if let mistake = literal.misfit(signed: Self.isSigned) {
        return Bits.refused(mistake, width: count).handle
      }
      let bits = literal.ownWidth == nil ? literal.bits(max(literal.exact.width, low + count)) : literal.exact
      return .literal(Literal(sized: bits.slice(low: low, width: count)))
    }
  }

  /// The low `width` bits.
  public func truncated(to width: Int) -> Self {
    guard width >= 1, width <= ownWidth ?? Module.mostBits else {
      let most = ownWidth ?? Module.mostBits
      return refusing(
        .badWidth, "\(title) narrowed to \(width)",
        fix: "use a width from 1 to \(most)" + (ownWidth == nil ? "" : ", or extended(to:)"), width: width)
    }
    if width == ownWidth { return self }
    return Bits(handle: part(low: 0, count: width)).reinterpreted(as: Self.self)
  }

  /// The same value at a greater width: the sign enters for ``SInt``, zeros otherwise.
  public func extended(to width: Int) -> Self {
    guard width >= ownWidth ?? 1, width <= Module.mostBits else {
      return refusing(
        .badWidth, "extended(to: \(width)) of \(title)",
        fix: width > Module.mostBits
          ? "use at most \(Module.mostBits) bits"
          : width < 1 ? "use at least 1 bit" : "use truncated(to:) or saturated(to:)", width: width)
    }
    switch handle {
    case .node(let module, let a): return Self(handle: .node(module, module.extended(a, to: width)))
    case .literal(let literal):
      if literal.refusal != nil { return self }
      if let mistake = literal.misfit(width: width, signed: Self.isSigned) { return .refused(mistake, width: width) }
      let bits =
        literal.ownWidth == nil ? literal.bits(width) : literal.exact.extended(to: width, signed: Self.isSigned)
      return Self(handle: .literal(Literal(sized: bits)))
    }
  }

  /// The value at a width of at least its own, or the literal at the nearest of `limits`; nil where a signal must be
  /// narrowed.
  func widened(to width: Int, limits: (least: BitVector, greatest: BitVector)) -> Self? {
    guard let own = ownWidth else {
      guard case .literal(let literal) = handle, literal.refusal == nil,
        literal.misfit(width: width, signed: Self.isSigned) != nil, !literal.isNegative || Self.isSigned
      else { return extended(to: width) }
      return Self(handle: .literal(Literal(sized: literal.isNegative ? limits.least : limits.greatest)))
    }
    return width >= own ? extended(to: width) : nil
  }

  /// Whether a signal can be saturated to `width` bits; reports it when not.
  func refusedSaturation(to width: Int) -> Self? {
    guard width < 1 || width > Module.mostBits else { return nil }
    return refusing(
      .badWidth, "saturated(to: \(width)) of \(title)", fix: "use a width from 1 to \(Module.mostBits)", width: 1)
  }

  /// 1 when every bit is 1.
  public var all: Bit { reduced(.and) }
  /// 1 when some bit is 1.
  public var any: Bit { reduced(.or) }
  /// 1 when the number of bits that are 1 is odd.
  public var parity: Bit { reduced(.xor) }

  private func reduced(_ kind: Reduction) -> Bit {
    switch handle {
    case .node(let module, let a):
      return Bit(
        handle: .node(module, module.intern(Node(.reduce, width: 1, isSigned: false, a: a.index, b: kind.rawValue))))
    case .literal(let literal):
      if let refusal = literal.refusal {
        return refusal.mistake.map { Bit.refused($0) } ?? Bit.refused(width: 1)
      }
      if literal.ownWidth == nil {
        if let mistake = literal.misfit(signed: Self.isSigned) { return .refused(mistake) }
        // More bits may stand above those of the number: zeros, or copies of its sign.
        switch kind {
        case .and:
          if literal.exact.isAllOnes { return true }
          let isAllOnes = literal.bits(max(1, literal.width(signed: false))).isAllOnes
          return Self.isSigned || !isAllOnes ? false : needingWidth("whether all its bits are 1")
        case .xor where literal.isNegative: return needingWidth("its parity")
        case .or, .xor: break
        }
      }
      let value = Literal.evaluated(.reduce, width: 1, signed: false, literal.exact, b: kind.rawValue)
      return Bit(handle: .literal(Literal(sized: value)))
    }
  }

  /// The same bits as an unsigned number.
  public var asUnsigned: UInt { reinterpreted(as: UInt.self) }
  /// The same bits as a two's complement number.
  public var asSigned: SInt { reinterpreted(as: SInt.self) }
  /// The same bits without a number.
  public var asBits: Bits { reinterpreted(as: Bits.self) }

  private func reinterpreted<T: VectorSignal>(as type: T.Type) -> T {
    switch handle {
    case .node(let module, let a): return T(handle: .node(module, module.reinterpreted(a, signed: T.isSigned)))
    case .literal(let literal):
      if literal.ownWidth == nil, literal.isNegative, Self.isSigned, !T.isSigned {
        return needingWidth("the pattern of its bits")
      }
      return T(handle: handle)
    }
  }
}
