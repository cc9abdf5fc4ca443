import TATAA

/// What the generation of tokens on TATAA gave.
public struct TATAAGenerationOutcome: Sendable {
  /// What the hardware did in one program.
  struct Program: Sendable {
    let hardware: TATAAOutcome.Hardware
    /// The token that follows from what stands in the hardware's memory.
    let token: Int32
  }

  /// A program: that of the prompt, or of one token.
  public struct Step: Sendable, Encodable {
    /// The tokens that it takes, and those before them.
    public var tokens, past: Int
    /// Its instructions, and the stores of the golden machine.
    public var instructions, stores: Int
    /// Its cycles in the hardware; nil without it.
    public var cycles: Int?
    /// Its cycles in the cycle model.
    public var modelCycles: Int
    /// The share of the machine's multiply-accumulates that the model needed, of the hardware's cycles or of the model's.
    public var utilisation: Double
    /// The share of what the memory bus can read that was read: the limit of a decoder with one token at a time.
    public var readShare: Double
  }

  /// The tokens: of the hardware where it ran, else of the golden machine.
  public let tokens: [Int32]
  /// The tokens of the quantised interpreter, and of the model in binary32.
  public let quantized, reference: [Int32]
  /// The programs in their order.
  public let steps: [Step]
  /// Whether the golden machine equals the quantised interpreter in every bit.
  public let goldenIsExact: Bool
  /// Whether the hardware's programs all ended with END, with the stores of the golden machine; nil where none ran.
  public let hardwareIsExact: Bool?
  /// Stores of which every byte was right, and those that the golden machine made.
  public let storesCompared, stores: Int
  /// Bytes of the former.
  public let bytesCompared: Int
  /// The first byte that was wrong.
  public let difference: String?
  /// How long the simulation took; nil without hardware.
  public let seconds: Double?
  /// How far the cycles of the model are from those of the hardware over all programs, in percent; nil without hardware and
  /// with a memory that stalls.
  public let modelErrorPercent: Double?

  /// Whether every step of the chain agrees in every bit, and in every token.
  public var isExact: Bool { goldenIsExact && hardwareIsExact ?? true && tokens == quantized }

  init(
    _ prepared: TATAAGeneration.Prepared, _ ended: [Program], latency: Int, hasStalls: Bool, seconds: Double?
  ) {
    let configuration = prepared.compiled.configuration
    let model = CycleModel(configuration: configuration, latency: latency)
    let peak = Double(configuration.tileRows * configuration.tileColumns)
    (quantized, reference) = (prepared.quantized, prepared.reference)
    goldenIsExact = prepared.isExact
    self.seconds = seconds
    tokens = seconds == nil ? prepared.golden : ended.map(\.token)
    hardwareIsExact = seconds.map { _ in
      ended.count == prepared.compiled.steps.count && ended.allSatisfy(\.hardware.isExact)
    }
    stores = prepared.records.reduce(0) { $0 + $1.stores.count }
    storesCompared = ended.reduce(0) { $0 + $1.hardware.storesCompared }
    bytesCompared = ended.reduce(0) { $0 + $1.hardware.bytesCompared }
    difference = ended.lazy.compactMap(\.hardware.difference).first
    steps = prepared.compiled.steps.enumerated().map { index, step in
      let cycles = ended.indices.contains(index) && ended[index].hardware.isExact ? ended[index].hardware.cycles : nil
      let estimate = model.estimate(step.program).cycles
      let time = Double(max(1, cycles ?? estimate))
      return Step(
        tokens: step.tokens, past: step.past, instructions: step.program.instructions.count,
        stores: prepared.records[index].stores.count, cycles: cycles, modelCycles: estimate,
        utilisation: Double(step.multiplications) / (time * peak),
        readShare: Double(prepared.records[index].bytesRead) / (time * Double(configuration.busWidth / 8)))
    }
    let measured = steps.compactMap(\.cycles)
    let whole = measured.reduce(0, +)
    modelErrorPercent =
      !hasStalls && whole > 0 && measured.count == steps.count
      ? 100 * abs(Double(steps.reduce(0) { $0 + $1.modelCycles } - whole)) / Double(whole) : nil
  }
}
