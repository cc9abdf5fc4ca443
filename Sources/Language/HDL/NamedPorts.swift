import Netlist

/// The ports of a module by their Verilog names, for checkers of any module: of somebody else's Verilog, or of every
/// stream of an interface.
public struct NamedPorts {
  private let interface: ModuleInterface
  private let checker: String
  private let scope: PortScope

  fileprivate init(_ interface: ModuleInterface, checker: String, scope: PortScope) {
    self.interface = interface
    self.checker = checker
    self.scope = scope
  }

  /// The port called `name`, which has one bit.
  public func bit(_ name: String, file: StaticString = #fileID, line: Int = #line) -> Bit {
    guard let port = find(name, file, line) else { return .refused(width: 1) }
    let module = scope.module
    let width = interface.ports[port].width
    guard
      module.check(
        width == 1, .badChecker, "checker '\(checker)' reads '\(name)' of '\(interface.name)' as one bit of \(width)",
        fix: "read it with bits(\"\(name)\")", at: module.place(file, line))
    else { return .refused(width: 1) }
    return Bit(handle: .node(module, module.reinterpreted(scope.source(port), signed: false)))
  }

  /// The bits of the port called `name`.
  public func bits(_ name: String, file: StaticString = #fileID, line: Int = #line) -> Bits {
    guard let port = find(name, file, line) else { return .refused(width: 1) }
    return Bits(handle: .node(scope.module, scope.module.reinterpreted(scope.source(port), signed: false)))
  }

  /// The domain of the port called `name`, in a module of several clocks.
  public func domain(of name: String) -> ClockDomain {
    guard let clock = interface.ports.first(where: { $0.name == name })?.clock,
      let shape = interface.clocks.first(where: { $0.clock == clock })
    else { return NamedPorts.domain(interface.clocks.first) }
    return NamedPorts.domain(shape)
  }

  private func find(_ name: String, _ file: StaticString, _ line: Int) -> Int? {
    if let port = interface.ports.firstIndex(where: { $0.name == name }) { return port }
    let known = interface.ports.map { "'\($0.name)'" }.joined(separator: ", ")
    scope.module.report(
      .badChecker, "checker '\(checker)' is bound to a port that is not there: '\(name)' of '\(interface.name)'",
      fix: "read one of \(known)", at: scope.module.place(file, line))
    return nil
  }

  /// A domain of the language with the ports of `clock`.
  fileprivate static func domain(_ clock: ClockShape?) -> ClockDomain {
    guard let clock else { return .main }
    let style = ResetStyle(clock.resetKind, clock.resetPolarity)
    let name = clock.clock.hasSuffix("_clock") ? String(clock.clock.dropLast(6)) : ""
    return ClockDomain(name, reset: clock.reset == nil ? nil : style, edge: clock.edge)
  }
}

extension CheckerCircuit {
  /// A checker of any module that has `interface`, its ports read by name.
  ///
  /// - Parameters:
  ///   - name: The name to ask for, in words with hyphens.
  ///   - summary: One sentence.
  ///   - interface: The module under check.
  ///   - reset: The reset of a module that has none itself.
  ///   - file: The caller's file, for messages.
  ///   - line: The caller's line, for messages.
  ///   - body: Writes the statements.
  /// - Throws: All mistakes found, such as a port that the module does not have.
  public init(
    _ name: String, _ summary: String, of interface: ModuleInterface, reset: ResetStyle = ResetStyle(),
    file: StaticString = #fileID, line: Int = #line, _ body: @escaping (NamedPorts, Module) -> Void
  ) throws(DiagnosticList) {
    let made = try CheckerPlan(
      name: name, summary: summary, design: interface.name, origin: SourceLine(file: file, line: line),
      walk: { walker in
        for port in interface.ports {
          let clock = interface.clocks.first { $0.clock == port.clock } ?? interface.clocks.first
          walker.timing = PortTiming(domain: NamedPorts.domain(clock), file: #fileID, line: #line)
          _ = walker.leaf(
            port.name, path: port.name, direction: .input, width: port.width, isSigned: port.isSigned)
        }
        walker.timing = nil
        return { scope, module in
          let ports = NamedPorts(interface, checker: name, scope: scope)
          if interface.clocks.count == 1 {
            module.domain(NamedPorts.domain(interface.clocks[0])) { body(ports, module) }
          } else {
            body(ports, module)
          }
        }
      }
    ).circuit(reset: reset)
    self.init(name, summary, circuit: made.circuit, choices: made.choices)
    circuit = try made.circuit.naming(interface.clocks)
  }
}

extension Circuit {
  /// The same circuit whose top has the names of `clocks` for its own, which stand for them in the order of their names.
  fileprivate func naming(_ clocks: [ClockShape]) throws(DiagnosticList) -> Circuit {
    var definitions = definitions
    for (index, own) in top.clocks.enumerated() {
      guard
        let shape = clocks.count == 1
          ? clocks.first
          : clocks.first(where: { NamedPorts.domain($0) == NamedPorts.domain(own) || $0.clock == own.clock })
      else { continue }
      definitions[definitions.count - 1].clocks[index].clock = shape.clock
      if own.reset != nil, let reset = shape.reset { definitions[definitions.count - 1].clocks[index].reset = reset }
    }
    return try Circuit(definitions: definitions)
  }
}
