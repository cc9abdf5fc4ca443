import HDL
import Netlist
import Testing

@testable import Catalog

/// What makes a score stale: the circuit, not its names.
@Suite struct FingerprintTests {
  private func fingerprint(_ counter: Count) throws -> String { try counter.elaborate().fingerprint }

  @Test func `Names and places change nothing`() throws {
    #expect(try fingerprint(Count(name: "left", step: 3)) == fingerprint(Count(name: "right", step: 3)))
    #expect(try Count().elaborate().prefixed("acme_").fingerprint == fingerprint(Count()))
  }

  @Test(arguments: [
    Count(step: 4), Count(width: 9), Count(reset: 1), Count(isEnabled: false), Count(limit: 6), Count(cannotPass: true),
  ])
  func `What the circuit does changes it`(other: Count) throws {
    #expect(try fingerprint(other) != fingerprint(Count()))
  }

  /// A register that counts under an assertion.
  struct Count: Generator {
    var name = "count"
    var width = 8
    var step = 3
    var reset = 0
    var isEnabled = true
    var limit = 7
    var cannotPass = false

    struct Ports {
      let enable: Input<Bit>
      let value: Output<UInt>
    }
    var ports: Ports { Ports(enable: .init(), value: .init(width)) }
    func build(_ io: Interior<Ports>, in m: Module) {
      let count = m.register(name, UInt.self, width: width, reset: UInt(reset))
      m.when(isEnabled ? io.enable : !io.enable) {
        count.next <== count &+ m.constant(step, width: width, as: UInt.self)
      }
      io.value <== count
      let limit = m.constant(limit, width: width, as: UInt.self)
      m.assert(cannotPass ? count .!= limit : count .< limit, "below")
    }
  }
}
