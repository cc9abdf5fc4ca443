/// The door to a circuit: every rule that passes, printers and simulators rely on.
struct CircuitCheck {
  let definitions: [Definition]

  /// All mistakes, module by module, bottom first.
  func run() -> [Diagnostic] {
    var paths: [CombinationalPaths] = []
    return run(&paths)
  }

  /// All mistakes, and the paths of every module where there are none.
  func run(_ paths: inout [CombinationalPaths]) -> [Diagnostic] {
    var mistakes: [Diagnostic] = []
    var crossings: [Diagnostic] = []
    if definitions.isEmpty {
      return [Diagnostic(.invalidNetlist, "a circuit needs at least one module", module: "-")]
    }
    // By small letters: files are called after modules, and not every file system tells capitals apart.
    var names: [String: Int] = [:]
    let foreign = Set(definitions.compactMap(\.foreign?.module))
    mistakes += sourceMistakes()
    for (index, definition) in definitions.enumerated() {
      if definition.foreign == nil, foreign.contains(definition.name) {
        mistakes.append(
          Diagnostic(
            .nameClash, "the module '\(definition.name)' has the name of a black box", module: definition.name,
            fix: "give the generator type another name"))
      }
      if definition.grid == nil, let other = names.updateValue(index, forKey: definition.name.lowercased()) {
        mistakes.append(
          Diagnostic(
            .nameClash,
            "two modules are called '\(definition.name)': \(definitions[other].summary) and \(definition.summary)",
            module: definition.name, fix: "give one of the generator types another name"))
      }
      var check = DefinitionCheck(definition: definition, index: index, definitions: definitions)
      check.run()
      mistakes += check.mistakes
      // Loops can only be followed through tables whose indices are sound.
      guard mistakes.isEmpty else { continue }
      let found = CombinationalPaths(
        of: definition, instances: paths, isTop: index == definitions.count - 1)
      if let loop = found.loop {
        mistakes.append(loopDiagnostic(loop, in: definition))
      } else if let grid = definition.grid {
        guard grid.mayLoop(cell: paths[Int(grid.cell)].dependencies) else {
          paths.append(found)
          continue
        }
        let cells = definition.unrolledGrid(definitions)
        if let loop = CombinationalPaths(of: cells, instances: paths, isTop: true).loop {
          mistakes.append(loopDiagnostic(loop, in: cells))
        }
      } else {
        crossings += ClockDomainCheck.mistakes(in: definition, of: definitions)
      }
      paths.append(found)
    }
    return mistakes + crossings
  }

  /// Files of black boxes that would take one another's place, or that of a module.
  private func sourceMistakes() -> [Diagnostic] {
    var mistakes: [Diagnostic] = []
    var texts: [String: String] = [:]
    // By small letters: not every file system tells capitals apart.
    var own: Set<String> = ["manifest.json", "names.json"]
    for definition in definitions where Circuit.isWritten(definition) {
      own.insert(definition.name.lowercased() + ".v")
      for memory in definition.memories { own.insert(definition.dataFile(of: memory).lowercased()) }
    }
    for definition in definitions {
      for source in definition.foreign?.sources ?? [] {
        if !Self.isFileName(source.name) {
          mistakes.append(
            Diagnostic(
              .badBlackBox, "black box '\(definition.foreign!.module)' comes with a file '\(source.name)'",
              module: definition.name,
              fix: "use a short name of letters, digits, '_', '-', '+' and '.' without a folder, such as 'divider.v'"))
          continue
        }
        let other = texts.updateValue(source.text, forKey: source.name.lowercased())
        guard own.contains(source.name.lowercased()) || (other != nil && other != source.text) else { continue }
        mistakes.append(
          Diagnostic(
            .badBlackBox,
            "black box '\(definition.foreign!.module)' comes with a file '\(source.name)', and there is another one of that name",
            module: definition.name, fix: "give the files different names"))
      }
    }
    return mistakes
  }

  /// A name that stands for itself in every script, and in no other folder.
  private static func isFileName(_ name: String) -> Bool {
    guard let first = name.utf8.first, first != UInt8(ascii: "."), first != UInt8(ascii: "-"),
      name.utf8.count <= Definition.longestFileName
    else { return false }
    let isPlain = name.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte & 0xDF) && byte < 128 || "_-+.".utf8.contains(byte)
    }
    return isPlain && !name.lowercased().hasPrefix(Identifier.helperPrefix)
  }

  private func loopDiagnostic(_ loop: CombinationalPaths.Loop, in definition: Definition) -> Diagnostic {
    let signals = loop.signals.map { index in
      var signal = definition.signals[Int(index)]
      signal.name = definition.name(ofSignal: index, in: definitions)
      return signal
    }
    let route = (signals + signals.prefix(1)).map { "'\($0.name)'" }.joined(separator: " -> ")
    return Diagnostic(
      .combinationalLoop, "combinational loop: \(route)", at: signals.first.flatMap { definition.place($0.place) },
      module: definition.name,
      notes: signals.map {
        Diagnostic.Note("through '\($0.name)'\(origin(of: $0, in: definition))", at: definition.place($0.place))
      },
      fix: "put a register on the path"
        + (loop.hasParts ? "; or, where a bit only follows other bits, give each bit a signal of its own" : ""))
  }

  private func origin(of signal: NetlistSignal, in definition: Definition) -> String {
    guard case .instanceOutput(let instance, let port) = signal.kind else { return "" }
    let used = definition.instances[Int(instance)]
    let child = definitions[Int(used.definition)]
    return ", port '\(child.ports[Int(port)].shape.name)' of instance '\(used.name)' of \(child.name)"
  }
}

/// The rules inside one module.
struct DefinitionCheck {
  let definition: Definition
  let index: Int
  let definitions: [Definition]
  var mistakes: [Diagnostic] = []

  init(definition: Definition, index: Int, definitions: [Definition]) {
    self.definition = definition
    self.index = index
    self.definitions = definitions
  }

  mutating func run() {
    if let grid = definition.grid { return check(grid) }
    checkNodes()
    guard mistakes.isEmpty else { return }
    checkSignals()
    checkState()
    checkAssertions()
    checkInstances()
    checkPorts()
    checkNames()
  }

  mutating func fail(_ message: String, place: Int32 = -1) {
    mistakes.append(
      Diagnostic(.invalidNetlist, message, at: definition.place(place), module: definition.name))
  }

  private func isNode(_ id: NodeID) -> Bool { definition.table.nodes.indices.contains(Int(id.index)) }

  private mutating func checkNodes() {
    let table = definition.table
    for (position, node) in table.nodes.enumerated() {
      if let problem = problem(of: node, at: position, in: table) {
        fail("node \(position) (\(node.operation)): \(problem)")
      }
    }
  }

  private func problem(of node: Node, at position: Int, in table: NodeTable) -> String? {
    guard node.width >= 1 else { return "width \(node.width)" }
    switch node.operation {
    case .constant:
      guard table.constants.indices.contains(Int(node.a)) else { return "no constant \(node.a)" }
      return table.constants[Int(node.a)].width == node.width ? nil : "width differs from the constant's"
    case .signal:
      guard definition.signals.indices.contains(Int(node.a)) else { return "no signal \(node.a)" }
      let signal = definition.signals[Int(node.a)]
      return signal.width == node.width && signal.isSigned == node.isSigned ? nil : "type differs from the signal's"
    case .concatenate, .select:
      let (start, count) = node.operation == .select ? (node.b, node.c) : (node.a, node.b)
      guard count >= 1, start >= 0, Int(start) + Int(count) <= table.lists.count else { return "bad operand list" }
    default: break
    }
    var operands: [Node] = []
    var isOrdered = true
    table.forEachOperand(of: node) { id in
      if id.index < 0 || Int(id.index) >= position { isOrdered = false } else { operands.append(table[id]) }
    }
    guard isOrdered else { return "an operand does not stand before it" }
    return typeProblem(of: node, operands: operands)
  }

  private func typeProblem(of node: Node, operands: [Node]) -> String? {
    func same(_ list: ArraySlice<Node>) -> Bool {
      list.allSatisfy { $0.width == node.width && $0.isSigned == node.isSigned }
    }
    let first = operands.first
    switch node.operation {
    case .constant, .signal: return nil
    case .not, .and, .or, .xor, .add, .subtract: return same(operands[...]) ? nil : "operand types differ"
    case .multiply:
      let fits = Int(node.width) <= operands.reduce(0) { $0 + Int($1.width) }
      return fits && operands.allSatisfy { $0.isSigned == node.isSigned } ? nil : "product type does not fit"
    case .equal, .less:
      let equal = operands[0].width == operands[1].width && operands[0].isSigned == operands[1].isSigned
      return equal && node.width == 1 && !node.isSigned ? nil : "comparison types differ"
    case .shiftLeft, .shiftRight:
      return same(operands[..<1]) && !operands[1].isSigned ? nil : "shift types differ"
    case .mux:
      return operands[0].width == 1 && same(operands[1...]) ? nil : "choice types differ"
    case .select: return !operands[0].isSigned && same(operands[1...]) ? nil : "element types differ"
    case .concatenate:
      let sum = operands.reduce(0) { $0 + Int($1.width) }
      return sum == node.width && !node.isSigned ? nil : "widths of the parts do not add up"
    case .slice:
      return node.b >= 0 && node.b + node.width <= first!.width && !node.isSigned ? nil : "bits outside the operand"
    case .extend: return first!.width < node.width && first!.isSigned == node.isSigned ? nil : "does not widen"
    case .reduce:
      return node.width == 1 && !node.isSigned && Reduction(rawValue: node.b) != nil ? nil : "bad reduction"
    case .reinterpret: return first!.width == node.width && first!.isSigned != node.isSigned ? nil : "changes nothing"
    }
  }

  private mutating func checkSignals() {
    for signal in definition.signals {
      if signal.enumeration >= 0 {
        let known = definition.enumerations.indices.contains(Int(signal.enumeration))
        let cases = known ? definition.enumerations[Int(signal.enumeration)].cases : []
        if !known || cases.contains(where: { $0.code.width != signal.width }) {
          fail("signal '\(signal.name)' has names for other values")
        }
      }
      switch signal.kind {
      case .input(let port):
        let port = definition.ports.indices.contains(Int(port)) ? definition.ports[Int(port)] : nil
        if port?.shape.direction != .input { fail("signal '\(signal.name)' is no input port") }
      case .net(let driver): expect(driver, width: signal.width, signed: signal.isSigned, what: "net '\(signal.name)'")
      case .register(let register):
        if !definition.registers.indices.contains(Int(register)) { fail("signal '\(signal.name)' has no register") }
      case .instanceOutput(let instance, let port):
        guard definition.instances.indices.contains(Int(instance)) else {
          fail("signal '\(signal.name)' has no instance")
          continue
        }
        let used = definition.instances[Int(instance)].definition
        guard used >= 0, Int(used) < index, definitions[Int(used)].ports.indices.contains(Int(port)) else {
          fail("signal '\(signal.name)' names no port of an earlier module")
          continue
        }
        let shape = definitions[Int(used)].ports[Int(port)].shape
        if shape.direction != .output || shape.width != signal.width || shape.isSigned != signal.isSigned {
          fail("signal '\(signal.name)' differs from port '\(shape.name)'")
        }
      case .foreign(let port):
        guard definition.foreign != nil, definition.ports.indices.contains(Int(port)),
          definition.ports[Int(port)].shape.direction == .output
        else {
          fail("signal '\(signal.name)' is no output of a foreign module")
          continue
        }
      case .memoryRead(let memory, let port):
        guard definition.memories.indices.contains(Int(memory)),
          definition.memories[Int(memory)].readPorts.indices.contains(Int(port))
        else {
          fail("signal '\(signal.name)' has no memory port")
          continue
        }
      }
    }
  }

  mutating func expect(_ id: NodeID, width: Int, signed: Bool?, what: @autoclosure () -> String) {
    guard isNode(id) else { return fail("\(what()) has no driver") }
    let node = definition.table[id]
    if Int(node.width) != width || (signed != nil && node.isSigned != signed) {
      fail("\(what()) of \(width) bits is driven by \(node.width) bits or another signedness")
    }
  }

  private mutating func checkState() {
    for register in definition.registers {
      let signal = definition.signals[Int(register.signal)]
      expect(register.next, width: signal.width, signed: signal.isSigned, what: "register '\(signal.name)'")
      if let enable = register.enable { expect(enable, width: 1, signed: nil, what: "enable of '\(signal.name)'") }
      for value in [register.resetValue, register.initialValue] where value != nil && value?.width != signal.width {
        fail("a fixed value of register '\(signal.name)' has another width")
      }
      guard definition.clocks.indices.contains(Int(register.clock)) else {
        fail("register '\(signal.name)' has no clock")
        continue
      }
      if register.resetValue != nil, definition.clocks[Int(register.clock)].reset == nil {
        fail("register '\(signal.name)' has a reset value, its clock no reset")
      }
    }
    checkMemories()
  }

  private mutating func checkInstances() {
    var inputs: [Int32: [PortShape]] = [:]
    var next: Int32 = 0
    for (number, instance) in definition.instances.enumerated() {
      guard instance.definition >= 0, Int(instance.definition) < index else {
        fail("instance '\(instance.name)' uses no earlier module")
        continue
      }
      if inputs[instance.definition] == nil {
        let used = definitions[Int(instance.definition)]
        inputs[instance.definition] = used.ports.lazy.map(\.shape).filter { $0.direction == .input }
        if instance.clockMap < 0 { checkClocks(of: instance, used.clocks) }
      }
      if instance.clockMap >= 0 { checkClocks(of: instance, definitions[Int(instance.definition)].clocks) }
      let shapes = inputs[instance.definition]!
      guard shapes.count == instance.inputs.count, instance.inputs.lowerBound == next,
        Int(instance.inputs.upperBound) <= definition.connections.count,
        instance.outputs.count == definitions[Int(instance.definition)].ports.count - shapes.count,
        instance.outputs.lowerBound >= 0, Int(instance.outputs.upperBound) <= definition.signals.count
      else {
        fail("instance '\(instance.name)' has a wrong number of connections")
        continue
      }
      for position in shapes.indices {
        expect(
          definition.connections[Int(next) + position], width: shapes[position].width,
          signed: shapes[position].isSigned, what: "input '\(shapes[position].name)' of '\(instance.name)'")
      }
      next = instance.inputs.upperBound
      for output in instance.outputs {
        guard case .instanceOutput(Int32(number), _) = definition.signals[Int(output)].kind else {
          fail("an output of instance '\(instance.name)' is the signal of something else")
          continue
        }
      }
    }
    if Int(next) < definition.connections.count { fail("there are connections of no instance") }
  }

  private mutating func checkPorts() {
    for port in definition.ports {
      if !(Port.anyTime..<max(1, Int32(definition.clocks.count))).contains(port.clock) {
        fail("port '\(port.shape.name)' has no clock")
      }
      switch (port.shape.direction, port.driver) {
      case (.input, nil): break
      case (.input, _): fail("input '\(port.shape.name)' has a driver inside")
      case (.output, nil): fail("output '\(port.shape.name)' has no driver")
      case (.output, let driver?):
        expect(driver, width: port.shape.width, signed: port.shape.isSigned, what: "output '\(port.shape.name)'")
      }
    }
  }

  /// Names are checked here once more, so that a circuit built or changed by hand is safe to print too.
  private mutating func checkNames() {
    var seen = NameSet(capacity: definition.registers.count + definition.instances.count + 64)
    var problems: [String] = []
    var mayRepeat = false
    forEachName { name in
      if !Identifier.isWellFormed(name) { problems.append("'\(name)' is no identifier") }
      if let language = Identifier.language(reserving: name) {
        problems.append("'\(name)' is a keyword of \(language)")
      }
      if !seen.insert(name) { mayRepeat = true }
    }
    if mayRepeat {
      var exact: Set<String> = []
      forEachName {
        if !exact.insert($0.lowercased()).inserted { problems.append("the name '\($0)' is used twice") }
      }
    }
    if let problem = Identifier.problem(withModule: definition.name) {
      problems.append("'\(definition.name)' is \(problem)")
    }
    for problem in problems { fail(problem) }
  }

  /// The names inside the module. Its own is outside, so that a `counter` may count in a register of that name.
  private func forEachName(_ body: (String) -> Void) {
    for clock in definition.clocks {
      body(clock.clock)
      if let reset = clock.reset { body(reset) }
    }
    for port in definition.ports { body(port.shape.name) }
    for index in definition.signals.indices {
      switch definition.signals[index].kind {
      case .input, .instanceOutput, .foreign: break
      default: body(definition.signals[index].name)
      }
    }
    for assertion in definition.assertions { body(assertion.label) }
    for memory in definition.memories { body(memory.name) }
    for index in definition.instances.indices { body(definition.instances[index].name) }
  }
}
