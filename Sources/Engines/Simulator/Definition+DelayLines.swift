import Netlist

extension Definition {
  /// Makes a register of each stage of a delay line: alike ones of several lines then move as one vector.
  ///
  /// The stages have no names; the line stays a value under its own.
  mutating func splitDelayLines() {
    let lines = registers.indices.compactMap { index -> ShiftRegister? in
      guard let stages = delayStages(of: registers[index]), stages.width <= 64,
        registers[index].resetValue == nil || signals[Int(registers[index].signal)].width > 64
      else { return nil }
      return ShiftRegister(register: index, stages: stages)
    }
    guard !lines.isEmpty else { return }
    var splitting = DelayLineSplitting(self, lines)
    self = splitting.run()
  }
}

/// A delay line that is split.
private struct ShiftRegister {
  var register: Int
  var stages: DelayStages
  var width: Int { stages.width }
  var count: Int { stages.count }
}

private struct DelayLineSplitting {
  private var result: Definition
  private let old: Definition
  private let lines: [ShiftRegister]
  private var table = NodeTable()
  /// For each signal that is a delay line the line, its first stage among the signals, and whether stages are signed.
  private var stages: [Int32: (line: ShiftRegister, first: Int32, isSigned: Bool)] = [:]
  private var moved: [Int32] = []

  init(_ definition: Definition, _ lines: [ShiftRegister]) {
    old = definition
    result = definition
    self.lines = lines
  }

  mutating func run() -> Definition {
    for line in lines {
      let register = old.registers[line.register]
      let input = old.table[line.stages.input[0]]
      let isSigned =
        line.stages.input.count == 1 && input.operation == .reinterpret && old.table.nodes[Int(input.a)].isSigned
      stages[register.signal] = (line, Int32(result.signals.count), isSigned)
      for stage in 0..<line.count {
        let index = stage == 0 ? line.register : result.registers.count
        let signal = Int32(result.signals.count)
        result.signals.append(
          NetlistSignal(
            name: "", width: line.width, isSigned: isSigned, kind: .register(Int32(index)),
            place: old.signals[Int(register.signal)].place))
        let copy = NetlistRegister(
          signal: signal, next: register.next, enable: nil,
          resetValue: register.resetValue?.slice(low: stage * line.width, width: line.width), initialValue: nil,
          clock: register.clock)
        if stage == 0 { result.registers[index] = copy } else { result.registers.append(copy) }
      }
    }
    for (index, node) in old.table.nodes.enumerated() { moved.append(rebuilt(node, Int32(index))) }
    let moved = moved
    result.mapRoots { NodeID(moved[Int($0.index)]) }
    for line in lines { connect(line) }
    result.table = table
    return result
  }

  private mutating func stage(_ first: Int32, _ number: Int, _ width: Int, _ isSigned: Bool) -> NodeID {
    table.intern(Node(.signal, width: Int32(width), isSigned: isSigned, a: first + Int32(number)))
  }

  private mutating func rebuilt(_ node: Node, _ index: Int32) -> Int32 {
    switch node.operation {
    case .slice:
      let operand = old.table.nodes[Int(node.a)]
      guard operand.operation == .signal, let (line, first, isSigned) = stages[operand.a] else { break }
      var parts: [NodeID] = []
      var next = Int(node.b)
      let end = next + Int(node.width)
      while next < end {
        let top = min((next / line.width + 1) * line.width, end)
        let value = stage(first, next / line.width, line.width, isSigned)
        parts.append(table.part(of: value, low: next % line.width, width: top - next))
        next = top
      }
      return table.joined(parts.reversed()).index
    case .reinterpret: return table.read(NodeID(moved[Int(node.a)]), signed: node.isSigned).index
    default: break
    }
    return table.adopt(node, from: old.table) { [moved] in moved[Int($0)] }.index
  }

  /// Gives the stages what they take, and the line its value.
  private mutating func connect(_ line: ShiftRegister) {
    let signal = old.registers[line.register].signal
    let (_, first, isSigned) = stages[signal]!
    var values: [NodeID] = []
    for number in 0..<line.count {
      let value = stage(first, number, line.width, isSigned)
      let next =
        number == 0
        ? table.read(table.joined(line.stages.input.map { NodeID(moved[Int($0.index)]) }), signed: isSigned)
        : values[number - 1]
      guard case .register(let register) = result.signals[Int(first) + number].kind else { continue }
      result.registers[Int(register)].next = next
      values.append(value)
    }
    result.signals[Int(signal)].kind = .net(
      driver: table.joined(values.reversed().map { table.read($0, signed: false) }))
  }
}
