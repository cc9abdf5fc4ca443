import HDL
import Netlist

extension ProgramMaker {
  // MARK: Memories

  mutating func addMemory() {
    let name = "ram_\(nextID)"
    nextID += 1
    let kind: SignalKind = [.unsigned, .signed, .bits][random.below(3)]
    let lanes = random.chance(3) ? 2 + random.below(3) : 1
    let width = lanes * (1 + random.below(lanes == 1 ? (random.chance(8) ? 130 : 16) : 9))
    let depth = random.chance(4) ? 1 + random.below(12) : 1 << (1 + random.below(4))
    var use = MemoryUse(
      name: name, type: ValueType(kind, width), depth: depth, lanes: lanes, contents: nil, isInFile: random.chance(4),
      style: NetlistMemory.Style.allCases[random.below(4)], form: .ports, writes: [], reads: [])
    let form = random.below(6)
    if form == 0 || random.flip() {
      use.contents = (0..<(form == 0 || random.flip() ? depth : 1 + random.below(depth))).map { _ in bits(width) }
    }
    let rules: [ReadDuringWrite] = [.oldData, .newData, .noChange]
    switch form {
    case 0:
      (use.form, use.lanes) = (.rom, 1)
      for _ in 0...random.below(2) { addRead(&use, [.oldData]) }
    case 1:
      use.form = .pair(own: rules[random.below(3)], other: rules[random.below(2)])
      for _ in 0..<2 {
        let write = write(use, isScoped: false)
        use.writes.append(write)
        use.reads.append(
          MemoryUse.Read(
            result: made(use.type), address: write.address, enable: random.flip() ? pick(.bit, .main) : nil,
            rule: .oldData, domain: .main))
      }
    default:
      for _ in 0...random.below(2) {
        let write = write(use, isScoped: random.chance(3))
        use.writes.append(write)
      }
      for _ in 0...random.below(3) { addRead(&use, rules) }
    }
    program.statements.append(.memory(use))
    for read in use.reads { pool[read.domain]!.append(read.result) }
  }

  private mutating func write(_ use: MemoryUse, isScoped: Bool) -> MemoryUse.Write {
    MemoryUse.Write(
      address: pick(ValueType(.unsigned, use.addressWidth), .main), data: pick(use.type, .main),
      enable: pick(.bit, .main),
      mask: use.lanes > 1 && !random.chance(3) ? pick(ValueType(.bits, use.lanes), .main) : nil,
      scope: isScoped ? pick(.bit, .main) : nil)
  }

  private mutating func addRead(_ use: inout MemoryUse, _ rules: [ReadDuringWrite]) {
    let isSide = use.form == .ports && hasSide && random.chance(3) && !pool[.side]!.isEmpty
    let domain: ProgramDomain = isSide ? .side : .main
    let isAsynchronous = !isSide && random.chance(3)
    use.reads.append(
      MemoryUse.Read(
        result: made(use.type), address: pick(ValueType(.unsigned, use.addressWidth), domain),
        enable: !isAsynchronous && random.flip() ? pick(.bit, domain) : nil,
        rule: isAsynchronous ? nil : isSide ? .oldData : rules[random.below(rules.count)], domain: domain))
  }

  // MARK: Machines, components and cells

  mutating func addMachine(_ domain: ProgramDomain) {
    let encoding: EnumEncoding = [.binary, .oneHot, .gray][random.below(3)]
    let count = encoding.stateNames.count
    let transitions = (0..<count).map { state in
      // The ring makes every state reachable.
      let others = (0..<random.below(3)).map { _ in
        MachineUse.Transition(condition: pick(.bit, domain), target: random.below(count))
      }
      return others + [MachineUse.Transition(condition: pick(.bit, domain), target: (state + 1) % count)]
    }
    let result = made(ValueType(.bits, encoding.stateWidth))
    program.statements.append(
      .machine(
        MachineUse(
          name: "phase_\(result.id)", encoding: encoding, reset: random.below(count), transitions: transitions,
          result: result, domain: domain)))
    pool[domain]!.append(result)
  }

  mutating func addComponent() {
    let component: StreamComponent =
      switch random.below(4) {
      case 0: .pipeStage
      case 1: .skidBuffer
      default: .queue(depth: 1 + random.below(5), inMemory: random.flip())
      }
    let type = ValueType(.bits, 1 + random.below(random.chance(6) ? 80 : 12))
    let (valid, data, ready) = (pick(.bit, .main), pick(type, .main), pick(.bit, .main))
    let results = [made(.bit), made(.bit), made(type)]
    program.statements.append(
      .component(component, name: "unit_\(results[0].id)", valid: valid, data: data, ready: ready, results))
    pool[.main]! += results
  }

  mutating func addDelay(_ domain: ProgramDomain) {
    let operand = any(domain)
    let result = made(operand.type)
    let reset = random.flip() ? bits(operand.type.width) : nil
    let cycles = random.chance(6) ? 0 : 1 + random.below(random.chance(4) ? 40 : 6)
    program.statements.append(.delay(result, operand, cycles: cycles, reset: reset, domain))
    pool[domain]!.append(result)
  }

  mutating func addGrid(_ domain: ProgramDomain) {
    guard !program.cells.isEmpty else { return addComputation(domain) }
    // A cell acts on the rising edge.
    let domain: ProgramDomain = program.sideEdge == .falling ? .main : domain
    let number = random.below(program.cells.count)
    let cell = program.cells[number]
    var use = GridUse(
      name: "", cell: number, rows: 1 + random.below(3), columns: 1 + random.below(4), links: [], reads: [],
      domain: domain)
    // One direction along each axis: within the cycle nothing comes back.
    let sides: [GridSide] = [random.flip() ? .firstRow : .lastRow, random.flip() ? .firstColumn : .lastColumn]
    let outputs = cell.orderedOutputs
    for input in cell.orderedInputs {
      let type = input.result.type
      let fitting = outputs.indices.filter { outputs[$0].operand.type == type }
      let form: GridUse.Form =
        if !fitting.isEmpty, !random.chance(4) {
          .chain(output: fitting[random.below(fitting.count)], sides[random.below(2)], isOne: random.chance(3))
        } else {
          [.all, .rows, .columns, .cells][random.below(4)]
        }
      use.links.append(.init(form: form, values: (0..<use.count(of: form)).map { _ in pick(type, domain) }))
    }
    for _ in 0...random.below(4) {
      let output = random.below(outputs.count)
      use.reads.append(
        .init(
          result: made(outputs[output].operand.type), output: output, row: random.below(use.rows),
          column: random.below(use.columns)))
    }
    use.name = "grid_\(use.reads[0].result.id)"
    program.statements.append(.grid(use))
    pool[domain]! += use.reads.map(\.result)
  }

  mutating func addInstance(_ domain: ProgramDomain) {
    guard !program.cells.isEmpty else { return addComputation(domain) }
    // A cell acts on the rising edge.
    let domain: ProgramDomain = program.sideEdge == .falling ? .main : domain
    let number = random.below(program.cells.count)
    let cell = program.cells[number]
    let inputs = cell.orderedInputs.map { pick($0.result.type, domain) }
    let results = cell.orderedOutputs.map { made($0.operand.type) }
    // State alone: a reset that follows what it resets would have no meaning. And state that starts as 0: an
    // asynchronous reset acts by its edge, and simulators disagree on whether a power-up value is one.
    let state = variables[domain]!.filter { $0.type.kind == .bit && !startsHigh.contains($0.id) }
    let reset = state.isEmpty || random.flip() ? nil : Operand(.bit, .value(state[random.below(state.count)].id))
    program.statements.append(
      .instance(
        CellUse(
          name: "cell_\(results[0].id)", cell: number, inputs: inputs, results: results, domain: domain, reset: reset)))
    pool[domain]! += results
  }
}
