import Netlist

extension Module {
  /// `value` as it was `cycles` clock edges ago.
  ///
  /// Each signal of the value goes through one shift register, `<name>_delay` or, for a field of a bundle,
  /// `<name>_delay_<field>`: the latest value is in the low bits, the oldest one in the high ones.
  ///
  /// - Parameters:
  ///   - name: Stem of the names of the shift registers.
  ///   - value: What enters the line.
  ///   - cycles: Number of clock edges, up to 65536; with 0 the value itself comes back.
  ///   - reset: Value of every stage in reset, a literal; without it the line is not reset.
  ///   - file: The caller's file, for messages.
  ///   - line: The caller's line, for messages.
  public func delayed<T: HardwareValue>(
    _ name: String, _ value: T, by cycles: Int, reset: T? = nil, file: StaticString = #fileID, line: Int = #line
  ) -> T {
    guard let lines = delayLines(name, value, cycles, reset, file, line) else { return value }
    return value.mapSignals(DelayStage(lines, cycles), at: .whole)
  }

  /// `value` as it was 0, 1, … and `cycles` clock edges ago: the input and every stage of the shift register that
  /// ``delayed(_:_:by:reset:file:line:)`` makes.
  ///
  /// - Parameters:
  ///   - name: Stem of the names of the shift registers.
  ///   - value: What enters the line.
  ///   - cycles: Number of clock edges, up to 65536.
  ///   - reset: Value of every stage in reset, a literal; without it the line is not reset.
  ///   - file: The caller's file, for messages.
  ///   - line: The caller's line, for messages.
  public func delays<T: HardwareValue>(
    _ name: String, _ value: T, upTo cycles: Int, reset: T? = nil, file: StaticString = #fileID, line: Int = #line
  ) -> [T] {
    guard let lines = delayLines(name, value, cycles, reset, file, line) else { return [value] }
    return [value] + (1...cycles).map { value.mapSignals(DelayStage(lines, $0), at: .whole) }
  }

  /// A shift register of each signal of `value`; nil where there is none to make.
  private func delayLines<T: HardwareValue>(
    _ name: String, _ value: T, _ cycles: Int, _ reset: T?, _ file: StaticString, _ line: Int
  ) -> [any DelayLine]? {
    guard
      require(
        (0...65536).contains(cycles), "'\(name)' is delayed by \(cycles) cycles", fix: "use 0 to 65536 cycles",
        file: file, line: line), cycles > 0
    else { return nil }
    let place = place(file, line)
    let maker = DelayMaker(
      module: self, name: "\(name)_delay", cycles: cycles,
      reset: fields(reset, beside: value, of: name, "reset", at: place), place: place)
    _ = value.mapSignals(maker, at: .whole)
    return maker.lines
  }

  /// The shift register of one signal.
  fileprivate func delayLine<T: Signal>(
    _ name: String, _ value: T, by cycles: Int, reset: T?, at place: Int32
  ) -> any DelayLine {
    if cycles == 1 {
      return SingleStage(value: register(name, taking: value, when: nil, reset: reset, initial: nil, at: place))
    }
    countStatement()
    guard let input = nextNode(value, of: name, at: place) else {
      return SingleStage(value: T.refused(width: value.width))
    }
    let width = width(input)
    guard
      check(
        width <= Self.mostBits / cycles, .badWidth,
        "delay line '\(name)' of \(cycles) cycles has \(width * cycles) bits",
        fix: "use at most \(Self.mostBits) bits, or a memory", at: place)
    else { return SingleStage(value: T.refused(width: width)) }
    var resetValue: BitVector?
    if let reset {
      guard let stage = fixed(reset, width, name, "reset", place) else {
        return SingleStage(value: T.refused(width: width))
      }
      resetValue = BitVector(repeating: stage, count: cycles)
    }
    let line = addRegister(name, width: width * cycles, isSigned: false, reset: resetValue, initial: nil, at: place)
    let kept = slice(line.node, low: 0, width: width * (cycles - 1))
    definition.registers[Int(line.index)].next = concatenation([kept, reinterpreted(input, signed: false)])
    return ShiftStages(module: self, node: line.node, width: width)
  }
}

/// The stages that one signal goes through.
private protocol DelayLine {
  /// The value of a stage, counted from 1.
  func stage<S: Signal>(_ number: Int, as type: S.Type) -> S
}

/// A register of one stage, or what stands for a line that could not be made.
private struct SingleStage<T: Signal>: DelayLine {
  let value: T

  func stage<S: Signal>(_ number: Int, as type: S.Type) -> S { value.read(as: type) }
}

/// A register that shifts.
private struct ShiftStages: DelayLine {
  let module: Module
  let node: NodeID
  let width: Int

  func stage<S: Signal>(_ number: Int, as type: S.Type) -> S {
    let bits = module.slice(node, low: (number - 1) * width, width: width)
    return S(handle: .node(module, module.reinterpreted(bits, signed: S.isSigned)))
  }
}

/// Makes a delay line of each signal of a value.
private final class DelayMaker: SignalTransform {
  private let module: Module
  private let name: String
  private let cycles: Int
  private let reset: [any Signal]
  private let place: Int32
  private(set) var lines: [any DelayLine] = []

  init(module: Module, name: String, cycles: Int, reset: [any Signal], place: Int32) {
    (self.module, self.name, self.cycles, self.reset, self.place) = (module, name, cycles, reset, place)
  }

  func apply<S: Signal>(_ signal: S, at field: FieldName) -> S {
    let reset = reset.isEmpty ? nil : reset[lines.count].read(as: S.self)
    lines.append(module.delayLine(field.verilog(after: name), signal, by: cycles, reset: reset, at: place))
    return signal
  }
}

/// Puts the values of one stage in the places of a value.
private final class DelayStage: SignalTransform {
  private let lines: [any DelayLine]
  private let number: Int
  private var next = 0

  init(_ lines: [any DelayLine], _ number: Int) { (self.lines, self.number) = (lines, number) }

  func apply<S: Signal>(_ signal: S, at field: FieldName) -> S {
    defer { next += 1 }
    return lines[next].stage(number, as: S.self)
  }
}
