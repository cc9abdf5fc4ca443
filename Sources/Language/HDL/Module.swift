import Netlist

/// The module under construction: what a generator's `build` adds hardware to.
public final class Module {
  // Nothing here runs user code while it changes one of these, so that the run time need not look for overlapping
  // accesses: in a large array that would cost as much as all the rest.
  @exclusivity(unchecked) var definition: Definition
  let elaboration: Elaboration
  /// Order number of the module among all that were begun: the same in every elaboration of one design.
  let ordinal: Int
  /// `Type` or `Type_parameter3`, for messages.
  let title: String
  /// Where the first instance of the module was made; nil for the top.
  let origin: Place?
  /// Whether the user's `build` is under way, so that the calls that lead to a mistake are the user's.
  @exclusivity(unchecked) var isBeingBuilt = false
  /// Operations and assignments so far; the number finds the same statement again in a traced elaboration.
  @exclusivity(unchecked) var statements = 0

  @exclusivity(unchecked) var targets: [Target] = []
  /// The statement that drove each connection of the definition, and the entry in ``targets`` of those that have one.
  @exclusivity(unchecked) var connectionStatements: [Int32] = []
  var connectionTargets: [Int: Int] = [:]
  /// Where to assign the registers and wires that are assigned after they are made, by their nodes.
  var assignable: [Int32: TargetID] = [:]
  @exclusivity(unchecked) var scope = Scope.root
  var choices: [Choice] = []
  var portLists = PortLists()
  /// Grids of which the definitions follow when the module is finished.
  var grids: [GridRecord] = []
  /// Whether one of several branches of a choice is taken, where somebody asked.
  var unions: [UnionKey: NodeID] = [:]
  var openChoices: [(choice: Int32, branch: Int32)] = []
  /// Whether the module is a checker.
  var isChecker = false
  /// Inputs that no port of the design drives.
  var freeChoices: [String] = []
  /// What is known of each memory beyond its ports.
  var memoryPlans: [MemoryPlan] = []

  @exclusivity(unchecked) var prefixes: [String] = []
  /// Every name that is taken.
  @exclusivity(unchecked) var usedNames = NameSet(capacity: 64)
  /// Names of ports, clocks and resets.
  var portNames: Set<String> = []
  /// Where each port is declared.
  var portOrigins: [SourceLine?] = []
  var knownPlaces: [Place: Int32] = [:]
  @exclusivity(unchecked) var lastFile: UnsafePointer<UInt8>?
  @exclusivity(unchecked) var lastLine = 0
  @exclusivity(unchecked) var lastPlace: Int32 = -1
  @exclusivity(unchecked) var isFinished = false
  /// Whether assignments are part of a branch that was refused.
  @exclusivity(unchecked) var isDiscarding = false
  /// Resets of domains that choose none themselves.
  let styles: ResetStyles
  /// Domains by the number that registers have until the module is finished; the first one is the main one.
  @exclusivity(unchecked) var domains = [DomainUse(domain: .main)]
  /// The domain of what is being made.
  @exclusivity(unchecked) var currentDomain: Int32 = 0
  /// The domains of ``Definition/clocks`` of the finished module.
  var clockDomains: [ClockDomain] = []

  init(
    elaboration: Elaboration, ordinal: Int, name: String, summary: String, styles: ResetStyles, origin: Place? = nil
  ) {
    self.origin = origin
    self.elaboration = elaboration
    self.ordinal = ordinal
    self.styles = styles
    title = name
    definition = Definition(name: name, summary: summary)
  }

  // MARK: Nodes

  func width(_ id: NodeID) -> Int { Int(definition.table[id].width) }

  func intern(_ node: Node) -> NodeID {
    statements += 1
    if !elaboration.traced.isEmpty { elaboration.capture(self) }
    return definition.table.intern(node)
  }

  func make<T: Signal>(_ operation: Operation, width: Int, signed: Bool, _ a: NodeID, _ b: NodeID = NodeID(0)) -> T {
    T(handle: .node(self, intern(Node(operation, width: Int32(width), isSigned: signed, a: a.index, b: b.index))))
  }

  func extended(_ a: NodeID, to width: Int) -> NodeID {
    let node = definition.table[a]
    guard Int(node.width) < width else { return a }
    return intern(Node(.extend, width: Int32(width), isSigned: node.isSigned, a: a.index))
  }

  func slice(_ a: NodeID, low: Int, width: Int) -> NodeID {
    let node = definition.table[a]
    if low == 0, Int(node.width) == width { return reinterpreted(a, signed: false) }
    return intern(Node(.slice, width: Int32(width), isSigned: false, a: a.index, b: Int32(low)))
  }

  func reinterpreted(_ a: NodeID, signed: Bool) -> NodeID {
    let node = definition.table[a]
    guard node.isSigned != signed else { return a }
    return intern(Node(.reinterpret, width: node.width, isSigned: signed, a: a.index))
  }

  func concatenation(_ parts: [NodeID]) -> NodeID {
    let width = parts.reduce(0) { $0 + self.width($1) }
    let start = definition.table.internList(parts.map(\.index))
    return intern(Node(.concatenate, width: Int32(width), isSigned: false, a: start, b: Int32(parts.count)))
  }

  func zero(_ width: Int, signed: Bool) -> NodeID {
    definition.table.constant(.zeros((1...Self.mostBits).contains(width) ? width : 1), isSigned: signed)
  }

  /// A literal at a width that its surroundings give, unless it has one of its own.
  func node(_ literal: Literal, width: Int, signed: Bool, at place: Int32 = -1) -> NodeID {
    switch literal.form {
    case .refused(let refusal):
      note(refusal)
      return zero(width, signed: signed)
    case .sized(let bits): return definition.table.constant(bits, isSigned: signed)
    case .number, .large:
      let width = max(1, width)
      if let mistake = literal.misfit(width: width, signed: signed) {
        report(mistake.code, mistake.message, fix: mistake.fix, at: place)
      }
      return definition.table.constant(literal.bits(width), isSigned: signed)
    }
  }

  /// All `values` as nodes of this module at one width; literals take the width of the others. Nil after a mistake.
  func unified<T: Signal>(_ values: [T], _ what: String) -> [NodeID]? {
    for case .literal(let literal) in values.lazy.map(\.handle) {
      guard let refusal = literal.refusal else { continue }
      note(refusal)
      return nil
    }
    guard let width = values.lazy.compactMap(\.ownWidth).first else {
      report(
        .literalWithoutWidth, "every value of a \(what) is a literal, so its width is unknown",
        fix: "write one of them as m.constant(…, width: …, as: \(T.self).self)")
      return nil
    }
    var nodes: [NodeID] = []
    nodes.reserveCapacity(values.count)
    for value in values {
      if case .node(let other, _) = value.handle, !checkSame(other, what) { return nil }
      if let own = value.ownWidth, own != width {
        report(
          .widthMismatch, "the values of a \(what) are \(width) and \(own) bits wide",
          fix: "use extended(to:), truncated(to:) or saturated(to:)")
        return nil
      }
      switch value.handle {
      case .literal(let literal): nodes.append(node(literal, width: width, signed: T.isSigned))
      case .node(_, let id): nodes.append(id)
      }
    }
    return nodes
  }

  // MARK: Constants

  /// The most bits that a signal may have.
  static let mostBits = 1 << 24

  /// A number of `width` bits.
  public func constant<T: VectorSignal>(
    _ value: Int, width: Int, as type: T.Type, file: StaticString = #fileID, line: Int = #line
  ) -> T {
    let place = place(file, line)
    guard checkWidth(width, "a constant", at: place) else { return .refused(width: width) }
    return T(handle: .node(self, node(Literal(value), width: width, signed: T.isSigned, at: place)))
  }

  /// The bits of `value`, of any width.
  public func constant<T: VectorSignal>(_ value: BitVector, as type: T.Type) -> T {
    T(handle: .node(self, definition.table.constant(value, isSigned: T.isSigned)))
  }
}
