import HDL

/// One cell of a ``WeightStationaryArray``: multiplies what passes by with a weight that stays.
///
/// One clock later, `partial_sum_out` = `partial_sum` + `activation` × weight (with ``CellArithmetic/isPipelined`` the
/// product waits one clock for a partial sum that comes that much later). `load` stores `weight` as the next weight,
/// `swap` makes the next weight the one that counts from the following clock on.
public struct WeightStationaryCell: DefaultConfigurable {
  /// Formats and registers.
  public var arithmetic: CellArithmetic

  /// The cell for an arithmetic.
  public init(arithmetic: CellArithmetic) { self.arithmetic = arithmetic }
  public init() { self.init(arithmetic: CellArithmetic()) }

  /// Left to right: activation, load, swap. Top to bottom: weight, partial sum.
  public struct Ports {
    let activation, weight: Input<Integer>
    let partialSum: Input<SInt>
    let load, swap: Input<Bit>
    let activationOut, weightOut: Output<Integer>
    let partialSumOut: Output<SInt>
    let loadOut, swapOut: Output<Bit>
  }

  public var ports: Ports {
    Ports(
      activation: .init(shape: arithmetic.activation), weight: .init(shape: arithmetic.weight),
      partialSum: .init(arithmetic.accumulatorWidth), load: .init(), swap: .init(),
      activationOut: .init(shape: arithmetic.activation), weightOut: .init(shape: arithmetic.weight),
      partialSumOut: .init(arithmetic.accumulatorWidth), loadOut: .init(), swapOut: .init())
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

  public var latency: Int? { arithmetic.isPipelined ? 2 : 1 }

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
