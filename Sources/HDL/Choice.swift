import Netlist

/// `yes` while `condition` is 1, else `no`; both of one width. One of them may be a literal.
public func mux<T: Signal>(_ condition: Bit, _ yes: T, _ no: T) -> T {
  guard case .node(let module, let selector) = condition.handle else {
    guard case .literal(let value) = condition.handle else { return yes }
    return value != 0 ? yes : no
  }
  guard let nodes = module.unified([yes, no], "mux") else { return yes }
  let width = module.width(nodes[0])
  return T(
    handle: .node(
      module,
      module.intern(
        Node(
          .mux, width: Int32(width), isSigned: T.isSigned, a: selector.index, b: nodes[0].index, c: nodes[1].index))))
}

/// The element of `values` that `index` names; the last one when the index is past the end. All of one width.
public func select<T: Signal>(_ index: UInt, _ values: [T]) -> T {
  precondition(!values.isEmpty, "select needs at least one value")
  guard case .node(let module, let selector) = index.handle else {
    guard case .literal(let position) = index.handle else { return values[0] }
    return values[min(max(0, position), values.count - 1)]
  }
  guard let nodes = module.unified(values, "select") else { return values[0] }
  let start = module.definition.table.internList(nodes.map(\.index))
  return T(
    handle: .node(
      module,
      module.intern(
        Node(
          .select, width: Int32(module.width(nodes[0])), isSigned: T.isSigned, a: selector.index, b: start,
          c: Int32(nodes.count)))))
}

/// The signals joined into one vector, the first one most significant. Literals have no width and are not taken.
public func concatenate(_ parts: any Signal...) -> Bits { concatenate(parts) }

/// The signals joined into one vector, the first one most significant. Literals have no width and are not taken.
public func concatenate(_ parts: [any Signal]) -> Bits {
  guard let module = parts.lazy.compactMap(\.module).first else {
    preconditionFailure("concatenate needs at least one signal with a width")
  }
  var nodes: [NodeID] = []
  for part in parts {
    switch part.handle {
    case .node(let other, let id):
      if module.checkSame(other, "concatenate") { nodes.append(id) }
    case .literal(let value):
      module.report(
        .literalWithoutWidth, "the literal \(value) in a concatenation has no width",
        fix: "write m.constant(\(value), width: …, as: Bits.self)")
    }
  }
  return Bits(handle: .node(module, nodes.isEmpty ? module.zero(1, signed: false) : module.concatenation(nodes)))
}

/// The exact sum of `terms` as a balanced tree; ⌈log2 n⌉ bits wider than the widest term.
public func sum(_ terms: [SInt]) -> SInt { balanced(terms, +) }

/// The exact sum of `terms` as a balanced tree; ⌈log2 n⌉ bits wider than the widest term.
public func sum(_ terms: [UInt]) -> UInt { balanced(terms, +) }

/// 1 when all of `conditions` are 1.
public func allOf(_ conditions: [Bit]) -> Bit { balanced(conditions, &) }

/// 1 when one of `conditions` is 1.
public func anyOf(_ conditions: [Bit]) -> Bit { balanced(conditions, |) }

/// `terms` combined pairwise, level by level. At least one term.
public func balanced<T>(_ terms: [T], _ combine: (T, T) -> T) -> T {
  precondition(!terms.isEmpty, "nothing to combine")
  var level = terms
  while level.count > 1 {
    level = stride(from: 0, to: level.count, by: 2).map {
      $0 + 1 < level.count ? combine(level[$0], level[$0 + 1]) : level[$0]
    }
  }
  return level[0]
}
