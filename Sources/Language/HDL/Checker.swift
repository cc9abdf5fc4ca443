import Netlist

/// A property of a design, written in the language: a small module whose inputs are the ports of the design.
///
/// Inputs and outputs of the design are read alike. What must hold is an `m.assert`, what the design takes for granted of
/// its surroundings an `m.assume`, what should happen once an `m.cover`. A checker may keep registers, memories and
/// instances of other generators; none of it is hardware, so it may read signals of any clock. One text serves in
/// simulation, in proof, and in the customer's bench.
///
/// ```swift
/// Checker<StreamFIFO>("occupancy", "The occupancy is what was taken and has not left.") { io, m in
///   let inside = m.register("inside", UInt.self, width: 8, reset: 0)
///   inside <== inside &+ io.input.transfers.asUnsigned(8) &- io.output.transfers.asUnsigned(8)
///   if let occupancy = io.occupancy { m.assert(occupancy.extended(to: 8) .== inside, "counts") }
/// }
/// ```
public struct Checker<Design: Generator>: Sendable {
  /// Writes the statements.
  public typealias Body = @Sendable (Observation<Design.Ports>, Module) -> Void

  /// The name to ask for, in words with hyphens; the instance is called so, too.
  public let name: String
  /// One sentence.
  public let summary: String
  private let origin: SourceLine
  private let body: Body

  /// A checker called `name`.
  ///
  /// - Parameters:
  ///   - name: The name to ask for, in words with hyphens.
  ///   - summary: One sentence.
  ///   - file: The caller's file, for messages.
  ///   - line: The caller's line, for messages.
  ///   - body: Writes the statements.
  public init(
    _ name: String, _ summary: String, file: StaticString = #fileID, line: Int = #line, _ body: @escaping Body
  ) {
    self.name = name
    self.summary = summary
    origin = SourceLine(file: file, line: line)
    self.body = body
  }

  /// The checker for one configuration of the design, its ports without those that it does not read.
  ///
  /// - Parameters:
  ///   - design: The configuration.
  ///   - reset: The reset of the design.
  /// - Throws: All mistakes found, with the user's file and line.
  public func circuit(for design: Design, reset: ResetStyle = ResetStyle()) throws(DiagnosticList) -> CheckerCircuit {
    let parameters = ParameterCheck(of: design)
    let module = GeneratorIdentity(design).name
    guard parameters.mistakes.isEmpty else {
      throw DiagnosticList(
        parameters.mistakes.map { Diagnostic(.badParameter, $0.message, module: module, fix: $0.fix) })
    }
    return try CheckerPlan(
      name: name, summary: summary, design: module, origin: origin,
      walk: { [body] walker in
        let ports = design.ports
        let layout = walker.group(ports, name: "", path: "")
        return { scope, module in body(Observation(ports: ports, layout: layout, scope: scope), module) }
      }
    ).circuit(reset: reset)
  }
}

/// What must be known to make the module of a checker.
struct CheckerPlan {
  var name: String
  var summary: String
  /// The module of the design.
  var design: String
  /// Where it is written.
  var origin: SourceLine
  /// Declares the ports of the design, and gives what writes the statements.
  var walk: (PortWalker) -> (PortScope, Module) -> Void

  /// The module, without inputs that it does not read.
  func circuit(reset: ResetStyle) throws(DiagnosticList) -> CheckerCircuit {
    let first = Elaboration(reset: reset)
    do {
      return try circuit(first)
    } catch {
      _ = try circuit(Elaboration(reset: reset, tracing: first.unplaced))
      throw error
    }
  }

  private func circuit(_ elaboration: Elaboration) throws(DiagnosticList) -> CheckerCircuit {
    let (circuit, choices) = try elaboration.run(self)
    let read = circuit.simplified().droppingUnreadInputs()
    let names = Set(read.top.ports.map(\.shape.name))
    return CheckerCircuit(name, summary, circuit: read, choices: choices.filter { names.contains($0) })
  }
}

extension Elaboration {
  /// Builds the module of a checker, and gives the names of its free inputs.
  func run(_ plan: CheckerPlan) throws(DiagnosticList) -> (circuit: Circuit, choices: [String]) {
    var choices: [String] = []
    DeepThread.run(for: self) { choices = self.build(plan) }
    return (try checkedCircuit(), choices)
  }

  private func build(_ plan: CheckerPlan) -> [String] {
    let name = plan.name.replacing("-", with: "_")
    let module = begin("\(plan.design)_\(name)", summary: "Checker '\(plan.name)' of \(plan.design)")
    module.isChecker = true
    module.definition.crossesFreely = true
    let walker = PortWalker()
    walker.isObserving = true
    let build = plan.walk(walker)
    for (mistake, origin) in walker.mistakes {
      module.report(mistake.code, mistake.message, fix: mistake.fix, at: module.place(origin))
    }
    let scope = declare(walker.leaves, in: module)
    let problem = Identifier.problem(with: Identifier.snakeCase(name + "_checker"))
    module.isBeingBuilt = true
    if !plan.name.contains(where: \.isLetter) {
      module.report(
        .badName, "a checker is called '\(plan.name)'",
        fix: "name it in words of letters and digits, with hyphens between them", at: module.place(plan.origin))
    } else if let problem {
      module.report(
        .badName,
        "the checker '\(plan.name)' would be called '\(Identifier.snakeCase(name))_checker', which is \(problem)",
        fix: "name it in words of letters and digits, with hyphens between them", at: module.place(plan.origin))
    }
    build(scope, module)
    if diagnostics.isEmpty, module.definition.assertions.isEmpty, module.definition.instances.isEmpty {
      module.report(
        .badChecker, "the checker '\(plan.name)' states nothing", fix: "write m.assert, m.assume or m.cover in it",
        at: module.place(plan.origin))
    }
    module.isBeingBuilt = false
    module.finish()
    module.definition.documentation = plan.summary
    add(module)
    return module.freeChoices
  }
}

extension Module {
  /// One bit that may be anything in every cycle: a proof takes both values, a simulation draws one. For checkers.
  public func anything(_ name: String, file: StaticString = #fileID, line: Int = #line) -> Bit {
    choice(name, width: 1, place(file, line))
  }

  /// A vector that may be anything in every cycle: a proof takes every value, a simulation draws one. For checkers.
  public func anything<T: VectorSignal>(
    _ name: String, _ type: T.Type, width: Int, file: StaticString = #fileID, line: Int = #line
  ) -> T {
    choice(name, width: width, place(file, line))
  }

  private func choice<T: Signal>(_ name: String, width: Int, _ place: Int32) -> T {
    countStatement()
    guard checkWidth(width, "a free choice", at: place),
      check(
        isChecker, .badChecker, "m.anything(\"\(name)\") in \(title), which is no checker",
        fix: "pass the value through a port from the checker, or draw it in a register", at: place)
    else { return .refused(width: width) }
    let verilog = unique(name, suffix: "_choice", at: place)
    let port = Int32(definition.ports.count)
    let shape = PortShape(name: verilog, direction: .input, width: width, isSigned: T.isSigned)
    definition.ports.append(Port(shape: shape, path: name, driver: nil, place: place))
    portOrigins.append(nil)
    freeChoices.append(verilog)
    let signal = addSignal(verilog, width: width, isSigned: T.isSigned, .input(port: port), at: place)
    return T(handle: .node(self, signalNode(signal)))
  }
}
