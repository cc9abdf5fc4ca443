import CLanes
import Netlist

/// Values of one kind side by side in storage.
struct Vector {
  var address: Address
  var type: LaneType
  var count: Int
  /// A value with the width and the sign of the lanes.
  var value: Int32
  var isConstant = false
}

/// An operand of an instruction.
struct Operand {
  var address: Address
  var type: LaneType
}

/// Makes storage and instructions of a design.
final class Lowering {
  let tree: InstanceTree
  let options: NativeModel.Options
  var draft = ProgramDraft()
  var vectors: [Vector] = []
  /// The vector of each value; -1 when it has none, -2 when its lanes are split.
  var vectorOf: [Int32]
  /// True when all lanes of a value are one.
  var isUniform: [Bool]
  var splits: [Int32: (vector: [Int32], index: [Int32])] = [:]
  var uses: [Int32] = []

  /// Instructions of the phase that is being made.
  var code: [Draft] = []
  var commits: [Commit] = []
  /// Operations that write their register themselves, and that register.
  var inPlace: [Int32: Int32] = [:]
  var deferred: [Int32] = []

  var views: [ViewKey: Operand] = [:]
  var cells: [CellKey: Operand] = [:]
  var constantBlocks: [ConstantKey: Address] = [:]
  var borders: Set<Int32> = []
  var delayLines: [DelayLine] = []

  /// Storage that survives from one program of a design to another: registers, read ports and memories.
  var stateBlocks: [(block: Int32, bytes: Int)] = []
  /// Lane stride of the registers and read ports, by block.
  var stateStrides: [Int32: Int] = [:]
  /// The words of each memory, module by module.
  var memoryWords: [[Address]] = []
  var pins: [Address] = []
  var resetPins: [Address?] = []

  let models: ForeignModels
  /// Assertions that are checked, by the number that a failure has, and where failures and counts are.
  var checks: [AssertionCheck] = []
  var failureAddress: Address?

  init(_ tree: InstanceTree, options: NativeModel.Options, models: ForeignModels) {
    self.tree = tree
    self.models = models
    self.options = options
    vectorOf = Array(repeating: -1, count: tree.values.count)
    isUniform = Array(repeating: false, count: tree.values.count)
  }

  /// Lowers the whole design; `observingNets` computes every named value when the model settles.
  func run(observingNets: Bool) {
    makePins()
    makeState()
    makeCheckState()
    var settleRoots: [(Int, Int32)] = []
    var stepRoots: [(Int, Int32)] = []
    for port in tree.definitions[tree.top].ports {
      if let driver = port.driver { settleRoots.append((tree.top, driver.index)) }
    }
    for (index, definition) in tree.definitions.enumerated() where tree.laneCounts[index] > 0 {
      if observingNets {
        for signal in definition.signals {
          if case .net(let driver) = signal.kind { settleRoots.append((index, driver.index)) }
        }
        for port in definition.ports { if let driver = port.driver { settleRoots.append((index, driver.index)) } }
        settleRoots += definition.connections.map { (index, $0.index) }
      }
      for register in definition.registers {
        stepRoots.append((index, register.next.index))
        if let enable = register.enable { stepRoots.append((index, enable.index)) }
      }
      for assertion in checked(index) {
        stepRoots += [assertion.condition, assertion.enable].compactMap { $0.map { (index, $0.index) } }
      }
      if let foreign = definition.foreign { stepRoots += foreign.inputs.map { (index, $0.index) } }
      for memory in definition.memories {
        for port in memory.readPorts where port.clock != nil {
          stepRoots += [port.address, port.enable].compactMap { $0.map { (index, $0.index) } }
          for lane in port.bypasses.joined() { stepRoots += [lane.data, lane.enable].map { (index, $0.index) } }
        }
        for port in memory.writePorts {
          stepRoots.append((index, port.address.index))
          for lane in port.lanes { stepRoots += [lane.data, lane.enable].map { (index, $0.index) } }
        }
      }
    }
    let observed = observingNets ? tree.lookups : []
    let resets = derivedRoots
    let schedule = Schedule(
      tree, resetRoots: resets.settle, settleRoots: settleRoots, observed: observed, stepRoots: stepRoots + resets.step)
    uses = schedule.uses
    lowerInputs()
    for part in schedule.resets { lower(part) }
    makeDerivedResets()
    for part in schedule.settle { lower(part) }
    lowerOutputs()
    draft.settle = code
    code = []
    findInPlace()
    for part in schedule.step { lower(part) }
    makeCommits()
    makeChecks()
    finishStep()
  }

  // MARK: Values

  func info(_ value: Int32) -> InstanceTree.Value { tree.values[Int(value)] }
  func width(_ vector: Int) -> Int { Int(tree.values[Int(vectors[vector].value)].width) }
  func isSigned(_ vector: Int) -> Bool { tree.values[Int(vectors[vector].value)].isSigned }

  func add(_ vector: Vector) -> Int32 {
    vectors.append(vector)
    return Int32(vectors.count - 1)
  }

  /// Where a lane of a value is stored.
  func place(_ source: LaneSource) -> (vector: Int32, index: Int32) {
    let value = Int(source.value)
    let vector = vectorOf[value]
    if vector >= 0 { return (vector, isUniform[value] ? 0 : source.lane) }
    if vector == -2, let split = splits[source.value] {
      return (split.vector[Int(source.lane)], split.index[Int(source.lane)])
    }
    precondition(info(source.value).kind == .constant, "an operand is computed before it is read")
    isUniform[value] = true
    vectorOf[value] = constantVector(source.value)
    return (vectorOf[value], 0)
  }

  private func constantVector(_ value: Int32) -> Int32 {
    let info = info(value)
    let constant = tree.tables[Int(info.definition)].constants[
      Int(tree.nodes(of: Int(info.definition))[Int(info.index)].a)]
    let type: LaneType = info.width <= 64 ? .bits64 : LaneType(width: Int(info.width))
    let address = constantBlock(
      Self.lane(constant, isSigned: info.isSigned, type: type), count: 1)
    return add(Vector(address: address, type: type, count: 1, value: value, isConstant: true))
  }

  /// The bytes of one lane that holds `value`.
  static func lane(_ value: BitVector, isSigned: Bool, type: LaneType) -> [UInt8] {
    if type.isWide { return value.words.flatMap { bytes(of: $0.littleEndian) } }
    let word = isSigned && value.isNegative ? value.words[0] | ~lowBits(value.width) : value.words[0]
    return Array(bytes(of: word.littleEndian).prefix(type.stride))
  }

  /// `count` lanes of one value, made once.
  func constantBlock(_ lane: [UInt8], count: Int) -> Address {
    let key = ConstantKey(lane: lane, count: count)
    if let known = constantBlocks[key] { return known }
    var contents: [UInt8] = []
    contents.reserveCapacity(lane.count * count)
    for _ in 0..<count { contents += lane }
    let address = draft.block(contents.count, initial: contents)
    constantBlocks[key] = address
    return address
  }
}

struct ConstantKey: Hashable {
  var lane: [UInt8]
  var count: Int
}

/// One element at another type.
struct CellKey: Hashable {
  var vector: Int32
  var index: Int32
  var type: LaneType
}

/// A node seen by some lanes at a type.
struct ViewKey: Hashable {
  var definition: Int32
  var node: Int32
  /// -1 for all lanes, -2 for lane 0 only, else the number of a list of lanes.
  var lanes: Int32
  var type: LaneType
}

/// The lanes of a module for which an operation is computed.
struct Lanes {
  var list: [Int32]
  /// -1 for all lanes, -2 for lane 0 only, else the number of a list of lanes.
  var key: Int32
}
