import Catalog
import Dispatch
import Engine
import HDL
import Netlist
import Simulator
import Synchronization
import Testbench

/// Runs a block over all its operands on the native engine, many copies of it side by side, and compares every result with
/// the definition.
///
/// Without ``isFull`` a check of more than 2^20 combinations is a short one: all values of the last operand, with some values
/// of the others.
public struct ExhaustiveProof: Sendable {
  /// The block.
  public var block: any CatalogBlock
  /// Whether every combination is tried, however many there are.
  public var isFull = false
  /// Threads, each with a model of its own.
  public var jobs = 1
  /// Copies of the block in a model: at most 2 to the power of this.
  public var laneBits = 8
  /// Called now and then with the combinations compared so far and those that there are to compare.
  public var progress: (@Sendable (_ done: UInt64, _ total: UInt64) -> Void)?
  /// True to end with what is known by then.
  public var isCancelled: @Sendable () -> Bool = { false }

  /// Values of the other operands in a short form, at most.
  public var shortCount: UInt64 = 64

  /// A run over the operands of `block`.
  public init(_ block: any CatalogBlock) { self.block = block }

  /// Operands of which the result is not that of the definition.
  public struct Mismatch: Hashable, Sendable, CustomStringConvertible {
    /// The operands by name, in order.
    public var operands: [String]
    /// Their bits.
    public var values: [UInt64]
    /// What the block gives.
    public var found: UInt64
    /// What the definition gives.
    public var expected: UInt64

    /// `a = 0x3f80, b = 0x7f81: 0x7fc0 instead of 0x7f81`.
    public var description: String {
      let given = zip(operands, values).map { "\($0) = 0x\(String($1, radix: 16))" }.joined(separator: ", ")
      return "\(given): 0x\(String(found, radix: 16)) instead of 0x\(String(expected, radix: 16))"
    }
  }

  /// What came out.
  public struct Outcome: Sendable {
    /// The output that was compared.
    public var result: String
    /// Combinations compared.
    public var cases: UInt64
    /// Combinations that there are.
    public var possible: UInt64
    /// The first one that a thread found wrong; nil for none.
    public var mismatch: Mismatch?
    /// Seconds without the making of the models.
    public var seconds: Double
    /// Whether it was ended on request.
    public var wasCancelled: Bool

    /// Whether every combination was compared, and none is wrong.
    public var isProved: Bool { mismatch == nil && cases == possible }
  }

  /// Runs all that is to be run, one output after the other.
  ///
  /// - Returns: Nothing for a block that has no definition over all its operands.
  /// - Throws: `DiagnosticList` for a block that cannot be built, what the engine throws.
  public func run() throws -> [Outcome] {
    var outcomes: [Outcome] = []
    for check in block.exhaustiveChecks where !isCancelled() { outcomes.append(try run(check)) }
    return outcomes
  }

  private func run(_ check: ExhaustiveCheck) throws -> Outcome {
    let circuit = try block.elaborate(reset: ResetStyle())
    let last = check.widths[check.widths.count - 1]
    let bits = min(laneBits, max(0, last - 1))
    let lanes = try circuit.countingLanes(check.operands, held: check.held, result: check.result, laneBits: bits)
    let prefixes = Prefixes(check.widths.dropLast(), isFull: isFull || check.operandBits <= 20, shortCount)
    let run = Run(check: check, lanes: lanes, laneBits: bits, prefixes: prefixes, total: prefixes.count << UInt64(last))
    let threads = max(1, min(jobs, Int(min(prefixes.count, 1 << 16))))
    let state = Mutex<(next: UInt64, done: UInt64, mismatch: Mismatch?, failure: (any Error)?)>((0, 0, nil, nil))
    let models = try (0..<threads).map { _ in UncheckedModel(try NativeModel(lanes)) }
    let start = ContinuousClock.now
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      do {
        while !isCancelled() {
          let index = state.withLock { state -> UInt64? in
            guard state.next < prefixes.count, state.mismatch == nil, state.failure == nil else { return nil }
            defer { state.next += 1 }
            return state.next
          }
          guard let index else { return }
          let wrong = try run.compare(prefixes[index], on: models[thread].model)
          let done = state.withLock { state in
            if let wrong { state.mismatch = state.mismatch ?? wrong }
            state.done += 1 << UInt64(last)
            return state.done
          }
          progress?(done, run.total)
        }
      } catch {
        state.withLock { $0.failure = $0.failure ?? error }
      }
    }
    let time = ContinuousClock.now - start
    let end = state.withLock { $0 }
    if let failure = end.failure { throw failure }
    return Outcome(
      result: check.result, cases: end.done, possible: 1 << UInt64(check.operandBits), mismatch: end.mismatch,
      seconds: Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18,
      wasCancelled: isCancelled() && end.done < run.total && end.mismatch == nil)
  }
}

/// A model that one thread at a time has.
private struct UncheckedModel: @unchecked Sendable {
  let model: NativeModel

  init(_ model: NativeModel) { self.model = model }
}

/// The values of all operands but the last one, in an order.
private struct Prefixes: Sendable {
  let widths: [Int]
  let isFull: Bool
  private let bits: Int

  private let shortCount: UInt64

  init(_ widths: some Sequence<Int>, isFull: Bool, _ shortCount: UInt64) {
    self.shortCount = max(1, shortCount)
    self.widths = Array(widths)
    bits = self.widths.reduce(0, +)
    self.isFull = isFull || 1 << UInt64(bits) <= self.shortCount
  }

  var count: UInt64 { isFull ? 1 << UInt64(bits) : shortCount }

  subscript(index: UInt64) -> [UInt64] {
    // Of a short form, half are near the ends of the operands' bits, and half are anywhere.
    var rest =
      isFull
      ? index
      : index % 2 == 0
        ? (1 << (index / 2 % UInt64(max(bits, 1)))) &+ index / 2 / UInt64(max(bits, 1)) &- 1
        : index &* 0x9E37_79B9_7F4A_7C15 >> 7
    return widths.reversed().map { width in
      defer { rest >>= UInt64(width) }
      return rest & (.max >> UInt64(64 - width))
    }.reversed()
  }
}

/// The comparison of all values of the last operand.
private struct Run: Sendable {
  let check: ExhaustiveCheck
  let lanes: Circuit
  let laneBits: Int
  let prefixes: Prefixes
  /// Combinations to compare.
  let total: UInt64

  func compare(_ prefix: [UInt64], on model: NativeModel) throws -> ExhaustiveProof.Mismatch? {
    for (port, value) in zip(check.operands, prefix) { model.pin(port)?.unsigned = value }
    guard let last = model.pin(check.operands[check.operands.count - 1]), let result = model.pin("result_0") else {
      return nil
    }
    switch Pin.byteCount(width: result.width) {
    case 1: return try compare(prefix, on: model, last, UInt8.self)
    case 2: return try compare(prefix, on: model, last, UInt16.self)
    case 4: return try compare(prefix, on: model, last, UInt32.self)
    default: return try compare(prefix, on: model, last, UInt64.self)
    }
  }

  private func compare<Word: FixedWidthInteger & UnsignedInteger>(
    _ prefix: [UInt64], on model: NativeModel, _ last: Pin, _: Word.Type
  ) throws -> ExhaustiveProof.Mismatch? {
    let results = (0..<(1 << laneBits)).compactMap { model.pin("result_\($0)")?.storage }
    let blocks = UInt64(1) << UInt64(check.widths[check.widths.count - 1] - laneBits)
    var operands = prefix + [0]
    let position = prefix.count
    for step in 0..<(blocks + UInt64(check.latency)) {
      if step < blocks { last.unsigned = step }
      model.settle()
      if step >= UInt64(check.latency) {
        let first = (step - UInt64(check.latency)) << UInt64(laneBits)
        let wrong = operands.withUnsafeMutableBufferPointer { operands -> (UInt64, UInt64, UInt64)? in
          guard let base = operands.baseAddress else { return nil }
          for lane in results.indices {
            base[position] = first | UInt64(lane)
            let found = UInt64(results[lane].load(as: Word.self))
            let expected = check.golden(base)
            if found != expected { return (base[position], found, expected) }
          }
          return nil
        }
        if let (value, found, expected) = wrong {
          return .init(operands: check.operands, values: prefix + [value], found: found, expected: expected)
        }
      }
      if check.latency > 0 { try model.run(cycles: 1) }
    }
    return nil
  }
}
