import HDL
import Simulator
import Testing

private struct Entry: SignalBundle {
  let isLast: Bit
  let lanes: [SInt]
  let code: UInt

  static var shape: Entry { Entry(isLast: .shape, lanes: [.shape(3), .shape(3)], code: .shape(5)) }
}

/// Everything that holds a bundle, of which `index` chooses one.
private struct Holder: DefaultConfigurable {
  struct Ports {
    let isLast, write: Input<Bit>
    let low, high: Input<SInt>
    let code, index, address: Input<UInt>
    let isLastOut: Output<Bit>
    let lowOut, highOut: Output<SInt>
    let codeOut, fieldCode: Output<UInt>
  }
  var ports: Ports {
    Ports(
      isLast: .init(), write: .init(), low: .init(3), high: .init(3), code: .init(5), index: .init(2),
      address: .init(2), isLastOut: .init(), lowOut: .init(3), highOut: .init(3), codeOut: .init(5),
      fieldCode: .init(5))
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    let entry = Entry(isLast: io.isLast, lanes: [io.low, io.high], code: io.code)
    let zero = Entry(isLast: 0, lanes: [0, 0], code: 0)
    let held = m.register("held", entry, when: io.write, reset: zero)
    let kept = m.register("kept", of: Entry.shape, reset: Entry(isLast: 1, lanes: [-1, 3], code: 9))
    m.when(io.index .== 1) { kept.next <== entry }
      .otherwise(when: io.write) { kept.next.code <== kept.code &+ 1 }
    let words = m.memory("words", of: Entry.shape, depth: 4, contents: [0, 0, 0, 0])
    words.write(entry, at: io.address, when: io.write)
    let next = m.wire("upcoming", of: Entry.shape, default: held.packed.unpacked(as: Entry.shape))
    m.when(io.isLast) { next.driver.lanes[1] <== -4 }
    let chosen = select(
      io.index, [held, kept, words.read(at: io.address), mux(io.write, next, zero)])
    io.isLastOut <== chosen.isLast
    io.lowOut <== chosen.lanes[0]
    io.highOut <== chosen.lanes[1]
    io.codeOut <== chosen.code
    io.fieldCode <== kept.code
  }
}

/// A generator of random numbers that is the same in every run: SplitMix64.
private struct Draws: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
}

private struct Ordered: SignalBundle {
  let low: UInt
  let high: UInt
}

private struct Reversed: SignalBundle {
  let high: UInt
  let low: UInt
}

private struct Carried: SignalBundle {
  let item: Payload
}

/// A memory of items into which items with the same fields in another order are written.
private struct Reordering: Generator {
  struct Ports {
    let low, high: Input<UInt>
    let lowOut, highOut: Output<UInt>
  }
  var ports: Ports { Ports(low: .init(4), high: .init(4), lowOut: .init(4), highOut: .init(4)) }

  func build(_ io: Interior<Ports>, in m: Module) {
    let shape = Ordered(low: .shape(4), high: .shape(4))
    let words = m.memory("words", of: Carried(item: Payload(shape)), depth: 2)
    words.write(Carried(item: Payload(Reversed(high: io.high, low: io.low))), at: 0, when: 1)
    let word = words.read(at: 0).item.read(as: shape)
    io.lowOut <== word.low
    io.highOut <== word.high
  }
}

private struct Plain: Equatable {
  var isLast, low, high, code: Int
}

@Suite struct BundleValueTests {
  @Test func `A bundle in a register, a wire, a memory, a select and packed is what its fields are`() throws {
    let sim = try Simulation(Holder())
    try sim.reset()
    let zero = Plain(isLast: 0, low: 0, high: 0, code: 0)
    var held = zero
    var kept = Plain(isLast: 1, low: -1, high: 3, code: 9)
    var words = [Plain](repeating: zero, count: 4)
    var read = zero
    var random = Draws(state: 11)
    for cycle in 0..<2000 {
      let entry = Plain(
        isLast: .random(in: 0...1, using: &random), low: .random(in: -4...3, using: &random),
        high: .random(in: -4...3, using: &random), code: .random(in: 0...31, using: &random))
      let (write, index) = (Int.random(in: 0...1, using: &random), Int.random(in: 0...3, using: &random))
      let address = Int.random(in: 0...3, using: &random)
      (sim.isLast, sim.low, sim.high, sim.code) = (entry.isLast, entry.low, entry.high, entry.code)
      (sim.write, sim.index, sim.address) = (write, index, address)
      try sim.settle()
      var upcoming = held
      if entry.isLast == 1 { upcoming.high = -4 }
      // What a synchronous read shows before its first clock edge is not defined.
      if cycle > 0 || index != 2 {
        let expected = [held, kept, read, write == 1 ? upcoming : zero][index]
        let found = Plain(isLast: sim.isLastOut, low: sim.lowOut, high: sim.highOut, code: sim.codeOut)
        #expect(found == expected, "cycle \(cycle), index \(index)")
      }
      #expect(sim.fieldCode == kept.code)
      try sim.step()
      read = words[address]
      if write == 1 {
        held = entry
        words[address] = entry
      }
      if index == 1 { kept = entry } else if write == 1 { kept.code = (kept.code + 1) % 32 }
    }
  }

  @Test func `A memory gives each field to the one of its name`() throws {
    let sim = try Simulation(Reordering())
    (sim.low, sim.high) = (3, 12)
    for _ in 0..<3 { try sim.step() }
    #expect(sim.lowOut == 3 && sim.highOut == 12)
  }
}
