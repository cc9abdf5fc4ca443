import Engine
import Models
import TATAA
import TATAAHardware
import Testbench
import Transformer
import Verilator

/// A model on several cores of a TATAA accelerator, which share one memory: step by step each core runs its program, and the host
/// starts the next step when the interrupt says that all have ended. Every byte that a core stores is compared with what the
/// golden machine of that core stores in that step, and the output with the quantised model.
///
///     var run = TATAAPartitionedRun(model: model, tokens: try text.tokens(of: "The cat sat on the mat."))
///     run.configuration = .standard.with(cores: 2)
///     let prepared = try run.prepare(calibratedOn: try text.calibration(of: model))
///     let outcome = try run.run(prepared, on: .verilator(ModelBuilder()))
public struct TATAAPartitionedRun: Sendable {
  /// The model.
  public var model: TransformerModel
  /// The sequence.
  public var tokens: TokenSequence
  /// The sizes of the accelerator, with its cores.
  public var configuration = Configuration.standard.with(cores: 2)
  /// Cycles from the address of a burst to its first word.
  public var latency = 8
  /// The probability with which each channel of a bus stalls in a cycle.
  public var stalls = 0.0
  /// Decides the stalls and what registers hold at power-up.
  public var seed = Seed(1)
  /// Told how much of the steps has been done, and in which cycle.
  public var progress: @Sendable (_ fraction: Double, _ cycle: Int) -> Void = { _, _ in }
  /// Asked now and then; true ends the run.
  public var isCancelled: @Sendable () -> Bool = { false }

  /// A run of a model on a sequence.
  public init(model: TransformerModel, tokens: TokenSequence) { (self.model, self.tokens) = (model, tokens) }

  /// What is known before the hardware runs.
  public struct Prepared: Sendable {
    /// The programs and their memory.
    public let partitioned: PartitionedModel
    /// The golden machines behind the last step.
    public let golden: MachineGroup
    /// The last layer's output, tokens × features: of the golden machines, of the quantised interpreter, and in binary32.
    public let hidden, quantized, reference: Tensor<Float>

    /// Whether the golden machines compute what the quantised model means, in every bit.
    public var agrees: Bool { hidden.elements.map(\.bitPattern) == quantized.elements.map(\.bitPattern) }
  }

  /// Quantises the model, compiles it, and runs the models in software.
  ///
  /// - Throws: ``MachineError``, ``TATAA/CompilerError`` and what the model says.
  public func prepare(calibratedOn sequences: [TokenSequence]) throws -> Prepared {
    let quantized = try QuantizedModel(
      model, ranges: ActivationRanges(of: model, sequences: sequences),
      profile: NumericsProfile(functions: .bfloat16Steps))
    let partitioned = try PartitionedModel(quantized, tokens: tokens.count, for: configuration)
    let (hidden, golden) = try partitioned.run(tokens)
    let expected = try quantized.run(tokens, outputs: ["hidden"]).outputs["hidden"]?.real
    let graph = try model.graph(tokens: tokens.count, outputs: ["hidden"])
    let reference = try Interpreter(graph, parameters: model.parameters)(model.inputs(for: tokens))["hidden"]?.real
    guard let expected, let reference else { throw MachineError.model("the model has no output of hidden states") }
    return Prepared(
      partitioned: partitioned, golden: golden, hidden: hidden, quantized: expected, reference: reference)
  }

  /// Runs the steps up to the first byte that is wrong.
  ///
  /// - Throws: ``MachineError``, and what the engine says.
  public func run(_ prepared: Prepared, on target: TATAARun.Target) throws -> TATAAPartitionedOutcome {
    switch target {
    case .golden: TATAAPartitionedOutcome(prepared, hardware: nil, latency: latency, hasStalls: stalls > 0)
    case .native: try run(prepared, on: TATAAEngines.native(configuration, seed))
    case .verilator(let builder): try run(prepared, on: TATAAEngines.verilator(configuration, seed, builder))
    }
  }

  private func run(_ prepared: Prepared, on engine: some Engine) throws -> TATAAPartitionedOutcome {
    let steps = prepared.partitioned.steps
    // All programs stand in front of the memory, each at a page of its own.
    var image: [UInt8] = []
    var jobs: [[CoreJob]] = []
    func fillPage() { image += [UInt8](repeating: 0, count: (4096 - image.count % 4096) % 4096) }
    for step in steps {
      jobs.append(
        step.programs.map { program in
          fillPage()
          defer { image += TATAAEngines.bytes(program.words) }
          return CoreJob(program: image.count, words: program.words.count, base: 0, size: 0)
        })
    }
    fillPage()
    let (base, memory) = (image.count, try prepared.partitioned.memory(for: tokens))
    let shared = HostMemory(image + memory)
    let cores = configuration.cores
    let host = try AcceleratorHost(
      engine, memories: [HostMemory](repeating: shared, count: cores), latency: latency, stalls: stalls, seed: seed)
    let clock = ContinuousClock.now
    var hardware = TATAAPartitionedOutcome.Hardware(cores: cores)
    for (number, stores) in prepared.golden.stores.enumerated() {
      let comparisons = stores.map { StoreComparison($0, base: base) }
      for (core, comparison) in comparisons.enumerated() {
        host.onWrite(of: core) { comparison.take($0, $1, $2) }
      }
      let work = jobs[number].map { job in
        CoreJob(program: job.program, words: job.words, base: base, size: memory.count)
      }
      var reports: [CoreReport] = []
      do {
        reports = try host.run(work) { cycle in
          progress(Double(number) / Double(steps.count), cycle)
          return !isCancelled() && comparisons.allSatisfy { $0.difference == nil }
        }
      } catch MachineError.cancelled where comparisons.contains(where: { $0.difference != nil }) {
        // What is wrong is known: the rest of the step would say no more.
      }
      hardware.add(steps[number].node, reports, comparisons, simulatedCycles: host.cycle)
      guard hardware.failure == nil else { break }
    }
    hardware.seconds = (ContinuousClock.now - clock) / .seconds(1)
    let end = UnsafeRawBufferPointer(shared.bytes)[base..<base + memory.count]
    hardware.hidden = try prepared.partitioned.hidden(in: end)
    return TATAAPartitionedOutcome(prepared, hardware: hardware, latency: latency, hasStalls: stalls > 0)
  }
}
