import CLanes
import Netlist

/// Memories: words of all instances side by side, instance by instance; one table where nothing writes it.
extension Lowering {
  /// How a word of a memory is stored.
  private func wordType(_ memory: NetlistMemory, _ definition: Int) -> LaneType {
    tree.laneCounts[definition] == 1 && memory.width <= 64 ? .bits64 : LaneType(width: memory.width)
  }

  /// Whether all instances read the same words.
  private func isTable(_ memory: NetlistMemory) -> Bool { memory.writePorts.isEmpty && memory.contents != nil }

  func makeMemories(_ index: Int, _ random: inout StateRandom) {
    var words: [Address] = []
    let count = tree.laneCounts[index]
    for (position, memory) in tree.definitions[index].memories.enumerated() {
      for (port, read) in memory.readPorts.enumerated() where read.clock != nil {
        makeState(
          tree.readBase[index] + tree.firstReadPort[index][position] + Int32(port), count: count, initial: nil, &random)
      }
      let type = wordType(memory, index)
      let copies = isTable(memory) ? min(1, count) : count
      var initial: [UInt8] = []
      if let contents = memory.contents {
        var one: [UInt8] = []
        one.reserveCapacity(memory.depth * type.stride)
        for word in contents { one += Self.lane(word, isSigned: memory.isSigned, type: type) }
        for _ in 0..<copies { initial += one }
      } else {
        initial = random.lanes(copies * memory.depth, width: memory.width, isSigned: memory.isSigned, type: type)
      }
      let bytes = copies * memory.depth * type.stride
      let block = draft.block(bytes, initial: initial)
      stateBlocks.append((block.block, bytes))
      words.append(block)
    }
    memoryWords.append(words)
  }

  /// What is read past the last word; nil for zeros.
  private func outside(_ memory: NetlistMemory, _ type: LaneType) -> Address? {
    guard options.initialState == .ones else { return nil }
    return constantBlock(Self.lane(.ones(memory.width), isSigned: memory.isSigned, type: type), count: 1)
  }

  // MARK: Within a cycle

  /// The words that an asynchronous read port shows to some instances.
  func lookUp(_ info: InstanceTree.Value, _ lanes: Lanes) -> Int32 {
    let definition = Int(info.definition)
    let (number, portNumber) = tree.readPort(of: info)
    let memory = tree.definitions[definition].memories[number]
    let type = wordType(memory, definition)
    let target = draft.block(lanes.list.count * type.stride)
    let address = operand(definition, memory.readPorts[portNumber].address.index, lanes, as: .bits64).address
    var which: Address?
    if lanes.key >= 0 {
      which = draft.block(8 * lanes.list.count, initial: lanes.list.flatMap { bytes(of: UInt64($0)) })
    }
    var port = MemoryPortDraft(memory, type, lanes: lanes.list.count, isTable: isTable(memory))
    port.words = memoryWords[definition][number]
    port.data = target
    port.address = address
    port.which = which
    port.outside = outside(memory, type)
    code.append(Draft(systole_memory_read, a: port.block(in: &draft)))
    let value = tree.readBase[definition] + info.index
    return add(Vector(address: target, type: type, count: lanes.list.count, value: value))
  }

  // MARK: At the clock edge

  func commitMemory(_ number: Int, _ definition: Int, _ lanes: Lanes) {
    let memory = tree.definitions[definition].memories[number]
    let words = memoryWords[definition][number]
    for (position, port) in memory.readPorts.enumerated() {
      guard let clock = port.clock else { continue }
      let value = tree.readBase[definition] + tree.firstReadPort[definition][number] + Int32(position)
      let data = vectors[Int(vectorOf[Int(value)])]
      let enable = port.enable.map { stableOperand(definition, $0, lanes, .bits64) }
      var load = MemoryPortDraft(memory, data.type, lanes: lanes.list.count, isTable: isTable(memory))
      load.words = words
      load.data = data.address
      load.address = stableOperand(definition, port.address, lanes, .bits64)
      load.enable = enable
      load.outside = outside(memory, data.type)
      var drafts = [Draft(systole_memory_read, a: load.block(in: &draft))]
      for bypass in port.bypasses {
        // The loaded words are themselves a memory of one word.
        var target = MemoryPortDraft(memory, data.type, lanes: lanes.list.count, isTable: false)
        target.port.depth = 1
        target.port.instance_words = 1
        target.words = data.address
        for lane in bypass.indices {
          drafts += store(bypass, lane, target, memory, definition, lanes)
        }
      }
      if let enable, drafts.count > 1 { drafts = guarded(drafts, by: enable, lanes) }
      commits.append(
        Commit(
          drafts: drafts, writes: data.address.block, clock: self.clock(clock, of: definition), memory: words.block))
    }
    for port in memory.writePorts {
      var target = MemoryPortDraft(memory, wordType(memory, definition), lanes: lanes.list.count, isTable: false)
      target.words = words
      target.address = stableOperand(definition, port.address, lanes, .bits64)
      let drafts = port.lanes.indices.flatMap { store(port.lanes, $0, target, memory, definition, lanes) }
      commits.append(
        Commit(drafts: drafts, writes: words.block, clock: clock(port.clock, of: definition)))
    }
  }

  /// Stores one lane of a word.
  private func store(
    _ parts: [NetlistMemory.Lane], _ index: Int, _ target: MemoryPortDraft, _ memory: NetlistMemory, _ definition: Int,
    _ lanes: Lanes
  ) -> [Draft] {
    var port = target
    let width = memory.width / parts.count
    let isWhole = parts.count == 1 && target.address != nil
    let type: LaneType = isWhole ? target.type : width <= 64 ? .bits64 : LaneType(width: width)
    port.data = stableOperand(definition, parts[index].data, lanes, type)
    port.enable = stableOperand(definition, parts[index].enable, lanes, .bits64)
    port.port.low = UInt64(index * width)
    port.port.width = UInt64(width)
    port.port.data_bytes = UInt64(type.stride)
    return [Draft(isWhole ? systole_memory_write : systole_memory_write_bits, a: port.block(in: &draft))]
  }

  /// The drafts, each of which reads an enable of its own, under a further enable.
  private func guarded(_ drafts: [Draft], by enable: Address, _ lanes: Lanes) -> [Draft] {
    [drafts[0]]
      + drafts.dropFirst().map { one in
        let block = Int(one.a!.block)
        let offset = MemoryLayout<systole_memory_port>.offset(of: \.enable)!
        let position = draft.blocks[block].pointers.firstIndex { $0.offset == offset }!
        let joint = draft.block(8 * lanes.list.count)
        code.append(
          Draft(
            systole_and, variant: LaneType.bits64.code, count: lanes.list.count, d: joint,
            a: draft.blocks[block].pointers[position].target, b: enable))
        draft.blocks[block].pointers[position].target = joint
        return one
      }
  }

  /// An operand as it stands before the clock edge.
  func stableOperand(_ definition: Int, _ node: NodeID, _ lanes: Lanes, _ type: LaneType) -> Address {
    let address = operand(definition, node.index, lanes, as: type).address
    guard stateStrides[address.block] != nil else { return address }
    let size = lanes.list.count * type.stride
    let copy = draft.block(size)
    code.append(Draft(systole_copy, count: size, d: copy, a: address))
    return copy
  }
}

/// A port of a memory before the storage is laid out.
private struct MemoryPortDraft {
  var port: systole_memory_port
  let type: LaneType
  var words: Address?
  var data: Address?
  var address: Address?
  var enable: Address?
  var which: Address?
  var outside: Address?

  init(_ memory: NetlistMemory, _ type: LaneType, lanes: Int, isTable: Bool) {
    self.type = type
    port = systole_memory_port()
    port.depth = UInt64(memory.depth)
    port.word_bytes = UInt64(type.stride)
    port.lanes = UInt64(lanes)
    port.instance_words = isTable ? 0 : UInt64(memory.depth)
    port.signed_width = memory.isSigned && !type.isWide ? UInt64(memory.width) : 0
  }

  func block(in draft: inout ProgramDraft) -> Address {
    typealias Layout = MemoryLayout<systole_memory_port>
    let fields: [(offset: Int?, target: Address?)] = [
      (Layout.offset(of: \.words), words), (Layout.offset(of: \.data), data),
      (Layout.offset(of: \.address), address), (Layout.offset(of: \.enable), enable),
      (Layout.offset(of: \.which), which), (Layout.offset(of: \.outside), outside),
    ]
    return draft.block(
      Layout.size, initial: bytes(of: port),
      pointers: fields.compactMap { field in field.target.map { (field.offset!, $0) } })
  }
}
