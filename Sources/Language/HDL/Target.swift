import Netlist

/// Something that can be driven: an output, an input of an instance, a wire, the next value of a register.
struct Target {
  enum Kind {
    case output(port: Int32)
    case instanceInput(connection: Int32)
    case wire(signal: Int32)
    case register(Int32)
    /// An input of an instance that could not be built.
    case discarded
  }

  var kind: Kind
  /// Empty for an input of an instance, which is called after the instance and the port.
  var name: String
  var width: Int
  var isSigned: Bool
  /// What holds where nothing is assigned: a register's own value, a wire's default.
  var fallback: NodeID?
  var place: Int32
  /// Whether an assignment to it was refused: what follows from that is no further mistake.
  var isRefused = false
  /// The first assignment; most targets have no other.
  var first: Assignment?
  var others: [Assignment] = []

  var isRegister: Bool {
    if case .register = kind { return true }
    return false
  }

  /// Where it is declared: an output among the ports.
  func declaration(in module: Module) -> Int32 {
    guard place < 0, case .output(let port) = kind else { return place }
    return module.place(module.portOrigins[Int(port)])
  }

  var assignments: [Assignment] { first.map { [$0] + others } ?? [] }

  mutating func append(_ assignment: Assignment) {
    if first == nil { first = assignment } else { others.append(assignment) }
  }
}

/// Names a target of a module: an entry of its list, or an input of an instance by its connection.
///
/// Nearly every input of an instance is driven once and whole. Such a one has no entry: the connection takes the driver
/// at once, and an entry is made only for what needs more.
struct TargetID: Equatable {
  private let number: Int32

  init(_ index: Int32) { number = index }
  init(connection: Int32) { number = ~connection }

  /// Index in the module's list; nil for an input of an instance.
  var index: Int? { number < 0 ? nil : Int(number) }
  /// Index in the definition's connections, for an input of an instance.
  var connection: Int { Int(~number) }

  func advanced(by distance: Int32) -> TargetID {
    number < 0 ? TargetID(connection: ~number + distance) : TargetID(number + distance)
  }
}

/// One `<==`.
struct Assignment {
  var low: Int
  var width: Int
  var value: NodeID
  var scope: Scope
  var statement: Int
}

/// The innermost condition around a statement.
struct Scope: Hashable {
  /// The choice and the branch; -1 outside every condition.
  var choice: Int32
  var branch: Int32

  static let root = Scope(choice: -1, branch: 0)
}

/// A chain of `when`, `otherwise`, or a `switch`: the first branch whose condition is 1 is taken.
struct Choice {
  var parent: Scope
  /// Conditions of the branches; nil for `otherwise`.
  var conditions: [NodeID?]
  /// How many choices there are around a statement in a branch, with this one.
  var depth: Int
  /// Whether no two conditions are 1 at a time.
  var isExclusive = false
}

/// Drives a signal of kind `T`: `sink <== value`.
public struct Sink<T: Signal> {
  let module: Module
  let target: TargetID
  let low: Int
  /// Width in bits.
  public let width: Int
  /// Whether this is all of the target.
  var isWhole = true
  /// Whether it stands for bits that the target does not have.
  var isRefused = false
}

extension Sink where T: VectorSignal {
  /// Bits `range` of the target, for driving a part of it.
  public subscript(range: Range<Int>) -> Sink<Bits> {
    part(range, written: "bits \(range.lowerBound)..<\(range.upperBound)")
  }

  /// Bits `range` of the target, for driving a part of it.
  public subscript(range: ClosedRange<Int>) -> Sink<Bits> {
    part(
      range.lowerBound..<(range.upperBound == .max ? .max : range.upperBound + 1),
      written: "bits \(range.lowerBound)...\(range.upperBound)")
  }

  /// Bit `index` of the target.
  public subscript(index: Int) -> Sink<Bit> {
    part((0..<width).contains(index) ? index..<(index + 1) : 0..<0, written: "bit \(index)")
  }

  private func part<P>(_ range: Range<Int>, written: String) -> Sink<P> {
    let isInside = range.lowerBound >= 0 && range.upperBound <= width && !range.isEmpty
    guard
      module.check(
        isRefused || isInside, .badIndex, "\(written) of a target of \(width) bits", fix: "use bits from 0..<\(width)"),
      !isRefused
    else { return Sink<P>(module: module, target: target, low: 0, width: 1, isWhole: isWhole, isRefused: true) }
    return Sink<P>(
      module: module, target: target, low: low + range.lowerBound, width: range.count, isWhole: false)
  }
}

infix operator <== : AssignmentPrecedence

/// Drives `sink` with `value`; a literal takes the sink's width, other widths must be equal.
public func <== <T: Signal>(sink: Sink<T>, value: T) {
  if sink.isRefused { return sink.module.refuse(sink.target, value.handle) }
  sink.module.assign(
    sink.target, low: sink.isWhole ? nil : sink.low, width: sink.width, value.handle, isSigned: T.isSigned)
}

extension Module {
  /// Drives `width` bits of `target` from `low` upwards, or all of it, with `value`.
  func assign(_ target: TargetID, low: Int?, width: Int, _ value: Handle, isSigned: Bool) {
    countStatement()
    if isFinished {
      report(
        .driveOutsideModule, "'\(name(of: target))' is driven after \(title) was finished",
        fix: "drive it inside build(_:in:)")
      return
    }
    if isDiscarding { return refuse(target, value) }
    var node: NodeID
    switch value {
    case .literal(let literal):
      if literal.refusal != nil { return refuse(target, value) }
      node = self.node(literal, width: width, signed: isSigned)
    case .node(let other, let id):
      guard other === self else {
        report(
          .foreignSignal, "'\(name(of: target))' is driven by a signal of \(other.title)",
          fix: "pass the signal through a port")
        return refuse(target, value)
      }
      node = id
    }
    // Parts stand side by side as bits without a sign.
    if low != nil { node = reinterpreted(node, signed: false) }
    let found = self.width(node)
    if found != width {
      report(
        .widthMismatch, "'\(name(of: target))' has \(width) bits and is driven by \(found) bits",
        fix: found > width ? "use truncated(to: \(width)) or saturated(to: \(width))" : "use extended(to: \(width))")
      return refuse(target, value)
    }
    if target.index == nil, low == nil, scope == .root, definition.connections[target.connection] == Self.undriven {
      definition.connections[target.connection] = node
      connectionStatements[target.connection] = Int32(statements)
      return
    }
    targets[index(of: target)].append(
      Assignment(low: low ?? 0, width: width, value: node, scope: scope, statement: statements))
  }

  /// Notes that an assignment to `target` was refused.
  func refuse(_ target: TargetID, _ value: Handle) {
    if case .literal(let literal) = value, let refusal = literal.refusal { note(refusal) }
    if !isFinished { targets[index(of: target)].isRefused = true }
  }

  /// Runs what would have stood in a branch that was refused: nothing that it assigns takes effect or is missed.
  func discarding(_ body: () -> Void) {
    let outer = isDiscarding
    isDiscarding = true
    body()
    isDiscarding = outer
  }

  func addTarget(
    _ kind: Target.Kind, name: String, width: Int, isSigned: Bool, fallback: NodeID? = nil, at place: Int32
  ) -> TargetID {
    targets.append(
      Target(kind: kind, name: name, width: width, isSigned: isSigned, fallback: fallback, place: place))
    return TargetID(Int32(targets.count - 1))
  }

  /// The entry of `target`; an input of an instance gets one, which takes over what the connection holds.
  private func index(of target: TargetID) -> Int {
    if let index = target.index { return index }
    let connection = target.connection
    if let known = connectionTargets[connection] { return known }
    let driver = definition.connections[connection]
    let (instance, leaf) = port(of: connection)
    let new = addTarget(
      .instanceInput(connection: Int32(connection)), name: "", width: leaf.width, isSigned: leaf.isSigned,
      at: definition.instances[instance].place)
    if driver != Self.undriven {
      targets[targets.count - 1].append(
        Assignment(
          low: 0, width: leaf.width, value: driver, scope: .root, statement: Int(connectionStatements[connection])))
    }
    definition.connections[connection] = Self.spilled
    connectionTargets[connection] = targets.count - 1
    return new.index!
  }

  /// What a connection holds before it is driven, and when an entry in the list of targets stands for it.
  static let undriven = NodeID(-1)
  static let spilled = NodeID(-2)

  /// The instance that a connection belongs to, and the port.
  func port(of connection: Int) -> (instance: Int, shape: PortShape) {
    var (low, high) = (0, definition.instances.count)
    while low < high {
      let middle = (low + high) / 2
      if Int(definition.instances[middle].inputs.upperBound) <= connection { low = middle + 1 } else { high = middle }
    }
    let instance = definition.instances[low]
    let inputs = elaboration.inputs(of: instance.definition)
    return (low, inputs[connection - Int(instance.inputs.lowerBound)])
  }

  /// What the user calls `target`.
  func name(of target: TargetID) -> String {
    target.index.map { name(of: targets[$0]) } ?? name(ofConnection: target.connection)
  }

  /// What the user calls `target`: an input of an instance by instance and port.
  func name(of target: Target) -> String {
    guard case .instanceInput(let connection) = target.kind else { return target.name }
    return name(ofConnection: Int(connection))
  }

  /// An input of an instance: instance and port.
  func name(ofConnection connection: Int) -> String {
    let (instance, shape) = port(of: connection)
    return definition.instances[instance].name + "_" + shape.name
  }
}
