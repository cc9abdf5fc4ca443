import Netlist

/// A reader of a node outside the node table: what it is, and where it was written.
struct RootSite {
  enum Role: Equatable {
    case net
    case next(register: Int)
    case registerEnable(register: Int)
    case address
    case data
    case writeEnable
    case readEnable(memory: Int, port: Int)
    case bypass
    case connection
    case reset
    case assertion
    case output
  }

  var node: NodeID
  var role: Role
  /// What it is in words, such as `register 'count'`.
  var target: String
  /// Index in ``Definition/places``; -1 when unknown.
  var place: Int32
}

extension Definition {
  /// All readers outside the node table, in the order of ``roots``.
  func rootSites(in definitions: [Definition]) -> [RootSite] {
    var sites: [RootSite] = []
    let asserted = assertionCone
    for signal in signals {
      guard case .net(let driver) = signal.kind else { continue }
      sites.append(RootSite(node: driver, role: .net, target: "net '\(signal.name)'", place: signal.place))
    }
    for (index, register) in registers.enumerated() {
      let signal = signals[Int(register.signal)]
      let target = "register '\(signal.name)'"
      // What remembers something for an assertion is no hardware either.
      let isWatch = asserted.contains(register: index)
      sites.append(
        RootSite(
          node: register.next, role: isWatch ? .assertion : .next(register: index), target: target, place: signal.place)
      )
      if let enable = register.enable {
        sites.append(
          RootSite(
            node: enable, role: isWatch ? .assertion : .registerEnable(register: index),
            target: "the enable of " + target, place: signal.place))
      }
    }
    for (index, memory) in memories.enumerated() { sites += rootSites(of: memory, index) }
    for instance in instances {
      let inputs = definitions[Int(instance.definition)].ports.filter { $0.shape.direction == .input }
      for (port, driver) in zip(inputs, drivers(of: instance)) {
        sites.append(
          RootSite(
            node: driver, role: .connection, target: "input '\(port.shape.name)' of instance '\(instance.name)'",
            place: instance.place))
      }
    }
    for map in clockMaps {
      for case let reset? in map.resets {
        sites.append(RootSite(node: reset, role: .reset, target: "the reset of an instance", place: -1))
      }
    }
    for input in foreign?.inputs ?? [] {
      sites.append(RootSite(node: input, role: .assertion, target: "", place: -1))
    }
    for assertion in assertions {
      for node in [assertion.condition] + (assertion.enable.map { [$0] } ?? []) {
        sites.append(
          RootSite(node: node, role: .assertion, target: "assertion '\(assertion.label)'", place: assertion.place))
      }
    }
    for port in ports {
      guard let driver = port.driver else { continue }
      sites.append(
        RootSite(node: driver, role: .output, target: "output '\(port.shape.name)'", place: port.place))
    }
    return sites
  }

  private func rootSites(of memory: NetlistMemory, _ index: Int) -> [RootSite] {
    var sites: [RootSite] = []
    func add(_ node: NodeID, _ role: RootSite.Role, _ what: String, _ place: Int32) {
      sites.append(RootSite(node: node, role: role, target: what, place: place))
    }
    let name = "memory '\(memory.name)'"
    for port in memory.writePorts {
      add(port.address, .address, "the write address of \(name)", memory.place)
      for lane in port.lanes {
        add(lane.data, .data, "the written data of \(name)", memory.place)
        add(lane.enable, .writeEnable, "the write enable of \(name)", memory.place)
      }
    }
    for (number, port) in memory.readPorts.enumerated() {
      let place = signals[Int(port.signal)].place
      add(port.address, .address, "the read address of \(name)", place)
      if let enable = port.enable {
        add(enable, .readEnable(memory: index, port: number), "the read enable of \(name)", place)
      }
      for lane in port.bypasses.joined() {
        add(lane.data, .bypass, "the bypass of \(name)", place)
        add(lane.enable, .bypass, "the bypass of \(name)", place)
      }
    }
    return sites
  }
}
