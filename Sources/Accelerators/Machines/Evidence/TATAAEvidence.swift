import Models
import TATAA
import Transformer

/// The figures that stand beside those of TATAA (arXiv 2411.03697), computed when they are asked for.
///
///     var evidence = TATAAEvidence()
///     try evidence.addFunctions()
///     try evidence.addProducts()
///     try evidence.report.files()
///
/// Cycles are those of the ``TATAA/CycleModel`` for one core and a memory that answers after a fixed time; throughput is
/// utilisation times a stated peak, for no clock of this project's hardware is known. Power and ratios to other devices are
/// left out.
public struct TATAAEvidence: Sendable {
  /// What was found.
  public var report = EvidenceReport(machine: "tataa", title: "TATAA: figures beside the published ones")
  /// The sizes of the core.
  public let configuration: Configuration
  /// Cycles from the address of a burst to its first word.
  public let latency: Int

  /// An empty report for a core.
  ///
  /// - Throws: ``TATAA/ConfigurationError``.
  public init(configuration: Configuration = .standard, latency: Int = 8) throws(ConfigurationError) {
    try configuration.validate()
    self.configuration = configuration
    self.latency = latency
    report.notes = [
      "Cycles are those of the cycle model of one core, from the start to the last acknowledged store, with a memory that "
        + "answers after \(latency) cycles and never stalls; hardware runs are compared with it by 'systole run tataa'.",
      "Throughput is utilisation × a stated peak: 8 cores of 1,024 multiply-accumulates at 225 MHz are 3,686.4 GOPS, and 8 × 128 "
        + "lanes 230.4 GFLOPS of one operation a cycle; both are derived from published sizes. The clock is a number of the "
        + "report, not of this project's hardware.",
      "The published bf16 throughput is 189.5 GFLOPS in the abstract and 169.8 in the introduction.",
      "Accuracy is that of the named checkpoints on texts that were not used for calibration, against binary32; the published "
        + "accuracies are of other models and data, and are not beside it.",
    ]
  }

  /// int8 operations and bf16 operations a second of the published accelerator at full use.
  static let integerPeak = 3686.4
  /// GFLOPS of all lanes at one operation a cycle.
  static let floatingPeak = 230.4

  var sizes: String {
    "\(configuration.tileRows) × \(configuration.tileColumns) sums, \(configuration.vectorLanes) lanes, "
      + "\(configuration.busWidth)-bit bus, latency \(latency)"
  }

  /// The cycles of instructions with END behind them.
  func cycles(_ instructions: [Instruction], on other: Configuration? = nil) throws -> CycleEstimate {
    let program = MachineProgram(instructions + [try Instruction(.end)])
    return CycleModel(configuration: other ?? configuration, latency: latency).estimate(program)
  }

  // MARK: Functions

  /// Operations and cycles of softmax, LayerNorm, GELU and other functions for each element, of as many rows as there are lanes.
  ///
  /// - Throws: ``TATAA/CompilerError``.
  public mutating func addFunctions() throws {
    let recipes: [(name: String, what: String, length: Int, operations: (Int) -> Double?, beats: Double?)] = [
      ("softmax", "softmax of rows of 197", 197, { (5 * Double($0) + 6) / Double($0) }, 24),
      ("layernorm", "LayerNorm of rows of 384, with scale and shift", 384, { (7 * Double($0) + 11) / Double($0) }, 24),
      ("gelu", "GELU, the form with tanh", 384, { _ in 26 }, 26),
      ("rmsnorm", "RMSNorm of rows of 384", 384, { _ in nil }, nil),
      ("silu", "SiLU", 384, { _ in nil }, nil),
      ("exp", "e^x", 384, { _ in nil }, nil),
    ]
    var bars: [EvidenceChart.Bar] = []
    for recipe in recipes {
      let instructions = try function(recipe.name, length: recipe.length)
      let estimate = try cycles(instructions)
      let operations = instructions.count { $0.opcode.arity != nil }
      let elements = Double(recipe.length)
      let conditions =
        "\(configuration.vectorLanes) rows side by side, bfloat16 in memory to bfloat16 in memory; \(sizes)"
      let published = recipe.operations(recipe.length)
      report.rows.append(
        EvidenceRow(
          "function.\(recipe.name).operations", "\(recipe.what): operations for each element of a vector",
          ours: Double(operations) / elements, paper: published, unit: "operations", conditions: conditions,
          tag: .computed,
          remark: published == nil
            ? ""
            : "the published recipe has an exponential without its fraction, or a quotient by two Newton steps: see the errors"
        )
      )
      let ours = Double(estimate.cycles) / elements
      report.rows.append(
        EvidenceRow(
          "function.\(recipe.name).cycles", "\(recipe.what): cycles for each element of a vector", ours: ours,
          paper: recipe.beats, unit: "cycles", conditions: conditions, tag: .computed,
          remark: recipe.beats == nil
            ? ""
            : "beside it: the greater of the recipe's operations and its beats on one 256-bit channel (8 a load or store)"
        ))
      report.rows.append(
        EvidenceRow(
          "function.\(recipe.name).throughput", "\(recipe.what): operations a second",
          ours: Self.floatingPeak
            * Double(operations) / Double(estimate.cycles), paper: 189.5, unit: "GFLOPS",
          conditions: "a fused product counts once; utilisation × 230.4 GFLOPS; \(sizes)", tag: .computed,
          remark: "the published figure names no function"))
      bars.append(.init(recipe.name, ours, reference: recipe.beats))
    }
    report.charts.append(
      EvidenceChart("functions", "Cycles for each element of a vector", unit: "cycles", bars: bars))
  }

  /// The program of a function over rows of one length, a row a lane.
  func function(_ name: String, length: Int) throws -> [Instruction] {
    let lanes = configuration.vectorLanes
    let size = 2 * lanes * length
    let input = LaneRows(address: 0, length: length, lanes: lanes)
    let output = LaneRows(address: size, length: length, lanes: lanes)
    var last: any Error = CompilerError.registers(configuration.vectorRegisters)
    for batch in [8, 4, 2, 1] {
      let passes = VectorBuilder.Passes(batch: batch)
      var builder = VectorBuilder()
      func store(_ builder: inout VectorBuilder, _ values: [VectorValue], _ first: Int) {
        builder.store(values, address: size + first * output.stride, lanes: lanes)
      }
      switch name {
      case "softmax": builder.softmax(input, to: output, passes)
      case "layernorm":
        builder.normalize(input, scale: 2 * size, shift: 2 * size + 2 * length, epsilon: 1e-5, passes, store)
      case "rmsnorm":
        builder.normalize(input, scale: 2 * size, shift: nil, epsilon: 1e-5, centres: false, passes, store)
      default:
        for first in stride(from: 0, to: length, by: batch) {
          let count = min(batch, length - first)
          let values = builder.load(count, address: first * input.stride, lanes: lanes)
          let results = values.map { value in
            switch name {
            case "gelu": builder.gelu(value)
            case "silu": builder.silu(value)
            default: builder.exp(value)
            }
          }
          store(&builder, results, first)
          builder.endBatch()
        }
      }
      do throws(CompilerError) { return try builder.instructions(for: configuration) } catch {
        guard case .registers = error else { throw error }
        last = error
      }
    }
    throw last
  }

  /// The cycles of a function of so many vectors, element by element: those of 512 vectors, as often as these fit.
  func cycles(ofVectors count: Int, _ name: String) throws -> Int {
    let counted = min(count, 512)
    return try cycles(function(name, length: counted)).cycles * count / counted
  }

  // MARK: Products

  /// The share of the multiply-accumulates that products use, and what that is of the published peak.
  ///
  /// - Throws: ``TATAA/CompilerError``.
  public mutating func addProducts() throws {
    let shapes: [(rows: Int, columns: Int, depth: Int, published: Double?, remark: String)] = [
      (64, 64, 64, 53.3, "beside it: K / (K + 56) of the published snapshot, its tiles one after the other"),
      (32, 32, 64, 53.3, "one tile; beside it: K / (K + 56) of the published snapshot"),
      (256, 768, 64, 53.3, "beside it: K / (K + 56) of the published snapshot"),
      (224, 1152, 384, 87.3, "queries, keys and values of DeiT-S; beside it: 384 / 440 of the published snapshot"),
      (224, 1536, 384, 87.3, "the wide layer of DeiT-S; beside it: 384 / 440 of the published snapshot"),
      (256, 768, 512, 90.1, "beside it: 512 / 568 of the published snapshot"),
      (128, 768, 768, nil, "BERT-base"), (128, 3072, 768, nil, "the wide layer of BERT-base"),
      (128, 768, 3072, nil, "the narrow layer of BERT-base"),
      (197, 1536, 384, nil, "DeiT-S with 197 tokens, 224 rows of tiles"),
      (1, 3072, 768, nil, "one token of GPT-2: a row of 32, limited by the bus that brings the weights"),
    ]
    var bars: [EvidenceChart.Bar] = []
    for shape in shapes {
      let estimate = try product(shape.rows, shape.columns, shape.depth, on: configuration)
      let name = "\(shape.rows)x\(shape.columns)x\(shape.depth)"
      let useful = Double(shape.rows * shape.columns * shape.depth)
      let peak = Double(configuration.tileRows * configuration.tileColumns)
      let share = useful / (Double(Self.window(estimate)) * peak)
      report.rows.append(
        EvidenceRow(
          "product.\(name).utilisation", "rows × columns × depth = \(name): share of the multiply-accumulates",
          ours: 100 * share, paper: shape.published, unit: "%",
          conditions: "int8 to int8 with biases, first operand to last stored word; \(sizes)", tag: .computed,
          remark: shape.remark))
      let bound = ProductBound(configuration, rows: shape.rows, columns: shape.columns, depth: shape.depth)
      report.rows.append(
        EvidenceRow(
          "product.\(name).bound", "the greatest share that the array and the buses allow for \(name)",
          ours: 100 * useful / (Double(bound.cycles) * peak), unit: "%", conditions: bound.reason + "; \(sizes)",
          tag: .computed,
          remark:
            "utilisation is \(EvidenceRow.text(100 * Double(bound.cycles) / Double(Self.window(estimate)))) % of it"))
      bars.append(.init(name, 100 * share, reference: shape.published))
      if shape == (224, 1536, 384, 87.3, shape.remark) || shape.rows == 128 && shape.columns == 3072 {
        report.rows.append(
          EvidenceRow(
            "throughput.int8.\(name)", "int8 throughput of \(name)", ours: share * Self.integerPeak, paper: 2935.2,
            unit: "GOPS", conditions: "utilisation × 3,686.4 GOPS (8 cores, 225 MHz, U280); \(sizes)", tag: .computed,
            remark: "the published figure is the accelerator's greatest; eight cores are taken to run as one does"))
      }
    }
    try addAttention()
    report.charts.append(
      EvidenceChart("products", "Share of the multiply-accumulates, rows × columns × depth", unit: "%", bars: bars))
  }

  /// The products of all heads of an attention, one behind the other.
  private mutating func addAttention() throws {
    for (heads, rows, columns, depth, what) in [
      (12, 64, 64, 64, "scores or contexts of 64 tokens"), (12, 128, 128, 64, "scores of 128 tokens"),
      (12, 128, 64, 128, "contexts of 128 tokens"), (12, 384, 384, 64, "scores of 384 tokens"),
      (12, 384, 64, 384, "contexts of 384 tokens"),
    ] {
      let estimate = try products(heads, rows, columns, depth)
      let useful = Double(heads * rows * columns * depth)
      report.rows.append(
        EvidenceRow(
          "attention.\(heads)x\(rows)x\(columns)x\(depth).utilisation",
          "\(heads) heads, \(what): share of the multiply-accumulates",
          ours: 100 * useful
            / (Double(Self.window(estimate)) * Double(configuration.tileRows * configuration.tileColumns)),
          unit: "%", conditions: "int8 to bfloat16, all heads, first operand to last stored word; \(sizes)",
          tag: .computed))
    }
  }

  /// Products of one shape one behind the other, to bfloat16, a row in memory for each column.
  func products(_ count: Int, _ rows: Int, _ columns: Int, _ depth: Int) throws -> CycleEstimate {
    let products = (0..<count).map { head in
      MatrixTiler(
        rows: rows, columns: columns, depth: depth, x: (1 << 20) + head * rows * depth,
        y: (1 << 27) + head * columns * depth, result: .bfloat16(scales: 1 << 16, perColumn: false),
        z: (1 << 30) + 2 * head * rows * columns, isTransposed: true)
    }
    return try cycles(MatrixTiler.instructions(of: products, for: configuration))
  }

  /// Cycles from the first word of an operand to the last word that is stored.
  public static func window(_ estimate: CycleEstimate) -> Int {
    (estimate.storeCycles.last ?? estimate.cycles) - (estimate.firstOperandCycle ?? 0) + 1
  }

  func product(_ rows: Int, _ columns: Int, _ depth: Int, on configuration: Configuration) throws -> CycleEstimate {
    let tiler = MatrixTiler(
      rows: rows, columns: columns, depth: depth, x: 1 << 20, y: 1 << 24, bias: 0,
      result: .int8(requantizers: 1 << 16, perColumn: true), z: 1 << 28, isTransposed: true)
    return try cycles(tiler.instructions(for: configuration), on: configuration)
  }

  // MARK: Sweep

  /// Cycles of a layer of BERT-base over the sizes of the array: rows, columns, lanes.
  ///
  /// - Throws: ``TATAA/CompilerError``.
  public mutating func addSweep() throws {
    var bars: [EvidenceChart.Bar] = []
    var first: Double?
    for (rows, strips, columns) in [
      (4, 4, 8), (4, 8, 8), (4, 4, 16), (2, 8, 16), (4, 8, 16), (8, 8, 16), (4, 16, 16), (4, 8, 32), (8, 8, 32),
    ] {
      var other = configuration
      (other.rowsPerStrip, other.strips, other.columns) = (rows, strips, columns)
      // A bus that brings a word of X and one of Y in two cycles, as in the published core.
      other.busWidth = max(64, 8 * other.tileRows, 8 * other.tileColumns).nextPowerOfTwo
      do throws(ConfigurationError) { try other.validate() } catch { continue }
      var total = 0
      for (n, k) in [(2304, 768), (768, 768), (3072, 768), (768, 3072)] {
        total += try product(128, n, k, on: other).cycles
      }
      let evidence = try TATAAEvidence(configuration: other, latency: latency)
      let gelu = try evidence.cycles(ofVectors: 3072 * 128 / other.vectorLanes, "gelu")
      let cells = Double(other.tileRows * other.tileColumns)
      let useful = 128.0 * Double(768 * 2304 + 768 * 768 + 2 * 768 * 3072)
      let name = "\(other.tileRows)x\(other.tileColumns)x\(other.vectorLanes)"
      let conditions =
        "128 tokens, linear layers of a layer of BERT-base one after the other, then GELU; rows × columns × lanes = \(name), "
        + "\(other.busWidth)-bit bus, latency \(latency)"
      report.rows.append(
        EvidenceRow(
          "sweep.\(name).cycles", "linear layers", ours: Double(total), unit: "cycles", conditions: conditions,
          tag: .computed))
      report.rows.append(
        EvidenceRow(
          "sweep.\(name).utilisation", "linear layers: share of the multiply-accumulates",
          ours: 100 * useful / (Double(total) * cells), unit: "%", conditions: conditions, tag: .computed))
      report.rows.append(
        EvidenceRow(
          "sweep.\(name).gelu", "GELU of the wide layer", ours: Double(gelu), unit: "cycles", conditions: conditions,
          tag: .computed))
      let scale = Double(total) * cells
      if let first {
        report.rows.append(
          EvidenceRow(
            "sweep.\(name).scaling", "speed-up of the linear layers for each cell, of the first size's",
            ours: first / scale,
            unit: "ratio", conditions: conditions, tag: .computed,
            remark: "1 is a speed-up as great as the number of cells"))
      } else {
        first = scale
      }
      bars.append(.init(name, Double(total)))
    }
    report.charts.append(
      EvidenceChart("sweep", "Linear layers of a layer of BERT-base, 128 tokens", unit: "cycles", bars: bars))
  }
}

extension Int {
  fileprivate var nextPowerOfTwo: Int {
    var power = 1
    while power < self { power *= 2 }
    return power
  }
}
