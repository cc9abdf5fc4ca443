import Components
import HDL
import Netlist
import Testbench

/// A module that calls the language as no design should.
struct MisuseCircuit: Generator {
  var seed: Seed

  struct Ports {
    let bit: Input<Bit>
    let number: Input<UInt>
    let signed: Input<SInt>
    let stream: StreamInput<Bits>
    let sum: Output<UInt>
    let flag: Output<Bit>
    let wide: Output<Bits>
    let streamOut: StreamOutput<Bits>
  }
  var ports: Ports {
    Ports(
      bit: .init(), number: .init(7), signed: .init(9), stream: .init(5), sum: .init(7), flag: .init(), wide: .init(12),
      streamOut: .init(5))
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    var random = seed.generator("misuse")
    if !random.chance(3) { io.sum <== io.number }
    if !random.chance(3) { io.flag <== io.bit }
    if !random.chance(3) { io.wide <== 5 }
    if !random.chance(3) { io.streamOut <== io.stream }
    for _ in 0..<1 + random.below(4) { act(random.below(24), &random, io, m) }
  }

  private func act(_ number: Int, _ random: inout Xoshiro256, _ io: Interior<Ports>, _ m: Module) {
    let width = random.hostileWidth()
    let name = random.hostileName()
    switch number {
    case 0: io.sum <== io.number &+ 1
    case 1: io.wide[random.below(30) - 5..<random.below(30) + 26] <== 0
    case 2:
      let wire = m.wire("loop_\(random.below(3))", UInt.self, width: 7)
      wire.driver <== wire &+ io.number
    case 3: _ = m.register(name, io.number, reset: UInt(random.below(1000) - 200))
    case 4: _ = m.register(name, UInt.self, width: width)
    case 5: _ = m.wire(name, SInt.self, width: width)
    case 6: _ = m.constant(random.below(100_000) - 50_000, width: width, as: UInt.self)
    case 7: _ = m.memory(name, Bits.self, width: width, depth: random.below(6) - 2, lanes: random.below(5) - 1)
    case 8:
      let pair = m.dualPortMemory(
        "pair_\(random.below(2))", UInt.self, width: 7, depth: 4, duringOwnWrite: .noChange,
        duringOtherWrite: random.flip() ? .noChange : .oldData)
      _ = pair.a.access(at: io.number, writing: io.number, when: io.bit)
    case 9:
      let rom = m.rom("rom_\(random.below(2))", UInt.self, width: 3, depth: random.below(4), contents: [1, 9, -4, 200])
      _ = rom.readAsync(at: io.number.truncated(to: 1))
    case 10: _ = m.instance(StreamFIFO(width: width, depth: random.below(4) - 1), name)
    case 11: _ = io.number.named(name)
    case 12:
      m.switch(io.number) {
        $0.case(1000, -4) { io.sum <== 1 }
        $0.default { io.sum <== 2 }
        $0.case(1) { io.sum <== 3 }
      }
    case 13:
      let chain = m.when(io.bit) { io.flag <== 1 }
      chain.otherwise { io.flag <== 0 }
      chain.otherwise { io.flag <== 1 }
    case 14: m.domain(ClockDomain(name)) { _ = m.register("late_\(random.below(9))", io.number) }
    case 15:
      m.stateMachine(name, of: GrayPhase.self, reset: .second) { machine in
        machine.when(.first) { machine.go(.first) }
        machine.when(.first) { machine.go(.third) }
      }
    case 16: m.assert(io.bit, name, name)
    case 17: io.sum <== mux(io.bit, io.number, io.number.truncated(to: 3))
    case 18: io.wide <== concatenate(io.number, io.signed, Bit(1))
    case 19: io.flag <== (io.number[random.below(20) - 5] & io.signed[random.below(9)..<random.below(9) + 12].any)
    case 20: io.sum <== select(io.number, [1, 2, 3])
    case 21: io.sum <== (io.number << (random.below(9) - 4)).saturated(to: width)
    case 22: _ = m.synchronizer(name, io.bit, stages: random.below(5) - 2)
    default:
      let text = ["/no/such/file.hex", "", "."][random.below(3)]
      let memory = m.memory("loaded_\(random.below(2))", Bits.self, width: 8, depth: 4, contents: .file(text))
      io.wide <== memory.read(at: io.number.truncated(to: 2), when: io.bit, during: .newData)
    }
  }
}
