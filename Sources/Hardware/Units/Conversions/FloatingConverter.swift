import HDL
import Netlist
import NumberFormats

/// A number of one floating point format in another one, rounded once to nearest, ties to even.
///
/// The formats say what becomes of subnormal numbers, of results beyond the range, and of NaN. Every result equals
/// ``/NumberFormats/NumberFormat/convert(_:from:rounding:overflow:)``. Latency 0 to 2 cycles, one number a clock.
public struct FloatingConverter: DefaultConfigurable, FixedLatencyGenerator {
  /// Format of the number.
  public var source: Minifloat
  /// Format of the result.
  public var target: Minifloat
  /// Pipeline registers, 0 to 2: before the rounding; then also behind it.
  public var stages: Int

  /// A converter from `source` to `target`.
  public init(from source: Minifloat = .float32, to target: Minifloat = .bfloat16, stages: Int = 0) {
    self.source = source
    self.target = target
    self.stages = stages
  }

  /// The default configuration.
  public init() { self.init(stages: 0) }

  /// A number in, a number out.
  public struct Ports {
    public let value: Input<FloatingNumber>
    public let result: Output<FloatingNumber>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      value: .init(shape: source, "The number"),
      result: .init(shape: target, "The number, rounded to nearest, ties to even"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    "From \(source) to \(target), rounded once. \(timing(stages: stages, hasEnable: false))"
  }

  /// From number to result.
  public var latency: Int { stages }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("source", source)
    parameters.require("target", target)
    parameters.require("stages", stages, in: 0...2)
  }

  /// Makes the hardware.
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
