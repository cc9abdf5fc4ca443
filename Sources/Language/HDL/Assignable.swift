import Netlist

extension PortElement {
  /// Where to assign what a register holds after the coming clock edge; it keeps its value where nothing is assigned.
  ///
  /// The register itself is its value before the edge:
  ///
  /// ```swift
  /// let count = m.register("count", UInt.self, width: 8, reset: 0)
  /// m.when(io.enable) { count.next <== count &+ 1 }
  /// ```
  ///
  /// Only a register that was made by its type has one (SYS0053).
  public var next: Drain { drain(as: .next) }

  /// Where to assign a wire, last assignment winning; it has its default where nothing is assigned.
  ///
  /// Only a wire of ``Module/wire(_:_:width:default:file:line:)`` has one (SYS0053).
  public var driver: Drain { drain(as: .driver) }

  private func drain(as end: AssignedEnd) -> Drain {
    Self.drain(self, fields.map { FieldSink(assigning: $0.signal, as: end) }[...])
  }
}

/// How a value is assigned after it was made.
enum AssignedEnd {
  case next, driver
}

extension FieldSink {
  /// Where to assign `signal`; a refused sink and a diagnostic if that cannot be.
  fileprivate init<S: Signal>(assigning signal: S, as end: AssignedEnd) {
    guard case .node(let module, let id) = signal.handle else {
      let mistake = Refusal.Mistake(
        code: .notAssignable, message: "a literal is assigned through .\(end)",
        fix: "assign a register or a wire of the module")
      guard let module = DeepThread.elaboration?.building else { Elaboration.end(mistake) }
      module.countStatement()
      if case .literal(let literal) = signal.handle, let refusal = literal.refusal {
        module.note(refusal)
      } else {
        module.report(mistake.code, mistake.message, fix: mistake.fix)
      }
      self = module.discardedSink(width: signal.width, isSigned: S.isSigned)
      return
    }
    guard let target = module.assignable[id.index], module.end(of: target) == end else {
      module.reportNotAssignable(signal, id, as: end)
      self = module.discardedSink(width: signal.width, isSigned: S.isSigned)
      return
    }
    self.init(module: module, target: target, width: signal.width, isSigned: S.isSigned, isRefused: false)
  }
}

extension Module {
  /// How `target`, a register or a wire, is assigned.
  fileprivate func end(of target: TargetID) -> AssignedEnd {
    if case .register? = target.index.map({ targets[$0].kind }) { .next } else { .driver }
  }

  /// Where to assign something that could not be made: nothing comes of it.
  fileprivate func discardedSink(width: Int, isSigned: Bool) -> FieldSink {
    let target = addTarget(.discarded, name: "", width: width, isSigned: isSigned, at: -1)
    targets[targets.count - 1].isRefused = true
    return FieldSink(module: self, target: target, width: width, isSigned: isSigned, isRefused: true)
  }

  fileprivate func reportNotAssignable(_ signal: some Signal, _ id: NodeID, as end: AssignedEnd) {
    let node = definition.table[id]
    let known = node.operation == .signal ? definition.signals[Int(node.a)] : nil
    let name = known.map(\.name) ?? ""
    let what = name.isEmpty ? "a value of \(signal.width) bits" : "'\(name)'"
    let message: String
    let fix: String
    switch (end, known?.kind) {
    case (.next, .register) where assignable[id.index] == nil:
      message = "\(what) takes its next value where it is made, and is assigned through .next"
      fix = "make it by its type, m.register(\"\(name)\", \(type(of: signal)).self, …), or leave the assignment out"
    case (.next, .net) where assignable[id.index] != nil:
      message = "\(what) is a wire, and is assigned through .next"
      fix = "write .driver for a wire"
    case (.driver, .register) where assignable[id.index] != nil:
      message = "\(what) is a register, and is assigned through .driver"
      fix = "write .next for a register"
    case (.next, _):
      message = "\(what) is no register, and is assigned through .next"
      fix = "assign a register that is made by its type, m.register(name, \(type(of: signal)).self, …)"
    case (.driver, _):
      message = "\(what) is no wire, and is assigned through .driver"
      fix = "assign a wire, m.wire(name, \(type(of: signal)).self, …)"
    }
    if let index = assignable[id.index]?.index { targets[index].isRefused = true }
    countStatement()
    report(.notAssignable, message, notes: notes(value: signal), fix: fix)
  }
}
