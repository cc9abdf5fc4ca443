import Components
import HDL
import Simulator
import Testbench
import Testing

/// Doubles, drops what is not a multiple of four, and adds what two branches make of the rest.
private struct Chain: DefaultConfigurable {
  struct Ports {
    let input: StreamInput<SInt>
    let output: StreamOutput<SInt>
  }
  var ports: Ports { Ports(input: .init(8), output: .init(11)) }

  func build(_ io: Interior<Ports>, in m: Module) {
    let branches = io.input
      .piped("first", in: m)
      .mapped { $0 + $0 }
      .filtered("fours", in: m) { !$0[1] }
      .skidBuffered("second", in: m)
      .forked("branch", count: 2, in: m)
    let early = branches[0].queued("early", depth: 2, storage: .registers, in: m)
    let late = branches[1].queued("late", depth: 4, in: m).mapped { $0 + 1 }
    let join = m.instance(StreamJoin(widths: [9, 10]), "pairs")
    for (input, stream) in zip(join.input, [early.mapped(\.asBits), late.mapped(\.asBits)]) { input <== stream }
    io.output <== join.output.mapped { $0[0..<9].asSigned + $0[9..<19].asSigned }
  }
}

@Suite struct StreamCombinatorTests {
  @Test(arguments: stallProfiles) func `Combinators chain, signs included`(stalls: StallProfile) throws {
    let circuit = try Chain().elaborate()
    var bench = try StreamBench(circuit.top.interface, seed: 5, stalls: stalls)
    var random = bench.random("items")
    for number in 0..<500 {
      let item = number == 499 ? 6 : random.signed(bits: 8)
      try bench.send([item], on: "input")
      if item % 2 == 0 { try bench.expect([4 * item + 1], on: "output") }
    }
    let result = try bench.run(on: NativeModel(circuit))
    #expect(result.verdict == .passed, "\(result.text())")
  }
}
