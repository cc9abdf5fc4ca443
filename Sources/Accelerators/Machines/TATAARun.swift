public import Engine
import Models
public import Simulator
import TATAA
import TATAAHardware
import Testbench
import Transformer
import Verilator

/// A model on a TATAA accelerator, from its parameters to the output of its last layer: quantised, compiled, executed by the
/// golden machine and by the hardware, which are compared in every byte of every store.
///
///     let run = TATAARun(model: model, tokens: try text.tokens(of: "The cat sat on the mat."))
///     let prepared = try run.prepare(calibratedOn: try text.calibration(of: model))
///     let outcome = try run.run(prepared, on: .verilator(ModelBuilder()))
public struct TATAARun: Sendable {
  /// What executes the program.
  public enum Target: Sendable {
    /// The golden machine alone.
    case golden
    /// The netlist in this process.
    case native
    /// The emitted Verilog.
    case verilator(ModelBuilder)
  }

  /// The model.
  public var model: TransformerModel
  /// The sequence.
  public var tokens: TokenSequence
  /// The sizes of the accelerator, which has one core.
  public var configuration = Configuration.standard.with(cores: 1)
  /// Cycles from the address of a burst to its first word.
  public var latency = 8
  /// The probability with which each channel of a bus stalls in a cycle.
  public var stalls = 0.0
  /// Decides the stalls and what registers hold at power-up.
  public var seed = Seed(1)
  /// Told how much of the stores has been made, and in which cycle.
  public var progress: @Sendable (_ fraction: Double, _ cycle: Int) -> Void = { _, _ in }
  /// Asked now and then; true ends the run.
  public var isCancelled: @Sendable () -> Bool = { false }
  /// What registers of the native model hold at power-up; nil for what follows from the seed.
  public var powerUp: NativeModel.InitialState?
  /// Gives what stands in front of the native model and sees its cycles; nil where nobody looks.
  public var watch: (@Sendable (NativeModel) -> WatchedEngine)?

  /// A run of a model on a sequence.
  public init(model: TransformerModel, tokens: TokenSequence) { (self.model, self.tokens) = (model, tokens) }

  /// What is known before the hardware runs: the first three truths.
  public struct Prepared: Sendable {
    /// The program and its memory.
    public let compiled: CompiledModel
    /// The golden machine behind END.
    public let golden: Machine
    /// The last layer's output, tokens × features: of the golden machine, of the quantised interpreter, and in binary32.
    public let hidden, quantized, reference: Tensor<Float>
    /// The tokens that were seen, without padding.
    public let sequence: TokenSequence

    /// Whether the golden machine computes what the quantised model means, in every bit.
    public var agrees: Bool {
      hidden.elements.map(\.bitPattern) == quantized.elements.map(\.bitPattern)
    }
  }

  /// Quantises the model, compiles it, and runs the three models in software.
  ///
  /// - Throws: ``MachineError``, ``TATAA/CompilerError`` and what the model says.
  public func prepare(calibratedOn sequences: [TokenSequence]) throws -> Prepared {
    guard configuration.cores == 1 else {
      throw MachineError.model(
        "this is a run on one core, and the configuration has \(configuration.cores): set cores=1, or take TATAAPartitionedRun"
      )
    }
    let quantized = try QuantizedModel(
      model, ranges: ActivationRanges(of: model, sequences: sequences),
      profile: NumericsProfile(functions: .bfloat16Steps))
    let compiled = try CompiledModel(quantized, tokens: tokens.count, for: configuration)
    let (hidden, golden) = try compiled.run(tokens)
    let expected = try quantized.run(tokens, outputs: ["hidden"]).outputs["hidden"]?.real
    let graph = try model.graph(tokens: tokens.count, outputs: ["hidden"])
    let reference = try Interpreter(graph, parameters: model.parameters)(model.inputs(for: tokens))["hidden"]?.real
    guard let expected, let reference else { throw MachineError.model("the model has no output of hidden states") }
    return Prepared(
      compiled: compiled, golden: golden, hidden: hidden, quantized: expected, reference: reference, sequence: tokens)
  }

  /// Runs the program and compares it with the golden machine.
  ///
  /// - Throws: ``MachineError``, and what the engine says.
  public func run(_ prepared: Prepared, on target: Target) throws -> TATAAOutcome {
    switch target {
    case .golden:
      return TATAAOutcome(
        prepared, hidden: prepared.hidden, hardware: nil, latency: latency, hasStalls: stalls > 0)
    case .native:
      let model = try TATAAEngines.native(configuration, seed, powerUp: powerUp)
      guard let watch else { return try run(prepared, on: model) }
      return try run(prepared, on: watch(model))
    case .verilator(let builder): return try run(prepared, on: TATAAEngines.verilator(configuration, seed, builder))
    }
  }

  private func run(_ prepared: Prepared, on engine: some Engine) throws -> TATAAOutcome {
    let program = prepared.compiled.program
    let host = try ProgramHost(
      engine, image: prepared.compiled.memory(for: tokens), program: 8 * program.words.count, latency: latency,
      stalls: stalls, seed: seed)
    let hardware = try host.run(program, stores: prepared.golden.stores) { fraction, cycle in
      progress(fraction, cycle)
      return !isCancelled()
    }
    return TATAAOutcome(
      prepared, hidden: try prepared.compiled.hidden(in: host.contents), hardware: hardware, latency: latency,
      hasStalls: stalls > 0)
  }
}
