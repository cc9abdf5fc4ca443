import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// That a result shows `cycles` clock edges after its operands were taken, and no second one.
  static func iterationLatency<G: Generator>(
    _ cycles: Int,
    _ ports: @escaping @Sendable (Observation<G.Ports>) -> (valid: Bit, ready: Bit, isShown: Bit, isTaken: Bit)
  ) -> Checker<G> {
    Checker("latency", "A result shows \(cycles) clock edges after its operands were taken, and only then.") { io, m in
      let (valid, ready, isShown, isTaken) = ports(io)
      let age = m.register("age", UInt.self, width: 16, reset: 0)
      let isBusy = m.register("is_busy", Bit.self, reset: 0)
      m.when(valid & ready) {
        isBusy.next <== 1
        age.next <== 1
      }
      .otherwise(when: isShown & isTaken) { isBusy.next <== 0 }
      .otherwise(when: age .< UInt(cycles)) { age.next <== age &+ 1 }
      m.assert(
        isShown .== (isBusy & (age .== UInt(cycles))), "is_in_time",
        "a result shows too early, too late or twice")
      m.assert(ready .== !isBusy, "takes_when_free", "operands wait for nothing, or are taken too soon")
    }
  }
}
