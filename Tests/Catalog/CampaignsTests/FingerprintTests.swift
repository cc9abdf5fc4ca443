import Campaigns
import Catalog
import Entries
import HDL
import Netlist
import Testing

@testable import Campaigns

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

  @Test func `A child that is judged by itself counts by its ports`() throws {
    func own(_ count: Count, apart: Set<String> = ["Count"]) throws -> OwnLogic {
      OwnLogic(of: try Pair(count: count).elaborate().simplified(), apart: apart)
    }
    #expect(try own(Count()).modules.count == 1)
    #expect(try own(Count(), apart: []).modules.count == 2)
    #expect(try own(Count(step: 4)).fingerprint == own(Count()).fingerprint)
    #expect(try own(Count(width: 9)).fingerprint != own(Count()).fingerprint)
    #expect(try own(Count(step: 4), apart: []).fingerprint != own(Count(), apart: []).fingerprint)
    // The top is judged whether its type is listed or not.
    #expect(OwnLogic(of: try Count().elaborate(), apart: ["Count"]).fingerprint == (try fingerprint(Count())))
  }

  @Test func `A change in a queue makes the score of the queue stale, and no other`() throws {
    var touched: [String] = []
    for entry in Catalog.entries {
      let circuit = try entry.block(configuration: entry.scoredConfiguration, settings: [], workload: []).elaborate(
        reset: ResetStyle())
      let own = OwnLogic(of: circuit, apart: Catalog.generators)
      let queues = circuit.definitions.indices.filter { circuit.definitions[$0].summary.hasPrefix("StreamFIFO(") }
      guard !queues.isEmpty else { continue }
      var definitions = circuit.definitions
      for queue in queues { definitions[queue].assertions = [] }
      let changed = OwnLogic(of: try Circuit(definitions: definitions), apart: Catalog.generators)
      if changed.fingerprint != own.fingerprint { touched.append(entry.name) }
    }
    #expect(touched == ["stream-fifo"])
  }

  /// Two counters, one behind the other.
  struct Pair: Generator {
    var count = Count()

    var ports: Count.Ports { count.ports }
    func build(_ io: Interior<Count.Ports>, in m: Module) {
      let first = m.instance(count, "first")
      let second = m.instance(count, "second")
      first.enable <== io.enable
      second.enable <== first.value.any
      io.value <== second.value
    }
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
