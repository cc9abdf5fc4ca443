import HDL

/// One cell of an ``OutputStationaryArray``: accumulates the products of what passes by.
///
/// `first` starts a new sum with the product of its clock, `last` ends it: one clock later (two with
/// ``CellArithmetic/isPipelined``) the sum moves to `result`, so that the next one can start at once. `shift` takes the
/// result of the cell above instead.
public struct OutputStationaryCell: DefaultConfigurable, FixedLatencyGenerator {
  /// Formats and registers.
  public var arithmetic = CellArithmetic()

  public init() {}

  public static let parameters: [Parameter<Self>] = CellArithmetic.parameters.map { $0.of(\.arithmetic) }

  /// Left to right: activation, first, last, shift. Top to bottom: weight, result.
  public struct Ports {
    public let activation, weight: Input<Integer>
    public let first, last, shift: Input<Bit>
    public let result: Input<SInt>
    public let activationOut, weightOut: Output<Integer>
    public let firstOut, lastOut, shiftOut: Output<Bit>
    public let resultOut: Output<SInt>
  }

  public var ports: Ports {
    Ports(
      activation: .init(shape: arithmetic.activation, "The operand from the left"),
      weight: .init(shape: arithmetic.weight, "The operand from above"),
      first: .init("Starts a sum"),
      last: .init("Ends a sum"),
      shift: .init("Moves results down"),
      result: .init(arithmetic.accumulatorWidth, "The result of the cell above"),
      activationOut: .init(shape: arithmetic.activation, "The activation one clock later"),
      weightOut: .init(shape: arithmetic.weight, "The weight one clock later"),
      firstOut: .init("first, one clock later"), lastOut: .init("last, one clock later"),
      shiftOut: .init("shift, one clock later"),
      resultOut: .init(arithmetic.accumulatorWidth, "The result of this cell, or one that came from above"))
  }

  public var documentation: String {
    """
    Multiply-accumulate cell whose sum stays. No register is reset; an activation of 0 leaves the sum as it is.
      first  the product of this clock starts a new sum;
      last   the product of this clock ends the sum, which is in result_out \(latency) clock edges later;
      shift  result_out takes result of the cell above.
    activation, first, last and shift reach the cell to the right one clock later, weight the cell below.
    """
  }

  /// From the last operands to the result.
  public var latency: Int { arithmetic.isPipelined ? 3 : 2 }

  public func validate(_ parameters: inout ParameterCheck) { arithmetic.validate(&parameters) }

  public func build(_ io: Interior<Ports>, in m: Module) {
    io.activationOut <== m.register("activation", io.activation)
    io.weightOut <== m.register("weight", io.weight)
    let nextFirst = m.register("first", io.first)
    let nextLast = m.register("last", io.last)
    io.firstOut <== nextFirst
    io.lastOut <== nextLast
    io.shiftOut <== m.register("shift", io.shift)

    var product = arithmetic.product(io.activation, io.weight)
    var (first, isComplete) = (io.first, nextLast)
    if arithmetic.isPipelined {
      product = m.register("product", product)
      first = nextFirst
      isComplete = m.register("complete", nextLast)
    }
    let sum = m.register("sum", SInt.self, width: arithmetic.accumulatorWidth)
    sum.next <== mux(first, 0, sum) &+ product
    io.resultOut <== m.register("result", mux(isComplete, sum, io.result), when: isComplete | io.shift)
  }
}
