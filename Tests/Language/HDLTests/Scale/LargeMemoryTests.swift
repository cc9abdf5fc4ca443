import HDL
import Netlist
import TestSupport
import Testing

/// Memories with many ports and machines of many states, at a cost that is linear.
@Suite struct LargeMemoryTests {
  @Test(.timeLimit(.minutes(2)))
  func `A memory is written in each of many cases`() throws {
    let count = 8192
    let design = Large("Writes", size: count, inputs: [13, 8], outputs: [8]) { io, m in
      let ram = m.memory("ram", UInt.self, width: 8, depth: 16)
      m.switch(io.a[0]) { s in
        for value in 0..<count {
          s.case(value) { ram.write(io.a[1], at: m.constant(value & 15, width: 4, as: UInt.self)) }
        }
      }
      io.y[0] <== ram.read(at: io.a[1].truncated(to: 4))
    }
    let elaborated = try design.elaborate()
    #expect(elaborated.top.memories[0].writePorts.count == count)
  }

  @Test func `Of ports of several blocks each gives way to the later ones of the others`() throws {
    struct Ports3: Generator {
      struct Ports { let a: [Input<UInt>], y: [Output<UInt>] }
      var ports: Ports { Ports(a: (0..<4).map { _ in .init(4) }, y: (0..<2).map { _ in .init(4) }) }
      func build(_ io: Interior<Ports>, in m: Module) {
        let ram = m.dualPortMemory(
          "ram", UInt.self, width: 4, depth: 16, duringOwnWrite: .oldData, duringOtherWrite: .oldData)
        io.y[0] <== ram.a.access(at: io.a[0], writing: io.a[1], when: 1)
        io.y[1] <== ram.b.access(at: io.a[2], writing: io.a[3], when: 1)
      }
    }
    let ports = try Ports3().elaborate().top.memories[0].writePorts
    #expect(ports.count == 2 && ports[0].lanes[0].enable != ports[1].lanes[0].enable)
  }

  /// States that count how often they are listed.
  struct State: HardwareEnum, CustomStringConvertible {
    nonisolated(unsafe) static var listings = 0
    static var allCases: [State] {
      listings += 1
      return (0..<64).map { State(number: $0) }
    }
    var number: Int
    var description: String { "state_\(number)" }
  }

  @Test func `The states of a machine are listed a few times, not for each of them`() throws {
    struct Ring: Generator {
      struct Ports { let go: Input<Bit>, y: Output<Bit> }
      var ports: Ports { Ports(go: .init(), y: .init()) }
      func build(_ io: Interior<Ports>, in m: Module) {
        let ring = m.stateMachine("ring", of: State.self, reset: State(number: 0)) { s in
          for number in 0..<64 {
            s.when(State(number: number)) { m.when(io.go) { s.go(State(number: (number + 1) % 64)) } }
          }
        }
        io.y <== ring.isIn(State(number: 9))
      }
    }
    State.listings = 0
    _ = try Ring().elaborate()
    #expect(State.listings < 24, "\(State.listings)")
  }
}
