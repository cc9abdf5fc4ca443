import Netlist

extension Module {
  /// Puts `name` and an underscore before every name given inside `body`: for hardware that a function makes repeatedly.
  public func scope<R>(_ name: String, _ body: () throws -> R) rethrows -> R {
    prefixes.append(Identifier.snakeCase(name))
    defer { prefixes.removeLast() }
    return try body()
  }

  /// The Verilog name for what the user calls `name`; reports a name that is taken or that a tool would refuse.
  ///
  /// State may carry the name of a port, as `weight` in a cell with a port `weight`: then `suffix` sets it apart.
  func unique(_ name: String, suffix: String, at place: Place) -> String {
    var verilog = (prefixes + [Identifier.snakeCase(name)]).joined(separator: "_")
    if !Identifier.isWellFormed(verilog) {
      report(
        .badName, "'\(name)' is no identifier", fix: "use letters, digits and underscores, a letter first", at: place)
      return placeholder()
    }
    if let language = Identifier.language(reserving: verilog) {
      report(.badName, "'\(verilog)' is a keyword of \(language)", fix: "choose another name", at: place)
      return placeholder()
    }
    if portNames.contains(verilog) { verilog += suffix }
    if let earlier = usedNames[verilog] {
      report(
        .nameClash, "the name '\(verilog)' is used twice",
        notes: [Diagnostic.Note("first used here", at: earlier)],
        fix: "choose another name, or wrap the call in m.scope(\"…\") { … }", at: place)
      return placeholder()
    }
    usedNames[verilog] = place
    return verilog
  }

  private var portNames: Set<String> { elaboration.portNames[ordinal] ?? [] }

  /// A name for something that could not be named; the design is not going to be emitted.
  private func placeholder() -> String {
    let name = "unnamed_\(usedNames.count)"
    usedNames[name] = .some(nil)
    return name
  }

  /// A net called `name` that carries `id`.
  func name(_ id: NodeID, _ name: String, at place: Place) -> Handle {
    let node = definition.table[id]
    let signal = addSignal(
      unique(name, suffix: "_net", at: place), width: Int(node.width), isSigned: node.isSigned, .net(driver: id),
      at: place)
    return .node(self, signalNode(signal))
  }

  func addSignal(_ name: String, width: Int, isSigned: Bool, _ kind: Netlist.Signal.Kind, at place: Place?) -> Int32 {
    definition.signals.append(
      Netlist.Signal(name: name, width: width, isSigned: isSigned, kind: kind, place: addPlace(place)))
    return Int32(definition.signals.count - 1)
  }

  func signalNode(_ index: Int32) -> NodeID {
    let signal = definition.signals[Int(index)]
    return definition.table.intern(Node(.signal, width: Int32(signal.width), isSigned: signal.isSigned, a: index))
  }

  func addPlace(_ place: Place?) -> Int32 {
    guard let place else { return -1 }
    if let known = definition.places.lastIndex(of: place), known >= definition.places.count - 4 { return Int32(known) }
    definition.places.append(place)
    return Int32(definition.places.count - 1)
  }
}
