import Testing

@testable import Golden

@Suite struct ThresholdTests {
  @Test func `Thresholds lie on lines between entries, rounded down`() throws {
    let table = try ThresholdTable([.init(share: 10, threshold: 3), .init(share: 20, threshold: 8)])
    #expect([0, 10, 11, 12, 14, 19, 20, 21].map(table.threshold) == [3, 3, 3, 4, 5, 7, 8, 8])
    let steep = try ThresholdTable(
      [0, 5, 5, 7].map { .init(share: $0, threshold: 10 * $0) } + [.init(share: 7, threshold: 99)])
    #expect([5, 6, 7, 9].map(steep.threshold) == [50, 60, 70, 99])
  }

  @Test func `Tables are sorted, and have entries`() {
    #expect(throws: ThresholdTableError.empty) { try ThresholdTable([]) }
    #expect(throws: ThresholdTableError.falls(at: 1)) {
      try ThresholdTable([.init(share: 2, threshold: 1), .init(share: 1, threshold: 1)])
    }
    #expect(throws: ThresholdTableError.falls(at: 2)) {
      try ThresholdTable([1, 2].map { .init(share: $0, threshold: $0) } + [.init(share: 3, threshold: 1)])
    }
    #expect(
      ThresholdTableError.falls(at: 2).description
        == "entry 2 of the table of thresholds has a share or a threshold below the one before: sort both")
  }

  @Test func `A profile gives the share that is asked for`() throws {
    // A fifth are zero; the others are spread evenly.
    let numbers = (0..<1000).map { $0 < 200 ? 0 : UInt64($0 * 7) }
    let table = try ThresholdTable(profiling: numbers, count: 33, shareBits: 16)
    for percent in stride(from: 20, through: 95, by: 5) {
      let threshold = table.threshold(for: UInt64(percent) << 16 / 100)
      let zeros = numbers.count { $0 <= threshold }
      #expect(abs(zeros - 10 * percent) <= 10, "\(percent) %: \(zeros)")
    }
    #expect(table.threshold(for: 0) == 0 && table.threshold(for: 65535) == 999 * 7)
  }

  /// Blocks of random magnitudes, `scale` times as great as those of the profile.
  private func run(
    scale: Double, gainShift: Int, blocks: Int, delay: Int, target: Double, isHeavy: Bool = false
  ) throws -> (mean: Double, settled: Double) {
    var source = RowSource(seed: 3)
    func magnitude(_ scale: Double) -> UInt64 {
      let number = abs(source.normal())
      return UInt64((isHeavy ? number * number * number : number) * scale * 2000)
    }
    let table = try ThresholdTable(profiling: (0..<1000).map { _ in magnitude(1) }, count: 16, shareBits: 16)
    var loop = SparsityLoop(
      table, shareBits: 16, thresholdWidth: 20, target: UInt64(target * 65536), gainShift: gainShift)
    var (shares, thresholds): ([Double], [UInt64]) = ([], [UInt64](repeating: loop.threshold, count: delay))
    for _ in 0..<blocks {
      thresholds.append(loop.threshold)
      let threshold = thresholds.removeFirst()
      let zeros = (0..<256).count { _ in magnitude(scale) <= threshold }
      loop.observe(zeros: UInt64(zeros), of: 256)
      shares.append(Double(zeros) / 256)
    }
    let last = shares.suffix(blocks * 3 / 4)
    return (shares.reduce(0, +) / Double(blocks), last.reduce(0, +) / Double(last.count))
  }

  @Test(arguments: [0.25, 0.5, 2, 4], [0, 1]) func `The loop holds a share within a point where the profile is wrong`(
    scale: Double, delay: Int
  ) throws {
    for target in [0.3, 0.5, 0.7] {
      for isHeavy in [false, true] {
        let open = try run(scale: scale, gainShift: 7, blocks: 1, delay: 0, target: target, isHeavy: isHeavy)
        let found = try run(scale: scale, gainShift: 2, blocks: 120, delay: delay, target: target, isHeavy: isHeavy)
        // With the way there; a profile that is wrong by two octaves costs two blocks.
        #expect(abs(found.mean - target) < 0.02, "\(found.mean) for \(target)")
        #expect(abs(found.settled - target) < 0.005, "\(found.settled) for \(target)")
        #expect(abs(open.mean - target) > 0.02, "without a loop the share is \(open.mean) for \(target)")
      }
    }
  }

  @Test func `A gain beyond the bound swings, one within it settles`() throws {
    let table = try ThresholdTable([.init(share: 0, threshold: 1 << 12), .init(share: 65535, threshold: 1 << 12)])
    /// By how much the share still swings when it rises by 0.4 with each octave, at most 1/ln 2 times that between them.
    func swing(gainShift: Int, delay: Int) -> Double {
      var loop = SparsityLoop(table, shareBits: 16, thresholdWidth: 20, target: 20000, gainShift: gainShift)
      var (shares, thresholds): ([Double], [UInt64]) = ([], [UInt64](repeating: loop.threshold, count: delay))
      for _ in 0..<100 {
        thresholds.append(loop.threshold)
        let octaves = logarithm(Double(thresholds.removeFirst()) / 4096)
        let share = min(max(0.5 + 0.4 * octaves, 0), 1)
        loop.observe(zeros: UInt64(share * 10000), of: 10000)
        shares.append(share)
      }
      let last = shares.suffix(20)
      return (last.max() ?? 0) - (last.min() ?? 0)
    }
    // The gain of the loop, at most 2^(2 − g) · 0.4 / ln 2: 2.3, 1.15, 0.58 and 0.29.
    #expect(swing(gainShift: 0, delay: 1) > 0.3)
    #expect(swing(gainShift: 1, delay: 0) < 0.002)
    for delay in 0...1 { for gain in 2...3 { #expect(swing(gainShift: gain, delay: delay) < 0.002, "\(gain)") } }
  }

  /// log2, by halving and squaring.
  private func logarithm(_ value: Double) -> Double {
    guard value > 0 else { return -99 }
    var (whole, rest) = (Double(value.exponent), value.significand)
    var step = 0.5
    for _ in 0..<40 {
      rest *= rest
      if rest >= 2 { (rest, whole) = (rest / 2, whole + step) }
      step /= 2
    }
    return whole
  }

  @Test func `A threshold is the base times a power with a line between whole ones`() throws {
    let table = try ThresholdTable([.init(share: 0, threshold: 100), .init(share: 255, threshold: 100)])
    var loop = SparsityLoop(table, shareBits: 8, thresholdWidth: 12, target: 128, gainShift: 2)
    #expect(loop.threshold == 100 && loop.exponent == 0)
    // Half a share more is half an octave.
    loop.observe(zeros: 0, of: 10)
    #expect(loop.exponent == 1 << 12 && loop.threshold == 150)
    loop.observe(zeros: 0, of: 10)
    #expect(loop.threshold == 200)
    for _ in 0..<6 { loop.observe(zeros: 10, of: 10) }
    // 127/256 of an octave each: u = 1 − 6 · 127/256 = −1.977, or 2^−2 · (1 + 6/256).
    #expect(loop.threshold == 25)
    for _ in 0..<40 { loop.observe(zeros: 0, of: 10) }
    #expect(loop.exponent == 8 << 13 - 1 && loop.threshold == 4095)
    for _ in 0..<40 { loop.observe(zeros: 10, of: 10) }
    #expect(loop.exponent == -8 << 13 && loop.threshold == 0)
  }

  @Test func `A fixed threshold stays, and no numbers say nothing`() throws {
    let table = try ThresholdTable([.init(share: 0, threshold: 0), .init(share: 255, threshold: 1000)])
    var loop = SparsityLoop(table, shareBits: 8, thresholdWidth: 12, target: 128, gainShift: 2)
    loop.observe(zeros: 0, of: 10)
    let (moved, exponent) = (loop.threshold, loop.exponent)
    loop.fix(77)
    loop.observe(zeros: 0, of: 10)
    #expect(loop.threshold == 77 && loop.isFixed)
    loop.aim(at: 128, gainShift: 2, keeps: true)
    #expect(loop.threshold == moved && loop.exponent == exponent && !loop.isFixed)
    loop.observe(zeros: 0, of: 0)
    #expect(loop.threshold == moved)
    loop.aim(at: 128, gainShift: 2, keeps: false)
    #expect(loop.threshold == table.threshold(for: 128))
    // A table that begins with 0 does not hold the loop there.
    loop.aim(at: 0, gainShift: 2, keeps: false)
    #expect(loop.threshold == 1)
  }
}
