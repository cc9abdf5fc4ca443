import HDL

/// One cell of a ``WeightStationaryArray``: multiplies what passes by with a weight that stays.
///
/// One clock later, `partial_sum_out` = `partial_sum` + `activation` × weight (with ``CellArithmetic/isPipelined`` the
/// product waits one clock for a partial sum that comes that much later). `load` stores `weight` as the next weight,
/// `swap` makes the next weight the one that counts from the following clock on.
public struct WeightStationaryCell: DefaultConfigurable, FixedLatencyGenerator {
  /// Formats and registers.
  public var arithmetic = CellArithmetic()

  public init() {}

  public static let parameters: [Parameter<Self>] = CellArithmetic.parameters.map { $0.of(\.arithmetic) }

  /// Left to right: activation, load, swap. Top to bottom: weight, partial sum.
  public struct Ports {
    public let activation, weight: Input<Integer>
    public let partialSum: Input<SInt>
    public let load, swap: Input<Bit>
    public let activationOut, weightOut: Output<Integer>
    public let partialSumOut: Output<SInt>
    public let loadOut, swapOut: Output<Bit>
  }

  public var ports: Ports {
    Ports(
      activation: .init(shape: arithmetic.activation, "The operand from the left"),
      weight: .init(shape: arithmetic.weight, "The weight from above"),
      partialSum: .init(arithmetic.accumulatorWidth, "The sum so far, from above"),
      load: .init("Stores the weight as the next one"),
      swap: .init("Makes the next weight the current one"),
      activationOut: .init(shape: arithmetic.activation, "The activation one clock later"),
      weightOut: .init(shape: arithmetic.weight, "The next weight"),
      partialSumOut: .init(arithmetic.accumulatorWidth, "The sum with this cell's product"),
      loadOut: .init("load, one clock later"), swapOut: .init("swap, one clock later"))
  }

  public var documentation: String {
    """
    Multiply-accumulate cell whose weight stays. No register is reset.
      load  stores weight as the next weight, which weight_out shows to the cell below;
      swap  makes the next weight the current one, from the following clock on.
    activation, load and swap reach the cell to the right one clock later.
    """
      + (arithmetic.isPipelined
        ? "\npartial_sum_out = partial_sum + activation of one clock earlier x weight, registered."
        : "\npartial_sum_out = partial_sum + activation x weight, registered.")
  }

  /// From an activation to the sum with its product.
  public var latency: Int { arithmetic.isPipelined ? 2 : 1 }

  public func validate(_ parameters: inout ParameterCheck) { arithmetic.validate(&parameters) }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let nextWeight = m.register("next_weight", io.weight, when: io.load)
    let weight = m.register("weight", nextWeight, when: io.swap)
    io.weightOut <== nextWeight
    io.activationOut <== m.register("activation", io.activation)
    io.loadOut <== m.register("load", io.load)
    io.swapOut <== m.register("swap", io.swap)

    var product = arithmetic.product(io.activation, weight)
    if arithmetic.isPipelined { product = m.register("product", product) }
    io.partialSumOut <== m.register("partial_sum", io.partialSum &+ product)
  }
}
