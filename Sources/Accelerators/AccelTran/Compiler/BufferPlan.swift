/// Where data lies in the buffers from the step that brings it to the step that reads it last.
///
/// Made for a sequential run of the list: what nobody reads any more gives its room back, and the first gap that is large
/// enough takes what comes. Addresses count in bits from the start of the buffer; masks have their own buffer, a bit for each
/// element.
public struct BufferPlan: Hashable, Sendable {
  /// A place of data.
  public struct Entry: Hashable, Sendable {
    /// The data's number in the list.
    public let data: Int
    /// The buffer.
    public let buffer: OperationList.Buffer
    /// The first bit.
    public let address: Int
    /// The number of bits.
    public let bits: Int
    /// From the transfer, counted over all transfers and operations in order, to the last operation that reads it.
    public let steps: ClosedRange<Int>
  }

  /// The places, in the order in which they are taken.
  public let entries: [Entry]
  /// The greatest number of bits that were in use at a time.
  public let peak: [OperationList.Buffer: Int]
  /// The greatest address.
  public let extent: [OperationList.Buffer: Int]

  /// Plans the buffers for a list.
  ///
  /// - Parameter sparsity: the share of zeros that packed data is expected to have, for activations and weights.
  /// - Throws: ``AccelTranError/buffer(_:data:bits:capacity:)`` when something has no room.
  public init(
    _ list: OperationList, on configuration: AccelTranConfiguration,
    sparsity: (activations: Double, weights: Double) = (0, 0)
  ) throws(AccelTranError) {
    try configuration.validate()
    var planner = BufferPlanner(list, configuration, sparsity)
    try planner.run()
    entries = planner.entries
    peak = planner.peak
    extent = planner.extent
  }
}

/// Goes through transfers and operations in the order in which a sequential machine does them.
private struct BufferPlanner {
  let list: OperationList
  let machine: AccelTranConfiguration
  let sparsity: (activations: Double, weights: Double)
  var entries: [BufferPlan.Entry] = []
  var peak: [OperationList.Buffer: Int] = [:]
  var extent: [OperationList.Buffer: Int] = [:]
  /// What is taken: address and bits, by buffer, in ascending order.
  private var taken: [OperationList.Buffer: [(address: Int, bits: Int)]] = [:]

  init(
    _ list: OperationList, _ machine: AccelTranConfiguration, _ sparsity: (activations: Double, weights: Double)
  ) {
    self.list = list
    self.machine = machine
    self.sparsity = sparsity
  }

  /// The steps in order: a load just before its first reader, a store just behind its producer.
  private func schedule() -> [(operation: OperationList.Operation?, data: Int)] {
    var loads: [Int] = []
    var storesOf: [OperationList.OperationPlace: [Int]] = [:]
    for transfer in list.allTransfers {
      if let producer = transfer.producer {
        storesOf[producer, default: []].append(transfer.data)
      } else {
        loads.append(transfer.data)
      }
    }
    var loaded: Set<Int> = []
    var result: [(OperationList.Operation?, Int)] = []
    func visit(_ operation: OperationList.Operation, _ place: OperationList.OperationPlace) {
      for data in operation.operands where loads.contains(data) && loaded.insert(data).inserted {
        result.append((nil, data))
      }
      result.append((operation, -1))
      result += (storesOf[place] ?? []).map { (nil, $0) }
    }
    for (step, one) in list.operations.enumerated() {
      switch one {
      case .single(let operation): visit(operation, .single(step: step))
      case .heads(let heads):
        for (head, operations) in heads.enumerated() {
          for (place, operation) in operations.enumerated() {
            visit(operation, .head(step: step, head: head, place: place))
          }
        }
      }
    }
    return result
  }

  mutating func run() throws(AccelTranError) {
    let steps = schedule()
    var last: [Int: Int] = [:]
    for (index, step) in steps.enumerated() {
      for data in step.operation?.operands ?? [] { last[data] = index }
      if step.operation == nil, last[step.data] == nil { last[step.data] = index }
    }
    for data in list.data.indices where list.data[data].isPinned { last[data] = steps.count - 1 }
    var live: [(data: Int, buffer: OperationList.Buffer, address: Int, bits: Int)] = []
    for (index, step) in steps.enumerated() {
      if step.operation == nil {
        let data = list.data[step.data]
        let end = max(last[step.data] ?? index, index)
        for buffer in [data.buffer, .mask] {
          let bits = bits(data, in: buffer)
          let address = try place(bits, data.name, buffer)
          live.append((step.data, buffer, address, bits))
          entries.append(.init(data: step.data, buffer: buffer, address: address, bits: bits, steps: index...end))
        }
      }
      for one in live where (last[one.data] ?? index) <= index {
        taken[one.buffer]?.removeAll { $0.address == one.address && $0.bits == one.bits }
      }
      live.removeAll { (last[$0.data] ?? index) <= index }
    }
  }

  private func bits(_ data: OperationList.Data, in buffer: OperationList.Buffer) -> Int {
    if buffer == .mask { return data.elements }
    let share = data.buffer == .weight ? sparsity.weights : sparsity.activations
    return Int((Double(data.elements * machine.wordWidth) * (1 - share)).rounded(.up))
  }

  private mutating func place(
    _ bits: Int, _ name: String, _ buffer: OperationList.Buffer
  ) throws(AccelTranError) -> Int {
    let capacity = machine.size(of: buffer) * 8_388_608
    var (address, blocks) = (0, taken[buffer] ?? [])
    var index = 0
    for (number, block) in blocks.enumerated() {
      if block.address - address >= bits { break }
      address = block.address + block.bits
      index = number + 1
    }
    guard Double(address + bits) <= capacity else {
      throw .buffer(buffer.rawValue, data: name, bits: Double(bits), capacity: capacity)
    }
    blocks.insert((address, bits), at: index)
    taken[buffer] = blocks
    peak[buffer] = max(peak[buffer] ?? 0, blocks.reduce(0) { $0 + $1.bits })
    extent[buffer] = max(extent[buffer] ?? 0, address + bits)
    return address
  }
}
