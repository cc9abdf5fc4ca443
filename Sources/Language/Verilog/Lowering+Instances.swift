import Netlist

/// What every instance of a module has in common, as pieces of text: instances are the bulk of a large array.
struct InstanceForm {
  /// The module's name with its parameters, after which the name of the instance stands.
  let opening: TextPiece
  /// Clocks and resets, as connected where the names are the same.
  let clocks: [(port: String, value: VerilogExpression)]
  let ports: [Port]

  /// A port with what stands before its connection, and what makes the name of a net of the name of the instance.
  struct Port {
    let isInput: Bool
    let opening: TextPiece
    let declaration: TextPiece
    let suffix: TextPiece
    let suffixHash: NameSet.Part
  }

  init(_ used: Definition, in pieces: TextBuffer) {
    let foreign = used.foreign
    opening = pieces.piece { $0.append("  \(foreign?.instantiation ?? used.name) ") }
    clocks =
      foreign.map { $0.clockConnections(used.clocks) }
      ?? used.clocks.flatMap { clock in
        ([clock.clock] + [clock.reset].compactMap { $0 }).map { ($0, .name($0)) }
      }
    ports = used.ports.map { port in
      let shape = port.shape
      let suffix = "_" + shape.name
      return Port(
        isInput: shape.direction == .input,
        opening: pieces.piece { $0.append("    .\(foreign?.portNames[shape.name] ?? shape.name)(") },
        declaration: pieces.piece { $0.append("wire", VerilogType(width: shape.width, isSigned: shape.isSigned)) },
        suffix: pieces.piece { $0.append(suffix) }, suffixHash: NameSet.Part(suffix))
    }
  }
}

extension Lowering {
  /// Writes the instances; nothing stands between the tables of the netlist and the text.
  mutating func printInstances() {
    let text = printer.text
    for (index, instance) in definition.instances.enumerated() {
      if let plan = grids[Int32(index)] {
        add(.blank)
        addGrid(plan)
        printer.print(take())
        continue
      }
      let form = form(of: Int32(index))
      printer.separate()
      printer.open()
      text.append(form.opening, of: pieces)
      text.append(instanceNames[index], of: pieces)
      text.append(" (\n")
      var isFirst = true
      for (port, value) in instance.clockMap < 0 ? form.clocks : clockConnections(of: instance) {
        text.append(isFirst ? "    ." : ",\n    .")
        text.append(port)
        text.append("(")
        printer.print(value, indent: 6)
        text.append(")")
        isFirst = false
      }
      var input = Int(instance.inputs.lowerBound)
      var output = Int(instance.outputs.lowerBound)
      for port in form.ports {
        if !isFirst { text.append(",\n") }
        isFirst = false
        text.append(port.opening, of: pieces)
        if port.isInput {
          printValue(of: definition.connections[input])
          input += 1
        } else {
          printName(of: output)
          output += 1
        }
        text.append(")")
      }
      text.append(isFirst ? "  );\n" : "\n  );\n")
    }
  }

  private mutating func printValue(of driver: NodeID) {
    let node = table[driver]
    guard node.operation == .signal, gridOutput(Int(node.a)) == nil else {
      return printer.print(expression(driver), indent: 6)
    }
    signalUses[Int(node.a)].readAll()
    printName(of: Int(node.a))
  }

  /// Writes the declaration of the net at an output of an instance.
  func printNet(of signal: Int, _ instance: Int32, _ port: Int32) {
    let form = form(of: instance).ports[Int(port)]
    printer.text.append(form.declaration, of: pieces)
    printName(of: signal)
    printer.text.append(";\n")
  }

  private func printName(of signal: Int) {
    guard names[signal].isEmpty, case .instanceOutput(let instance, let port) = definition.signals[signal].kind else {
      return printer.text.append(names[signal])
    }
    let form = form(of: instance)
    printer.text.append(instanceNames[Int(instance)], of: pieces)
    printer.text.append(form.ports[Int(port)].suffix, of: pieces)
  }
}
