import Netlist

/// `yes` while `condition` is 1, else `no`; both of one width, bundles field by field. One of them may be a literal.
public func mux<T: HardwareValue>(_ condition: Bit, _ yes: T, _ no: T) -> T {
  chosen("mux", [yes, no], condition.module) { SignalChoice(condition: condition, others: $0[1]) }
}

/// The element of `values` that `index` names; the last one when the index is past the end. All of one width, bundles
/// field by field.
public func select<T: HardwareValue>(_ index: UInt, _ values: [T]) -> T {
  guard !values.isEmpty else {
    func refused<S: Signal>(_ type: S.Type) -> S { .refused(.empty("select")) }
    if let signal = T.self as? any Signal.Type, let refused = refused(signal) as? T { return refused }
    Elaboration.end(.empty("select"))
  }
  return chosen("select", values, index.module) { SignalSelection(index: index, values: $0) }
}

/// The choice between `values` that `transform` makes of the signals of each, in the order of declaration.
private func chosen<T: HardwareValue>(
  _ what: String, _ values: [T], _ module: Module?, _ transform: ([[any Signal]]) -> any SignalTransform
) -> T {
  var fields = values.map(\.fields)
  let names = fields[0].map(\.name)
  for (other, value) in zip(fields, values).dropFirst() {
    if let module = module ?? values[0].home ?? value.home {
      guard module.match(fields[0], other, "the values of a \(what)") else { return values[0].refused() }
    } else if Set(names) != Set(other.map(\.name)) {
      return values[0].refused(.otherFields("the values of a \(what)"))
    }
  }
  fields = fields.map { $0.ordered(like: names) }
  return values[0].mapSignals(transform(fields.map { $0.map(\.signal) }), at: .whole)
}

private final class SignalChoice: SignalTransform {
  private let condition: Bit
  private let others: [any Signal]
  private var next = 0

  init(condition: Bit, others: [any Signal]) { (self.condition, self.others) = (condition, others) }

  func apply<S: Signal>(_ signal: S, at name: FieldName) -> S {
    defer { next += 1 }
    return choice(condition, signal, others[next].read(as: S.self))
  }
}

private final class SignalSelection: SignalTransform {
  private let index: UInt
  private let values: [[any Signal]]
  private var next = 0

  init(index: UInt, values: [[any Signal]]) { (self.index, self.values) = (index, values) }

  func apply<S: Signal>(_ signal: S, at name: FieldName) -> S {
    defer { next += 1 }
    return selection(index, values.map { $0[next].read(as: S.self) })
  }
}

extension Module {
  /// Whether two values have the same fields of the same widths; reports the first one in which they differ. What is one
  /// signal is left to whoever reads it.
  func match(_ first: [FieldSignal], _ second: [FieldSignal], _ what: String, at place: Int32 = -1) -> Bool {
    if let missing = first.first(where: { one in !second.contains { $0.name == one.name } })
      ?? second.first(where: { one in !first.contains { $0.name == one.name } })
    {
      report(
        .bundleMismatch, "\(what) do not both have a field '\(missing.name.path)'", notes: notes(value: missing.signal),
        fix: "give all of them one shape", at: place)
      return false
    }
    for (one, other) in zip(first, second.ordered(like: first.map(\.name))) {
      if let format = one.name.format, let own = other.name.format, format != own {
        let field = one.name == .whole ? "" : "field '\(one.name.path)' of "
        report(
          .bundleMismatch, "the formats \(format) and \(own) meet in \(field)\(what)",
          notes: notes(value: one.signal) + notes(value: other.signal), fix: Self.formatFix, at: place)
        return false
      }
      if one.name == .whole { continue }
      guard let width = one.signal.knownWidth, let own = other.signal.knownWidth, width != own else { continue }
      report(
        .bundleMismatch, "field '\(one.name.path)' of \(what) has \(width) and \(own) bits",
        notes: notes(value: one.signal) + notes(value: other.signal),
        fix: "use extended(to:), truncated(to:) or saturated(to:) for '\(one.name.path)', "
          + "or give all of them one shape",
        at: place)
      return false
    }
    return true
  }
}

extension Signal {
  /// The width of a signal, a sized literal or a shape; nil for a literal that takes that of what it meets.
  var knownWidth: Int? { ownWidth ?? refusal?.shapeWidth }
}

/// `yes` while `condition` is 1, else `no`.
private func choice<T: Signal>(_ condition: Bit, _ yes: T, _ no: T) -> T {
  guard case .node(let module, let selector) = condition.handle else {
    guard case .literal(let literal) = condition.handle, literal.refusal == nil else {
      return condition.refused(as: yes, no)
    }
    return literal.isZero ? no.beside(yes) : yes.beside(no)
  }
  guard let nodes = module.unified([yes, no], "mux") else { return .refused(width: yes.ownWidth ?? no.width) }
  let width = module.width(nodes[0])
  return T(
    handle: .node(
      module,
      module.intern(
        Node(
          .mux, width: Int32(width), isSigned: T.isSigned, a: selector.index, b: nodes[0].index, c: nodes[1].index))))
}

/// The element of `values`, of which there is one at least, that `index` names.
private func selection<T: Signal>(_ index: UInt, _ values: [T]) -> T {
  guard let last = values.last else { preconditionFailure("there is a value to select") }
  guard case .node(let module, let selector) = index.handle else {
    guard case .literal(let literal) = index.handle, literal.refusal == nil else { return index.refused(as: last) }
    guard !literal.isNegative else {
      return index.refusing(
        .badIndex, "index \(literal) of a select", fix: "use 0 or more", width: last.width)
    }
    let position = literal.exact.extended(to: max(64, literal.exact.width), signed: literal.ownWidth == nil).unsigned
    let taken = values[Int(min(position ?? .max, UInt64(values.count - 1)))]
    return values.first { $0.ownWidth != nil }.map(taken.beside) ?? taken
  }
  guard let nodes = module.unified(values, "select") else {
    return .refused(width: values.lazy.compactMap(\.ownWidth).first ?? last.width)
  }
  let start = module.definition.table.internList(nodes.map(\.index))
  return T(
    handle: .node(
      module,
      module.intern(
        Node(
          .select, width: Int32(module.width(nodes[0])), isSigned: T.isSigned, a: selector.index, b: start,
          c: Int32(nodes.count)))))
}

extension Signal {
  /// A literal at the width of the value that could stand in its place.
  fileprivate func beside(_ other: Self) -> Self {
    guard case .literal(let literal) = handle, literal.refusal == nil, literal.ownWidth == nil,
      let width = other.ownWidth
    else { return self }
    if let mistake = literal.misfit(width: width, signed: Self.isSigned) { return .refused(mistake, width: width) }
    return Self(handle: .literal(Literal(sized: literal.bits(width))))
  }

  /// The choice between `values` by this value, which could not be made.
  fileprivate func refused<T: Signal>(as values: T...) -> T {
    guard case .literal(let literal) = handle, let refusal = literal.refusal else { return values[0] }
    let width = values.lazy.compactMap(\.ownWidth).first ?? values[0].width
    return refusal.mistake.map { .refused($0, width: width) } ?? .refused(width: width)
  }
}

/// The signals joined into one vector, the first one most significant. Literals are taken when they have a width.
public func concatenate(_ parts: any Signal...) -> Bits { concatenate(parts) }

/// The signals joined into one vector, the first one most significant. Literals are taken when they have a width.
public func concatenate(_ parts: [any Signal]) -> Bits {
  guard !parts.isEmpty else { return .refused(.empty("concatenate")) }
  for case .literal(let literal) in parts.lazy.map(\.handle) where literal.refusal != nil {
    return Bits(handle: .literal(literal))
  }
  let width = parts.reduce(0) { $0 + $1.width }
  let module = parts.lazy.compactMap(\.module).first
  func refused(_ mistake: Refusal.Mistake) -> Bits {
    guard let module else { return .refused(mistake, width: width) }
    module.report(mistake.code, mistake.message, fix: mistake.fix)
    return .refused(width: width)
  }
  guard width <= Module.mostBits else { return refused(.tooWide(width)) }
  var nodes: [NodeID] = []
  var values: [BitVector] = []
  for part in parts {
    switch part.handle {
    case .node(let other, let id):
      guard let module, module.checkSame(other, "concatenate") else { return .refused(width: width) }
      nodes.append(id)
    case .literal(let literal):
      guard literal.ownWidth != nil else {
        return refused(
          Refusal.Mistake(
            code: .literalWithoutWidth, message: "the literal \(literal) in a concatenation has no width",
            fix: "write m.constant(\(literal), width: …, as: Bits.self)"))
      }
      if let module { nodes.append(module.node(literal, width: 1, signed: false)) }
      values.append(literal.exact)
    }
  }
  guard let module else { return Bits(handle: .literal(Literal(sized: .concatenation(values)))) }
  return Bits(handle: .node(module, module.concatenation(nodes)))
}

/// The exact sum of `terms` as a balanced tree; ⌈log2 n⌉ bits wider than the widest term.
public func sum(_ terms: [SInt]) -> SInt { terms.isEmpty ? .refused(.empty("sum", neutral: "0")) : balanced(terms, +) }

/// The exact sum of `terms` as a balanced tree; ⌈log2 n⌉ bits wider than the widest term.
public func sum(_ terms: [UInt]) -> UInt { terms.isEmpty ? .refused(.empty("sum", neutral: "0")) : balanced(terms, +) }

/// 1 when all of `conditions` are 1.
public func allOf(_ conditions: [Bit]) -> Bit {
  conditions.isEmpty ? .refused(.empty("allOf", neutral: "true")) : balanced(conditions, &)
}

/// 1 when one of `conditions` is 1.
public func anyOf(_ conditions: [Bit]) -> Bit {
  conditions.isEmpty ? .refused(.empty("anyOf", neutral: "false")) : balanced(conditions, |)
}

/// `terms` combined pairwise, level by level. At least one term.
public func balanced<T: Signal>(_ terms: [T], _ combine: (T, T) -> T) -> T {
  guard !terms.isEmpty else { return .refused(.empty("balanced")) }
  var level = terms
  while level.count > 1 {
    level = stride(from: 0, to: level.count, by: 2).map {
      $0 + 1 < level.count ? combine(level[$0], level[$0 + 1]) : level[$0]
    }
  }
  return level[0]
}

/// Bits that number `count` things from 0: ⌈log2 `count`⌉, and none for a single one.
///
/// For the width of a signal, which is 1 at least, write ``bits(for:)``.
public func clog2(_ count: Int) -> Int { count <= 1 ? 0 : Int.bitWidth - (count - 1).leadingZeroBitCount }

/// Bits of an unsigned signal that holds the numbers from 0 to `maximum`, at least 1.
///
/// An address of a memory of `n` words has `bits(for: n - 1)`, a counter from 0 to `n` has `bits(for: n)`.
public func bits(for maximum: Int) -> Int { max(1, Int.bitWidth - max(0, maximum).leadingZeroBitCount) }
