extension DefinitionCheck {
  /// The rules of memories and their ports.
  mutating func checkMemories() {
    for memory in definition.memories {
      if memory.depth < 1 || memory.width < 1 { fail("memory '\(memory.name)' has no words", place: memory.place) }
      if let contents = memory.contents {
        if contents.count != memory.depth || contents.contains(where: { $0.width != memory.width }) {
          fail("memory '\(memory.name)' has contents of another form", place: memory.place)
        }
      } else if memory.isLoadedFromFile {
        fail("memory '\(memory.name)' is loaded from a file without contents", place: memory.place)
      }
      for port in memory.writePorts {
        checkAddress(port.address, of: memory, "write")
        checkLanes(port.lanes, of: memory, "written")
        checkClock(port.clock, of: memory)
      }
      for port in memory.readPorts {
        checkAddress(port.address, of: memory, "read")
        if let enable = port.enable { expect(enable, width: 1, signed: nil, what: "read enable of '\(memory.name)'") }
        for lanes in port.bypasses {
          checkLanes(lanes, of: memory, "bypassed")
          if lanes.count != port.bypasses[0].count { fail("bypasses of memory '\(memory.name)' differ in their lanes") }
        }
        if let clock = port.clock {
          checkClock(clock, of: memory)
        } else if port.enable != nil || !port.bypasses.isEmpty {
          fail("an asynchronous read port of memory '\(memory.name)' has an enable or a bypass", place: memory.place)
        }
        checkSignal(of: port, of: memory)
      }
    }
  }

  private mutating func checkAddress(_ address: NodeID, of memory: NetlistMemory, _ what: String) {
    expect(address, width: memory.addressWidth, signed: false, what: "\(what) address of '\(memory.name)'")
  }

  private mutating func checkLanes(_ lanes: [NetlistMemory.Lane], of memory: NetlistMemory, _ what: String) {
    guard !lanes.isEmpty, memory.width % lanes.count == 0 else {
      return fail("a word of memory '\(memory.name)' is \(what) in \(lanes.count) lanes", place: memory.place)
    }
    let isSigned = lanes.count == 1 && memory.isSigned
    for lane in lanes {
      expect(lane.data, width: memory.width / lanes.count, signed: isSigned, what: "data of '\(memory.name)'")
      expect(lane.enable, width: 1, signed: nil, what: "write enable of '\(memory.name)'")
    }
  }

  private mutating func checkClock(_ clock: Int32, of memory: NetlistMemory) {
    if !definition.clocks.indices.contains(Int(clock)) {
      fail("memory '\(memory.name)' has no clock", place: memory.place)
    }
  }

  private mutating func checkSignal(of port: NetlistMemory.ReadPort, of memory: NetlistMemory) {
    guard definition.signals.indices.contains(Int(port.signal)) else {
      return fail("a read port of memory '\(memory.name)' has no signal", place: memory.place)
    }
    let signal = definition.signals[Int(port.signal)]
    if signal.width != memory.width || signal.isSigned != memory.isSigned {
      fail("signal '\(signal.name)' differs from the words of memory '\(memory.name)'", place: memory.place)
    }
  }
}
