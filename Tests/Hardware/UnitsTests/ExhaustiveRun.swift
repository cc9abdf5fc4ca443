import Dispatch
import Engine
import HDL
import Simulator
import Synchronization

/// A unit of two 16-bit operands on the native engine against the definition, every second operand for each first one.
struct ExhaustiveRun {
  let unit: UnitUnderTest
  /// Units side by side in one model, a power of two.
  var lanes = 256
  var threads = 1

  /// Operands of which the result is not the one expected.
  struct Mismatch: Error, CustomStringConvertible {
    let a, b, found, expected: UInt16
    var description: String {
      "\(String(a, radix: 16)), \(String(b, radix: 16)): \(String(found, radix: 16)) instead of "
        + String(expected, radix: 16)
    }
  }

  /// Runs all pairs with the first operands given.
  ///
  /// - Returns: The number of pairs compared.
  /// - Throws: The first mismatch that a thread finds.
  func run(first: [UInt16], expected: @Sendable (UInt16, UInt16) -> UInt16) throws -> Int {
    let outcome = Mutex<Result<Int, any Error>>(.success(0))
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      let own = stride(from: thread, to: first.count, by: threads).map { first[$0] }
      let result = Result { try pairs(first: own, expected: expected) }
      outcome.withLock { total in
        guard case .success(let before) = total else { return }
        total = result.map { $0 + before }
      }
    }
    return try outcome.withLock { $0 }.get()
  }

  private func pairs(first: [UInt16], expected: (UInt16, UInt16) -> UInt16) throws -> Int {
    let engine = try NativeModel(try CountingLanes(unit: unit, lanes: lanes).elaborate())
    guard let left = engine.pin("operands_0"), let right = engine.pin("operands_1") else { return 0 }
    let results = (0..<lanes).compactMap { engine.pin("results_\($0)")?.storage }
    var count = 0
    for a in first {
      left.unsigned = UInt64(a)
      for block in 0..<(0x10000 / lanes) {
        right.unsigned = UInt64(block)
        engine.settle()
        for (lane, result) in results.enumerated() {
          let b = UInt16(truncatingIfNeeded: block * lanes + lane)
          let (found, wanted) = (result.load(as: UInt16.self), expected(a, b))
          if found != wanted { throw Mismatch(a: a, b: b, found: found, expected: wanted) }
        }
        count += results.count
      }
    }
    return count
  }
}
