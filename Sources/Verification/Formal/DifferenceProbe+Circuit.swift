import Netlist

extension Definition {
  /// Adds an output for differences.
  mutating func addProbe(_ driver: NodeID, width: Int) {
    ports.append(
      Port(
        shape: PortShape(name: DifferenceProbe.port, direction: .output, width: width), path: DifferenceProbe.port,
        driver: driver, place: -1))
    crossesFreely = true
  }
}

extension Circuit {
  /// The circuit with the probe of module `index`, led to an output of the top.
  func probed(_ probe: Definition, at index: Int) throws(DiagnosticList) -> Circuit {
    guard let width = probe.ports.last?.shape.width else { return self }
    var result = definitions
    result[index] = probe
    var isProbed = [Bool](repeating: false, count: result.count)
    isProbed[index] = true
    for user in result.indices.dropFirst(index + 1) {
      var found: [NodeID] = []
      var module = result[user]
      for (number, instance) in module.instances.enumerated() where isProbed[Int(instance.definition)] {
        let port = Int32(result[Int(instance.definition)].ports.count - 1)
        found.append(module.addOutput(ofInstance: number, port: port, width: width))
      }
      guard !found.isEmpty else { continue }
      isProbed[user] = true
      var all = found[0]
      for other in found.dropFirst() {
        all = module.table.intern(
          Node(.or, width: Int32(width), isSigned: false, a: all.index, b: other.index))
      }
      module.addProbe(all, width: width)
      result[user] = module
    }
    for user in result.indices { result[user].crossesFreely = true }
    return try Circuit(definitions: result)
  }
}

extension Definition {
  /// The signal of one more output of an instance, all signals of outputs moved to the end so that they stay together.
  fileprivate mutating func addOutput(ofInstance number: Int, port: Int32, width: Int) -> NodeID {
    let outputs = instances[number].outputs
    let first = Int32(signals.count)
    var moved: [Int32: Int32] = [:]
    for old in outputs {
      moved[old] = Int32(signals.count)
      signals.append(signals[Int(old)])
    }
    signals.append(
      NetlistSignal(
        name: "", width: width, isSigned: false, kind: .instanceOutput(instance: Int32(number), port: port),
        place: -1))
    instances[number].outputs = first..<Int32(signals.count)
    retarget(moved)
    return table.intern(Node(.signal, width: Int32(width), isSigned: false, a: Int32(signals.count - 1)))
  }

  /// Reads other signals; the old ones become nets of the new ones.
  private mutating func retarget(_ moved: [Int32: Int32]) {
    for (old, new) in moved {
      let signal = signals[Int(old)]
      let node = table.intern(
        Node(.signal, width: Int32(signal.width), isSigned: signal.isSigned, a: new))
      signals[Int(old)].kind = .net(driver: node)
      signals[Int(old)].name = "systole_output_\(old)"
    }
  }
}
