import AccelTran
import AccelTranHardware
import HDL
import Simulator
import Testing

struct RowTests {
  static let sizes = EngineSizes.tiny
  static let format = LaneFormat.published

  /// Runs a unit on rows, each of them padded to whole words; `second` follows each row where it is there.
  static func run(
    _ unit: some Generator, rows: [[Int32]], second: [[Int32]]? = nil, length: Int, small: Int64 = 0,
    limit: Int = 0, gamma: [Int32] = [], beta: [Int32] = [], stalls: Double
  ) throws -> [[Int32]] {
    let bench = try UnitBench(unit)
    var random = TestRandom(UInt64(length))
    let (count, width) = (sizes.wordElements, sizes.width)
    func words(_ row: [Int32]) -> [[Int]] {
      stride(from: 0, to: row.count, by: count).map { start in
        (start..<start + count).map { $0 < row.count ? Int(row[$0]) : 0 }
      }
    }
    var stream: [[Int]] = []
    for (index, row) in rows.enumerated() {
      stream += words(row)
      if let second { stream += words(second[index]) }
    }
    let rowWords = words(rows[0]).count
    let (scales, shifts) = (words(gamma), words(beta))
    bench.set("rule_last_row", rows.count - 1)
    bench.set("rule_last_word", rowWords - 1)
    bench.set("rule_length", length)
    bench.set("rule_is_sum", second == nil ? 0 : 1)
    bench.set("rule_small", Int(small))
    bench.set("rule_limit", limit)
    bench.set("start", 1)
    bench.set("push_valid", 0)
    bench.model.settle()
    try bench.step()
    bench.set("start", 0)
    var (next, offered, index) = (0, false, 0)
    var found: [Int32] = []
    while found.count < rows.count * rowWords * count, bench.cycle < 400_000 {
      if !offered, next < stream.count, !random.chance(stalls) {
        offered = true
        bench.set("push_codes", lanes: stream[next], of: width)
      }
      bench.set("push_valid", offered ? 1 : 0)
      bench.set("pop_ready", random.chance(stalls) ? 0 : 1)
      if index < scales.count { bench.set("scale", lanes: scales[index], of: width) }
      if index < shifts.count { bench.set("shift", lanes: shifts[index], of: width) }
      bench.model.settle()
      index = Int(bench["table_index"].unsigned)
      if offered, bench.isSet("push_ready") { (next, offered) = (next + 1, false) }
      if bench.isSet("pop_valid"), bench.isSet("pop_ready") {
        found += bench.get("pop_codes", lanesOf: width).map { Int32($0) }
      }
      try bench.step()
    }
    bench.model.settle()
    #expect(bench.isSet("is_idle"))
    return stride(from: 0, to: found.count, by: rowWords * count).map { Array(found[$0..<$0 + rowWords * count]) }
  }

  private static func rows(_ count: Int, _ length: Int, _ scale: Double, seed: UInt64) -> [[Int32]] {
    var random = TestRandom(seed)
    return (0..<count).map { row in
      (0..<length).map { _ in
        row == 0 ? 1234 : format.saturated(Int64(Double.random(in: -scale...scale, using: &random) * 65536))
      }
    }
  }

  @Test(arguments: [(1, 0.0), (7, 0.0), (16, 0.3), (33, 0.0)])
  func `Softmax is that of the golden machine, bit for bit`(length: Int, stalls: Double) throws {
    for scale in [0.01, 1.0, 7.99] {
      let rows = Self.rows(6, length, scale, seed: UInt64(length))
      for (visible, limit) in [(length, 0), (max(1, length / 2), 600)] {
        let found = try Self.run(
          SoftmaxRows(sizes: Self.sizes), rows: rows, length: visible, limit: limit, stalls: stalls)
        for (row, result) in zip(rows, found) {
          let exact = FixedPointSoftmax(Self.format)(row[...], seen: row.indices.map { $0 < visible })
          let expected = exact.map { limit > 0 && abs($0) <= limit ? 0 : $0 }
          #expect(Array(result.prefix(length)) == expected && result.dropFirst(length).allSatisfy { $0 == 0 })
        }
      }
    }
  }

  @Test(arguments: [(4, 0.0), (64, 0.3), (128, 0.0)])
  func `Normalisation is that of the golden machine, bit for bit`(length: Int, stalls: Double) throws {
    for (scale, epsilon) in [(0.001, 1e-12), (0.5, 1e-5), (7.9, 1e-12), (0.0, 0.0)] {
      let (rows, second) = (Self.rows(4, length, scale, seed: 3), Self.rows(4, length, scale, seed: 4))
      let gamma = Self.rows(2, length, 2, seed: 5)[1]
      let beta = Self.rows(2, length, 1, seed: 6)[1]
      let norm = FixedPointNormalization(Self.format, epsilon: epsilon)
      let small = (epsilon * Double(length * length) * 0x1p32).rounded(.toNearestOrEven)
      for isSum in [false, true] {
        let found = try Self.run(
          NormalizationRows(sizes: Self.sizes), rows: rows, second: isSum ? second : nil, length: length,
          small: Int64(small), gamma: gamma, beta: beta, stalls: stalls)
        for (index, result) in found.enumerated() {
          let row = rows[index].indices.map {
            Self.format.saturated(Int64(rows[index][$0]) + (isSum ? Int64(second[index][$0]) : 0))
          }
          #expect(result == norm(row[...], gamma: gamma, beta: beta))
        }
      }
    }
  }
}
