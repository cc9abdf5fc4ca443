import Engine
import Netlist

/// Adds stream `b` to stream `a` and gives every sum on `sum` and on `copy`: two streams in, two out, each transaction a
/// cycle after the later of its operands at the earliest. The clear input `zero` is held by the bench.
final class SoftwareJoin: SoftwareEngine {
  private var a, b, sum, copy: UInt64?
  /// Whether a copy is offered only when its sum has been taken.
  private let copyWaits: Bool

  init(copyWaits: Bool = false) {
    self.copyWaits = copyWaits
    func stream(_ name: String, _ direction: PortDirection, _ width: Int) -> [PortShape] {
      [
        PortShape(name: "\(name)_valid", direction: direction, width: 1),
        PortShape(name: "\(name)_ready", direction: direction == .input ? .output : .input, width: 1),
        PortShape(name: "\(name)_value", direction: direction, width: width),
      ]
    }
    super.init(
      "join",
      stream("a", .input, 16) + stream("b", .input, 16) + stream("sum", .output, 17) + stream("copy", .output, 17)
        + [PortShape(name: "zero", direction: .input, width: 1)])
  }

  override func combine() throws(EngineFailure) {
    pin(at: 1).unsigned = a == nil && !isReset ? 1 : 0
    pin(at: 4).unsigned = b == nil && !isReset ? 1 : 0
    pin(at: 6).unsigned = sum == nil ? 0 : 1
    pin(at: 8).unsigned = sum ?? 0
    pin(at: 9).unsigned = copy == nil || copyWaits && sum != nil ? 0 : 1
    pin(at: 11).unsigned = copy ?? 0
  }

  override func clock() throws(EngineFailure) {
    if pin(at: 6).unsigned == 1, pin(at: 7).unsigned == 1 { sum = nil }
    if pin(at: 9).unsigned == 1, pin(at: 10).unsigned == 1 { copy = nil }
    if pin(at: 0).unsigned == 1, pin(at: 1).unsigned == 1 { a = pin(at: 2).unsigned }
    if pin(at: 3).unsigned == 1, pin(at: 4).unsigned == 1 { b = pin(at: 5).unsigned }
    if sum == nil, copy == nil, let x = a, let y = b {
      let total = pin(at: 12).unsigned == 1 ? 0 : x + y
      (sum, copy, a, b) = (total, total, nil, nil)
    }
  }
}
