import Netlist

/// A module in which every operation is applied to constants, and to constants beside an input, at several widths: what
/// simplification would take away before the text is written.
struct ConstantOperations {
  private(set) var definition: Definition
  /// Whether products and sums are among the operations: tools have limits for long ones.
  private let hasArithmetic: Bool

  init(name: String, widths: [Int], hasArithmetic: Bool = true) {
    definition = Definition(name: name)
    self.hasArithmetic = hasArithmetic
    let types = widths.flatMap { width in [false, true].map { (width: width, isSigned: $0) } }
    let inputs = types.map { type in
      addInput("x\(type.width)\(type.isSigned ? "s" : "u")", width: type.width, isSigned: type.isSigned)
    }
    for (type, input) in zip(types, inputs) {
      let constants = Self.values(type.width).map { definition.table.constant($0, isSigned: type.isSigned) }
      for (index, constant) in constants.enumerated() {
        addOperations(on: constant, constants[(index + 1) % constants.count])
        addOperations(on: constant)
      }
      addOperations(on: input, constants[3])
      addOperations(on: constants[4], input)
      addTables(constants)
    }
    addMemory()
  }

  /// The corners of a width, and patterns.
  private static func values(_ width: Int) -> [BitVector] {
    var least = BitVector.zeros(width)
    least[width - 1] = true
    var pattern = BitVector.zeros(width)
    for bit in 0..<width where bit * bit % 7 < 3 { pattern[bit] = true }
    return [.zeros(width), .ones(width), least, BitVector(signed: 5, width: width), pattern]
  }

  /// Values for the inputs, in the order of the ports.
  static func stimuli(_ definition: Definition) -> [BitVector] {
    definition.ports.filter { $0.driver == nil }.map { Self.values($0.shape.width)[4] }
  }

  // MARK: Parts

  private mutating func addInput(_ name: String, width: Int, isSigned: Bool) -> NodeID {
    let port = Int32(definition.ports.count)
    definition.ports.append(
      Port(
        shape: PortShape(name: name, direction: .input, width: width, isSigned: isSigned), path: name, driver: nil,
        place: -1))
    definition.signals.append(
      NetlistSignal(name: name, width: width, isSigned: isSigned, kind: .input(port: port), place: -1))
    return intern(.signal, width, isSigned, Int32(definition.signals.count - 1))
  }

  private mutating func intern(
    _ operation: Operation, _ width: Int, _ isSigned: Bool, _ a: Int32 = 0, _ b: Int32 = 0, _ c: Int32 = 0
  ) -> NodeID {
    definition.table.intern(Node(operation, width: Int32(width), isSigned: isSigned, a: a, b: b, c: c))
  }

  /// An output that shows a value.
  private mutating func show(_ value: NodeID) {
    let node = definition.table[value]
    let name = "y\(definition.ports.count)"
    definition.ports.append(
      Port(
        shape: PortShape(name: name, direction: .output, width: Int(node.width), isSigned: node.isSigned), path: name,
        driver: value, place: -1))
  }

  private mutating func constant(_ value: Int, width: Int) -> NodeID {
    definition.table.constant(BitVector(signed: value, width: width), isSigned: false)
  }

  private func width(_ id: NodeID) -> Int { Int(definition.table[id].width) }

  /// Operations of one operand, also on what another one made.
  private mutating func addOperations(on a: NodeID) {
    let (width, isSigned) = (width(a), definition.table[a].isSigned)
    let inverse = intern(.not, width, isSigned, a.index)
    let other = intern(.reinterpret, width, !isSigned, a.index)
    for value in [a, inverse, other] {
      show(value)
      let isSigned = definition.table[value].isSigned
      show(intern(.not, width, isSigned, value.index))
      show(intern(.extend, width + 1, isSigned, value.index))
      show(intern(.extend, 2 * width + 3, isSigned, value.index))
      for reduction in Reduction.allCases { show(intern(.reduce, 1, false, value.index, reduction.rawValue)) }
      show(intern(.slice, 1, false, value.index, Int32(width - 1)))
      show(intern(.slice, width, false, value.index))
      if width > 2 { show(intern(.slice, width - 2, false, value.index, 1)) }
      let wide = intern(.extend, width + 2, isSigned, value.index)
      show(intern(.less, 1, false, wide.index, intern(.not, width + 2, isSigned, wide.index).index))
      show(intern(.slice, width, false, wide.index, 2))
    }
  }

  private mutating func addOperations(on a: NodeID, _ b: NodeID) {
    let (width, isSigned) = (width(a), definition.table[a].isSigned)
    for operation in [Operation.and, .or, .xor] { show(intern(operation, width, isSigned, a.index, b.index)) }
    for operation in [Operation.equal, .less] {
      let result = intern(operation, 1, false, a.index, b.index)
      show(result)
      show(intern(.not, 1, false, result.index))
    }
    for condition in [constant(1, width: 1), constant(0, width: 1)] {
      show(intern(.mux, width, isSigned, condition.index, a.index, b.index))
    }
    let list = definition.table.internList([a.index, b.index, a.index])
    show(intern(.concatenate, 3 * width, false, list, 3))
    for count in [constant(1, width: 1), constant(3, width: 5), constant(3, width: 70)] {
      show(intern(.shiftLeft, width, isSigned, a.index, count.index))
      show(intern(.shiftRight, width, isSigned, a.index, count.index))
    }
    guard hasArithmetic else { return }
    for operation in [Operation.add, .subtract] {
      let result = intern(operation, width, isSigned, a.index, b.index)
      show(result)
      show(intern(.extend, width + 3, isSigned, result.index))
      let (wideA, wideB) = (
        intern(.extend, width + 1, isSigned, a.index), intern(.extend, width + 1, isSigned, b.index)
      )
      show(intern(operation, width + 1, isSigned, wideA.index, wideB.index))
    }
    guard width <= 128 else { return }
    show(intern(.multiply, 2 * width, isSigned, a.index, b.index))
    show(intern(.multiply, width, isSigned, a.index, b.index))
  }

  private mutating func addTables(_ values: [NodeID]) {
    let (width, isSigned) = (width(values[0]), definition.table[values[0]].isSigned)
    let list = definition.table.internList(values.map(\.index))
    let sum = intern(.add, 3, false, constant(1, width: 3).index, constant(2, width: 3).index)
    for index in [constant(0, width: 3), constant(7, width: 3), constant(1, width: 1), constant(2, width: 40), sum] {
      show(intern(.select, width, isSigned, index.index, list, Int32(values.count)))
      show(intern(.select, width, isSigned, index.index, list, 1))
    }
  }

  /// A memory that is read at constant addresses.
  private mutating func addMemory() {
    let contents = (0..<4).map { BitVector(signed: $0 * 37, width: 8) }
    var reads: [NetlistMemory.ReadPort] = []
    let addresses = [
      constant(3, width: 2), intern(.not, 2, false, constant(1, width: 2).index),
      intern(.reinterpret, 2, false, definition.table.constant(BitVector(signed: -2, width: 2), isSigned: true).index),
    ]
    for (port, address) in addresses.enumerated() {
      let signal = Int32(definition.signals.count)
      definition.signals.append(
        NetlistSignal(
          name: "rom_data_\(port)", width: 8, isSigned: true, kind: .memoryRead(memory: 0, port: Int32(port)), place: -1
        ))
      reads.append(NetlistMemory.ReadPort(address: address, enable: nil, signal: signal, clock: nil))
      show(intern(.signal, 8, true, signal))
    }
    definition.memories.append(
      NetlistMemory(
        name: "rom", depth: 4, width: 8, isSigned: true, contents: contents, writePorts: [], readPorts: reads, place: -1
      ))
  }
}
