import HDL
import Netlist

extension SwiftPrinter {
  private func joined(_ parts: [String]) -> String { parts.joined(separator: ", ") }

  private func address(_ operand: Operand, _ use: MemoryUse) -> String {
    let address = name(operand)
    guard use.hasGap else { return address }
    let last = "m.constant(\(use.depth - 1), width: \(use.addressWidth), as: UInt.self)"
    return "mux(\(address) .<= \(last), \(address), 0)"
  }

  mutating func addMemory(_ use: MemoryUse) {
    var arguments = ["\"\(use.name)\"", "\(use.type.kind.swiftName).self", "width: \(use.type.width)"]
    arguments.append("depth: \(use.depth)")
    if use.lanes > 1 { arguments.append("lanes: \(use.lanes)") }
    if case .pair(let own, let other) = use.form {
      arguments += ["duringOwnWrite: .\(own)", "duringOtherWrite: .\(other)"]
    }
    if let contents = use.contents {
      let words = contents.map { word in
        "BitVector(words: [\(joined(word.words.map { "0x" + String($0, radix: 16) }))], width: \(word.width))"
      }
      arguments.append("contents: .words([\(joined(words))])" + (use.isInFile ? ".inFile" : ""))
    } else if use.form == .rom {
      arguments.append("contents: []")
    }
    if use.style != .automatic { arguments.append("style: .\(use.style.rawValue)") }
    if use.form == .ports, use.isShared { arguments.append("isShared: true") }
    let call =
      switch use.form {
      case .rom: "rom"
      case .ports: "memory"
      case .pair: "dualPortMemory"
      }
    line("let \(use.name) = m.\(call)(\(joined(arguments)))")
    if case .pair = use.form { return addPair(use) }
    for write in use.writes {
      var arguments = [name(write.data), "at: \(address(write.address, use))", "when: \(name(write.enable))"]
      if let mask = write.mask { arguments.append("lanes: \(name(mask))") }
      let store = "\(use.name).write(\(joined(arguments)))"
      line(write.scope.map { "m.when(\(name($0))) { \(store) }" } ?? store)
    }
    for read in use.reads {
      var arguments = ["at: \(address(read.address, use))"]
      if let enable = read.enable { arguments.append("when: \(name(enable))") }
      if let rule = read.rule, use.form == .ports { arguments.append("during: .\(rule)") }
      var call = "\(use.name).\(read.rule == nil ? "readAsync" : "read")(\(joined(arguments)))"
      if read.domain == .side { call = "m.domain(Self.side) { \(call) }" }
      line("\(isRead(read.result.id) ? "let v\(read.result.id)" : "_") = \(call)")
    }
  }

  private mutating func addPair(_ use: MemoryUse) {
    for (index, (read, write)) in zip(use.reads, use.writes).enumerated() {
      var arguments = ["at: \(address(write.address, use))", "writing: \(name(write.data))"]
      arguments.append("when: \(name(write.enable))")
      if let mask = write.mask { arguments.append("lanes: \(name(mask))") }
      if let enable = read.enable { arguments.append("enable: \(name(enable))") }
      let binding = isRead(read.result.id) ? "let v\(read.result.id)" : "_"
      line("\(binding) = \(use.name).\(index == 0 ? "a" : "b").access(\(joined(arguments)))")
    }
  }

  mutating func addInstance(_ use: CellUse) {
    let cell = program.cells[use.cell]
    var call = "m.instance(\(cell.name)(), \"\(use.name)\""
    if let reset = use.reset { call += ", resets: [.main: \(name(reset))]" }
    call += ")"
    if use.domain == .side { call = "m.domain(Self.side) { \(call) }" }
    line("let \(use.name) = \(call)")
    var inputs = use.inputs[...]
    let sinks: [(SignalKind, String)] = [
      (.bit, "bits"), (.unsigned, "unsigned"), (.signed, "signed"), (.bits, "vectors"),
    ]
    for (kind, array) in sinks {
      for index in cell.inputs(of: kind).indices {
        line("\(use.name).\(array)[\(index)] <== \(name(inputs.removeFirst()))")
      }
    }
    var results = use.results[...]
    for (kind, array) in sinks {
      for index in cell.outputs(of: kind).indices {
        let id = results.removeFirst().id
        if isRead(id) { line("let v\(id) = \(use.name).\(array)Out[\(index)]") }
      }
    }
  }

  mutating func addGrid(_ use: GridUse) {
    let cell = program.cells[use.cell]
    var call = "m.grid(\(cell.name)(), \"\(use.name)\", rows: \(use.rows), columns: \(use.columns))"
    if use.domain == .side { call = "m.domain(Self.side) { \(call) }" }
    line("let \(use.name) = \(call)")
    let kinds: [(SignalKind, String)] = [
      (.bit, "bits"), (.unsigned, "unsigned"), (.signed, "signed"), (.bits, "vectors"),
    ]
    let outputs = kinds.flatMap { kind, array in cell.outputs(of: kind).indices.map { "\(array)Out[\($0)]" } }
    var links = use.links[...]
    for (kind, array) in kinds {
      for index in cell.inputs(of: kind).indices {
        let link = links.removeFirst()
        let values = link.values.map { name($0) }
        let list = "[\(joined(values))]"
        let source =
          switch link.form {
          case .all: values[0]
          case .rows: ".rows(\(list))"
          case .columns: ".columns(\(list))"
          case .cells: ".cells([\(joined((0..<use.rows).map { row(values, $0, of: use) }))])"
          case .chain(let output, let side, let isOne):
            ".chain(\(use.name).\(outputs[output]), from: .\(side), entering: \(isOne ? values[0] : list))"
          }
        line("\(use.name).\(array)[\(index)] <== \(source)")
      }
    }
    for read in use.reads where isRead(read.result.id) {
      line("let v\(read.result.id) = \(use.name).\(outputs[read.output])[\(read.row), \(read.column)]")
    }
  }

  private func row(_ values: [String], _ row: Int, of use: GridUse) -> String {
    "[\(joined(Array(values[row * use.columns..<(row + 1) * use.columns])))]"
  }

  mutating func addMachine(_ use: MachineUse) {
    let states = use.encoding.stateNames
    let isUsed = isRead(use.result.id)
    let binding = isUsed ? "let \(use.name) = " : ""
    let head = "m.stateMachine(\"\(use.name)\", of: \(use.encoding.phaseName).self, reset: .\(states[use.reset])) {"
    func machine(_ printer: inout SwiftPrinter, _ binding: String) {
      printer.nested(binding + head + " machine in") { printer in
        for (state, transitions) in zip(states, use.transitions) {
          printer.nested("machine.when(.\(state)) {") { printer in
            for (index, transition) in transitions.enumerated() {
              let condition = printer.name(transition.condition)
              let lead = index == 0 ? "m.when(\(condition))" : ".otherwise(when: \(condition))"
              printer.line("\(lead) { machine.go(.\(states[transition.target])) }")
            }
          }
          printer.line("}")
        }
      }
      printer.line("}")
    }
    if use.domain == .side {
      nested("\(isUsed ? binding : "_ = ")m.domain(Self.side) {") { machine(&$0, "") }
      line("}")
    } else {
      machine(&self, binding)
    }
    if isUsed { line("let v\(use.result.id) = \(use.name).state.asBits") }
  }
}
