import Netlist
import Simulator
import Synchronization

/// A number that threads share.
final class Counter: Sendable {
  private let number = Mutex(0)

  var value: Int { number.withLock { $0 } }

  func count(_ value: Int) { number.withLock { $0 = value } }
}

enum NativeModelMaker {
  static func model(of circuit: Circuit) throws -> NativeModel { try NativeModel(circuit) }
}
