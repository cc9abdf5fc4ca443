import Engine
import Netlist

/// Counts on stream `count` without any input stream; `tick` carries no payload and passes with every fourth number.
final class SoftwareCounter: SoftwareEngine {
  private var number: UInt64 = 0
  private var ticks = 0

  init() {
    super.init(
      "counter",
      [
        PortShape(name: "count_valid", direction: .output, width: 1),
        PortShape(name: "count_ready", direction: .input, width: 1),
        PortShape(name: "count_number", direction: .output, width: 16),
        PortShape(name: "tick_valid", direction: .output, width: 1),
        PortShape(name: "tick_ready", direction: .input, width: 1),
      ])
  }

  override func combine() throws(EngineFailure) {
    pin(at: 0).unsigned = number < 100 ? 1 : 0
    pin(at: 2).unsigned = number
    pin(at: 3).unsigned = ticks > 0 ? 1 : 0
  }

  override func clock() throws(EngineFailure) {
    if isReset { return }
    if pin(at: 3).unsigned == 1, pin(at: 4).unsigned == 1 { ticks -= 1 }
    if pin(at: 0).unsigned == 1, pin(at: 1).unsigned == 1 {
      number += 1
      if number.isMultiple(of: 4) { ticks += 1 }
    }
  }
}
