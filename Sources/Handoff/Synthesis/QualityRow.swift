import Catalog
import Entries
import HDL
import Tools

/// One of our units beside somebody else's, or alone.
public struct QualityRow: Sendable {
  /// The unit in a few words.
  public let name: String
  /// The block and its parameters.
  public let block: String
  /// Settings of its parameters.
  public let settings: [String]
  /// The unit to compare with; nil where none does the same.
  public let peer: PeerFigure?
  /// How the functions of both agree and differ.
  public let conditions: String

  /// Every row, in the order of the table.
  public static let all: [QualityRow] = [
    QualityRow(
      name: "int8 weight-stationary array, 1×1", block: "weight-stationary-array", settings: ["rows=1", "columns=1"],
      peer: nil, conditions: "the sum from above is zero at this edge, so its adder is gone: no equal to a cell"),
    QualityRow(
      name: "int8 output-stationary array, 1×1", block: "output-stationary-array",
      settings: ["rows=1", "columns=1", "isPipelined=true"], peer: nil,
      conditions: "nothing lies beyond this edge, so what is passed on is gone: no equal to a cell"),
    QualityRow(
      name: "bf16 add/sub, 2 registers", block: "floating-adder", settings: ["operation=either", "stages=2"],
      peer: .addition, conditions: "equal: no subnormals, round to nearest even"),
    QualityRow(
      name: "bf16 add, combinational", block: "floating-adder", settings: [], peer: .additionCombinational,
      conditions: "ours flushes subnormals, the peer computes with them and has all rounding modes"),
    QualityRow(
      name: "bf16 multiply, 2 registers", block: "floating-multiplier", settings: ["stages=2"], peer: .multiplication,
      conditions: "equal: no subnormals, round to nearest even"),
    QualityRow(
      name: "bf16 multiply, combinational", block: "floating-multiplier", settings: [],
      peer: .multiplicationCombinational,
      conditions: "ours flushes subnormals, the peer computes with them and has all rounding modes"),
    QualityRow(
      name: "bf16 fused multiply-add, combinational", block: "floating-multiply-add", settings: [],
      peer: .fusedCombinational,
      conditions: "ours flushes subnormals, the peer computes with them and has all rounding modes"),
    QualityRow(
      name: "requantizer, 26 bits, 8-bit multiplier", block: "requantizer",
      settings: [
        "accumulatorWidth=26", "biasWidth=0", "multiplierWidth=8", "maximumShift=33", "least=-128", "stages=1",
      ], peer: .requantizer,
      conditions: "ours rounds to nearest even and has 1 register; the peer adds a half, its latency is not recorded"),
    QualityRow(
      name: "bf16 exponential", block: "function-unit", settings: ["function=exp", "stages=1"], peer: .exponential,
      conditions: "ours is correctly rounded, the peer approximates"),
    QualityRow(
      name: "DynaTran comparator, 16 × bf16", block: "magnitude-pruner", settings: ["element=bfloat16", "stages=1"],
      peer: .prunerBFloat16, conditions: "equal: magnitudes against one threshold, zeros and a mask, registered"),
    QualityRow(
      name: "DynaTran comparator, 16 × int8", block: "magnitude-pruner", settings: ["element=int8", "stages=1"],
      peer: .prunerInt8, conditions: "equal: magnitudes against one threshold, zeros and a mask, registered"),
    QualityRow(
      name: "FIFO 32×16", block: "stream-fifo", settings: ["width=16", "depth=32"], peer: .fifo,
      conditions: "equal capacity and handshake; ours has a registered output"),
    QualityRow(
      name: "bf16 GELU", block: "function-unit", settings: ["function=gelu", "stages=1"], peer: nil,
      conditions: "the open peer's GELU is an integer function: no equal"),
  ]

  /// The block.
  public func configured() throws -> any CatalogBlock {
    try Catalog.entry(block).block(
      configuration: nil, settings: settings.compactMap { Setting($0) }, workload: [])
  }

  /// The gates, which take seconds.
  public func gates(tools: Toolbox, cache: SynthesisCache) throws -> SynthesisResult {
    let circuit = try configured().elaborate(reset: ResetStyle())
    return try SynthesisFlow(circuit, SynthesisOptions(.generic), tools: tools, cache: cache).run()
  }

  /// Everything.
  ///
  /// - Parameter progress: Told the name of each step.
  public func measure(
    seeds: Int, tools: Toolbox, cache: SynthesisCache, progress: @escaping @Sendable (String) -> Void
  ) throws -> QualityFigure {
    let configured = try configured()
    let circuit = try configured.elaborate(reset: ResetStyle())
    let title = name
    func run(_ options: SynthesisOptions) throws -> SynthesisResult {
      var flow = SynthesisFlow(circuit, options, tools: tools, cache: cache)
      flow.progress = { progress("\(title): \($0)") }
      return try flow.run()
    }
    let gates = try run(SynthesisOptions(.generic))
    let ecp5 = try run(SynthesisOptions(.ecp5, seeds: seeds))
    let plain = try run(SynthesisOptions(.ecp5, seeds: 0, usesDSP: false))
    let xcup = try run(SynthesisOptions(.xcup))
    return QualityFigure(
      unit: name, generator: configured.summary, gates: gates.gates ?? 0, depth: gates.depth ?? 0,
      flipFlops: gates.flipFlops, lut: ecp5.lut ?? 0, dsp: ecp5.dsp ?? 0, lutWithoutDSP: plain.lut ?? 0,
      frequency: ecp5.medianFrequency.map { ($0 * 10).rounded() / 10 }, seeds: seeds, xcupLUT: xcup.lut ?? 0,
      xcupDSP: xcup.dsp ?? 0, tools: Set(gates.tools + ecp5.tools).sorted())
  }
}

/// Figures of one of our units.
public struct QualityFigure: Hashable, Sendable, Codable {
  /// Name of the row.
  public var unit: String
  /// The generator value.
  public var generator: String
  /// Generic gates.
  public var gates: Int
  /// Gates on the longest path.
  public var depth: Int
  /// Flip-flops of the generic netlist.
  public var flipFlops: Int
  /// ECP5: lookup tables, with DSP blocks.
  public var lut: Int
  /// ECP5: DSP blocks.
  public var dsp: Int
  /// ECP5: lookup tables without DSP blocks.
  public var lutWithoutDSP: Int
  /// ECP5: MHz, the median of the seeds.
  public var frequency: Double?
  /// How often it was placed.
  public var seeds: Int
  /// UltraScale+: lookup tables.
  public var xcupLUT: Int
  /// UltraScale+: DSP blocks.
  public var xcupDSP: Int
  /// Tools with their versions.
  public var tools: [String]
}
