import HDL
import NumberFormats

/// `result` = Σ `a[i]` · `b[i]` in a floating point format: products and sum exact, rounded once to nearest, ties to even.
///
/// The sum is a fixed-point number with a place for every bit that a product can have: 36 bits and a few for E4M3, 522 for
/// bfloat16. So nothing depends on the order of the terms, and nothing is lost where large terms cancel. −0 comes only of
/// products that are all −0; infinities of both signs, and an infinity times zero, give NaN. Every result equals
/// ``/NumberFormats/NumberFormat/dot(_:_:rounding:overflow:)``. One result a clock, ``latency`` clock edges after its
/// operands.
public struct FloatingDotProduct: DefaultConfigurable, FixedLatencyGenerator {
  public var format = Minifloat.bfloat16
  public var count = 4
  public var stages = 0
  public var hasEnable = false

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .format("format", \.format, "Format of operands and result"),
    .integer("count", \.count, in: 1...256, "Number of products"),
    .integer(
      "stages", \.stages, in: 0...3,
      "Pipeline registers: behind the sum, then behind the products, then before the rounding"),
    .flag("hasEnable", \.hasEnable, "Whether a port holds the pipeline"),
  ]

  /// Factors in, sum out.
  public struct Ports {
    public let a, b: [Input<FloatingNumber>]
    public let enable: Input<Bit>?
    public let result: Output<FloatingNumber>
  }

  public var ports: Ports {
    let count = max(0, count)
    return Ports(
      a: (0..<count).map { _ in .init(shape: format, "The first factors") },
      b: (0..<count).map { _ in .init(shape: format, "The second factors") },
      enable: hasEnable ? .init("1 to advance the pipeline") : nil,
      result: .init(shape: format, "The sum of the products, rounded once"))
  }

  public var documentation: String {
    "Sum of \(count) products in \(format): exact, rounded once. \(timing(stages: stages, hasEnable: hasEnable))"
  }

  /// From factors to sum.
  public var latency: Int { stages }

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("format", format)
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let places: [Set<Int>] = [[], [1], [0, 1], [0, 1, 2]]
    let pipeline = PipelineRegisters(module: m, enable: io.enable, places: places[stages])
    let products = zip(io.a, io.b).enumerated().map { index, factors in
      let product = FixedPointSum(
        factors.0.operand("a_\(index)"), factors.1.operand("b_\(index)"), format, name: "product_\(index)")
      return pipeline("term_\(index)", product, at: 0)
    }
    let width = format.productBits + 1 + clog2(count)
    let total = pipeline("total", FixedPointSum.added(products, width: width), at: 1)
    let normalized = pipeline("unrounded", total.normalized(for: format, in: m), at: 2)
    io.result <== normalized.rounded(to: format, in: m)
  }
}
