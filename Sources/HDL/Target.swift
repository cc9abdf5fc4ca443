import Netlist

/// Something that can be driven: an output, an input of an instance, a wire, the next value of a register.
struct Target {
  enum Kind {
    case output(port: Int32)
    case instanceInput(instance: Int32, input: Int32)
    case wire(signal: Int32)
    case register(Int32)
    /// An input of an instance that could not be built.
    case discarded
  }

  var kind: Kind
  /// Empty for an input of an instance; see ``Module/name(of:)``.
  var name: String
  var width: Int
  var isSigned: Bool
  /// What holds where nothing is assigned: a register's own value, a wire's default.
  var fallback: NodeID?
  var place: Int32
  /// The first assignment; most targets have no other.
  var first: Assignment?
  var others: [Assignment] = []

  var assignments: [Assignment] { first.map { [$0] + others } ?? [] }

  mutating func append(_ assignment: Assignment) {
    if first == nil { first = assignment } else { others.append(assignment) }
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
}

/// Drives a signal of kind `T`: `sink <== value`.
public struct Sink<T: Signal> {
  let module: Module
  let target: Int32
  let low: Int
  /// Width in bits.
  public let width: Int
}

extension Sink where T: VectorSignal {
  /// Bits `range` of the target, for driving a part of it.
  public subscript(range: Range<Int>) -> Sink<Bits> {
    let isInside = range.lowerBound >= 0 && range.upperBound <= width && !range.isEmpty
    guard
      module.check(
        isInside, .badIndex, "bits \(range.lowerBound)..<\(range.upperBound) of a target of \(width) bits",
        fix: "use bits from 0..<\(width)")
    else { return Sink<Bits>(module: module, target: target, low: low, width: width) }
    return Sink<Bits>(module: module, target: target, low: low + range.lowerBound, width: range.count)
  }

  /// Bit `index` of the target.
  public subscript(index: Int) -> Sink<Bit> {
    let bits = self[index..<(index + 1)]
    return Sink<Bit>(module: bits.module, target: bits.target, low: bits.low, width: 1)
  }
}

/// A value that is assigned in several places, last assignment winning: combinational.
public struct Wire<T: Signal> {
  /// The value.
  public let value: T
  /// Where to assign it.
  public let sink: Sink<T>
}

/// State that is assigned in several places, last assignment winning; it keeps its value where nothing is assigned.
public struct Register<T: Signal> {
  /// The value before the coming clock edge.
  public let value: T
  /// Where to assign the value after it.
  public let next: Sink<T>
}

infix operator <== : AssignmentPrecedence

/// Drives `sink` with `value`; a literal takes the sink's width, other widths must be equal.
public func <== <T: Signal>(sink: Sink<T>, value: T) {
  sink.module.assign(sink.target, low: sink.low, width: sink.width, value)
}

/// Drives a wire.
public func <== <T: Signal>(wire: Wire<T>, value: T) { wire.sink <== value }

/// Gives a register its value after the coming clock edge.
public func <== <T: Signal>(register: Register<T>, value: T) { register.next <== value }

extension Module {
  func assign<T: Signal>(_ target: Int32, low: Int, width: Int, _ value: T) {
    countStatement()
    if isFinished {
      report(
        .driveOutsideModule, "'\(name(of: targets[Int(target)]))' is driven after \(title) was finished",
        fix: "drive it inside build(_:in:)")
      return
    }
    let node: NodeID
    switch value.handle {
    case .literal(let number): node = literal(number, width: width, signed: T.isSigned)
    case .node(let other, let id):
      guard other === self else {
        report(
          .foreignSignal, "'\(name(of: targets[Int(target)]))' is driven by a signal of \(other.title)",
          fix: "pass the signal through a port")
        return
      }
      let found = self.width(id)
      guard found == width else {
        report(
          .widthMismatch, "'\(name(of: targets[Int(target)]))' has \(width) bits and is driven by \(found) bits",
          fix: found > width ? "use truncated(to: \(width)) or saturated(to: \(width))" : "use extended(to: \(width))")
        // A stand-in keeps one mistake from looking like a second one.
        targets[Int(target)].append(
          Assignment(
            low: low, width: width, value: zero(width, signed: T.isSigned), scope: scope, statement: statements))
        return
      }
      node = id
    }
    targets[Int(target)].append(
      Assignment(low: low, width: width, value: node, scope: scope, statement: statements))
  }

  func addTarget(
    _ kind: Target.Kind, name: String, width: Int, isSigned: Bool, fallback: NodeID? = nil, at place: Int32
  ) -> Int32 {
    targets.append(
      Target(kind: kind, name: name, width: width, isSigned: isSigned, fallback: fallback, place: place))
    return Int32(targets.count - 1)
  }

  /// What the user calls `target`: an input of an instance by instance and port.
  func name(of target: Target) -> String {
    guard target.name.isEmpty, case .instanceInput(let instance, let input) = target.kind else { return target.name }
    let used = definition.instances[Int(instance)]
    let inputs = elaboration.definitions[Int(used.definition)].ports.lazy.filter { $0.shape.direction == .input }
    return used.name + "_" + inputs.map(\.shape.name)[Int(input)]
  }
}
