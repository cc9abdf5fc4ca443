import HDL
import NumberFormats

/// The running sum of products in a floating point format, exact inside, rounded once on its way out.
///
/// A pair that comes with `isFirst` begins a new sum. `sum` is the sum of all pairs since then,
/// ``/NumberFormats/NumberFormat/dot(_:_:rounding:overflow:)`` of them, ``latency`` clock edges after the last one; without
/// `isValid` nothing is added. The accumulator is a fixed-point number with a place for every bit of a product, and
/// ``headroom`` bits above: it is exact up to 2^headroom pairs, and wraps beyond. One pair a clock.
public struct FloatingMultiplyAccumulator: DefaultConfigurable, FixedLatencyGenerator {
  public var format = Minifloat.bfloat16
  public var headroom = 16
  public var stages = 1

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .format("format", \.format, "Format of factors and sum"),
    .integer("headroom", \.headroom, in: 1...32, "Bits of the accumulator above those of a product and its sign"),
    .integer(
      "stages", \.stages, in: 1...3,
      "Registers on the way: the accumulator, then one behind the product, then one before the rounding"),
  ]

  /// Pairs in, running sum out.
  public struct Ports {
    public let a, b: Input<FloatingNumber>
    public let isValid, isFirst: Input<Bit>
    public let sum: Output<FloatingNumber>
  }

  public var ports: Ports {
    Ports(
      a: .init(shape: format, "A factor"), b: .init(shape: format, "The other factor"),
      isValid: .init("1 to add their product"), isFirst: .init("1 when the product begins a new sum"),
      sum: .init(shape: format, "The sum of all products since the first one, rounded to nearest, ties to even"))
  }

  public var documentation: String {
    """
    Running sum of products in \(format), exact for \(1 << max(0, min(headroom, 62))) of them, rounded once.
    \(timing(stages: stages, hasEnable: false))
    """
  }

  /// From a pair to the sum with it.
  public var latency: Int { stages }

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("format", format)
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let pipeline = PipelineRegisters(module: m, enable: nil, places: stages == 3 ? [0, 2] : stages == 2 ? [0] : [])
    let product = pipeline("term", FixedPointSum(io.a.operand("a"), io.b.operand("b"), format, name: "product"), at: 0)
    let isValid = pipeline("term_is_valid", io.isValid, at: 0)
    let isFirst = pipeline("term_is_first", io.isFirst, at: 0)

    let width = format.productBits + 1 + headroom
    let alone = FixedPointSum.added([product], width: width)
    let accumulator = m.register("accumulator", of: alone.shape)
    m.when(isValid) {
      accumulator.next <== mux(isFirst, alone, FixedPointSum.added([accumulator, product], width: width))
    }

    let normalized = pipeline("unrounded", accumulator.normalized(for: format, in: m), at: 2)
    io.sum <== normalized.rounded(to: format, in: m)
  }
}

extension FixedPointSum {
  fileprivate var shape: FixedPointSum {
    FixedPointSum(
      sum: .shape(sum.width), isAllNegative: .shape, isNaN: isNaN.map { _ in .shape },
      hasInfinity: hasInfinity.map { _ in .shape }, hasNegativeInfinity: hasNegativeInfinity.map { _ in .shape })
  }
}
