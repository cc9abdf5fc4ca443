import CLanes
import Engine
import Netlist

/// The software models of the black boxes of a design, one for each instance.
final class ForeignModels {
  /// By module; empty for one that is not foreign.
  fileprivate var instances: [[any SoftwareModel]]

  init(_ tree: InstanceTree) throws(EngineFailure) {
    instances = []
    for (index, definition) in tree.definitions.enumerated() {
      guard let foreign = definition.foreign, tree.laneCounts[index] > 0 else {
        instances.append([])
        continue
      }
      guard let factory = foreign.model else { throw .noSoftwareModel(module: foreign.module) }
      let models = (0..<tree.laneCounts[index]).map { _ in factory.make() }
      if let first = models.first { try Self.check(first, of: definition, foreign) }
      instances.append(models)
    }
  }

  /// Asks a model for its outputs, all inputs zero: a name that is not that of a port shows before anything runs.
  private static func check(
    _ model: any SoftwareModel, of definition: Definition, _ foreign: ForeignModule
  ) throws(EngineFailure) {
    var inputs = PortValues()
    if foreign.followsInputs {
      for port in definition.ports where port.shape.direction == .input {
        inputs.set(port.shape.name, to: .zeros(port.shape.width), isSigned: port.shape.isSigned)
      }
    }
    let given = model.outputs(for: inputs)
    for port in definition.ports where port.shape.direction == .output {
      guard given.bits(port.shape.name, width: port.shape.width) != nil else {
        throw .incompleteSoftwareModel(module: foreign.module, output: port.shape.name, given: given.names)
      }
    }
  }
}

/// What an instruction calls: the models of some instances, for one output or for a clock edge.
final class Callout {
  private struct Field {
    var name: String
    var type: LaneType
    var width: Int
    var isSigned: Bool
  }

  private let models: ForeignModels
  private let module: Definition
  private let index: Int
  private let lanes: [Int32]
  private let inputs: [Field]
  /// The output that is asked for; nil at a clock edge.
  private let output: Field?
  /// The active level of a reset of the top, which is the last operand; nil when it is not one.
  var pinLevel: UInt8?
  private let isActiveHigh: Bool

  init(_ models: ForeignModels, _ module: Definition, _ index: Int, _ lanes: [Int32], inputs: Bool, output: Int?) {
    self.models = models
    self.module = module
    self.index = index
    self.lanes = lanes
    func field(_ port: Port) -> Field {
      let shape = port.shape
      return Field(
        name: shape.name, type: Self.type(shape.width), width: shape.width, isSigned: shape.isSigned)
    }
    self.inputs = inputs ? module.ports.filter { $0.shape.direction == .input }.map(field) : []
    self.output = output.map { field(module.ports[$0]) }
    isActiveHigh = module.clocks.first?.resetPolarity != .activeLow
  }

  /// How values are handed over.
  static func type(_ width: Int) -> LaneType { width <= 64 ? .bits64 : LaneType(width: width) }

  /// Operands: the inputs, the output where one is asked for, and the pin of the reset where there is one.
  func run(_ operands: UnsafePointer<UnsafeMutablePointer<UInt8>?>) {
    let last = inputs.count + (output == nil ? 0 : 1)
    let isReset = pinLevel.map { operands[last]!.pointee == $0 } ?? false
    for (position, lane) in lanes.enumerated() {
      var values = PortValues()
      values.isReset = isReset
      for (number, input) in inputs.enumerated() {
        let start = UnsafeRawPointer(operands[number]!) + position * input.type.stride
        let words = (0..<input.type.stride / 8).map { start.load(fromByteOffset: 8 * $0, as: UInt64.self) }
        let value = BitVector(words: words, width: input.width)
        values.set(input.name, to: value, isSigned: input.isSigned)
        // A reset that is made inside the design comes as a further input.
        if pinLevel == nil, input.name == resetPort { values.isReset = value.isZero != isActiveHigh }
      }
      guard let output else {
        models.instances[index][Int(lane)].step(values)
        continue
      }
      let result = models.instances[index][Int(lane)].outputs(for: values)
      guard let bits = result.bits(output.name, width: output.width) else {
        preconditionFailure(
          "the software model of '\(module.name)' gives no value for '\(output.name)'; it gives \(result.names)")
      }
      let target = UnsafeMutableRawPointer(operands[inputs.count]!) + position * output.type.stride
      let bytes = Lowering.lane(bits, isSigned: output.isSigned, type: output.type)
      bytes.withUnsafeBytes { target.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
    }
  }

  /// The reset of the module.
  var resetPort: String? { module.clocks.first?.reset }
}

extension Lowering {
  /// The values that one output of some instances has.
  func callModels(_ info: InstanceTree.Value, _ lanes: Lanes) -> Int32 {
    let definition = Int(info.definition)
    let foreign = tree.definitions[definition].foreign!
    let type = Callout.type(Int(info.width))
    let target = draft.block(lanes.list.count * type.stride)
    var operands: [Address] = []
    if foreign.followsInputs {
      operands = inputs(of: definition).map { operand(definition, $0.node, lanes, as: $0.type).address }
    }
    let callout = Callout(
      models, tree.definitions[definition], definition, lanes.list, inputs: foreign.followsInputs,
      output: Int(info.index))
    code.append(call(callout, operands + [target], definition))
    return add(
      Vector(
        address: target, type: type, count: lanes.list.count, value: tree.foreignBase[definition] + info.index))
  }

  /// A clock edge of the instances of a foreign module.
  func commitModels(_ definition: Int, _ lanes: Lanes) {
    guard !tree.definitions[definition].clocks.isEmpty else { return }
    let operands = inputs(of: definition).map { stableOperand(definition, NodeID($0.node), lanes, $0.type) }
    let callout = Callout(
      models, tree.definitions[definition], definition, lanes.list, inputs: true, output: nil)
    let draft = call(callout, operands, definition)
    commits.append(Commit(drafts: [draft], writes: draft.a!.block, clock: clock(0, of: definition)))
  }

  private func inputs(of definition: Int) -> [(node: Int32, type: LaneType)] {
    tree.definitions[definition].foreign!.inputs.map {
      ($0.index, Callout.type(Int(tree.nodes(of: definition)[Int($0.index)].width)))
    }
  }

  private func call(_ callout: Callout, _ operands: [Address], _ definition: Int) -> Draft {
    var operands = operands
    if callout.resetPort != nil, tree.derivedResets[definition][0] == nil {
      let top = clock(0, of: definition)
      callout.pinLevel = tree.definitions[tree.top].clocks[top].resetPolarity == .activeHigh ? 1 : 0
      operands.append(resetPins[top]!)
    }
    draft.callouts.append(callout)
    let list = pointerList(operands)
    let function: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<UnsafeMutablePointer<UInt8>?>?) -> Void = {
      context, operands in
      let callout = Unmanaged<Callout>.fromOpaque(context!).takeUnretainedValue()
      callout.run(operands!)
    }
    let descriptor = draft.block(
      MemoryLayout<systole_callout>.size,
      initial: bytes(
        of: systole_callout(
          function: function, context: Unmanaged.passUnretained(callout).toOpaque(), operands: nil)),
      pointers: [(MemoryLayout<systole_callout>.offset(of: \.operands)!, list)])
    return Draft(systole_call, a: descriptor)
  }
}
