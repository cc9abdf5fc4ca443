import Netlist

extension Module {
  /// Gives every memory what its ports ask for when they meet; nothing can be added afterwards.
  func finishMemories() {
    for index in definition.memories.indices {
      checkUse(of: index)
      giveWay(index)
      for (port, read) in memoryPlans[index].reads.enumerated() {
        if let read { resolve(read, port, of: index) }
      }
    }
  }

  private func checkUse(of index: Int) {
    let memory = definition.memories[index]
    if memoryPlans[index].isImpossible || memoryPlans[index].isRefused { return }
    if memory.readPorts.isEmpty {
      report(
        .badMemory, "memory '\(memory.name)' is never read", fix: "read it, or remove it", at: memory.place)
    }
    if memory.writePorts.isEmpty, memory.contents == nil {
      report(
        .badMemory, "memory '\(memory.name)' is never written and has no contents",
        fix: "write it, or give it contents", at: memory.place)
    }
    if memoryPlans[index].hasTwoPorts, !memory.writePorts.isEmpty {
      for (name, group) in [("a", Int32(1)), ("b", 2)]
      where memory.writePorts.filter({ $0.group == group }).count != 1 {
        report(
          .badMemory, "port '\(name)' of memory '\(memory.name)' is not used once",
          fix: "call access(at:writing:when:) once on each port", at: memory.place)
      }
    }
  }

  private func areEqual(_ a: NodeID, _ b: NodeID) -> NodeID? {
    a == b ? nil : intern(Node(.equal, width: 1, isSigned: false, a: a.index, b: b.index))
  }

  private func both(_ a: NodeID?, _ b: NodeID) -> NodeID {
    guard let a else { return b }
    return intern(Node(.and, width: 1, isSigned: false, a: b.index, b: a.index))
  }

  private func inverse(_ a: NodeID) -> NodeID { intern(Node(.not, width: 1, isSigned: false, a: a.index)) }

  /// Of two write ports in different blocks of text, the earlier one leaves to the later one what both would write: the
  /// order of such blocks is not defined.
  private func giveWay(_ index: Int) {
    let memory = definition.memories[index]
    var writePorts = memory.writePorts
    // Of each port the next one of its clock, and the next one that is in another group too: ports of one block of text
    // may be many, and only others matter.
    var next = [Int](repeating: writePorts.count, count: writePorts.count)
    var nextOther = next
    var known: [Int32: Int] = [:]
    for port in writePorts.indices.reversed() {
      if let after = known.updateValue(port, forKey: writePorts[port].clock) {
        next[port] = after
        nextOther[port] = writePorts[after].group == writePorts[port].group ? nextOther[after] : after
      }
    }
    for (first, earlier) in memory.writePorts.enumerated() {
      var second = nextOther[first]
      while second < writePorts.count {
        let later = memory.writePorts[second]
        if later.group == earlier.group {
          second = nextOther[second]
          continue
        }
        second = next[second]
        let count = max(earlier.lanes.count, later.lanes.count)
        var lanes = split(writePorts[first].lanes, into: count, width: memory.width)
        let isHit = areEqual(earlier.address, later.address)
        for (lane, other) in split(later.lanes, into: count, width: memory.width).enumerated() {
          lanes[lane].enable = both(inverse(both(isHit, other.enable)), lanes[lane].enable)
        }
        writePorts[first].lanes = lanes
      }
    }
    definition.memories[index].writePorts = writePorts
  }

  private func resolve(_ read: MemoryPlan.Read, _ port: Int, of index: Int) {
    let memory = definition.memories[index]
    var reader = memory.readPorts[port]
    let count = memory.writePorts.map(\.lanes.count).max() ?? 1
    for writer in memory.writePorts {
      guard writer.clock == reader.clock else {
        _ = check(
          read.others == .oldData, .badMemory,
          "memory '\(memory.name)' cannot give what another clock writes at the same time",
          fix: "read it with .oldData", at: memory.place)
        continue
      }
      switch writer.group == reader.group ? read.own : read.others {
      case .oldData: break
      case .newData:
        let isHit = areEqual(reader.address, writer.address)
        var lanes = split(writer.lanes, into: count, width: memory.width)
        for lane in lanes.indices { lanes[lane].enable = both(isHit, lanes[lane].enable) }
        reader.bypasses.append(lanes)
      case .noChange:
        for lane in writer.lanes {
          let isQuiet = inverse(lane.enable)
          reader.enable = reader.enable.map { both(isQuiet, $0) } ?? isQuiet
        }
      }
    }
    definition.memories[index].readPorts[port] = reader
  }
}
