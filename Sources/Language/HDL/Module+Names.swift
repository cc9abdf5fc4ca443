import Netlist

extension Module {
  /// Puts `name` and an underscore before every name given inside `body`: for hardware that a function makes repeatedly.
  public func scope<R>(_ name: String, _ body: () throws -> R) rethrows -> R {
    let prefix = Identifier.snakeCase(name)
    if !prefix.isEmpty { prefixes.append(prefix) }
    defer { if !prefix.isEmpty { prefixes.removeLast() } }
    return try body()
  }

  /// The Verilog name for what the user calls `name`; reports a name that is taken or that a tool would refuse.
  ///
  /// State may carry the name of a port, as `weight` in a cell with a port `weight`: then `suffix` sets it apart.
  func unique(_ name: String, suffix: String, at place: Int32) -> String {
    var verilog = Identifier.snakeCase(name)
    if !prefixes.isEmpty { verilog = prefixes.joined(separator: "_") + "_" + verilog }
    if !Identifier.isWellFormed(verilog) {
      report(
        .badName, "'\(prefixes.isEmpty ? name : verilog)' is no identifier",
        fix: "use letters, digits and underscores, a letter first", at: place)
      return substituteName()
    }
    if let problem = Identifier.problem(with: verilog) {
      report(.badName, "'\(verilog)' is \(problem)", fix: "choose another name", at: place)
      return substituteName()
    }
    if usedNames.insert(verilog) { return verilog }
    if portNames.contains(verilog) {
      verilog += suffix
      if usedNames.insert(verilog) { return verilog }
    }
    if let earlier = placeOfName(verilog) {
      report(
        .nameClash, "the name '\(verilog)' is used twice",
        notes: [Diagnostic.Note("first used here", at: definition.place(earlier))],
        fix: "choose another name, or wrap the call in m.scope(\"…\") { … }", at: place)
      return substituteName()
    }
    return verilog
  }

  /// Where the name was given that something has; nil when nothing has it.
  func placeOfName(_ name: String) -> Int32? {
    if portNames.contains(name) { return -1 }
    return definition.signals.first { $0.name == name }?.place ?? definition.instances.first { $0.name == name }?.place
      ?? definition.memories.first { $0.name == name }?.place
      ?? definition.assertions.first { $0.label == name }?.place
  }

  /// Whether something in the module is called like the module: tools take the one for the other.
  var hasOwnNameInside: Bool {
    let name = definition.name
    return definition.ports.contains { $0.shape.name == name } || definition.signals.contains { $0.name == name }
      || definition.instances.contains { $0.name == name } || definition.memories.contains { $0.name == name }
      || definition.clocks.contains { $0.clock == name || $0.reset == name }
  }

  /// A name for something that could not be named; the design is not going to be emitted.
  private func substituteName() -> String { "unnamed_\(statements)" }

  /// A net called `name` that carries `id`.
  func name(_ id: NodeID, _ name: String, at place: Int32) -> Handle {
    let node = definition.table[id]
    let signal = addSignal(
      unique(name, suffix: "_net", at: place), width: Int(node.width), isSigned: node.isSigned, .net(driver: id),
      at: place)
    return .node(self, signalNode(signal))
  }

  func addSignal(_ name: String, width: Int, isSigned: Bool, _ kind: NetlistSignal.Kind, at place: Int32) -> Int32 {
    definition.signals.append(
      NetlistSignal(name: name, width: width, isSigned: isSigned, kind: kind, place: place))
    return Int32(definition.signals.count - 1)
  }

  func signalNode(_ index: Int32) -> NodeID {
    let signal = definition.signals[Int(index)]
    return definition.table.intern(Node(.signal, width: Int32(signal.width), isSigned: signal.isSigned, a: index))
  }

  /// The index of the place of a declaration; -1 when it is not known.
  func place(_ line: SourceLine?) -> Int32 { line.map { place($0.file, $0.line) } ?? -1 }

  /// The index of a source place, the same for every call from one line.
  func place(_ file: StaticString, _ line: Int) -> Int32 {
    if file.utf8Start == lastFile, line == lastLine { return lastPlace }
    let place = Place(file: "\(file)", line: line)
    let index: Int32
    if let known = knownPlaces[place] {
      index = known
    } else {
      index = Int32(definition.places.count)
      definition.places.append(place)
      knownPlaces[place] = index
    }
    (lastFile, lastLine, lastPlace) = (file.utf8Start, line, index)
    return index
  }
}
