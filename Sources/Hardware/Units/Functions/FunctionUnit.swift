import Golden
import HDL
import NumberFormats

/// A function of one number in a small floating point format, correctly rounded for every operand: at most half a unit of the
/// last place from the real value.
///
/// `result` equals ``/Golden/UnaryFunction`` for each code, at zeros, infinities and NaN too. The results are computed when the
/// hardware is made and folded into a directory of the operands' exponents and a table of segments, as many as the function
/// needs: one for 1/x, none for ReLU. Formats of up to 8 bits have a direct table. `log` and `log2`, which repeat in no exponent,
/// are a sum in fixed point where the format flushes subnormal numbers: a multiple of the exponent, and a table of the
/// significands. One result a clock, ``latency`` clock edges after its operand.
public struct FunctionUnit: DefaultConfigurable, FixedLatencyGenerator {
  public var function = UnaryFunction.exp
  public var format = Minifloat.bfloat16
  public var stages = 0
  public var hasEnable = false

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .choice("function", \.function, UnaryFunction.words, "What is computed"),
    .choice(
      "format", \.format, Minifloat.words.filter { $0.1.width <= 16 },
      "Format of operand and result, of at most 16 bits"),
    .integer(
      "stages", \.stages, in: 0...3,
      "Pipeline registers: behind the table of segments, then behind the directory, then behind the result"),
    .flag("hasEnable", \.hasEnable, "Whether a port holds the pipeline"),
  ]

  /// A number in, the function of it out.
  public struct Ports {
    public let x: Input<FloatingNumber>
    public let enable: Input<Bit>?
    public let result: Output<FloatingNumber>
  }

  public var ports: Ports {
    Ports(
      x: .init(shape: format, "The operand"), enable: hasEnable ? .init("1 to advance the pipeline") : nil,
      result: .init(shape: format, "The function of it, rounded to nearest, ties to even"))
  }

  public var documentation: String {
    "\(function) in \(format), correctly rounded. \(timing(stages: stages, hasEnable: hasEnable))"
  }

  /// From operand to result.
  public var latency: Int { stages }

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("format", format)
    parameters.require(
      format.width <= 16, "the format \(format) has \(format.width) bits, more than a table of all results holds",
      fix: "use a format of at most 16 bits")
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let results = format.codes.map { code in result(code) }
    if format.width <= 8 {
      let table = m.rom(
        "results", Bits.self, width: format.width, contents: .words(results.map { Int($0) }))
      let address = io.x.bits.asUnsigned
      let read = stages > 0 ? table.read(at: address, when: io.enable) : table.readAsync(at: address)
      var result = FloatingNumber(read, as: format)
      for stage in 0..<max(0, stages - 1) { result = m.register("result_\(stage)", result, when: io.enable) }
      io.result <== result
    } else {
      let places: [Set<Int>] = [[], [1], [0, 1], [0, 1, 2]]
      let pipeline = PipelineRegisters(module: m, enable: io.enable, places: places[stages])
      if isLogarithm, let table = LogarithmTable(function, format, results: results) {
        io.result <== table.result(of: io.x, pipeline)
      } else {
        io.result <== FoldedTable(format, results: results).result(of: io.x, pipeline)
      }
    }
  }

  /// Whether it is computed by a sum instead of a folded table.
  private var isLogarithm: Bool {
    (function == .log || function == .log2) && format.subnormals == .flushed && format.specials == .ieee
  }

  private func result(_ code: UInt64) -> UInt64 {
    if format == .bfloat16 { return UInt64(function(BFloat16(bitPattern: UInt16(code))).bitPattern) }
    return function.code(for: format.value(of: code), in: format)
  }
}

extension Minifloat {
  /// Every code, in order.
  var codes: [UInt64] { (0...codeMask).map { $0 } }
}
