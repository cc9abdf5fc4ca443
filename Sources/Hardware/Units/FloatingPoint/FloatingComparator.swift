import HDL
import NumberFormats

/// The order of two floating point numbers, and the lesser and the greater one.
///
/// −0 equals +0, and NaN is neither less nor equal; of two zeros −0 is the minimum. Minimum and maximum are written as results
/// are: subnormals flushed where the format does so, one NaN. Latency 0 or 1 cycles, one pair a clock.
public struct FloatingComparator: DefaultConfigurable, FixedLatencyGenerator {
  public var format = Minifloat.bfloat16
  public var ignoresNaN = false
  public var stages = 0

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .format("format", \.format, "Format of the numbers"),
    .flag(
      "ignoresNaN", \.ignoresNaN, "Whether minimum and maximum are the other number where one is NaN, instead of NaN"),
    .integer("stages", \.stages, in: 0...1, "Pipeline registers: 1 behind all results, or none"),
  ]

  /// Two numbers in, their order out.
  public struct Ports {
    public let a, b: Input<FloatingNumber>
    public let isLess, isEqual, isUnordered: Output<Bit>
    public let minimum, maximum: Output<FloatingNumber>
  }

  public var ports: Ports {
    let rule = ignoresNaN ? "the other one where one is NaN" : "NaN where one is NaN"
    return Ports(
      a: .init(shape: format, "A number"), b: .init(shape: format, "Another number"),
      isLess: .init("1 when a < b"), isEqual: .init("1 when a = b; -0 equals +0"),
      isUnordered: .init("1 when one of them is NaN"),
      minimum: .init(shape: format, "The lesser one; \(rule)"),
      maximum: .init(shape: format, "The greater one; \(rule)"))
  }

  public var documentation: String {
    "Compares two numbers in \(format). \(timing(stages: stages, hasEnable: false))"
  }

  /// From numbers to results.
  public var latency: Int { stages }

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("format", format)
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let order = FloatingOrder(io.a, io.b, names: ("a", "b"))
    let registers = PipelineRegisters(module: m, enable: nil, places: Set(0..<stages))
    let rule: NaNRule = ignoresNaN ? .ignore : .propagate
    io.isLess <== registers("is_less", order.isLess, at: 0)
    io.isEqual <== registers("is_equal", order.isEqual, at: 0)
    io.isUnordered <== registers("is_unordered", order.isUnordered, at: 0)
    io.minimum <== registers("minimum", order.minimum(rule), at: 0)
    io.maximum <== registers("maximum", order.maximum(rule), at: 0)
  }
}
