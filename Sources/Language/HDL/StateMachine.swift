import Netlist

/// A register of states and what happens in each of them.
///
/// ```swift
/// enum Phase: HardwareEnum { case idle, load, run }
/// m.stateMachine("phase", of: Phase.self, reset: .idle) { phase in
///   phase.when(.idle) { m.when(io.start) { phase.go(.load) } }
///   phase.when(.load) { m.when(io.isLoaded) { phase.go(.run) } }
///   phase.when(.run) { m.when(io.isDone) { phase.go(.idle) } }
/// }
/// ```
public final class StateMachine<E: HardwareEnum> {
  private let module: Module
  private let register: Enum<E>
  private let name: String
  private let choice: Int32
  private let scope: Scope
  private let reset: E
  /// The states that there are.
  private let states: [E]
  private let known: Set<E>
  private let positions = CasePositions<E>()
  /// The states that may follow each state.
  private var followers: [E: Set<E>] = [:]
  /// The states that may follow any state.
  private var everywhere: Set<E> = []
  private var described: Set<E> = []
  /// The states of the block that is being written; empty outside all blocks.
  private var current: [E] = []

  init(module: Module, name: String, register: Enum<E>, states: [E], reset: E) {
    self.module = module
    self.states = states
    known = Set(states)
    self.name = name
    self.register = register
    self.reset = reset
    scope = module.scope
    choice = module.openChoice(isExclusive: E.encoding != .oneHot)
  }

  /// The state before the coming clock edge.
  public var state: Enum<E> { register }

  /// 1 while the machine is in `state`.
  public func isIn(_ state: E) -> Bit { register.holds(state, at: positions[state], width: positions.width) }

  /// Assignments that hold while the machine is in one of `states`. A state has one block of them.
  public func when(_ states: E..., body: () -> Void) {
    guard !states.isEmpty else { return module.refuseEmptyCase(body) }
    guard states.allSatisfy(exists) else { return module.discarding(body) }
    for state in states where !described.insert(state).inserted {
      module.report(
        .badStateMachine, "state '\(state)' of '\(name)' has a block before", fix: "write one block for a state")
    }
    let condition = anyOf(states.map(isIn))
    let outer = current
    current = states
    defer { current = outer }
    if module.scope == scope {
      module.branch(of: choice, when: condition, body)
    } else {
      module.when(condition, body)
    }
  }

  /// The machine is in `state` after the coming clock edge, where the conditions around the call hold.
  public func go(_ state: E) {
    guard exists(state) else { return module.refuse(register.next.target, register.handle) }
    if current.isEmpty { everywhere.insert(state) }
    for from in current { followers[from, default: []].insert(state) }
    register.next <== (positions[state].map { Enum(caseAt: $0, width: positions.width) } ?? Enum(state))
  }

  private func exists(_ state: E) -> Bool {
    module.check(
      known.contains(state), .badStateMachine, "state '\(state)' of '\(name)' is not among its states",
      fix: "add it to states:, or leave this out where it is absent")
  }

  func finish(at place: Int32) {
    guard exists(reset) else { return }
    var entered = everywhere.union([reset])
    var open = Array(entered)
    while let state = open.popLast() {
      for next in followers[state] ?? [] where entered.insert(next).inserted { open.append(next) }
    }
    for state in states where !entered.contains(state) {
      let from = states.filter { followers[$0]?.contains(state) == true && $0 != state }
      let reason =
        from.isEmpty
        ? "" : ": \(from.map { "'\($0)'" }.joined(separator: ", ")) goes there, which is not entered either"
      module.report(
        .badStateMachine, "state '\(state)' of '\(name)' is never entered\(reason)",
        fix: "go there, or remove the case; a state of some parameters only is left out of states:", at: place)
    }
  }
}

extension Module {
  /// A state machine: it begins in `reset` and stays in a state until ``StateMachine/go(_:)``.
  ///
  /// - Parameters:
  ///   - name: Name of the register in the Verilog and in waves.
  ///   - type: The states.
  ///   - states: Those of them that there are, for a machine of which some exist for some parameters only; nil for all.
  ///   - reset: The state in reset.
  ///   - file: The caller's file, for messages.
  ///   - line: The caller's line, for messages.
  ///   - body: What happens in each state; every state that there is must be entered somewhere in it.
  @discardableResult
  public func stateMachine<E: HardwareEnum>(
    _ name: String, of type: E.Type, states: [E]? = nil, reset: E, file: StaticString = #fileID, line: Int = #line,
    _ body: (StateMachine<E>) -> Void
  ) -> StateMachine<E> {
    let place = place(file, line)
    let machine = StateMachine(
      module: self, name: name, register: register(name, type, reset: reset, file: file, line: line),
      states: states ?? Array(E.allCases), reset: reset)
    body(machine)
    machine.finish(at: place)
    return machine
  }
}
