import Engine
import HDL
import Simulator
import Testing
import Units

/// How fast beats pass, which the benches of the catalog do not say.
@Suite struct StreamRateTests {
  /// Offers `beats` beats without a pause and takes all that comes.
  ///
  /// - Parameters:
  ///   - isLast: Whether a beat is the last one of its row.
  ///   - drive: Sets the other inputs for a beat.
  /// - Returns: The clocks that pass until the last beat is taken in.
  private func clocks(
    _ unit: some Generator, beats: Int, takenOn outputs: [String], isLast: (Int) -> Bool?,
    _ drive: (NativeModel, Int) throws -> Void = { _, _ in }
  ) throws -> Int {
    let engine = try NativeModel(try unit.elaborate())
    let (valid, ready) = (try #require(engine.pin("push_valid")), try #require(engine.pin("push_ready")))
    try engine.reset(cycles: 2)
    for output in outputs { try #require(engine.pin("\(output)_ready")).unsigned = 1 }
    valid.unsigned = 1
    var (sent, clock) = (0, 0)
    while sent < beats, clock < 10 * beats {
      if let last = isLast(sent) { try #require(engine.pin("push_is_last")).unsigned = last ? 1 : 0 }
      try drive(engine, sent)
      engine.settle()
      if ready.unsigned == 1 { sent += 1 }
      try engine.run(cycles: 1)
      clock += 1
    }
    return clock
  }

  @Test func `A row enters a transposer in every clock`() throws {
    let unit = TileTransposer { ($0.size, $0.elementWidth) = (5, 8) }
    #expect(try clocks(unit, beats: 200, takenOn: ["pop"]) { _ in false } == 200)
  }

  @Test(arguments: [OnlineSoftmax.Sum.online, .twoPass, .exact], [1, 8])
  func `A beat of scores enters in every clock, of short rows too`(sum: OnlineSoftmax.Sum, beats: Int) throws {
    let unit = OnlineSoftmax { ($0.maximumBeats, $0.sum) = (8, sum) }
    let taken = try clocks(unit, beats: 200, takenOn: ["pop"]) {
      $0 % beats == beats - 1
    } _: { engine, beat in
      try #require(engine.pin("push_kept")).unsigned = 15
      try #require(engine.pin("push_values")).unsigned = UInt64(beat) &* 0x0123_4567 & 0xFFFF_FFFF
    }
    #expect(taken == 200)
  }

  @Test(arguments: [0, 5, 15]) func `A beat enters an encoder in every clock`(mask: UInt64) throws {
    let unit = ZeroFreeEncoder { $0.lanes = 4 }
    let taken = try clocks(unit, beats: 200, takenOn: ["masks", "packed"]) { _ in
      false
    } _: { engine, _ in
      try #require(engine.pin("push_mask")).unsigned = mask
    }
    #expect(taken == 200)
  }

  @Test(arguments: [false, true]) func `A beat of features enters in every clock`(isHalves: Bool) throws {
    let unit = RotaryRotator {
      ($0.dimension, $0.lanes, $0.positions, $0.pairing) = (8, 2, 4, isHalves ? .halves : .interleaved)
    }
    #expect(try clocks(unit, beats: 200, takenOn: ["pop"]) { _ in nil } == 200)
  }

  @Test(arguments: [false, true]) func `A beat of elements is activated in every clock`(hasGate: Bool) throws {
    let unit = VectorActivation { ($0.function, $0.format, $0.hasGate) = (.relu, .float8E4M3, hasGate) }
    #expect(try clocks(unit, beats: 200, takenOn: ["pop"]) { $0 % 3 == 2 } == 200)
  }

  @Test(arguments: [0, 0x0108, 0x8421]) func `A chunk is packed in every clock that has no more pairs than multipliers`(
    mask: UInt64
  ) throws {
    let unit = PairPacker()
    let taken = try clocks(unit, beats: 200, takenOn: ["pop"]) { _ in
      nil
    } _: { engine, chunk in
      try #require(engine.pin("push_left_mask")).unsigned = mask
      try #require(engine.pin("push_right_mask")).unsigned = 0xFFFF
      try #require(engine.pin("push_last")).unsigned = chunk % 5 == 4 ? 1 : 0
    }
    #expect(taken == 200)
  }

  @Test(arguments: [0, 1, 3], [1, 3, 8])
  func `A beat of scores enters in every clock where nothing is divided`(stages: Int, beats: Int) throws {
    let unit = FloatingLogSumExpSoftmax { ($0.lanes, $0.maximumBeats, $0.stages) = (2, 8, stages) }
    let taken = try clocks(unit, beats: 200, takenOn: ["pop"]) {
      $0 % beats == beats - 1
    } _: { engine, beat in
      try #require(engine.pin("push_kept")).unsigned = 3
      try #require(engine.pin("push_values")).unsigned = UInt64(0x3F80_4000 + beat)
    }
    #expect(taken == 200)
  }
}
