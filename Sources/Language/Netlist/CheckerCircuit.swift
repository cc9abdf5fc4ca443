/// A checker as a circuit: its inputs are ports of the design under check, under the names that these have there.
///
/// It has no outputs. What it states stands in the assertions of its modules.
public struct CheckerCircuit: Hashable, Sendable {
  /// The name to ask for, in words with hyphens.
  public var name: String
  /// One sentence.
  public var summary: String
  /// The checker's modules, the checker itself last.
  public var circuit: Circuit
  /// Inputs of the checker that no port of the design drives: a proof takes every value in every cycle, a simulation
  /// draws them.
  public var choices: [String]

  /// A checker called `name`.
  public init(_ name: String, _ summary: String, circuit: Circuit, choices: [String] = []) {
    self.name = name
    self.summary = summary
    self.circuit = circuit
    self.choices = choices
  }

  /// The name of the checker's instance.
  public var instance: String { stem + "_checker" }

  /// The name as part of names in Verilog.
  fileprivate var stem: String { Identifier.snakeCase(name.replacing("-", with: "_")) }

  /// Whether the checker or a module inside it has a statement of this kind.
  public func states(_ kind: Assertion.Kind) -> Bool {
    circuit.definitions.contains { $0.assertions.contains { $0.kind == kind } }
  }

  /// The same checker with only those of its statements that are of these kinds.
  public func stating(_ kinds: Set<Assertion.Kind>) -> CheckerCircuit {
    changed { definition in definition.assertions.removeAll { !kinds.contains($0.kind) } }
  }

  /// The covers, each by its module and its label.
  public var covers: [(module: String, label: String)] {
    circuit.definitions.flatMap { definition in
      definition.assertions.filter { $0.kind == .cover }.map { (definition.name, $0.label) }
    }
  }

  /// The same checker that asserts of one of its covers that it never happens, and else only assumes.
  public func denying(cover label: String, of module: String) -> CheckerCircuit {
    changed { definition in
      definition.assertions = definition.assertions.compactMap { assertion in
        guard assertion.kind != .assume else { return assertion }
        guard assertion.kind == .cover, assertion.label == label, definition.name == module else { return nil }
        var denied = assertion
        denied.kind = .assert
        denied.condition = definition.table.intern(
          Node(.not, width: 1, isSigned: false, a: assertion.condition.index))
        return denied
      }
    }
  }

  private func changed(_ change: (inout Definition) -> Void) -> CheckerCircuit {
    var result = self
    var definitions = circuit.definitions
    for index in definitions.indices { change(&definitions[index]) }
    result.circuit = Circuit(valid: definitions)
    return result
  }
}

/// Checkers of one design, joined to a module that reads the design's ports.
public struct CheckerSet: Hashable, Sendable {
  /// Where the values come from that a checker chooses freely.
  public enum Choices: Hashable, Sendable {
    /// Inputs of the set, called after checker and choice, for a solver to drive.
    case inputs
    /// Outputs of this circuit, of 64 bits a word of `state`: a source of random bits for simulations.
    case drawn(Circuit)
  }

  /// The modules; the top has an instance of each checker.
  public let circuit: Circuit
  /// Inputs of the top that no port of the design drives.
  public let choices: [String]

  /// The set of `checkers` for `design`.
  ///
  /// - Parameters:
  ///   - checkers: Checkers with different names.
  ///   - design: The circuit whose ports they read.
  ///   - choices: Where the values come from that a checker chooses freely.
  /// - Throws: A checker that reads a port that the design does not have, or has in another form.
  public init(_ checkers: [CheckerCircuit], of design: Circuit, choices: Choices) throws(DiagnosticList) {
    var maker = CheckerSetMaker(design)
    try maker.check(checkers)
    for checker in checkers { maker.declare(checker, choices: choices) }
    let names = maker.choices
    if case .drawn(let source) = choices { maker.draw(from: source) }
    for checker in checkers { maker.add(checker) }
    circuit = try maker.circuit()
    if case .inputs = choices { self.choices = names.map(\.name) } else { self.choices = [] }
  }
}

/// Makes the module around some checkers.
private struct CheckerSetMaker {
  let design: Definition
  var linker: CircuitLinker
  var top: Definition
  var nodes: [String: NodeID] = [:]
  var choices: [(name: String, width: Int)] = []

  init(_ design: Circuit) {
    self.design = design.top
    linker = CircuitLinker(beside: design)
    top = Definition(name: linker.unique(design.top.name + "_checks"), summary: "Checkers of \(design.top.summary)")
    top.documentation = "Every checker of the design, bound to its ports. Nothing of it is hardware."
    top.crossesFreely = true
  }

  /// Refuses checkers that read what is not there.
  func check(_ checkers: [CheckerCircuit]) throws(DiagnosticList) {
    var mistakes: [Diagnostic] = []
    func refuse(_ checker: CheckerCircuit, _ message: String, fix: String) {
      mistakes.append(
        Diagnostic(
          .badChecker, "checker '\(checker.name)' \(message)", at: nil, module: checker.circuit.top.name, fix: fix))
    }
    var names: Set<String> = []
    for checker in checkers {
      if !names.insert(checker.instance).inserted {
        refuse(
          checker, "of '\(design.name)' has the name of another one", fix: "give each checker of a design its own name")
      }
      for port in checker.circuit.top.ports where !checker.choices.contains(port.shape.name) {
        let own = port.shape
        guard let there = design.ports.first(where: { $0.shape.name == own.name })?.shape else {
          let known = design.ports.map { "'\($0.shape.name)'" }.joined(separator: ", ")
          refuse(
            checker, "is bound to a port that is not there: '\(own.name)' of '\(design.name)'",
            fix: "read one of \(known)")
          continue
        }
        guard there.width != own.width || there.isSigned != own.isSigned else { continue }
        refuse(
          checker,
          "reads '\(own.name)' with \(Self.form(own)), and '\(design.name)' has it with \(Self.form(there))",
          fix: "make the checker for the parameters of the design")
      }
    }
    if !mistakes.isEmpty { throw DiagnosticList(mistakes) }
  }

  private static func form(_ port: PortShape) -> String {
    "\(port.width) bit\(port.width == 1 ? "" : "s")\(port.isSigned ? ", signed" : "")"
  }

  /// Adds the clocks and ports that `checker` needs.
  mutating func declare(_ checker: CheckerCircuit, choices kind: CheckerSet.Choices) {
    top.add(clocks: checker.circuit.top.clocks)
    for port in checker.circuit.top.ports where !checker.choices.contains(port.shape.name) {
      input(port.shape, path: port.path)
    }
    for choice in checker.choices {
      guard var shape = checker.circuit.top.ports.first(where: { $0.shape.name == choice })?.shape else { continue }
      shape.name = unusedChoice(checker.stem + "_" + choice)
      nodes[checker.instance + "." + choice] = NodeID(0)
      choices.append((shape.name, shape.width))
      choiceKeys.append(checker.instance + "." + choice)
      if case .inputs = kind { nodes[checker.instance + "." + choice] = input(shape, path: shape.name) }
    }
  }

  private var choiceKeys: [String] = []

  private func unusedChoice(_ name: String) -> String {
    var result = name
    while design.ports.contains(where: { $0.shape.name == result }) { result += "_choice" }
    return result
  }

  @discardableResult
  private mutating func input(_ shape: PortShape, path: String) -> NodeID {
    if let known = nodes[shape.name] { return known }
    var shape = shape
    shape.direction = .input
    top.ports.append(Port(shape: shape, path: path, driver: nil, place: -1))
    top.signals.append(
      NetlistSignal(
        name: shape.name, width: shape.width, isSigned: shape.isSigned, kind: .input(port: Int32(top.ports.count - 1)),
        place: -1))
    let node = top.signalNode(Int32(top.signals.count - 1))
    nodes[shape.name] = node
    return node
  }

  /// Adds the source of random bits, and what each choice gets of them.
  mutating func draw(from source: Circuit) {
    guard !choices.isEmpty, !top.clocks.isEmpty else { return }
    let number = linker.add(source)
    let ports = source.top.ports
    guard let output = ports.firstIndex(where: { $0.shape.direction == .output }) else { return }
    top.clockMaps.append(ClockMap(clocks: [0]))
    let (_, node) = top.addInstance(
      unusedChoice("choice_source"), of: number, inputs: 0,
      outputs: [
        NetlistSignal(
          name: "", width: ports[output].shape.width, isSigned: false,
          kind: .instanceOutput(instance: -1, port: Int32(output)), place: -1)
      ], undriven: NodeID(0), clockMap: Int32(top.clockMaps.count - 1), at: -1)
    var low: Int32 = 0
    for (key, choice) in zip(choiceKeys, choices) {
      nodes[key] = top.table.intern(
        Node(.slice, width: Int32(choice.width), isSigned: false, a: node.index, b: low))
      low += Int32(choice.width)
    }
  }

  /// Adds the instance of `checker`.
  mutating func add(_ checker: CheckerCircuit) {
    let number = linker.add(checker.circuit)
    let ports = checker.circuit.top.ports
    let (connection, _) = top.addInstance(
      checker.instance, of: number, inputs: ports.count, outputs: [], undriven: NodeID(0), at: -1)
    for (index, port) in ports.enumerated() {
      let name = port.shape.name
      let isChoice = checker.choices.contains(name)
      guard var node = nodes[isChoice ? checker.instance + "." + name : name] else { continue }
      if port.shape.isSigned != top.table[node].isSigned {
        node = top.table.intern(
          Node(.reinterpret, width: Int32(port.shape.width), isSigned: port.shape.isSigned, a: node.index))
      }
      top.connections[Int(connection) + index] = node
    }
  }

  func circuit() throws(DiagnosticList) -> Circuit { try Circuit(definitions: linker.definitions + [top]) }
}

extension Definition {
  /// The node that reads a signal.
  mutating func signalNode(_ index: Int32) -> NodeID {
    let signal = signals[Int(index)]
    return table.intern(Node(.signal, width: Int32(signal.width), isSigned: signal.isSigned, a: index))
  }

  /// Adds the clocks among `more` that are not there, and resets that clocks of the same names do not have.
  mutating func add(clocks more: [ClockShape]) {
    for clock in more {
      guard let known = clocks.firstIndex(where: { $0.clock == clock.clock }) else {
        clocks.append(clock)
        continue
      }
      if clocks[known].reset == nil { clocks[known] = clock }
    }
  }
}
