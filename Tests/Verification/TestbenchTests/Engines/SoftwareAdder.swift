import Engine
import Netlist

/// `sum` is `a` + `b` a number of cycles later, and `busy` is high once the pipeline is full.
final class SoftwareAdder: SoftwareEngine {
  private let latency: Int
  /// The result of this cycle's operands is one too large.
  private let faultyCycle: UInt64?
  private var pipeline: [Int64]
  private var filled = 0

  init(latency: Int, faultyCycle: UInt64? = nil) {
    self.latency = latency
    self.faultyCycle = faultyCycle
    pipeline = [Int64](repeating: 0, count: latency)
    super.init(
      "adder",
      [
        PortShape(name: "a", direction: .input, width: 8, isSigned: true),
        PortShape(name: "b", direction: .input, width: 8, isSigned: true),
        PortShape(name: "subtract", direction: .input, width: 1),
        PortShape(name: "sum", direction: .output, width: 9, isSigned: true),
        PortShape(name: "busy", direction: .output, width: 1),
      ], reset: nil)
  }

  private var result: Int64 {
    let (a, b) = (pin(at: 0).signed, pin(at: 1).signed)
    return (pin(at: 2).unsigned == 1 ? a - b : a + b) + (cycle == faultyCycle ? 1 : 0)
  }

  override func combine() throws(EngineFailure) {
    pin(at: 3).signed = pipeline.first ?? result
    pin(at: 4).unsigned = filled >= latency ? 1 : 0
  }

  override func clock() throws(EngineFailure) {
    filled += 1
    if latency > 0 {
      pipeline.append(result)
      pipeline.removeFirst()
    }
  }
}
