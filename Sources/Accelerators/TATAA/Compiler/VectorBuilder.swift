import NumberFormats

/// A number in each lane while a vector program is made: the result of an operation, or a constant, with or without a minus.
public struct VectorValue: Hashable, Sendable {
  enum Source: Hashable {
    case result(Int)
    case constant(UInt16)
  }

  let source: Source
  let isNegated: Bool

  /// A constant, rounded to bfloat16.
  public static func constant(_ value: Double) -> VectorValue { constant(BFloat16(value)) }

  /// A constant.
  public static func constant(_ value: BFloat16) -> VectorValue {
    VectorValue(source: .constant(value.bitPattern), isNegated: false)
  }

  /// The number with the other sign; costs no operation.
  public static prefix func - (value: VectorValue) -> VectorValue {
    VectorValue(source: value.source, isNegated: !value.isNegated)
  }
}

/// Makes vector programs operation by operation, without registers: ``instructions(for:)`` gives each result a register from
/// the operation that makes it to the last one that reads it, and loads each constant where it is needed first.
///
///     var builder = VectorBuilder()
///     let x = builder.load(address: 0, lanes: 4)
///     builder.store(builder.gelu(x), address: 64, lanes: 4)
///     let instructions = try builder.instructions(for: .tiny)
public struct VectorBuilder: Sendable {
  enum Step {
    case operation(Opcode, result: Int, [VectorValue])
    case reduction(Opcode, result: Int, VectorValue, lanes: Int)
    case load(results: [Int], MemoryRows, broadcasts: Bool)
    case store([VectorValue], MemoryRows)
    /// With a factor for each row, or with that of the codes.
    case storeCodes([VectorValue], VectorCodes, factors: [VectorValue], MemoryRows)
    case fence
    /// The end of a batch: the loads of the next one may come before the operations of this one.
    case batch
  }

  /// Rows of memory that one instruction loads or stores, a vector each.
  struct MemoryRows {
    var address: Int
    var lanes: Int
    /// From a row to the next one; nil where they are dense.
    var stride: Int?
  }

  /// How numbers become codes: clamp(rne(x · factor) + zero).
  public struct VectorCodes: Hashable, Sendable {
    /// What numbers are multiplied with.
    public var factor: VectorValue
    /// The least code.
    public var low: Int
    /// The greatest code.
    public var high: Int
    /// The code of zero.
    public var zero: Int

    /// Describes codes.
    public init(factor: VectorValue, low: Int = -127, high: Int = 127, zero: Int = 0) {
      self.factor = factor
      self.low = low
      self.high = high
      self.zero = zero
    }
  }

  private(set) var steps: [Step] = []
  private var results = 0

  /// Starts without operations.
  public init() {}

  private mutating func newResult() -> Int {
    defer { results += 1 }
    return results
  }

  /// An operation on lanes.
  ///
  /// - Precondition: the operation takes so many operands.
  public mutating func apply(_ opcode: Opcode, _ operands: VectorValue...) -> VectorValue {
    precondition(opcode.arity == operands.count, "\(opcode.rawValue) takes another number of operands")
    let result = newResult()
    steps.append(.operation(opcode, result: result, operands))
    return VectorValue(source: .result(result), isNegated: false)
  }

  /// The sum or the greatest of the first lanes, in all lanes.
  ///
  /// - Precondition: the operation is one of these two.
  public mutating func reduce(_ opcode: Opcode, _ value: VectorValue, lanes: Int) -> VectorValue {
    precondition(opcode == .reduceSum || opcode == .reduceMaximum, "\(opcode.rawValue) works lane by lane")
    let result = newResult()
    steps.append(.reduction(opcode, result: result, value, lanes: lanes))
    return VectorValue(source: .result(result), isNegated: false)
  }

  /// Numbers from memory: one for each lane, or one for all of them.
  public mutating func load(address: Int, lanes: Int, broadcasts: Bool = false) -> VectorValue {
    load(1, address: address, lanes: lanes, stride: nil, broadcasts: broadcasts)[0]
  }

  /// Vectors from rows in memory, with one instruction: one number for each lane, or one a row for all lanes.
  ///
  /// - Parameter stride: bytes from a row to the next one; nil where they are dense.
  /// - Precondition: there are 1 to ``maximumLoads`` of them.
  public mutating func load(
    _ count: Int, address: Int, lanes: Int, stride: Int? = nil, broadcasts: Bool = false
  ) -> [VectorValue] {
    precondition((1...Self.maximumLoads).contains(count), "one instruction does not load \(count) vectors")
    let results = (0..<count).map { _ in newResult() }
    let rows = MemoryRows(address: address, lanes: lanes, stride: count == 1 ? nil : stride)
    steps.append(.load(results: results, rows, broadcasts: broadcasts))
    return results.map { VectorValue(source: .result($0), isNegated: false) }
  }

  /// The most vectors that one instruction loads, and stores.
  public static let maximumLoads = 64, maximumStores = 16

  /// Stores numbers as bfloat16.
  public mutating func store(_ value: VectorValue, address: Int, lanes: Int) {
    store([value], address: address, lanes: lanes)
  }

  /// Stores vectors as rows of bfloat16, with one instruction where the registers allow it.
  ///
  /// - Parameter stride: bytes from a row to the next one; nil where they are dense.
  /// - Precondition: there are 1 to ``maximumStores`` of them.
  public mutating func store(_ values: [VectorValue], address: Int, lanes: Int, stride: Int? = nil) {
    precondition(
      (1...Self.maximumStores).contains(values.count), "one instruction does not store \(values.count) vectors")
    let rows = MemoryRows(address: address, lanes: lanes, stride: values.count == 1 ? nil : stride)
    steps.append(.store(values.map { inRegister($0) }, rows))
  }

  /// Stores numbers as codes.
  public mutating func store(_ value: VectorValue, as codes: VectorCodes, address: Int, lanes: Int) {
    store([value], as: codes, address: address, lanes: lanes)
  }

  /// Stores vectors as rows of codes, with one instruction where the registers allow it.
  ///
  /// - Parameters:
  ///   - factors: a factor for each vector, loaded as they are; where there are none, that of the codes serves all.
  ///   - stride: bytes from a row to the next one; nil where they are dense.
  /// - Precondition: there are 1 to ``maximumStores`` of them.
  public mutating func store(
    _ values: [VectorValue], as codes: VectorCodes, factors: [VectorValue] = [], address: Int, lanes: Int,
    stride: Int? = nil
  ) {
    precondition(factors.isEmpty || factors.count == values.count, "there is not a factor for each row")
    precondition(
      (1...Self.maximumStores).contains(values.count), "one instruction does not store \(values.count) vectors")
    let rows = MemoryRows(address: address, lanes: lanes, stride: values.count == 1 ? nil : stride)
    steps.append(.storeCodes(values.map { inRegister($0) }, codes, factors: factors, rows))
  }

  /// Makes what was stored visible to the loads behind it.
  public mutating func fence() { steps.append(.fence) }

  /// Ends a batch. The operations of a batch are put into an order in which results are there when they are read, and its
  /// loads are put in front of the batch before it; without this the operations stay in their order.
  public mutating func endBatch() { steps.append(.batch) }

  private mutating func inRegister(_ value: VectorValue) -> VectorValue {
    if case .result = value.source, !value.isNegated { return value }
    return apply(.copy, value)
  }
}

/// Why a program cannot be made for a machine.
public enum CompilerError: Error, Hashable, CustomStringConvertible {
  /// The configuration is none.
  case configuration(ConfigurationError)
  /// More results are needed at once than there are vector registers.
  case registers(Int)
  /// One operation needs more constants than there are constant registers.
  case constants(Int)
  /// An instruction cannot hold what is asked for.
  case instruction(InstructionError)
  /// A matrix product has no rows, columns or steps.
  case product(rows: Int, columns: Int, depth: Int)
  /// The memory cannot be laid out.
  case memory(MemoryImageError)
  /// A node of a graph is not part of what the machine computes.
  case node(String, String)
  /// The model does not take what is asked for.
  case model(String)
  /// What is wrong belongs to the tensor of a node.
  indirect case tensor(String, shape: [Int], CompilerError)

  /// The same with the node whose tensor it is about, where none is named yet.
  func at(_ node: String, shape: [Int]) -> CompilerError {
    switch self {
    case .node, .model, .tensor, .configuration: self
    default: .tensor(node, shape: shape, self)
    }
  }

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .configuration(let error): "\(error)"
    case .registers(let count):
      "the program needs more than the \(count) vector registers: store what is not needed at once, or set "
        + "vectorRegisters higher"
    case .constants(let count):
      "an operation needs more than the \(count) constant registers: set constantRegisters higher"
    case .instruction(let error): "\(error)"
    case .product(let rows, let columns, let depth):
      "a product of \(rows) × \(depth) and \(depth) × \(columns): give at least one row, column and step"
    case .memory(let error): "\(error)"
    case .node(let name, let reason): "node \"\(name)\": \(reason)"
    case .model(let reason): reason
    case .tensor(let name, let shape, .instruction(.value(let opcode, let field, let value, let range)))
    where field == .address || field == .bytes:
      "tensor \"\(name)\" of \(shape.map(String.init).joined(separator: " × ")): the memory ends beyond the "
        + "\(range.upperBound) that \(opcode.rawValue) reaches, at \(value): use fewer tokens or layers"
    case .tensor(let name, let shape, let error):
      "tensor \"\(name)\" of \(shape.map(String.init).joined(separator: " × ")): \(error)"
    }
  }
}
