import Netlist

/// Memories as synthesis tools know them: an array, one clocked block for each port of the physical memory, in it writes
/// before reads, a read's bypasses as `if` and `else` around the load.
extension Lowering {
  func memoryRoots(_ memory: NetlistMemory) -> [NetPlan.Root] {
    var roots: [NetPlan.Root] = []
    func add(_ lanes: [NetlistMemory.Lane]) {
      for lane in lanes { roots += [(lane.data, .assignment), (lane.enable, .operand)] }
    }
    for port in memory.writePorts {
      // Each lane is stored by a statement of its own.
      for _ in port.lanes { roots.append((port.address, .operand)) }
      add(port.lanes)
    }
    for port in memory.readPorts {
      for _ in 0..<(port.bypasses.first?.count ?? 1) { roots.append((port.address, .operand)) }
      if let enable = port.enable { roots.append((enable, .operand)) }
      for lanes in port.bypasses { add(lanes) }
    }
    return roots
  }

  mutating func declare(_ memory: NetlistMemory) {
    let word = VerilogType(width: memory.width, isSigned: memory.isSigned)
    let kind = memory.writePorts.isEmpty ? "rom" : "ram"
    let attribute = memory.style == .automatic ? nil : "\(kind)_style = \"\(memory.style.rawValue)\""
    // Two clocks that write are what was asked for.
    let hasSeveralClocks = Set(memory.writePorts.map(\.clock)).count > 1
    if hasSeveralClocks { items.append(.comment("verilator lint_off MULTIDRIVEN")) }
    add(.memory(memory.name, word, depth: memory.depth, attribute: attribute))
    if hasSeveralClocks { items.append(.comment("verilator lint_on MULTIDRIVEN")) }
    for port in memory.readPorts {
      let (name, type) = (names[Int(port.signal)], type(definition.signals[Int(port.signal)]))
      items.append(port.clock == nil ? .wire(name, type, nil) : .variable(name, type))
    }
  }

  mutating func addContents(_ memory: NetlistMemory) {
    guard let contents = memory.contents else { return }
    if memory.isLoadedFromFile {
      items.append(.load(file: definition.dataFile(of: memory), memory: memory.name))
    } else {
      items.append(
        .initial(
          contents.enumerated().map { address, word in
            ("\(memory.name)[\(address)]", Self.literal(word, isSigned: memory.isSigned))
          }))
    }
  }

  mutating func addAsynchronousReads(_ memory: NetlistMemory) {
    for port in memory.readPorts where port.clock == nil {
      items.append(.assign(names[Int(port.signal)], word(memory, port.address)))
    }
  }

  /// The clocked blocks of a memory, by clock and group.
  mutating func addMemory(_ memory: NetlistMemory) {
    struct Key: Hashable, Comparable {
      var clock, group: Int32
      static func < (a: Key, b: Key) -> Bool { (a.clock, a.group) < (b.clock, b.group) }
    }
    var blocks: [Key: [VerilogStatement]] = [:]
    for port in memory.writePorts {
      blocks[Key(clock: port.clock, group: port.group), default: []] += store(port, in: memory)
    }
    for port in memory.readPorts {
      guard let clock = port.clock else { continue }
      blocks[Key(clock: clock, group: port.group), default: []] += load(port, from: memory)
    }
    for (key, body) in blocks.sorted(by: { $0.key < $1.key }) {
      items += [.blank, .clocked(event: definition.clocks[Int(key.clock)].event, body)]
    }
  }

  /// The word at an address. An address has no sign: a tool takes a negative one for a place outside the memory.
  private mutating func word(_ memory: NetlistMemory, _ address: NodeID) -> VerilogExpression {
    .word(memory.name, typed(address, signed: false))
  }

  private mutating func store(_ port: NetlistMemory.WritePort, in memory: NetlistMemory) -> [VerilogStatement] {
    port.lanes.enumerated().map { index, lane in
      var word = word(memory, port.address)
      if port.lanes.count > 1 { word = part(word, index, of: port.lanes.count, width: memory.width) }
      return .condition(expression(lane.enable), [.store(word, expression(lane.data))], [])
    }
  }

  private func part(_ word: VerilogExpression, _ index: Int, of count: Int, width: Int) -> VerilogExpression {
    let laneWidth = width / count
    return .part(word, high: (index + 1) * laneWidth - 1, low: index * laneWidth)
  }

  private mutating func load(_ port: NetlistMemory.ReadPort, from memory: NetlistMemory) -> [VerilogStatement] {
    let data = VerilogExpression.name(names[Int(port.signal)])
    let count = port.bypasses.first?.count ?? 1
    var loads: [VerilogStatement] = []
    for index in 0..<count {
      var (target, word) = (data, word(memory, port.address))
      if count > 1 {
        target = part(target, index, of: count, width: memory.width)
        word = part(word, index, of: count, width: memory.width)
      }
      var load = VerilogStatement.store(target, word)
      for lanes in port.bypasses {
        load = .condition(
          expression(lanes[index].enable), [.store(target, expression(lanes[index].data))], [load])
      }
      loads.append(load)
    }
    guard let enable = port.enable else { return loads }
    return [.condition(expression(enable), loads, [])]
  }
}

extension Circuit {
  /// The files that the emitted text loads with `$readmemh`: a word a line, from address 0 to the last.
  public var dataFiles: [DataFile] {
    definitions.flatMap { definition in
      definition.memories.filter(\.isLoadedFromFile).map { memory in
        DataFile(
          name: definition.dataFile(of: memory),
          text: (memory.contents ?? []).map { $0.hexadecimal + "\n" }.joined())
      }
    }
  }
}

/// First contents of a memory as a file.
public struct DataFile: Hashable, Sendable {
  /// `<module>.<memory>.hex`.
  public var name: String
  /// A hexadecimal word a line.
  public var text: String

  /// A file of this name.
  public init(name: String, text: String) {
    self.name = name
    self.text = text
  }
}
