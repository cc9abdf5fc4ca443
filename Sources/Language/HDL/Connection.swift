import Netlist

/// Ports that one `<==` connects as a whole: those of a group, or of a module, as ``Interior`` and ``Exterior`` show them.
public protocol PortSide {
  /// Which ports they are.
  var connectable: ConnectablePorts { get }
}

/// The ports of one side of a connection.
public struct ConnectablePorts {
  let layout: PortLayout
  let scope: PortScope
}

extension Interior: PortSide {
  /// The ports of the group.
  public var connectable: ConnectablePorts { ConnectablePorts(layout: layout, scope: scope) }
}

extension Exterior: PortSide {
  /// The ports of the group.
  public var connectable: ConnectablePorts { ConnectablePorts(layout: layout, scope: scope) }
}

/// Connects two sides of a group, field by field and in both directions: a port of the module around with that of an
/// instance, or two instances.
///
/// Both must have the same fields, by name, of the same widths and signs, and what one gives the other one must take. Which
/// of the two stands on the left makes no difference; write the one there that takes requests.
public func <== (left: some PortSide, right: some PortSide) {
  Connection(left.connectable, right.connectable)?.make()
}

/// Two sets of ports, field by field.
private struct Connection {
  private let left: ConnectablePorts
  private let right: ConnectablePorts
  private let module: Module
  private var pairs: [(left: Int, right: Int)] = []

  init?(_ left: ConnectablePorts, _ right: ConnectablePorts) {
    (self.left, self.right) = (left, right)
    module = left.scope.module
    guard right.scope.module === module else {
      module.report(
        .foreignSignal, "'\(left.title)' is connected with '\(right.title)' of \(right.scope.module.title)",
        fix: "pass the group through ports")
      left.refuse()
      right.refuse()
      return nil
    }
  }

  func make() {
    var checked = self
    guard checked.match(), checked.isFirst() else {
      left.refuse()
      right.refuse()
      return
    }
    for pair in checked.pairs {
      if left.scope.drives(pair.left) {
        left.drive(pair.left, with: right, pair.right)
      } else {
        right.drive(pair.right, with: left, pair.left)
      }
    }
  }

  /// Pairs the fields; false when something does not fit.
  private mutating func match() -> Bool {
    let (lefts, rights) = (left.fields, right.fields)
    let names = (left: Set(lefts.map(\.name)), right: Set(rights.map(\.name)))
    let numbers = Dictionary(rights.map { ($0.name, $0.leaf) }, uniquingKeysWith: { first, _ in first })
    var isWell = !reportMissing(lefts.filter { !names.right.contains($0.name) }, in: left, from: right, rights)
    if reportMissing(rights.filter { !names.left.contains($0.name) }, in: right, from: left, lefts) { isWell = false }
    var clashes: [(left: Int, right: Int)] = []
    for field in lefts {
      guard let other = numbers[field.name] else { continue }
      let (a, b) = (left.scope.leaves[field.leaf], right.scope.leaves[other])
      guard a.isPossible, b.isPossible else {
        isWell = false
        continue
      }
      if left.scope.drives(field.leaf) == right.scope.drives(other) {
        clashes.append((field.leaf, other))
      } else if a.width != b.width {
        report(
          .fieldMismatch,
          "field '\(left.title(of: field.leaf))' has \(a.width) bits, and '\(right.title(of: other))' has \(b.width)",
          (field.leaf, other), fix: "give both sides of the group the same parameters")
        isWell = false
      } else if a.isSigned != b.isSigned {
        let titles = (left.title(of: field.leaf), right.title(of: other))
        let (signed, unsigned) = a.isSigned ? titles : (titles.1, titles.0)
        report(
          .fieldMismatch, "field '\(signed)' is signed, and '\(unsigned)' is not", (field.leaf, other),
          fix: "declare both as SInt, or neither")
        isWell = false
      } else if let format = a.format, let own = b.format, format != own {
        report(
          .fieldMismatch,
          "field '\(left.title(of: field.leaf))' has the format \(format), and '\(right.title(of: other))' has \(own)",
          (field.leaf, other), fix: "give both sides of the group the same parameters, or convert between them")
        isWell = false
      } else {
        pairs.append((field.leaf, other))
      }
    }
    if let first = clashes.first {
      let gives = left.scope.drives(first.left) ? "taken" : "given"
      let others = clashes.count == 1 ? "" : ", as \(clashes.count - 1) more of the group"
      report(
        .fieldDirection,
        "field '\(left.title(of: first.left))' is \(gives) by both sides, by '\(right.title(of: first.right))' too\(others)",
        first, fix: "write the group of one side as Flipped<…>, or connect with a counterpart")
    }
    return isWell && clashes.isEmpty
  }

  /// Reports the fields of one side that the other one has not, each part of the group once.
  private func reportMissing(
    _ fields: [ConnectablePorts.Field], in side: ConnectablePorts, from other: ConnectablePorts,
    _ others: [ConnectablePorts.Field]
  ) -> Bool {
    let parts = Set(others.flatMap { $0.parts })
    var told: Set<String> = []
    for field in fields {
      let missing = field.parts.first { !parts.contains($0) } ?? field.name
      guard told.insert(missing).inserted else { continue }
      module.report(
        .fieldMissing, "field '\(side.title(missing))' is missing in '\(other.title)'",
        notes: [side.note(missing, field.leaf)] + [side.made, other.made ?? other.note()].compactMap { $0 },
        fix: "give both sides of the group the same parameters, or connect the fields one by one")
    }
    return !told.isEmpty
  }

  /// Whether neither side has been connected where this is; reports the group that has.
  private func isFirst() -> Bool {
    for side in [left, right] {
      for field in side.fields where side.scope.drives(field.leaf) {
        guard let statement = module.statementDriving(side.scope.drain(field.leaf)) else { continue }
        module.elaboration.report(
          Diagnostic(
            .severalDrivers, "'\(side.title)' is driven twice, as its field '\(side.title(of: field.leaf))' is",
            at: nil, module: module.title, notes: [Diagnostic.Note("first driven here", at: nil)],
            fix: "connect it once; where one of several is chosen, connect each under m.when"),
          at: module.nextStatement(), noted: [(0, Statement(module: module.ordinal, number: statement))])
        return false
      }
    }
    return true
  }

  private func report(_ code: Diagnostic.Code, _ message: String, _ pair: (left: Int, right: Int), fix: String) {
    let notes = [left.note(of: pair.left), right.note(of: pair.right)] + [left.made, right.made].compactMap { $0 }
    module.report(code, message, notes: notes, fix: fix)
  }
}

extension ConnectablePorts {
  /// A vector under its path in the group.
  struct Field {
    let name: String
    let leaf: Int

    /// The path, and those of all that it is part of, the outermost first.
    var parts: [String] {
      name.indices.filter { $0 > name.startIndex && (name[$0] == "." || name[$0] == "[") }.map { String(name[..<$0]) }
        + [name]
    }
  }

  var fields: [Field] {
    layout.leaves.map { leaf in
      let path = scope.leaves[leaf].path.dropFirst(layout.path.count)
      return Field(name: String(path.first == "." ? path.dropFirst() : path), leaf: leaf)
    }
  }

  /// The instance with a dot behind it; nothing for ports of the module itself.
  private var owner: String {
    guard case .instance(let instance) = scope.owner else { return "" }
    return scope.module.definition.instances[Int(instance)].name
  }

  private func named(_ path: String) -> String {
    owner.isEmpty ? path.isEmpty ? scope.module.title : path : path.isEmpty ? owner : owner + "." + path
  }

  /// What the user calls the group.
  var title: String { named(layout.path) }

  /// What the user calls a vector of it.
  func title(of leaf: Int) -> String { named(scope.leaves[leaf].path) }

  /// What the user calls a part of it.
  func title(_ part: String) -> String { layout.path.isEmpty ? named(part) : named(layout.path + "." + part) }

  /// Where a vector is declared.
  func note(of leaf: Int) -> Diagnostic.Note { note(scope.leaves[leaf].path, at: leaf) }

  /// Where a part is declared of which `leaf` is a vector.
  func note(_ part: String, _ leaf: Int) -> Diagnostic.Note {
    note(layout.path.isEmpty ? part : layout.path + "." + part, at: leaf)
  }

  private func note(_ path: String, at leaf: Int) -> Diagnostic.Note {
    Diagnostic.Note("'\(named(path))' is declared here", at: scope.leaves[leaf].origin?.place)
  }

  /// Where the instance is made whose ports they are.
  var made: Diagnostic.Note? {
    guard case .instance(let instance) = scope.owner else { return nil }
    let definition = scope.module.definition
    return Diagnostic.Note("'\(owner)' is made here", at: definition.place(definition.instances[Int(instance)].place))
  }

  /// Where the first vector of the group is declared.
  func note() -> Diagnostic.Note {
    Diagnostic.Note("'\(title)' is declared here", at: layout.leaves.first.flatMap { scope.leaves[$0].origin?.place })
  }

  /// Drives a vector with one of the other side.
  func drive(_ leaf: Int, with other: ConnectablePorts, _ source: Int) {
    let (width, isSigned) = (scope.leaves[leaf].width, scope.leaves[leaf].isSigned)
    scope.module.assign(
      scope.drain(leaf), low: nil, width: width, .node(scope.module, other.scope.source(source)), isSigned: isSigned)
  }

  /// Nothing more is said of what is not driven.
  func refuse() {
    for leaf in layout.leaves where scope.drives(leaf) {
      scope.module.refuse(scope.drain(leaf), Bits.refused(width: scope.leaves[leaf].width).handle)
    }
  }
}

extension Module {
  /// The last statement that drove `target` in the branch that is being built; nil when none has.
  fileprivate func statementDriving(_ target: TargetID) -> Int? {
    if let index = target.index ?? connectionTargets[target.connection] {
      return targets[index].assignments.last { $0.scope == scope }?.statement
    }
    guard scope == .root, definition.connections[target.connection] != Self.undriven else { return nil }
    return Int(connectionStatements[target.connection])
  }

  /// The number of the statement that is made.
  fileprivate func nextStatement() -> Statement {
    countStatement()
    return Statement(module: ordinal, number: statements)
  }
}
