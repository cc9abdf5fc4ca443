import Netlist

extension Module {
  /// A register that takes `next` at every clock edge, or while `enable` is 1.
  ///
  /// - Parameters:
  ///   - name: Name in the Verilog and in waves.
  ///   - next: Value after the clock edge.
  ///   - enable: One bit; the register keeps its value while it is 0.
  ///   - reset: Value in reset, a literal; a register without it is not reset, as data paths usually are.
  ///   - initial: Value at power-up, a literal, for technologies that have one. With an asynchronous reset it must be
  ///     the reset value, for the flip-flops of FPGAs have one value for both.
  ///   - file: The caller's file, for messages.
  ///   - line: The caller's line, for messages.
  /// - Returns: The value before the clock edge.
  public func register<T: HardwareValue>(
    _ name: String, _ next: T, when enable: Bit? = nil, reset: T? = nil, initial: T? = nil,
    file: StaticString = #fileID, line: Int = #line
  ) -> T {
    let place = place(file, line)
    let maker = RegisterMaker(
      module: self, name: name, enable: enable, reset: fields(reset, beside: next, of: name, "reset", at: place),
      initial: fields(initial, beside: next, of: name, "initial", at: place), place: place)
    return next.mapSignals(maker, at: .whole)
  }

  /// One register of ``register(_:_:when:reset:initial:file:line:)``.
  func register<T: Signal>(
    _ name: String, taking next: T, when enable: Bit?, reset: T?, initial: T?, at place: Int32
  ) -> T {
    countStatement()
    guard let id = nextNode(next, of: name, at: place) else { return .refused(width: next.width) }
    let register = addRegister(
      name, width: width(id), isSigned: T.isSigned, reset: fixed(reset, width(id), name, "reset", place),
      initial: fixed(initial, width(id), name, "initial", place), at: place)
    let index = Int(register.index)
    definition.registers[index].next = id
    if let enable { definition.registers[index].enable = condition(enable, "an enable") }
    let result = T(handle: .node(self, register.node))
    (result as? any NamedCases)?.nameCases(in: self, at: place)
    return result
  }

  /// What register `name` takes as a node of this module; nil after a mistake.
  func nextNode<T: Signal>(_ next: T, of name: String, at place: Int32) -> NodeID? {
    switch next.handle {
    case .node(let other, let node): return checkSame(other, "register '\(name)'") ? node : nil
    case .literal(let literal):
      if let refusal = literal.refusal {
        note(refusal)
        return nil
      }
      guard let width = literal.ownWidth else {
        report(
          .literalWithoutWidth, "register '\(name)' takes a literal, so its width is unknown",
          fix: "write m.constant(…, width: …, as: \(T.self).self)", at: place)
        return nil
      }
      return node(literal, width: width, signed: T.isSigned)
    }
  }

  /// The signals of the `what` value of register `name`, one for each of `value`; empty without one.
  func fields<T: HardwareValue>(
    _ constant: T?, beside value: T, of name: String, _ what: String, at place: Int32
  ) -> [any Signal] {
    guard let constant else { return [] }
    let fields = constant.fields
    guard match(value.fields, fields, "register '\(name)' and its \(what) value", at: place) else { return [] }
    return fields.ordered(like: value.fields.map(\.name)).map(\.signal)
  }

  /// A register of `width` bits that is assigned through ``PortElement/next``; it keeps its value where nothing is assigned.
  public func register<T: VectorSignal>(
    _ name: String, _ type: T.Type, width: Int, reset: T? = nil, initial: T? = nil,
    file: StaticString = #fileID, line: Int = #line
  ) -> T {
    variable(name, width: width, reset: reset, initial: initial, at: place(file, line))
  }

  /// A register of one bit that is assigned through ``PortElement/next``; it keeps its value where nothing is assigned.
  public func register(
    _ name: String, _ type: Bit.Type, reset: Bit? = nil, initial: Bit? = nil,
    file: StaticString = #fileID, line: Int = #line
  ) -> Bit {
    variable(name, width: 1, reset: reset, initial: initial, at: place(file, line))
  }

  /// A register of bundles or numbers that is assigned through ``PortElement/next``, whole or field by field; it keeps what
  /// is not assigned.
  ///
  /// - Parameters:
  ///   - name: Stem of the registers' names: field `isLast` of `held` is called `held_is_last`.
  ///   - shape: The widths of the fields.
  ///   - reset: Value in reset, a bundle of literals; without it the register is not reset.
  ///   - initial: Value at power-up, a bundle of literals.
  ///   - file: The caller's file, for messages.
  ///   - line: The caller's line, for messages.
  public func register<V: PortElement>(
    _ name: String, of shape: V, reset: V? = nil, initial: V? = nil, file: StaticString = #fileID, line: Int = #line
  ) -> V {
    let place = place(file, line)
    let maker = VariableMaker(
      module: self, name: name, isRegister: true, reset: fields(reset, beside: shape, of: name, "reset", at: place),
      initial: fields(initial, beside: shape, of: name, "initial", at: place), place: place)
    return shape.mapSignals(maker, at: .whole)
  }

  /// A wire of bundles or numbers that is assigned through ``PortElement/driver``, whole or field by field, with a value for
  /// where nothing is assigned.
  public func wire<V: PortElement>(
    _ name: String, of shape: V, default value: V? = nil, file: StaticString = #fileID, line: Int = #line
  ) -> V {
    let place = place(file, line)
    let maker = VariableMaker(
      module: self, name: name, isRegister: false, reset: fields(value, beside: shape, of: name, "default", at: place),
      initial: [], place: place)
    return shape.mapSignals(maker, at: .whole)
  }

  func variable<T: Signal>(_ name: String, width: Int, reset: T?, initial: T?, at place: Int32) -> T {
    countStatement()
    guard checkWidth(width, "register '\(name)'", at: place) else { return .refused(width: width) }
    let register = addRegister(
      name, width: width, isSigned: T.isSigned, reset: fixed(reset, width, name, "reset", place),
      initial: fixed(initial, width, name, "initial", place), at: place)
    assignable[register.node.index] = addTarget(
      .register(register.index), name: name, width: width, isSigned: T.isSigned, fallback: register.node, at: place)
    return T(handle: .node(self, register.node))
  }

  /// A wire of `width` bits that is assigned through ``PortElement/driver``, with a value for where nothing is assigned.
  public func wire<T: VectorSignal>(
    _ name: String, _ type: T.Type, width: Int, default value: T? = nil, file: StaticString = #fileID, line: Int = #line
  ) -> T {
    net(name, width: width, default: value, at: place(file, line))
  }

  /// A wire of one bit that is assigned through ``PortElement/driver``, with a value for where nothing is assigned.
  public func wire(
    _ name: String, _ type: Bit.Type, default value: Bit? = nil, file: StaticString = #fileID, line: Int = #line
  ) -> Bit {
    net(name, width: 1, default: value, at: place(file, line))
  }

  func net<T: Signal>(_ name: String, width: Int, default value: T?, at place: Int32) -> T {
    countStatement()
    guard checkWidth(width, "wire '\(name)'", at: place) else { return .refused(width: width) }
    let signal = addSignal(
      unique(name, suffix: "_net", at: place), width: width, isSigned: T.isSigned, .net(driver: NodeID(-1)), at: place)
    var fallback: NodeID?
    if let value {
      fallback = node(
        value, width: width, signed: T.isSigned, "wire '\(name)'", .widthMismatch,
        { "wire '\(name)' has \(width) bits and a default of \($0)" }, fix: { _ in "use extended(to:)" }, at: place)
    }
    let node = signalNode(signal)
    assignable[node.index] = addTarget(
      .wire(signal: signal), name: name, width: width, isSigned: T.isSigned, fallback: fallback, at: place)
    return T(handle: .node(self, node))
  }

  /// A bit as a node of this module; nil after a mistake.
  func condition(_ bit: Bit, _ what: String) -> NodeID? {
    switch bit.handle {
    case .literal(let literal):
      guard let refusal = literal.refusal else { return node(literal, width: 1, signed: false) }
      note(refusal)
      return nil
    case .node(let other, let id): return checkSame(other, what) ? id : nil
    }
  }

  /// A value of `width` bits as a node of this module; literals take the width. Nil after a mistake.
  func node<T: Signal>(
    _ value: T, width: Int, signed: Bool, _ what: String, _ code: Diagnostic.Code, _ message: (Int) -> String,
    fix: (Int) -> String, at place: Int32
  ) -> NodeID? {
    if case .node(let other, _) = value.handle, !checkSame(other, what) { return nil }
    if let own = value.ownWidth, !check(own == width, code, message(own), fix: fix(own), at: place) { return nil }
    switch value.handle {
    case .node(_, let id): return id
    case .literal(let literal):
      guard let refusal = literal.refusal else { return node(literal, width: width, signed: signed, at: place) }
      note(refusal)
      return nil
    }
  }

  func addRegister(
    _ name: String, width: Int, isSigned: Bool, reset: BitVector?, initial: BitVector?, at place: Int32
  ) -> (index: Int32, node: NodeID) {
    if let reset, let initial, reset != initial, styles[domains[Int(currentDomain)].domain].kind == .asynchronous {
      report(
        .badResetValue,
        "register '\(name)' starts as \(initial) and is reset to \(reset) without a clock edge, which no flip-flop can",
        fix: "use one value for both, leave out one of them, or use a synchronous reset", at: place)
    }
    let index = Int32(definition.registers.count)
    let signal = addSignal(
      unique(name, suffix: "_q", at: place), width: width, isSigned: isSigned, .register(index), at: place)
    let node = signalNode(signal)
    definition.registers.append(
      NetlistRegister(
        signal: signal, next: node, enable: nil, resetValue: reset, initialValue: initial, clock: currentDomain))
    return (index, node)
  }

  func fixed<T: Signal>(_ value: T?, _ width: Int, _ name: String, _ what: String, _ place: Int32) -> BitVector? {
    switch value?.handle {
    case nil: return nil
    case .literal(let literal) where literal.ownWidth == nil || literal.ownWidth == width:
      // The literal may be new to the table, so it comes first.
      let node = node(literal, width: width, signed: T.isSigned, at: place)
      return definition.table.constantValue(node)
    case .literal, .node:
      if case .node(let other, let id) = value?.handle, other === self,
        let fixed = definition.table.fixedValue(id), fixed.width == width
      {
        return fixed
      }
      report(
        .badResetValue, "the \(what) value of register '\(name)' is no constant of \(width) bits",
        fix: "write a literal or m.constant(…, width: \(width), as: \(T.self).self)", at: place)
      return nil
    }
  }
}

/// A signal whose values have names.
protocol NamedCases {
  /// Gives the signal's values their names in the Verilog and in waves.
  func nameCases(in module: Module, at place: Int32)
}

/// Makes a register of each signal of a value.
private final class RegisterMaker: SignalTransform {
  private let module: Module
  private let name: String
  private let enable: Bit?
  private let reset, initial: [any Signal]
  private let place: Int32
  private var next = 0

  init(module: Module, name: String, enable: Bit?, reset: [any Signal], initial: [any Signal], place: Int32) {
    (self.module, self.name, self.enable) = (module, name, enable)
    (self.reset, self.initial, self.place) = (reset, initial, place)
  }

  func apply<S: Signal>(_ signal: S, at field: FieldName) -> S {
    defer { next += 1 }
    return module.register(
      field.verilog(after: name), taking: signal, when: enable,
      reset: reset.isEmpty ? nil : reset[next].read(as: S.self),
      initial: initial.isEmpty ? nil : initial[next].read(as: S.self), at: place)
  }
}

/// Makes a register or a wire that is assigned later of each signal of a shape.
private final class VariableMaker: SignalTransform {
  private let module: Module
  private let name: String
  private let isRegister: Bool
  /// Values in reset, or where nothing is assigned.
  private let reset: [any Signal]
  private let initial: [any Signal]
  private let place: Int32
  private var made = 0

  init(
    module: Module, name: String, isRegister: Bool, reset: [any Signal], initial: [any Signal], place: Int32
  ) {
    (self.module, self.name, self.isRegister) = (module, name, isRegister)
    (self.reset, self.initial, self.place) = (reset, initial, place)
  }

  func apply<S: Signal>(_ signal: S, at field: FieldName) -> S {
    defer { made += 1 }
    let name = field.verilog(after: name)
    let width = signal.declaredWidth
    if let refusal = signal.refusal, refusal.shapeWidth == nil { module.note(refusal) }
    let value = reset.isEmpty ? nil : reset[made].read(as: S.self)
    let result: S
    if isRegister {
      let initial = initial.isEmpty ? nil : initial[made].read(as: S.self)
      result = module.variable(name, width: width, reset: value, initial: initial, at: place)
    } else {
      result = module.net(name, width: width, default: value, at: place)
    }
    (result as? any NamedCases)?.nameCases(in: module, at: place)
    return result
  }
}
