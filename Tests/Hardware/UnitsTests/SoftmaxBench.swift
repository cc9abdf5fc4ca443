import Engine
import HDL
import NumberFormats
import Simulator
import Testbench
import Testing

/// A row of scores and which of them are kept.
struct ScoreRow {
  var scores: [BFloat16]
  var kept: [Bool]
}

/// Streams rows of scores through a unit, with pauses on all sides or none, and collects what comes out.
struct SoftmaxBench {
  let lanes: Int
  let pauses: Bool
  /// Clocks after which the bench gives up.
  let limit: Int

  /// A stream out of the unit.
  struct Output {
    var stream: String
    /// The field with a lane for each score, or with one.
    var field: String
    /// The field that ends a row; nil when every item does.
    var last: String?
  }

  /// What came out of a stream.
  struct Collected {
    var beats: [(lanes: [UInt64], isLast: Bool)] = []
    var rows: Int { beats.count { $0.isLast } }

    /// The rows, each beat turned into elements.
    func split<T>(_ elements: ([UInt64]) -> [T]) -> [[T]] {
      var rows: [[T]] = []
      var row: [T] = []
      for beat in beats {
        row += elements(beat.lanes)
        if beat.isLast {
          rows.append(row)
          row = []
        }
      }
      return rows
    }
  }

  /// Runs until every output has ended as many rows as there are.
  func run(_ unit: some Generator, _ rows: [ScoreRow], outputs: [Output]) throws -> [Collected] {
    let engine = try NativeModel(try unit.elaborate())
    func pin(_ name: String) throws -> Pin { try #require(engine.pin(name)) }
    let (valid, ready) = (try pin("push_valid"), try pin("push_ready"))
    let (values, kept, isLast) = (try pin("push_values"), try pin("push_kept"), try pin("push_is_last"))
    let taken = try outputs.map { output in
      (
        valid: try pin("\(output.stream)_valid"), ready: try pin("\(output.stream)_ready"),
        data: try pin("\(output.stream)_\(output.field)"),
        last: try output.last.map { try pin("\(output.stream)_\($0)") }
      )
    }
    try engine.reset(cycles: 2)
    var random = Seed(13).generator("pauses")
    var beats = beats(of: rows)[...]
    var isOffered = false
    var collected = outputs.map { _ in Collected() }
    for _ in 0..<limit where collected.contains(where: { $0.rows < rows.count }) {
      if !isOffered, let beat = beats.first, !pauses || random.integer(below: 3) > 0 {
        isOffered = true
        values.store(lanes: beat.values, of: 16)
        kept.unsigned = beat.kept
        isLast.unsigned = beat.isLast ? 1 : 0
      }
      valid.unsigned = isOffered ? 1 : 0
      for output in taken { output.ready.unsigned = !pauses || random.integer(below: 3) > 0 ? 1 : 0 }
      engine.settle()
      for (index, output) in taken.enumerated() where output.valid.unsigned == 1 && output.ready.unsigned == 1 {
        let width = output.last == nil ? output.data.width : output.data.width / lanes
        collected[index].beats.append((output.data.load(lanesOf: width), output.last?.unsigned ?? 1 == 1))
      }
      if isOffered, ready.unsigned == 1 {
        isOffered = false
        beats = beats.dropFirst()
      }
      try engine.run(cycles: 1)
    }
    return collected
  }

  private func beats(of rows: [ScoreRow]) -> [(values: [UInt64], kept: UInt64, isLast: Bool)] {
    rows.flatMap { row in
      stride(from: 0, to: row.scores.count, by: lanes).map { start in
        let indices = (start..<(start + lanes)).map { $0 < row.scores.count ? $0 : nil }
        // What is left over holds anything.
        let patterns = indices.map { UInt64($0.map { row.scores[$0].bitPattern } ?? 0x7FC0) }
        let mask = indices.enumerated().reduce(UInt64(0)) { bits, lane in
          bits | (lane.element.map { row.kept[$0] } ?? false ? 1 << UInt64(lane.offset) : 0)
        }
        return (patterns, mask, start + lanes >= row.scores.count)
      }
    }
  }
}

extension Pin {
  /// Stores elements of `width` bits, 8 or 16, side by side.
  func store(lanes: [UInt64], of width: Int) {
    for (lane, value) in lanes.enumerated() {
      let shift = UInt32(lane * width % 32)
      let word = self[word: lane * width / 32] & ~(UInt32((1 << UInt64(width)) - 1) << shift)
      self[word: lane * width / 32] = word | UInt32(value) << shift
    }
  }

  /// The elements of `width` bits, 8 or 16.
  func load(lanesOf width: Int) -> [UInt64] {
    (0..<(self.width / width)).map { lane in
      UInt64(self[word: lane * width / 32] >> UInt32(lane * width % 32)) & ((1 << UInt64(width)) - 1)
    }
  }
}
