import HDL

/// Makes one item out of an item of each input: the first of one stream meets the first of the others.
///
/// Latency 0, without registers. An input is ready when the output is and the other inputs have an item, so that no
/// `ready` follows its own `valid`.
public struct StreamJoin: DefaultConfigurable {
  /// Bits of an item of each input.
  public var widths: [Int]

  /// A join of streams of these widths.
  public init(widths: [Int]) { self.widths = widths }

  /// The default configuration.
  public init() { self.init(widths: [8, 8]) }

  /// Streams in and out.
  public struct Ports {
    /// The parts.
    public let input: [StreamInput<Bits>]
    /// The parts side by side, input 0 in the low bits.
    public let output: StreamOutput<Bits>
  }

  /// The interface for these parameters.
  public var ports: Ports { Ports(input: widths.map { .init($0) }, output: .init(widths.reduce(0, +))) }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    Joins \(widths.count) streams item by item; input 0 stands in the low bits of the output. No clock edge between.
    """
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("number of widths", widths.count, in: 1...1024)
    for (index, width) in widths.enumerated() { parameters.require("widths[\(index)]", width, in: 1...65536) }
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let inputs = io.input
    for (index, input) in inputs.enumerated() {
      let others = inputs.indices.filter { $0 != index }.map { inputs[$0].valid }
      input.ready <== allOf([io.output.ready] + others)
    }
    io.output.valid <== allOf(inputs.map(\.valid))
    io.output.payload <== concatenate(inputs.reversed().map(\.payload))
  }
}
