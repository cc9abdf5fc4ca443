import Components
import Golden
import HDL
import NumberFormats

/// Elements of a row that are activated, several a clock.
public struct ActivationBeat: SignalBundle {
  /// What the activation is of, the first element in the low bits.
  public let values: Vector<Bits>
  /// What the activations are multiplied with; absent without a gate.
  public let gates: Vector<Bits>?
  /// 1 with the last beat of a row.
  public let isLast: Bit

  /// A beat of `lanes` elements of `width` bits.
  public init(lanes: Int, width: Int, hasGate: Bool) {
    values = .shape(max(1, lanes), of: width)
    gates = hasGate ? .shape(max(1, lanes), of: width) : nil
    isLast = .shape
  }
}

/// Activated elements of a row, several a clock.
public struct ActivatedBeat: SignalBundle {
  /// The results, in the places of their operands.
  public let values: Vector<Bits>
  /// 1 with the last beat of a row.
  public let isLast: Bit

  /// A beat of `lanes` elements of `width` bits.
  public init(lanes: Int, width: Int) { (values, isLast) = (.shape(max(1, lanes), of: width), .shape) }

  init(values: Vector<Bits>, isLast: Bit) { (self.values, self.isLast) = (values, isLast) }
}

/// The activation of a feed-forward part, several elements a clock: GELU, SiLU, ReLU and their kin, alone or times a gate as in
/// SwiGLU and GeGLU.
///
/// Without a gate every result is the activation rounded once; with one it is that, times the gate, rounded once more:
/// ``/Golden/GatedLinearUnit``, within 2^−7 + 2^−16 of the real value in bfloat16, relative to it, while both are normal numbers.
/// Each lane has a ``FunctionUnit`` and, with a gate, a ``FloatingMultiplier``.
///
/// A beat a clock passes; results show ``latency`` clock edges later and stand still while they are not taken. Rows have any
/// length: `is_last` goes along, and what is left over in a last beat is computed like the rest.
public struct VectorActivation: DefaultConfigurable {
  public var function = UnaryFunction.silu
  public var format = Minifloat.bfloat16
  public var lanes = 4
  public var hasGate = true
  public var stages = 1

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .choice("function", \.function, activations, "The activation"),
    .choice(
      "format", \.format, Minifloat.words.filter { $0.1.width <= 16 },
      "Format of elements, gates and results, of at most 16 bits"),
    .integer("lanes", \.lanes, in: 1...64, "Elements a clock"),
    .flag("hasGate", \.hasGate, "Whether the activations are multiplied with gates"),
    .integer("stages", \.stages, in: 0...3, "Pipeline registers of the activation, and as many of the product"),
  ]

  /// The functions that serve as activations, by name.
  private static let activations: [(String, UnaryFunction)] = {
    let others: [UnaryFunction] = [.exp, .exp2, .reciprocal, .reciprocalSquareRoot, .log, .log2]
    return UnaryFunction.words.filter { !others.contains($0.1) }
  }()

  /// Elements in, results out.
  public struct Ports {
    public let push: StreamInput<ActivationBeat>
    public let pop: StreamOutput<ActivatedBeat>
  }

  public var ports: Ports {
    Ports(
      push: .init(
        ActivationBeat(lanes: lanes, width: format.width, hasGate: hasGate),
        hasGate ? "Rows of elements with their gates" : "Rows of elements"),
      pop: .init(
        ActivatedBeat(lanes: lanes, width: format.width), "Rows of results, as long and in the same order"))
  }

  public var documentation: String {
    """
    \(function)(value)\(hasGate ? " x gate" : "") of rows of any length in \(format), \(lanes) element(s) a clock.
    \(hasGate ? "The activation is rounded, then the product." : "Rounded once.") A beat a clock, \(latency) clock edge(s) later.
    """
  }

  /// Clock edges from elements to their results while these are taken.
  public var latency: Int { hasGate ? 2 * stages : stages }

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("format", format)
    parameters.require(
      format.width <= 16, "the format \(format) has \(format.width) bits, more than a table of all results holds",
      fix: "use a format of at most 16 bits")
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    io.pop
      <== io.push.pipelined("result", stages: latency, in: m) { beat, enable in
        ActivatedBeat(
          values: Vector((0..<lanes).map { result(of: beat, lane: $0, enable: enable, in: m) }, of: format.width),
          isLast: m.held("is_last", beat.isLast, stages: latency, when: enable))
      }
  }

  private func result(of beat: ActivationBeat, lane: Int, enable: Bit, in m: Module) -> Bits {
    let hasEnable = stages > 0
    let activation = m.instance(
      FunctionUnit {
        ($0.function, $0.format, $0.stages, $0.hasEnable) = (function, format, stages, hasEnable)
      }, "activation_\(lane)")
    activation.x <== FloatingNumber(beat.values[lane], as: format)
    if let sink = activation.enable { sink <== enable }
    guard let gates = beat.gates else { return activation.result.bits }
    let product = m.instance(
      FloatingMultiplier { ($0.format, $0.stages, $0.hasEnable) = (format, stages, hasEnable) }, "product_\(lane)")
    product.a <== activation.result
    product.b <== FloatingNumber(m.held("gate_\(lane)", gates[lane], stages: stages, when: enable), as: format)
    if let sink = product.enable { sink <== enable }
    return product.product.bits
  }
}
