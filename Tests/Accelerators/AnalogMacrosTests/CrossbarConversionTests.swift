import AnalogMacros
import Dispatch
import Synchronization
import Testing

/// The evaluation of a crossbar without allocations, against its definition.
@Suite struct CrossbarConversionTests {
  static let effects:
    [(name: String, temperature: UInt8, share: Int, change: @Sendable (inout Nonidealities) -> Void)] = [
      ("none", 0, 1, { _ in }), ("programming", 0, 1, { $0.relativeProgramming = 0.1 }),
      ("stuck and ratio", 0, 2, { ($0.stuckLowest, $0.stuckHighest, $0.onOffRatio) = (0.02, 0.05, 17) }),
      ("reads", 0, 1, { $0.readNoise = 1.5 }),
      ("converters", 0, 4, { ($0.converterOffset, $0.converterGain) = (0.8, 0.03) }),
      (
        "drift and wires", 0, 1,
        { ($0.driftExponent, $0.age, $0.lossPerRow, $0.lossPerColumn) = (0.05, 100, 0.0005, 0.0003) }
      ),
      ("warmth", 90, 1, { ($0.temperatureCoefficient, $0.onOffRatio) = (-0.002, 20) }),
      ("telegraph", 0, 1, { ($0.telegraphShare, $0.telegraphStrength) = (0.5, 0.05) }),
      (
        "read back", 0, 1,
        { ($0.relativeProgramming, $0.verifyTolerance, $0.verifyPulses, $0.stuckLowest) = (0.1, 0.15, 4, 0.01) }
      ),
      (
        "all", 33, 2,
        {
          ($0.relativeProgramming, $0.absoluteProgramming, $0.readNoise) = (0.05, 0.01, 0.7)
          ($0.onOffRatio, $0.converterOffset, $0.converterGain, $0.temperatureCoefficient) = (30, 0.5, 0.02, 0.001)
        }
      ),
    ]

  @Test func `Codes are those of the definition, for every knob`() {
    for (name, temperature, share, change) in Self.effects {
      var effects = Nonidealities()
      change(&effects)
      for bits in [5, 9] {
        let geometry = CrossbarGeometry(
          rows: 70, columns: 24, converterBits: bits, codeFractionBits: bits == 9 ? 2 : 0)
        let crossbar = CrossbarTests.filled(geometry, effects, number: 5, columnsPerConverter: share)
        var codes = [Int32](repeating: -1, count: 25)
        for event in 0..<6 as Range<UInt32> {
          let plane = event == 0 ? [Bool](repeating: true, count: 70) : CrossbarTests.plane(70, UInt64(event))
          crossbar.convert(
            rows: plane.indices.filter { plane[$0] }, event: event, temperature: temperature, into: &codes)
          let expected = crossbar.codes(plane: plane, event: event, temperature: temperature)
          #expect(codes.dropLast().map { Int($0) } == expected, "\(name), \(bits) bits, event \(event)")
        }
      }
    }
  }

  @Test(arguments: [(64, 2), (130, 3), (1, 1)])
  func `Sums of words of bits are the exact ones`(rows: Int, cellBits: Int) {
    let crossbar = CrossbarTests.filled(CrossbarGeometry(rows: rows, columns: 20, cellBits: cellBits))
    let bits = CrossbarBits(crossbar)
    for index in 0..<8 as Range<UInt64> {
      let plane = index == 0 ? [Bool](repeating: true, count: rows) : CrossbarTests.plane(rows, index)
      var words = [UInt64](repeating: 0, count: bits.words)
      for row in 0..<rows where plane[row] { words[row / 64] |= 1 << UInt64(row % 64) }
      let sums = crossbar.idealSums(plane: plane)
      #expect((0..<20).map { Int(bits.sum($0, words)) } == sums)
      if index == 0 { #expect(bits.totals.map { Int($0) } == sums) }
    }
  }

  @Test func `Any order and any number of threads give the same noise`() {
    var effects = Nonidealities()
    (effects.readNoise, effects.relativeProgramming, effects.telegraphShare) = (1.2, 0.05, 0.3)
    effects.telegraphStrength = 0.02
    let crossbar = CrossbarTests.filled(CrossbarGeometry(rows: 48, columns: 32), effects)
    @Sendable func codes(_ event: Int) -> [Int32] {
      var codes = [Int32](repeating: 0, count: 33)
      let plane = CrossbarTests.plane(48, UInt64(event % 5))
      crossbar.convert(rows: plane.indices.filter { plane[$0] }, event: UInt32(event), into: &codes)
      return Array(codes.dropLast())
    }
    let inOrder = (0..<64).map(codes)
    for threads in [2, 5] {
      let found = Mutex([[Int32]](repeating: [], count: 64))
      DispatchQueue.concurrentPerform(iterations: threads) { thread in
        for event in stride(from: 63 - thread, through: 0, by: -threads) {
          let own = codes(event)
          found.withLock { $0[event] = own }
        }
      }
      #expect(found.withLock { $0 } == inOrder, "\(threads) threads")
    }
    #expect(Set(inOrder).count == 64)
  }
}
