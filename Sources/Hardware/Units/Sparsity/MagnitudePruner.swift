import HDL
import NumberFormats

/// DynaTran's comparator array: elements of which the absolute value is not above a threshold become +0, all in one clock.
///
/// An element is kept, bit for bit, where |x| > τ, strictly; `mask` has a 1 for it. τ = 0 switches pruning off: every element
/// leaves as it came. The sign of a floating point τ is ignored; NaN is kept, and a τ of NaN prunes nothing. Mask and elements
/// equal ``/Golden/DynaTran``. Source: S. Tuli, N. K. Jha, AccelTran, 2023, section III-A. Latency 0 or 1 cycles.
public struct MagnitudePruner: DefaultConfigurable, FixedLatencyGenerator {
  /// What an element is.
  public enum Element: Hashable, Sendable {
    /// A floating point number; the threshold is one of the same format.
    case floating(Minifloat)
    /// An integer or a code in fixed point; the threshold is a magnitude in as many bits, without a sign.
    case integer(IntegerFormat)

    /// Bits of an element, and of the threshold.
    public var width: Int {
      switch self {
      case .floating(let format): format.width
      case .integer(let format): format.width
      }
    }

    /// The usual elements by the names of their formats.
    static let words: [(String, Element)] =
      Minifloat.words.map { ($0.0, .floating($0.1)) } + IntegerFormat.words.map { ($0.0, .integer($0.1)) }
  }

  public var element = Element.floating(.bfloat16)
  public var count = 16
  public var stages = 0

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .choice("element", \.element, Element.words, "What an element is"),
    .integer("count", \.count, in: 1...4096, "Elements a clock"),
    .integer("stages", \.stages, in: 0...1, "Pipeline registers: 1 behind mask and elements, or none"),
  ]

  /// Elements in, elements and mask out.
  public struct Ports {
    public let values: Input<Vector<Bits>>
    public let threshold: Input<Bits>
    public let pruned: Output<Vector<Bits>>
    public let mask: Output<Bits>
  }

  public var ports: Ports {
    let width = element.width
    return Ports(
      values: .init(max(1, count), of: width, "The elements, the first one in the low bits"),
      threshold: .init(width, "What an absolute value must be above; 0 prunes nothing"),
      pruned: .init(max(1, count), of: width, "The elements, those not above the threshold as +0"),
      mask: .init(max(1, count), "1 for each element that was kept"))
  }

  public var documentation: String {
    "Zeroes of \(count) elements those whose absolute value is at most the threshold. "
      + timing(stages: stages, hasEnable: false)
  }

  /// From elements to mask.
  public var latency: Int { stages }

  public func validate(_ parameters: inout ParameterCheck) {
    switch element {
    case .floating(let format): parameters.require("element", format)
    case .integer(let format): parameters.require("element.width", format.width, in: 2...64)
    }
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let registers = PipelineRegisters(module: m, enable: nil, places: Set(0..<stages))
    let keepsAll = keepsAll(at: io.threshold).named("keeps_all")
    let limit = magnitudeOfThreshold(io.threshold)
    let isKept = (0..<count).map { lane in
      let isAbove = keepsAll | (magnitude(io.values[lane], "magnitude_\(lane)") .> limit)
      return isNaNWithoutMagnitude(io.values[lane]).map { isAbove | $0 } ?? isAbove
    }
    let mask = concatenate(isKept.reversed()).named("is_kept")
    let pruned = Vector((0..<count).map { mux(mask[$0], io.values[$0], 0) })
    io.mask <== registers("mask", mask, at: 0)
    io.pruned <== registers("pruned", pruned, at: 0)
  }

  /// 1 for a threshold that prunes nothing.
  private func keepsAll(at threshold: Bits) -> Bit {
    switch element {
    case .floating(let format):
      let limit = FloatingNumber(threshold, as: format)
      return format.canonicalNaN == nil ? limit.isZero : limit.isZero | limit.isNaN
    case .integer: return !threshold.any
    }
  }

  /// What magnitudes are compared with.
  private func magnitudeOfThreshold(_ threshold: Bits) -> UInt {
    switch element {
    case .floating(let format): threshold[0..<(format.width - 1)].asUnsigned.named("threshold_magnitude")
    case .integer: threshold.asUnsigned
    }
  }

  /// The absolute value. That of a floating point number is its code without the sign: NaN is above every threshold that is
  /// none, and a subnormal code that counts as zero is below every threshold that prunes.
  private func magnitude(_ value: Bits, _ name: String) -> UInt {
    switch element {
    case .floating(let format): value[0..<(format.width - 1)].asUnsigned
    case .integer(let format):
      format.isSigned
        ? mux(value.asSigned.isNegative, 0 &- value.asUnsigned, value.asUnsigned).named(name) : value.asUnsigned
    }
  }

  /// 1 for NaN in a format where its code is that of −0; nil for the others.
  private func isNaNWithoutMagnitude(_ value: Bits) -> Bit? {
    guard case .floating(let format) = element, format.specials == .negativeZeroIsNaN else { return nil }
    return FloatingNumber(value, as: format).isNaN
  }
}

extension FloatingNumber {
  /// The number with sign +; what was NaN may be another one.
  var absolute: FloatingNumber { FloatingNumber(concatenate(Bit(0), bits[0..<(format.width - 1)]), as: format) }
}
