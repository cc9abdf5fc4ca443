import AccelTran
import Models
import Transformer

extension AccelTranEvidence {
  /// The named machines as hardware: one encoder layer on a core, by the cycle model that runs of the hardware were compared
  /// with, and what follows for all cores.
  ///
  /// Weights are random; half of the numbers that products read are zero, or none. A machine of this size was not simulated.
  ///
  /// - Parameters:
  ///   - cases: Names of machines, each with the sizes of a model: layers, width, heads and inner width.
  ///   - tokens: Tokens of a sequence.
  /// - Throws: what the models and the compiler say.
  public static func hardware(
    _ cases: [(name: String, layers: Int, hidden: Int, heads: Int, feedForward: Int)] = [
      ("Edge", 2, 128, 2, 512), ("Edge-LP", 2, 128, 2, 512), ("Server", 12, 768, 12, 3072),
      ("Server-LP", 12, 768, 12, 3072), ("Nano", 1, 32, 2, 64),
    ], tokens: Int = 128
  ) throws -> EvidenceTable {
    var rows: [[String]] = []
    let named = try NamedHardware.all()
    var known: [String: [EngineEstimate]] = [:]
    for one in cases {
      guard let hardware = named.first(where: { $0.name == one.name }) else { continue }
      let key = "\(hardware.sizes)\(one.hidden)"
      let estimates = try known[key] ?? Self.estimates(hardware.sizes, one, tokens: tokens)
      known[key] = estimates
      for (share, estimate) in zip(["0", "50"], estimates) {
        let cycles = estimate.cycles * one.layers
        let steps = Double(estimate.steps) / Double(max(estimate.cycles, 1) * hardware.sizes.columns)
        let busy = Double(estimate.busyProduct) / Double(max(estimate.cycles, 1))
        let rate = Double(hardware.coresAtOnce) * 700e6 / Double(max(cycles, 1))
        let stalls = EngineEstimate.Stall.allCases.map { stall in
          "\(stall) \(percent(Double(estimate.stalls[stall] ?? 0) / Double(max(estimate.cycles, 1))))"
        }
        rows.append([
          one.name, "\(hardware.coresAtOnce) of \(hardware.cores) cores", share, "\(cycles)", whole(rate),
          percent(steps),
          percent(busy), stalls.joined(separator: ", "),
        ])
      }
    }
    return EvidenceTable(
      "Hardware", "the named machines as hardware, a sequence on each core",
      conditions: [
        "\(tokens) tokens; BERT-Tiny on Edge, BERT-Base on Server, BERT-Nano on Nano; random weights; 700 MHz",
        "one layer by the cycle model of the hardware, times the number of layers",
        "memory that answers without stalls",
      ],
      columns: [
        .init("machine"), .init("cores at once"), .init("zeros at operands %"),
        .init("clocks of a sequence", .computed, unit: "clocks", mode: .honest),
        .init("seq/s", .computed, unit: "sequences/s", mode: .honest),
        .init("lanes step %", .computed, unit: "%", mode: .honest),
        .init("product unit busy %", .computed, unit: "%", mode: .honest), .init("stalls, % of the clocks"),
      ], rows: rows,
      remarks: [
        "an extrapolation: the cycle model is within 1 % of the hardware where that was simulated, with 4 to 256 multipliers",
        "a core has one unit each for softmax and normalisation, and they do not work beside products",
      ])
  }

  private static func estimates(
    _ sizes: EngineSizes, _ one: (name: String, layers: Int, hidden: Int, heads: Int, feedForward: Int), tokens: Int
  ) throws -> [EngineEstimate] {
    let model = try TransformerModel.randomBERT(
      hidden: one.hidden, layers: 1, heads: one.heads, feedForward: one.feedForward, tokens: tokens)
    let sequence = TokenSequence(ids: (0..<Int32(tokens)).map { $0 * 7 % 256 })
    let lanes = LaneProduct(
      try LaneFormat(integerBits: sizes.integerBits, fractionBits: sizes.fractionBits), multipliers: sizes.multipliers,
      sharedRows: sizes.sharedRows)
    let dense = FixedPointMachine(model, lanes: lanes, function: .quadraticSigmoid)
    var pruned = dense
    let calculator = try ThresholdCalculator(
      profiling: dense, over: [sequence], at: (0..<800).map { Double($0) * 0.005 })
    pruned.plan = calculator.plan(
      sparsity: 0.5,
      at: [.input, .query, .key, .value, .probabilities, .context, .feedForwardInput, .feedForwardHidden])
    pruned.weightThreshold = 0.85 / Double(one.hidden).squareRoot()
    return try [dense, pruned].map { try EngineProgram.layers(sizes, $0, sequence, layers: 0..<1).program.estimate() }
  }

  private static func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10)" }
  private static func whole(_ value: Double) -> String { "\(Int(value.rounded()))" }
}
