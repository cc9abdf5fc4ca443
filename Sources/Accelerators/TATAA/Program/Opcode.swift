/// An operation of the machine; the raw value is its word in assembly.
///
/// A word of 64 bits holds one instruction: bit 63 says that it is one, bits 62 to 57 are ``code``, the others are the
/// ``fields``; a bit of no field is 0. A word with bit 63 = 0 does nothing.
public enum Opcode: String, Hashable, Sendable, CaseIterable {
  // Control.
  /// Nothing.
  case nop
  /// Sets a constant register.
  case constant = "const"
  /// Sets a stride register.
  case stride
  /// Sets a cursor.
  case cursor
  /// Sets how bfloat16 numbers become codes.
  case quantizer
  /// Makes what was stored visible to the loads behind it.
  case fence
  /// Ends the program, when all that was stored has arrived.
  case end
  // Memory.
  /// Loads a bank of X: for each step of the depth one byte for each row of the tile.
  case loadX = "load.x"
  /// Loads a bank of Y: for each step of the depth one byte for each column of the tile.
  case loadY = "load.y"
  /// Loads accumulators, 32 bits each.
  case loadAccumulators = "load.a"
  /// Loads a table with an entry for each column of the tile.
  case loadTable = "load.t"
  /// Loads vector registers.
  case loadVector = "load.v"
  /// Stores the accumulators.
  case storeAccumulators = "store.a"
  /// Stores vector registers.
  case storeVector = "store.v"
  // Matrix product.
  /// Adds the product of a bank of X and a bank of Y to the accumulators.
  case matmul
  // Vectors.
  /// a + b.
  case add
  /// a · b.
  case multiply = "mul"
  /// a · b + c, rounded once.
  case fusedMultiplyAdd = "fma"
  /// The greater one; NaN if one is NaN.
  case maximum = "max"
  /// The lesser one; NaN if one is NaN.
  case minimum = "min"
  /// 1 where a < b, else 0.
  case less
  /// 1 where a = b, else 0.
  case equal
  /// a where c is not zero, else b.
  case select
  /// a.
  case copy
  /// a without its sign.
  case absolute = "abs"
  /// The greatest integer that is not above a.
  case floor
  /// a − floor(a), rounded once.
  case fraction
  /// a · 2^floor(b).
  case scale
  /// The pattern 0x7EF3 − |a| with the sign of a: about 1 / a.
  case reciprocalSeed = "recip.seed"
  /// The pattern 0x5F37 − (a >> 1): about 1 / √a.
  case rootSeed = "rsqrt.seed"
  /// The sum of the lanes, in all lanes.
  case reduceSum = "reduce.add"
  /// The greatest of the lanes, in all lanes.
  case reduceMaximum = "reduce.max"

  /// The 6 bits of the operation.
  public var code: Int {
    switch self {
    case .nop: 0
    case .constant: 1
    case .stride: 2
    case .cursor: 3
    case .quantizer: 4
    case .fence: 5
    case .end: 6
    case .loadX: 8
    case .loadY: 9
    case .loadAccumulators: 10
    case .loadTable: 11
    case .loadVector: 12
    case .storeAccumulators: 13
    case .storeVector: 14
    case .matmul: 16
    case .add: 32
    case .multiply: 33
    case .fusedMultiplyAdd: 34
    case .maximum: 35
    case .minimum: 36
    case .less: 37
    case .equal: 38
    case .select: 39
    case .copy: 40
    case .absolute: 41
    case .floor: 42
    case .fraction: 43
    case .scale: 44
    case .reciprocalSeed: 45
    case .rootSeed: 46
    case .reduceSum: 47
    case .reduceMaximum: 48
    }
  }

  private static let byCode: [Int: Opcode] = Dictionary(uniqueKeysWithValues: allCases.map { ($0.code, $0) })

  /// The operation of a code.
  public init?(code: Int) {
    guard let found = Self.byCode[code] else { return nil }
    self = found
  }

  /// The number of operands of an operation on lanes; nil for what is none.
  public var arity: Int? {
    switch self {
    case .copy, .absolute, .floor, .fraction, .reciprocalSeed, .rootSeed: 1
    case .add, .multiply, .maximum, .minimum, .less, .equal, .scale: 2
    case .fusedMultiplyAdd, .select: 3
    default: nil
    }
  }
}
