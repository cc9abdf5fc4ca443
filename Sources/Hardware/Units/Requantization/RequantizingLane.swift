import HDL

/// The requantiser of one column with the bias and the scale of its channel.
///
/// `load` takes bias, multiplier and shift for the accumulators of the clocks after it, and goes on to the next column one
/// clock later.
struct RequantizingLane: DefaultConfigurable, FixedLatencyGenerator {
  /// The requantiser.
  var requantizer = Requantizer()

  init() {}

  static let parameters: [Parameter<Self>] = Requantizer.parameters.map { $0.of(\.requantizer) }

  struct Ports {
    let load: Input<Bit>
    let bias: Input<SInt>
    let multiplier, shift: Input<UInt>
    let accumulator: Input<SInt>
    let loadOut: Output<Bit>
    let code: Output<Integer>
  }

  var ports: Ports {
    Ports(
      load: .init("Stores bias, multiplier and shift"), bias: .init(requantizer.biasWidth, "Bias of the column"),
      multiplier: .init(requantizer.multiplierWidth, "The scale: multiplier"),
      shift: .init(requantizer.shiftWidth, "The scale: bits to shift right"),
      accumulator: .init(requantizer.accumulatorWidth, "The number to requantise"),
      loadOut: .init("load, one clock later"),
      code: .init(shape: requantizer.codeFormat, "The code of an earlier accumulator"))
  }

  var documentation: String {
    """
    Requantiser of one column. load stores bias, multiplier and shift for the accumulators of later clocks.
    code belongs to the accumulator of \(requantizer.stages) clock edges earlier. No register is reset.
    """
  }

  /// From an accumulator to its code.
  var latency: Int { requantizer.latency }

  func validate(_ parameters: inout ParameterCheck) {
    requantizer.validate(&parameters)
    parameters.require(
      requantizer.constants == nil && requantizer.biasWidth > 0, "the requantiser has no bias or scale as inputs",
      fix: "use a requantiser without constants and with a bias")
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    io.loadOut <== m.register("load", io.load)
    let unit = m.instance(requantizer, "requantizer")
    unit.accumulator <== io.accumulator
    unit.bias <== m.register("bias", io.bias, when: io.load)
    unit.multiplier <== m.register("multiplier", io.multiplier, when: io.load)
    unit.shift <== m.register("shift", io.shift, when: io.load)
    io.code <== unit.code
  }
}
