import CLanes
import Netlist

/// What one register, read port or write port does at a clock edge.
struct Commit {
  var drafts: [Draft]
  /// The block that is written.
  var writes: Int32
  var clock: Int
  /// Value in reset of all lanes.
  var reset: Draft?
  /// Whether the reset acts without a clock edge.
  var isAsynchronous = false
  /// Blocks that the descriptor of a memory port reads.
  var memory: Int32 = -1
}

extension Lowering {
  /// Storage of registers, read ports and memories with their first contents.
  func makeState() {
    var random = StateRandom(options.initialState)
    for (index, definition) in tree.definitions.enumerated() {
      let count = tree.laneCounts[index]
      makeDelayLines(index, &random)
      for (position, register) in definition.registers.enumerated()
      where vectorOf[Int(tree.registerBase[index]) + position] == -1 {
        makeState(
          tree.registerBase[index] + Int32(position), count: count, initial: register.initialValue, &random)
      }
      makeMemories(index, &random)
    }
  }

  func makeState(_ value: Int32, count: Int, initial: BitVector?, _ random: inout StateRandom) {
    guard count > 0 else { return }
    let info = info(value)
    let type: LaneType = count == 1 && info.width <= 64 ? .bits64 : LaneType(width: Int(info.width))
    var contents: [UInt8] = []
    if let initial {
      let lane = Self.lane(initial, isSigned: info.isSigned, type: type)
      for _ in 0..<count { contents += lane }
    } else {
      contents = random.lanes(count, width: Int(info.width), isSigned: info.isSigned, type: type)
    }
    let address = draft.block(count * type.stride, initial: contents)
    vectorOf[Int(value)] = add(Vector(address: address, type: type, count: count, value: value))
    stateBlocks.append((address.block, count * type.stride))
    stateStrides[address.block] = type.stride
  }

  /// Finds operations that may write their register themselves: nothing else reads the result.
  func findInPlace() {
    for (index, definition) in tree.definitions.enumerated() where tree.laneCounts[index] > 0 {
      let count = tree.laneCounts[index]
      let nodes = tree.nodes(of: index)
      for (position, register) in definition.registers.enumerated() {
        let node = nodes[Int(register.next.index)]
        let value = tree.nodeBase[index] + register.next.index
        guard node.width <= 64, uses[Int(value)] == 1, vectorOf[Int(value)] == -1 else { continue }
        switch node.operation {
        case .not, .and, .or, .xor, .add, .subtract: break
        case .multiply where nodes[Int(node.a)].width <= 64 && nodes[Int(node.b)].width <= 64: break
        case .mux where count == 1: break
        default: continue
        }
        if let enable = register.enable, count > 1 {
          let first = tree.source(index, enable.index, lane: 0)
          guard (1..<count).allSatisfy({ tree.source(index, enable.index, lane: $0) == first }) else { continue }
        }
        inPlace[value] = vectorOf[Int(tree.registerBase[index]) + position]
      }
    }
  }

  /// Collects what happens at a clock edge; computes what it needs before.
  func makeCommits() {
    commitDelayLines()
    let computed = Set(deferred)
    for (index, definition) in tree.definitions.enumerated() where tree.laneCounts[index] > 0 {
      let lanes = allLanes(index)
      for (position, register) in definition.registers.enumerated()
      where vectorOf[Int(tree.registerBase[index]) + position] >= 0 {
        commit(register, tree.registerBase[index] + Int32(position), index, lanes, computed)
      }
      for position in definition.memories.indices { commitMemory(position, index, lanes) }
      if definition.foreign != nil { commitModels(index, lanes) }
    }
  }

  /// The clock of the top that drives a clock of a module.
  func clock(_ index: Int32, of definition: Int) -> Int {
    tree.topClocks[definition][Int(index)]
  }

  private func commit(
    _ register: NetlistRegister, _ value: Int32, _ definition: Int, _ lanes: Lanes, _ computed: Set<Int32>
  ) {
    let state = vectors[Int(vectorOf[Int(value)])]
    let (target, type, count) = (state.address, state.type, lanes.list.count)
    let size = count * type.stride
    let next = tree.nodeBase[definition] + register.next.index
    let isUniformlyEnabled = register.enable.map { isUniform(definition, $0.index, lanes: count) } ?? true
    var drafts: [Draft]
    if computed.contains(next) {
      let node = tree.nodes(of: definition)[Int(register.next.index)]
      drafts =
        count == 1
        ? scalar(node, definition, lanes, target) : lanewise(info(next), node, lanes, target, type)
    } else {
      let source = operand(definition, register.next.index, lanes, as: type).address
      if source == target {
        drafts = []
      } else if count == 1, !type.isWide {
        drafts = [Draft(systole_scalar + systole_copy, count: 1, d: target, a: source)]
      } else {
        drafts = [Draft(systole_copy, count: size, d: target, a: source)]
      }
    }
    if let enable = register.enable, !drafts.isEmpty {
      if isUniformlyEnabled {
        let condition = cell(place(tree.source(definition, enable.index, lane: 0)), as: .bits64).address
        drafts.insert(Draft(systole_skip_disabled, count: drafts.count, c: condition), at: 0)
      } else if type.isWide {
        let source = drafts[0].a!
        let condition = operand(definition, enable.index, lanes, as: .bits64).address
        drafts = (0..<count).flatMap { lane in
          [
            Draft(systole_skip_disabled, count: 1, c: condition.advanced(by: 8 * lane)),
            Draft(
              systole_copy, count: type.stride, d: target.advanced(by: lane * type.stride),
              a: source.advanced(by: lane * type.stride)),
          ]
        }
      } else {
        let condition = operand(definition, enable.index, lanes, as: .bits8).address
        drafts = [
          Draft(systole_hold, variant: type.code, count: count, d: target, a: drafts[0].a, c: condition)
        ]
      }
    }
    detachSelf(&drafts, target)
    var reset: Draft?
    if let resetValue = register.resetValue, let condition = tree.derivedResets[definition][Int(register.clock)] {
      drafts += put(resetValue, in: state, info(value).isSigned, when: condition, definition, lanes)
    } else if let resetValue = register.resetValue {
      let lane = Self.lane(resetValue, isSigned: info(value).isSigned, type: type)
      reset = Draft(systole_copy, count: size, d: target, a: constantBlock(lane, count: count))
    }
    commits.append(
      Commit(
        drafts: drafts, writes: target.block, clock: clock(register.clock, of: definition), reset: reset,
        isAsynchronous: tree.definitions[definition].clocks[Int(register.clock)].resetKind == .asynchronous))
  }
}
