import Catalog
import Golden
import NumberFormats
import Testbench
import Units

extension Catalog {
  /// Rotary position embedding.
  static let rotaryRotator = Entry<RotaryRotator, CountWorkload>(
    "rotary-rotator", "Turns the pairs of bfloat16 vectors by angles that grow with the position.",
    configurations: [
      (
        "halves",
        RotaryRotator {
          ($0.dimension, $0.lanes, $0.positions, $0.pairing, $0.stages) = (12, 3, 7, .halves, 1)
        }
      ),
      (
        "small",
        RotaryRotator { ($0.dimension, $0.lanes, $0.positions, $0.base, $0.stages) = (4, 2, 3, 100, 0) }
      ),
    ],
    workload: CountWorkload(count: 400), workloadParameters: CountWorkload.parameters("Vectors"),
    expectedCycles: { unit, work in work.count * unit.dimension / unit.lanes }
  ) { request in
    let unit = request.generator
    let golden = try RotaryEmbedding(dimension: unit.dimension, pairing: unit.pairing, base: Double(unit.base))
    var bench = try request.streamBench()
    var random = bench.random("vectors")
    let positions = UInt64(1) << UInt64(Int.bitWidth - (unit.positions - 1).leadingZeroBitCount)
    for index in 0..<request.workload.count {
      let position = Int(random.next() % positions)
      let corner = index % 32 == 0 ? index / 32 : nil
      let spread = random.integer(below: 4)
      let features = (0..<unit.dimension).map { feature in
        corner.map { cornerLane(feature % unit.lanes, of: unit.lanes, width: 16, number: $0) }
          ?? random.feature(spread)
      }
      let turned = try golden(
        features.map { BFloat16(bitPattern: UInt16($0)) }, position: min(position, unit.positions - 1))
      try bench.withStimuli { stimuli throws(BenchError) in
        for beat in features.beats(of: unit.lanes) {
          try stimuli.send(words: packed(beat.values, width: 16) + [UInt64(position)], on: "push")
        }
        for beat in turned.map({ UInt64($0.bitPattern) }).beats(of: unit.lanes) {
          try stimuli.expect(words: packed(beat.values, width: 16) + [beat.isLast ? 1 : 0], on: "pop")
        }
      }
    }
    return bench
  }
  .scored(on: "small")
}

extension Xoshiro256 {
  /// A feature: of any class, or of some binades, so that both products matter.
  fileprivate mutating func feature(_ spread: Int) -> UInt64 {
    asOneDraw { random in
      if spread == 3 { return random.code(.bfloat16) }
      let field = UInt64(127 - random.integer(below: [1, 4, 24][spread]))
      return UInt64(random.integer(below: 2)) << 15 | field << 7 | random.next() >> 57
    }
  }
}
