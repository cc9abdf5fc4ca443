import Netlist

/// A port of one module after flattening: one vector.
struct PortLeaf {
  var name: String
  var path: String
  var direction: PortDirection
  var width: Int
  var isSigned: Bool
  /// Number among the ports of its direction.
  var ordinal: Int32
  /// What the declaration says of the clock; nil for nothing.
  var timing: PortTiming?
  /// Where it is declared.
  var origin: SourceLine?
  /// What is said of the declaration around it.
  var sentence = ""
  /// The format in which its bits are read, where the signal alone does not say it.
  var format: String?
  /// Whether it has a width that can be.
  var isPossible = true
}

/// The ports of a stream among those of its module.
struct StreamLeaves {
  var valid: Int
  var ready: Int
  var payload: [Int]
  /// That of valid and payload.
  var direction: PortDirection
}

/// A line of the user's, as a call gives it.
struct SourceLine {
  var file: StaticString
  var line: Int

  var place: Place { Place(file: "\(file)", line: line) }
}

/// Where the ports of one level of a `Ports` value are: byte offset of the stored property → what it declares.
public final class PortLayout {
  var entries: [(offset: Int, entry: PortEntry)] = []
  /// The path of the group among the ports of the module; empty for all of them.
  let path: String

  init(path: String) { self.path = path }

  /// Paths that were asked for, with their entries: an array asks thousands of times for the ports of its cell, and a
  /// path that is written in the source is one object.
  private var identities: [ObjectIdentifier] = []
  private var answers: [(path: AnyKeyPath, entry: PortEntry)] = []
  private static let memory = 32
  /// Where the next path is expected: an array asks in the same order for every cell.
  private var next = 0

  @usableFromInline
  func entry<P, T>(of path: KeyPath<P, T>) -> PortEntry { entry(of: ObjectIdentifier(path)) ?? find(path) }

  private func entry(of identity: ObjectIdentifier) -> PortEntry? {
    if !identities.indices.contains(next) || identities[next] != identity {
      guard let found = identities.firstIndex(of: identity) else { return nil }
      next = found
    }
    defer { next += 1 }
    return answers[next].entry
  }

  private func find<P, T>(_ path: KeyPath<P, T>) -> PortEntry {
    guard let offset = MemoryLayout<P>.offset(of: path) else {
      Elaboration.end(
        Refusal.Mistake(
          code: .badPort, message: "\(path) is computed, and a port is a stored property of \(P.self)",
          fix: "declare it with let, without a body"))
    }
    // What has no size has no place of its own: one is as good as the other.
    let found = entries.last {
      MemoryLayout<T>.size == 0 ? $0.entry.leaves.isEmpty : $0.offset == offset
    }
    guard let entry = found?.entry else {
      Elaboration.end(
        Refusal.Mistake(
          code: .badPort, message: "\(path) is no port of its own", fix: "declare it as a stored property of \(P.self)")
      )
    }
    if answers.count < Self.memory {
      identities.append(ObjectIdentifier(path))
      answers.append((path, entry))
    }
    return entry
  }
}

/// What one stored property declares.
public enum PortEntry {
  /// One vector: its number among the ports of the module.
  case leaf(Int)
  /// A bundle, a stream or a group of ports.
  case group(PortLayout)
  /// An array of any of these.
  case list([PortEntry])
  /// An optional port that is not there.
  case absent
}

/// Collects the flat ports of a `Ports` value.
public final class PortWalker {
  var leaves: [PortLeaf] = []
  /// What the declaration around a vector says of its clock.
  var timing: PortTiming?
  /// Where the declaration around a vector is, and what it says.
  private var origin: SourceLine?
  private var sentence = ""
  /// The format of the field around a vector.
  private var format: String?
  /// What stands between the parts of a name: a group with joined names has nothing there.
  private var separator = "_"
  /// Whether the group around a vector is seen from its other side.
  private(set) var isFlipped = false
  /// Whether all vectors are read, whatever their direction.
  var isObserving = false
  /// The streams, in the order of declaration.
  var streams: [StreamLeaves] = []
  /// What has been declared on the level that is being walked.
  var parts: [InterfacePart] = []
  /// What is wrong with the declarations.
  private(set) var mistakes: [(mistake: Refusal.Mistake, origin: SourceLine?)] = []
  private var inputs: Int32 = 0
  private var outputs: Int32 = 0

  /// Adds one vector.
  func leaf(
    _ name: String, path: String, direction: PortDirection, width: Int, isSigned: Bool, format: String? = nil
  ) -> PortEntry {
    let isPossible = (1...Module.mostBits).contains(width)
    if !isPossible {
      refuse(
        .badWidth, "port '\(path)' has \(width) bits",
        fix: width < 1 ? "use at least 1 bit" : "use at most \(Module.mostBits) bits")
    }
    let direction = isObserving ? .input : seen(direction)
    let ordinal = direction == .input ? inputs : outputs
    if direction == .input { inputs += 1 } else { outputs += 1 }
    leaves.append(
      PortLeaf(
        name: name, path: path, direction: direction, width: isPossible ? width : 1, isSigned: isSigned,
        ordinal: ordinal,
        timing: timing, origin: origin, sentence: sentence, format: format ?? self.format, isPossible: isPossible))
    return .leaf(leaves.count - 1)
  }

  /// Adds what `body` declares, all of one clock when `timing` names one.
  func declaring(
    _ timing: PortTiming?, _ sentence: String, at origin: SourceLine, _ body: () -> PortEntry
  ) -> PortEntry {
    let outer = (self.timing, self.origin, self.sentence)
    self.timing = timing ?? self.timing
    (self.origin, self.sentence) = (origin, sentence)
    defer { (self.timing, self.origin, self.sentence) = outer }
    return body()
  }

  /// The names of vectors.
  func names(_ numbers: [Int]) -> [String] { numbers.map { leaves[$0].name } }

  /// A port of these vectors, or a stream with them as its payload.
  func part(_ kind: InterfacePart.Kind, _ direction: PortDirection, name: String, path: String, ports: [Int])
    -> InterfacePart
  {
    var part = InterfacePart(kind, path: path, name: name)
    part.sentence = sentence.isEmpty ? nil : sentence
    part.direction = seen(direction)
    part.ports = names(ports)
    return part
  }

  /// Adds what `body` declares as the parts of one that is a group or an array.
  func nesting<Result>(_ part: InterfacePart, _ body: () -> Result) -> Result {
    var others: [InterfacePart] = []
    swap(&others, &parts)
    let result = body()
    swap(&others, &parts)
    var whole = part
    whole.parts = others
    parts.append(whole)
    return result
  }

  /// Adds what `body` declares as its other side.
  func flipping(_ body: () -> PortEntry) -> PortEntry {
    isFlipped.toggle()
    defer { isFlipped.toggle() }
    return body()
  }

  /// A direction as the module has it.
  func seen(_ direction: PortDirection) -> PortDirection {
    isFlipped ? direction == .input ? .output : .input : direction
  }

  /// The name of `part` in what is called `name`.
  func join(_ name: String, _ part: String) -> String {
    guard let first = part.first, !name.isEmpty else { return name + part }
    return name + (first.isNumber ? "_" : separator) + part
  }

  /// Records a mistake in the declaration that is being walked.
  func refuse(_ code: Diagnostic.Code, _ message: String, fix: String) {
    mistakes.append((Refusal.Mistake(code: code, message: message, fix: fix), origin))
  }

  /// Adds the stored properties of `value` that are ports, under names that start with `name`.
  ///
  /// Offsets follow from the sizes and alignments of the stored properties, in order: the layout of every Swift struct
  /// of a module that is built from source.
  func group<V>(_ value: V, name: String, path: String) -> PortLayout {
    let layout = PortLayout(path: path)
    let outer = separator
    let inner = (value as? any PortGroup).map { type(of: $0).naming } == .joined ? "" : separator
    defer { separator = outer }
    var offset = 0
    for child in Mirror(reflecting: value).children {
      let (size, alignment) = Self.measure(child.value)
      offset = (offset + alignment - 1) / alignment * alignment
      defer { offset += size }
      guard let label = child.label else { continue }
      guard let declaration = child.value as? any PortDeclaration else {
        if child.value is any HardwareValue { refuseUndirected(child.value, label, in: path) }
        continue
      }
      separator = outer
      let joined = join(name, Identifier.snakeCase(label))
      separator = inner
      let entry = declaration.declare(in: self, name: joined, path: path.isEmpty ? label : path + "." + label)
      layout.entries.append((offset, entry))
    }
    return layout
  }

  private func refuseUndirected(_ value: Any, _ label: String, in path: String) {
    let type = type(of: value)
    mistakes.append(
      (
        Refusal.Mistake(
          code: .badPort,
          message: "port '\(path.isEmpty ? label : path + "." + label)' is a \(type), which has no direction",
          fix: "write Input<\(type)> or Output<\(type)>"), nil
      ))
  }

  /// Adds the vectors of a value: those of a bundle under the offsets of its fields.
  func value(_ value: any HardwareValue, name: String, path: String, direction: PortDirection) -> PortEntry {
    func open<B: SignalBundle>(_ bundle: B) -> PortEntry {
      let layout = PortLayout(path: path)
      for field in BundleField.all(of: bundle) {
        let own = FieldName.whole.field(field.label)
        layout.entries.append(
          (
            field.offset,
            self.value(
              field.value, name: join(name, own.verilog), path: own.path(after: path), direction: direction)
          ))
      }
      return .group(layout)
    }
    if let bundle = value as? any SignalBundle { return open(bundle) }
    if let list = value as? [any HardwareValue] {
      return .list(
        list.enumerated().map {
          self.value($1, name: "\(name)_\($0)", path: "\(path)[\($0)]", direction: direction)
        })
    }
    let entries = value.fields.map { field in
      func declare<S: Signal>(_ signal: S) -> PortEntry {
        let outer = (origin, format)
        origin = signal.refusal?.origin ?? origin
        format = field.name.format
        defer { (origin, format) = outer }
        if let refusal = signal.refusal, refusal.shapeWidth == nil, let mistake = refusal.mistake {
          refuse(mistake.code, mistake.message, fix: mistake.fix)
        }
        return S.declare(
          signal.declaredWidth, in: self, name: join(name, field.name.verilog), path: field.name.path(after: path),
          direction: direction)
      }
      return declare(field.signal)
    }
    return entries.count == 1 ? entries[0] : entries.isEmpty ? .absent : .list(entries)
  }

  static func measure(_ value: Any) -> (size: Int, alignment: Int) {
    func open<T>(_ value: T) -> (size: Int, alignment: Int) { (MemoryLayout<T>.size, MemoryLayout<T>.alignment) }
    return _openExistential(value, do: open)
  }
}

/// Something that may stand in a `Ports` struct.
public protocol PortDeclaration {
  /// Adds the vectors.
  func declare(in walker: PortWalker, name: String, path: String) -> PortEntry
}

extension Array: PortDeclaration where Element: PortDeclaration {
  /// Adds the vectors that this declares.
  public func declare(in walker: PortWalker, name: String, path: String) -> PortEntry {
    walker.nesting(InterfacePart(.array, path: path, name: name)) {
      .list(
        enumerated().map { index, element in
          element.declare(in: walker, name: "\(name)_\(index)", path: "\(path)[\(index)]")
        })
    }
  }
}

extension Optional: PortDeclaration where Wrapped: PortDeclaration {
  /// Adds the vectors that this declares.
  public func declare(in walker: PortWalker, name: String, path: String) -> PortEntry {
    self?.declare(in: walker, name: name, path: path) ?? .absent
  }
}

extension PortEntry {
  var elements: [PortEntry] {
    guard case .list(let elements) = self else { preconditionFailure("an array of ports is a list") }
    return elements
  }

  var leaves: [Int] {
    switch self {
    case .leaf(let index): [index]
    case .group(let layout): layout.leaves
    case .list(let elements): elements.flatMap(\.leaves)
    case .absent: []
    }
  }
}

extension PortLayout {
  /// The vectors of the level and all below it, in the order of declaration.
  var leaves: [Int] { entries.flatMap(\.entry.leaves) }
}
