import Netlist

extension Circuit {
  /// Copies of the circuit side by side, which the native engine runs as lanes of one operation.
  ///
  /// All copies share the inputs `operands`; of the last one each copy has its own number, from 0 up, in the low bits, so that
  /// the port has the bits above. Other inputs have the values of `held`. The output `result` of copy `i` is the port
  /// `result_i`; further outputs are left open.
  ///
  /// - Parameters:
  ///   - operands: Names of inputs.
  ///   - held: Values of the other inputs; 0 where there is none.
  ///   - result: Name of an output.
  ///   - laneBits: The logarithm of the number of copies, less than the width of the last operand.
  /// - Throws: Mistakes of the netlist, which no copy of a valid circuit has.
  func countingLanes(
    _ operands: [String], held: [String: UInt64], result: String, laneBits: Int
  ) throws(DiagnosticList) -> Circuit {
    var lanes = Definition(name: top.name + "_lanes", summary: "\(1 << laneBits) copies of \(top.summary)")
    lanes.clocks = top.clocks
    var drivers: [String: NodeID] = [:]
    for port in top.ports where port.driver == nil {
      let shape = port.shape
      guard operands.contains(shape.name) else {
        let value = BitVector(held[shape.name] ?? 0, width: shape.width)
        drivers[shape.name] = lanes.table.constant(value, isSigned: shape.isSigned)
        continue
      }
      let width = shape.width - (shape.name == operands.last ? laneBits : 0)
      lanes.signals.append(
        NetlistSignal(
          name: shape.name, width: width, isSigned: false, kind: .input(port: Int32(lanes.ports.count)), place: -1))
      lanes.ports.append(
        Port(
          shape: PortShape(name: shape.name, direction: .input, width: width, isSigned: false), path: shape.name,
          driver: nil, place: -1))
      drivers[shape.name] = lanes.table.intern(
        Node(.signal, width: Int32(width), isSigned: false, a: Int32(lanes.signals.count - 1)))
    }
    let outputs = top.ports.enumerated().filter { $0.element.driver != nil }
    for lane in 0..<(1 << laneBits) {
      let inputs = top.ports.filter { $0.driver == nil }.map { port in
        lanes.driver(port.shape, of: drivers, isLast: port.shape.name == operands.last, lane: lane, laneBits)
      }
      let signals = outputs.map { index, port in
        NetlistSignal(
          name: "", width: port.shape.width, isSigned: port.shape.isSigned,
          kind: .instanceOutput(instance: 0, port: Int32(index)), place: -1)
      }
      let (_, node) = lanes.addInstance(
        "lane_\(lane)", of: Int32(definitions.count - 1), inputs: 0, outputs: signals, undriven: NodeID(-1), at: -1)
      let first = Int32(lanes.connections.count)
      lanes.connections += inputs
      lanes.instances[lane].inputs = first..<Int32(lanes.connections.count)
      if let position = outputs.firstIndex(where: { $0.element.shape.name == result }) {
        let shape = outputs[position].element.shape
        lanes.ports.append(
          Port(
            shape: PortShape(
              name: "result_\(lane)", direction: .output, width: shape.width, isSigned: shape.isSigned),
            path: "result_\(lane)", driver: NodeID(node.index + Int32(position)), place: -1))
      }
    }
    return try Circuit(definitions: definitions + [lanes])
  }
}

extension Definition {
  /// What drives an input of a lane: the shared node, above the number of the lane for the last operand.
  fileprivate mutating func driver(
    _ shape: PortShape, of drivers: [String: NodeID], isLast: Bool, lane: Int, _ laneBits: Int
  ) -> NodeID {
    guard let shared = drivers[shape.name] else { preconditionFailure("every input of the module has a driver") }
    var node = shared
    if isLast, laneBits > 0 {
      let number = table.constant(BitVector(UInt64(lane), width: laneBits), isSigned: false)
      let list = table.internList([shared.index, number.index])
      node = table.intern(Node(.concatenate, width: Int32(shape.width), isSigned: false, a: list, b: 2))
    }
    guard shape.isSigned, table[node].isSigned == false else { return node }
    return table.intern(Node(.reinterpret, width: Int32(shape.width), isSigned: true, a: node.index))
  }
}
