import HDL
import Netlist
import NumberFormats

/// A number of one floating point format in another one, rounded once to nearest, ties to even.
///
/// The formats say what becomes of subnormal numbers, of results beyond the range, and of NaN. Every result equals
/// ``/NumberFormats/NumberFormat/convert(_:from:rounding:overflow:)``. Latency 0 to 2 cycles, one number a clock.
public struct FloatingConverter: DefaultConfigurable, FixedLatencyGenerator {
  public var source = Minifloat.float32
  public var target = Minifloat.bfloat16
  public var stages = 0

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .format("source", \.source, "Format of the number"),
    .format("target", \.target, "Format of the result"),
    .integer("stages", \.stages, in: 0...2, "Pipeline registers: before the rounding, then behind it"),
  ]

  /// A number in, a number out.
  public struct Ports {
    public let value: Input<FloatingNumber>
    public let result: Output<FloatingNumber>
  }

  public var ports: Ports {
    Ports(
      value: .init(shape: source, "The number"),
      result: .init(shape: target, "The number, rounded to nearest, ties to even"))
  }

  public var documentation: String {
    "From \(source) to \(target), rounded once. \(timing(stages: stages, hasEnable: false))"
  }

  /// From number to result.
  public var latency: Int { stages }

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("source", source)
    parameters.require("target", target)
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let pipeline = PipelineRegisters(module: m, enable: nil, places: Set(0..<stages))
    let value = io.value.operand("value")
    let offset = target.bias - source.bias
    let exact = UnroundedNumber(
      sign: value.sign,
      exponent: value.exponent.plus(offset, greatest: (1 << source.exponentBits) - 1).named("target_exponent"),
      magnitude: value.significand, isNaN: value.isNaN, isInfinite: value.isInfinite)
    let normalized = pipeline("unrounded", exact.normalized(for: target, in: m), at: 0)
    io.result <== pipeline("result", normalized.rounded(to: target, in: m), at: 1)
  }
}

extension UInt {
  /// The number, at most `greatest`, plus a constant.
  func plus(_ constant: Int, greatest: Int) -> SInt {
    let width = Swift.max(
      BitVector.bitsNeeded(signed: constant), BitVector.bitsNeeded(signed: greatest + constant), self.width + 1)
    return extended(to: width).asSigned &+ SInt(constant)
  }
}
