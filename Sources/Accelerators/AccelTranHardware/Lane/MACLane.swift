import Components
import HDL
import Units

/// The multipliers of a lane, a tree of adders and an accumulator for each row that shares them.
///
/// A step a clock. All products of a group are summed exactly; nothing is rounded here. The sums of a group leave 4 clocks
/// behind its last step, and wait in a queue of two.
public struct MACLane: DefaultConfigurable {
  /// The lane.
  public var shape: LaneShape

  /// A lane.
  public init(shape: LaneShape = LaneShape()) { self.shape = shape }

  /// The default configuration.
  public init() { self.init(shape: LaneShape()) }

  /// Steps in, sums out.
  public struct Ports {
    public let push: StreamInput<PairStep>
    public let pop: StreamOutput<GroupSums>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      push: .init(PairStep(count: shape.multipliers, width: shape.width, rows: shape.rows), "Packed steps"),
      pop: .init(GroupSums(rows: shape.rows, width: shape.sumWidth), "The sums of each group"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    \(shape.multipliers) multipliers of \(shape.width) bits for \(shape.rows) sums of \(shape.sumWidth) bits. A step a clock.
    Sums are exact; those of a group leave 4 clocks behind its last step.
    """
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) { shape.validate(&parameters) }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let moves = m.wire("moves", Bit.self)
    let takes = io.push.take(when: moves).named("takes")
    let step = io.push.payload
    let products = (0..<shape.multipliers).map {
      m.register("product_\($0)", step.left[$0] * step.right[$0], when: moves)
    }
    let rows = (0..<shape.multipliers).map { m.register("row_\($0)", step.rows[$0], when: moves) }
    let productsAreValid = m.register("products_are_valid", takes, when: moves, reset: 0)
    let productsAreLast = m.register("products_are_last", step.last, when: moves)
    let sums = (0..<shape.rows).map { row in
      let own = zip(products, rows).map { mux($1 .== UInt(row), $0, 0) }
      return m.register("sum_\(row)", sum(own).fitted(to: shape.sumWidth), when: moves)
    }
    let valid = m.register("valid", productsAreValid, when: moves, reset: 0)
    let last = m.register("last", productsAreLast, when: moves)
    let isFirst = m.register("is_first", Bit.self, reset: 1)
    let totals = sums.enumerated().map { row, sum in
      let total = m.register("total_\(row)", SInt.self, width: shape.sumWidth)
      let next = mux(isFirst, sum, total &+ sum)
      m.when(valid & moves) { total.next <== next }
      return next
    }
    m.when(valid & moves) { isFirst.next <== last }
    let isTaken = m.wire("is_taken", Bit.self)
    let results = Stream<GroupSums>(
      valid: valid & last, payload: GroupSums(sums: Vector(totals)), ready: isTaken.driver
    )
    let queue = results.queuedSums("results", in: m)
    moves.driver <== (!(valid & last) | isTaken)
    io.pop <== queue
  }
}
