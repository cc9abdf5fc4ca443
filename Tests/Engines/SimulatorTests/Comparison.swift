import Engine
import Netlist
import RandomCircuits
import Testing

@testable import Simulator

/// Runs an engine beside the reference on random inputs.
enum Comparison {
  /// A value of `width` bits: a corner now and then, else random bits.
  static func value(_ width: Int, _ random: inout SplitMix) -> BitVector {
    switch random.below(6) {
    case 0: return .zeros(width)
    case 1: return .ones(width)
    case 2:
      var corner = BitVector.zeros(width)
      corner[width - 1] = true
      return corner
    default: return BitVector(words: (0..<(width + 63) / 64).map { _ in random.next() }, width: width)
    }
  }

  /// Expects equal outputs in every cycle; resets and clocks are random.
  static func run(_ engine: some Engine, _ circuit: Circuit, seed: UInt64, cycles: Int) throws {
    let reference = ReferenceModel(circuit)
    let top = circuit.top
    var random = SplitMix(state: seed)
    for cycle in 0..<cycles {
      var inputs: [Int: BitVector] = [:]
      for (index, port) in top.ports.enumerated() where port.driver == nil {
        inputs[index] = value(port.shape.width, &random)
        engine.pin(at: index).store(inputs[index]!)
      }
      var held: Set<String> = []
      for (index, clock) in top.clocks.enumerated() where clock.reset != nil {
        let isActive = random.below(12) == 0
        if isActive { held.insert(clock.clock) }
        engine.resetPin(ofClock: index)!.unsigned = isActive == (clock.resetPolarity == .activeHigh) ? 1 : 0
      }
      reference.settle(inputs, held: held)
      try engine.settle()
      for (index, port) in top.ports.enumerated() where port.driver != nil {
        let (expected, found) = (reference.output(index), engine.pin(at: index).load())
        #expect(found == expected, "seed \(seed), cycle \(cycle), \(port.shape.name)")
        if found != expected { return }
      }
      // A clock may rest, a single one too.
      let mask = top.clocks.count == 1 ? min(1, random.next() % 5) : random.next() % 4
      var rising: Set<String> = []
      for (index, clock) in top.clocks.enumerated() where mask >> UInt64(index) & 1 == 1 { rising.insert(clock.clock) }
      reference.step(rising)
      try engine.step(clocks: mask)
    }
  }
}
