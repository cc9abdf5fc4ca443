import HDL
import Units

/// The sums of a group, one for each row that shares the lane.
public struct GroupSums: SignalBundle {
  /// The exact sums.
  public let sums: Vector<SInt>

  /// Sums of `rows` rows.
  public init(rows: Int, width: Int) { sums = .shape(rows, of: width) }

  /// The sums.
  public init(sums: Vector<SInt>) { self.sums = sums }
}

/// The sizes of a lane.
public struct LaneShape: Hashable, Sendable {
  /// Bits of a number: IL + FL.
  public var width: Int
  /// M.
  public var multipliers: Int
  /// Positions that are looked at in a clock, a multiple of M.
  public var chunk: Int
  /// Rows that share the multipliers.
  public var rows: Int
  /// Steps that wait for the multipliers.
  public var queue: Int

  /// A lane; without arguments 16 multipliers of 20 bits behind 64 positions.
  public init(width: Int = 20, multipliers: Int = 16, chunk: Int = 64, rows: Int = 4, queue: Int = 8) {
    (self.width, self.multipliers, self.chunk, self.rows, self.queue) = (width, multipliers, chunk, rows, queue)
  }

  /// Bits of a sum: those of a product, and 12 for 4,096 of them.
  public var sumWidth: Int { 2 * width + 12 }

  func validate(_ parameters: inout ParameterCheck) {
    parameters.require("shape.width", width, in: 2...28)
    parameters.require("shape.multipliers", multipliers, in: 1...64)
    parameters.require("shape.chunk", chunk, in: 2...256)
    parameters.require("shape.rows", rows, in: 1...8)
    parameters.require("shape.queue", queue, in: 2...64)
    for (name, value) in [("multipliers", multipliers), ("chunk", chunk), ("rows", rows), ("queue", queue)] {
      parameters.require(value.nonzeroBitCount == 1, "parameter 'shape.\(name)' is \(value)", fix: "use a power of two")
    }
    parameters.require(
      chunk >= multipliers, "a chunk of \(chunk) positions cannot fill \(multipliers) multipliers",
      fix: "use a chunk of at least \(multipliers)")
    parameters.require(
      queue * multipliers >= chunk + multipliers, "a queue of \(queue) steps does not hold the pairs of a chunk",
      fix: "use a queue of at least \(chunk / max(1, multipliers) + 1)")
  }
}

extension PairPacker {
  /// The front end of a lane.
  init(_ shape: LaneShape) {
    self.init {
      ($0.width, $0.multipliers, $0.chunk, $0.rows, $0.queue) =
        (shape.width, shape.multipliers, shape.chunk, shape.rows, shape.queue)
    }
  }
}
