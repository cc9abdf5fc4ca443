import Engine
import HDL
import NumberFormats
import Simulator
import Testbench
import Testing
import Units

/// What the bench of the catalog does not say: how fast rows pass. Every bit is compared there.
@Suite struct NormalizationTests {
  /// Streams rows without pauses.
  ///
  /// - Returns: The clocks from the first to the last beat that enters, the clock in which the first one leaves, and in which
  ///   the last one does, counted from the first that enters.
  private func clocks(
    _ unit: FloatingNormalization, rows: Int, beats: Int, limit: Int
  ) throws -> (entering: Int, first: Int, last: Int) {
    let engine = try NativeModel(try unit.elaborate())
    func pin(_ name: String) throws -> Pin { try #require(engine.pin(name)) }
    let (valid, ready, isLast) = (try pin("push_valid"), try pin("push_ready"), try pin("push_is_last"))
    let (values, kept) = (try pin("push_values"), try pin("push_kept"))
    let (affineValid, gamma) = (try pin("affine_valid"), try pin("affine_gamma"))
    let (popValid, popReady) = (try pin("pop_valid"), try pin("pop_ready"))
    try engine.reset(cycles: 2)
    (popReady.unsigned, affineValid.unsigned) = (1, 1)
    gamma.store(lanes: (0..<unit.lanes).map { _ in 0x3F80 }, of: 16)
    kept.unsigned = 1 << UInt64(unit.lanes) - 1
    var (sent, taken, clock, entering, first) = (0, 0, 0, 0, -1)
    while taken < rows * beats, clock < limit {
      valid.unsigned = sent < rows * beats ? 1 : 0
      isLast.unsigned = sent % beats == beats - 1 ? 1 : 0
      // What is offered stays until it is taken.
      let elements = (0..<unit.lanes).map { lane in
        UInt64(BFloat16(Double((sent * 37 + lane * 11) % 129 - 64) / 16).bitPattern)
      }
      values.store(lanes: elements, of: 16)
      engine.settle()
      if popValid.unsigned == 1 {
        if first < 0 { first = clock }
        taken += 1
      }
      if sent < rows * beats, ready.unsigned == 1 {
        sent += 1
        entering = clock
      }
      clock += 1
      try engine.run(cycles: 1)
    }
    return (entering, first, clock - 1)
  }

  @Test(arguments: [0, 1, 3]) func `A beat passes in each clock, row after row`(stages: Int) throws {
    let unit = FloatingNormalization { ($0.lanes, $0.maximumBeats, $0.stages) = (2, 64, stages) }
    let (rows, beats) = (5, 48)
    let clocks = try clocks(unit, rows: rows, beats: beats, limit: 2_000)
    #expect(clocks.entering == rows * beats - 1)
    #expect(clocks.first > beats && clocks.first <= beats + unit.rowCycles + 12)
    #expect(clocks.last == clocks.first + rows * beats - 1)
  }

  @Test func `Short rows take the clocks of the root`() throws {
    let unit = FloatingNormalization { ($0.lanes, $0.maximumBeats) = (1, 8) }
    let rows = 20
    let clocks = try clocks(unit, rows: rows, beats: 2, limit: 4_000)
    #expect((clocks.last - clocks.first) <= rows * (unit.rowCycles + 1))
    #expect((clocks.last - clocks.first) >= (rows - 1) * (unit.rowCycles - 3))
  }

  @Test func `Rows that are too long for the sums are refused`() {
    let error = #expect(throws: (any Error).self) {
      try FloatingNormalization { ($0.lanes, $0.maximumBeats) = (64, 65536) }.elaborate()
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains("use fewer lanes or beats"))
  }
}
