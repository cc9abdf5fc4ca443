import Components
import HDL
import Netlist

/// States of the machines of random programs, with a number each.
package enum BinaryPhase: HardwareEnum { case first, second, third }
/// States with a bit each.
package enum OneHotPhase: HardwareEnum {
  case first, second, third, fourth
  /// A bit for each state.
  package static var encoding: EnumEncoding { .oneHot }
}
/// States of which neighbours differ in a bit.
package enum GrayPhase: HardwareEnum {
  case first, second, third, fourth, fifth
  /// One bit changes from state to state.
  package static var encoding: EnumEncoding { .gray }
}

extension EnumEncoding {
  /// The type of the states of a machine with this encoding.
  var phase: any HardwareEnum.Type {
    switch self {
    case .binary: BinaryPhase.self
    case .oneHot: OneHotPhase.self
    case .gray: GrayPhase.self
    }
  }

  /// Names of the states.
  var stateNames: [String] {
    func names<E: HardwareEnum>(_ type: E.Type) -> [String] { type.allCases.map { "\($0)" } }
    return names(phase)
  }

  /// Bits of a state.
  var stateWidth: Int { phase.width }
}

extension ProgramBuilder {
  func addMemory(_ use: MemoryUse) {
    switch use.type.kind {
    case .signed: add(use, SInt.self)
    case .bits: add(use, Bits.self)
    default: add(use, UInt.self)
    }
  }

  /// An address, kept inside the words.
  private func address(_ operand: Operand, _ use: MemoryUse) -> UInt {
    let address = value(operand).unsigned
    guard use.hasGap else { return address }
    let last = m.constant(use.depth - 1, width: use.addressWidth, as: UInt.self)
    return mux(address .<= last, address, 0)
  }

  private func add<T: VectorSignal>(_ use: MemoryUse, _ type: T.Type) {
    let contents = use.contents.map { use.isInFile ? MemoryContents.words($0).inFile : .words($0) }
    let width = use.type.width
    func note(_ read: MemoryUse.Read, _ word: T) { values[read.result.id] = Value(use.type.kind, word) }
    switch use.form {
    case .rom:
      let rom = m.rom(use.name, type, width: width, depth: use.depth, contents: contents ?? [], style: use.style)
      for read in use.reads {
        inside(read.domain) {
          let address = address(read.address, use)
          let word =
            read.rule == nil
            ? rom.readAsync(at: address) : rom.read(at: address, when: read.enable.map { value($0).bit })
          note(read, word)
        }
      }
    case .ports:
      let memory = m.memory(
        use.name, type, width: width, depth: use.depth, lanes: use.lanes, contents: contents, style: use.style,
        isShared: use.isShared)
      for write in use.writes { add(write, use, to: memory) }
      for read in use.reads {
        inside(read.domain) {
          let address = address(read.address, use)
          if let rule = read.rule {
            note(read, memory.read(at: address, when: read.enable.map { value($0).bit }, during: rule))
          } else {
            note(read, memory.readAsync(at: address))
          }
        }
      }
    case .pair(let own, let other):
      let memory = m.dualPortMemory(
        use.name, type, width: width, depth: use.depth, lanes: use.lanes, duringOwnWrite: own, duringOtherWrite: other,
        contents: contents, style: use.style)
      for (index, (read, write)) in zip(use.reads, use.writes).enumerated() {
        let port = index == 0 ? memory.a : memory.b
        note(
          read,
          port.access(
            at: address(write.address, use), writing: T(handle: value(write.data).handle),
            when: value(write.enable).bit, lanes: write.mask.map { value($0).vector },
            enable: read.enable.map { value($0).bit }))
      }
    }
  }

  private func add<T: VectorSignal>(_ write: MemoryUse.Write, _ use: MemoryUse, to memory: HDL.Memory<T>) {
    let address = address(write.address, use)
    let mask = write.mask.map { value($0).vector }
    func store() {
      memory.write(T(handle: value(write.data).handle), at: address, when: value(write.enable).bit, lanes: mask)
    }
    if let scope = write.scope { m.when(value(scope).bit) { store() } } else { store() }
  }

  func addInstance(_ use: CellUse) {
    let cell = program.cells[use.cell]
    let unit = m.instance(
      ProgramCircuit(cell), use.name, resets: use.reset.map { [.main: value($0).bit] } ?? [:])
    var position = 0
    func operand() -> Value {
      position += 1
      return value(use.inputs[position - 1])
    }
    for sink in unit.bits { sink <== operand().bit }
    for sink in unit.unsigned { sink <== operand().unsigned }
    for sink in unit.signed { sink <== operand().signed }
    for sink in unit.vectors { sink <== operand().vector }
    let outputs =
      unit.bitsOut.map { Value($0) } + unit.unsignedOut.map { Value($0) } + unit.signedOut.map { Value($0) }
      + unit.vectorsOut.map { Value($0) }
    for (result, output) in zip(use.results, outputs) { values[result.id] = output }
  }

  func add(
    _ component: StreamComponent, _ name: String, _ valid: Bit, _ data: Bits, _ ready: Bit, _ results: [MadeValue]
  ) {
    func connect(_ input: StreamDrain<Payload>, _ output: HDL.Stream<Payload>) {
      input.valid <== valid
      input.payload <== data
      output.ready <== ready
      for (result, value) in zip(results, [Value(input.ready), Value(output.valid), Value(output.payload.packed)]) {
        values[result.id] = value
      }
    }
    switch component {
    case .pipeStage:
      let unit = m.instance(PipeStage(width: data.width), name)
      connect(unit.push, unit.pop)
    case .skidBuffer:
      let unit = m.instance(SkidBuffer(width: data.width), name)
      connect(unit.push, unit.pop)
    case .queue(let depth, let inMemory):
      let unit = m.instance(
        StreamFIFO(width: data.width, depth: depth) { $0.storage = inMemory ? .memory : .registers }, name)
      connect(unit.push, unit.pop)
    }
  }

  func addMachine(_ use: MachineUse) {
    func add<E: HardwareEnum>(_ type: E.Type) {
      let states = Array(type.allCases)
      let machine = m.stateMachine(use.name, of: type, reset: states[use.reset]) { machine in
        for (state, transitions) in zip(states, use.transitions) {
          machine.when(state) {
            guard let first = transitions.first else { return }
            let chain = m.when(value(first.condition).bit) { machine.go(states[first.target]) }
            for transition in transitions.dropFirst() {
              chain.otherwise(when: value(transition.condition).bit) { machine.go(states[transition.target]) }
            }
          }
        }
      }
      values[use.result.id] = Value(machine.state.asBits)
    }
    add(use.encoding.phase)
  }

  func crossed(_ crossing: Statement.Crossing, _ name: String, _ operand: Value, _ enable: Operand?) -> Value {
    switch (crossing, operand.kind) {
    case (.captured, .bit): Value(m.captured(name, operand.bit, when: enable.map { value($0).bit } ?? 1))
    case (.captured, .unsigned): Value(m.captured(name, operand.unsigned, when: enable.map { value($0).bit } ?? 1))
    case (.captured, .signed): Value(m.captured(name, operand.signed, when: enable.map { value($0).bit } ?? 1))
    case (.captured, .bits): Value(m.captured(name, operand.vector, when: enable.map { value($0).bit } ?? 1))
    case (.synchronizer(let stages), _): Value(m.synchronizer(name, operand.bit, stages: stages))
    case (.gray(let stages), .signed): Value(m.graySynchronizer(name, operand.signed, stages: stages))
    case (.gray(let stages), .bits): Value(m.graySynchronizer(name, operand.vector, stages: stages))
    case (.gray(let stages), _): Value(m.graySynchronizer(name, operand.unsigned, stages: stages))
    }
  }
}
