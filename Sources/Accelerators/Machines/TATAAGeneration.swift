import Engine
import Models
import TATAA
import TATAAHardware
import Testbench
import Transformer
import Verilator

/// A decoder that generates tokens on a TATAA accelerator: a program for the prompt, then one a token, each of which appends to
/// the keys and values in memory. The golden machine, the hardware and the quantised interpreter are compared in every bit.
///
///     let generation = TATAAGeneration(model: model, prompt: try text.tokens(of: "The cat").ids, tokens: 8)
///     let prepared = try generation.prepare(calibratedOn: try text.calibration(of: model))
///     let outcome = try generation.run(prepared, on: .verilator(ModelBuilder()))
public struct TATAAGeneration: Sendable {
  /// The decoder.
  public var model: TransformerModel
  /// The tokens that it starts from.
  public var prompt: [Int32]
  /// How many tokens are generated.
  public var tokens: Int
  /// The sizes of the accelerator, which has one core.
  public var configuration = Configuration.standard.with(cores: 1)
  /// Cycles from the address of a burst to its first word.
  public var latency = 8
  /// The probability with which each channel of a bus stalls in a cycle.
  public var stalls = 0.0
  /// Decides the stalls and what registers hold at power-up.
  public var seed = Seed(1)
  /// Told how many of the programs have ended, and the cycle.
  public var progress: @Sendable (_ program: Int, _ cycle: Int) -> Void = { _, _ in }
  /// Asked now and then; true ends the run.
  public var isCancelled: @Sendable () -> Bool = { false }

  /// A generation of so many tokens behind a prompt.
  public init(model: TransformerModel, prompt: [Int32], tokens: Int) {
    (self.model, self.prompt, self.tokens) = (model, prompt, tokens)
  }

  /// What is known before the hardware runs.
  public struct Prepared: Sendable {
    /// The programs and their memory.
    public let compiled: CompiledGeneration
    /// The tokens that the golden machine, the quantised interpreter and the model in binary32 generate.
    public let golden, quantized, reference: [Int32]
    /// Whether each program of the golden machine left the last layer's output of the quantised interpreter, in every bit.
    public let isExact: Bool
    /// What the golden machine did in each program.
    let records: [Record]

    struct Record: Sendable {
      let stores: [Machine.Store]
      let bytesRead, bytesWritten: Int
    }
  }

  /// Quantises the model, compiles the programs and runs the models in software.
  ///
  /// - Throws: ``MachineError``, ``TATAA/CompilerError`` and what the model says.
  public func prepare(calibratedOn sequences: [TokenSequence]) throws -> Prepared {
    guard configuration.cores == 1 else {
      throw MachineError.model(
        "tokens are generated on one core, and the configuration has \(configuration.cores): set cores=1")
    }
    let quantized = try QuantizedModel(
      model, ranges: ActivationRanges(of: model, sequences: sequences),
      profile: NumericsProfile(functions: .bfloat16Steps))
    var interpreter = try QuantizedGeneration(quantized)
    let compiled = try CompiledGeneration(quantized, prompt: prompt.count, tokens: tokens, for: configuration)
    var machine = try Machine(configuration: configuration, memory: compiled.image.bytes)
    var (golden, meant): ([Int32], [Int32]) = ([], [])
    var records: [Prepared.Record] = []
    var isExact = true
    var (next, meantNext) = (prompt, prompt)
    for (index, step) in compiled.steps.enumerated() {
      guard !isCancelled() else { throw MachineError.cancelled }
      for (address, bytes) in try compiled.writes(of: next, for: index) { machine.write(bytes, at: address) }
      let (stores, read, written) = (
        machine.stores.count, machine.counters[.bytesRead], machine.counters[.bytesWritten]
      )
      try machine.run(step.program)
      records.append(
        .init(
          stores: Array(machine.stores[stores...]), bytesRead: machine.counters[.bytesRead] - read,
          bytesWritten: machine.counters[.bytesWritten] - written))
      let hidden = try step.hidden(in: machine.memory)
      let expected = try interpreter.feed(meantNext)
      isExact = isExact && hidden.elements.map(\.bitPattern) == expected.hidden.elements.map(\.bitPattern)
      golden.append(try Self.next(hidden, quantized))
      meant.append(expected.next)
      (next, meantNext) = ([golden[index]], [expected.next])
    }
    var reference = try Generation(model)
    return Prepared(
      compiled: compiled, golden: golden, quantized: meant,
      reference: try reference.generate(after: prompt, count: tokens), isExact: isExact && golden == meant,
      records: records)
  }

  /// The token behind the last row of an output.
  private static func next(_ hidden: Tensor<Float>, _ model: QuantizedModel) throws -> Int32 {
    try model.nextToken(after: Array(hidden.elements.suffix(hidden.shape[1]))).token
  }

  /// Runs the programs and compares them with the golden machine.
  ///
  /// - Throws: ``MachineError``, and what the engine says.
  public func run(_ prepared: Prepared, on target: TATAARun.Target) throws -> TATAAGenerationOutcome {
    switch target {
    case .golden: TATAAGenerationOutcome(prepared, [], latency: latency, hasStalls: stalls > 0, seconds: nil)
    case .native: try run(prepared, on: TATAAEngines.native(configuration, seed))
    case .verilator(let builder): try run(prepared, on: TATAAEngines.verilator(configuration, seed, builder))
    }
  }

  private func run(_ prepared: Prepared, on engine: some Engine) throws -> TATAAGenerationOutcome {
    let compiled = prepared.compiled
    // The programs follow each other in the same place.
    let host = try ProgramHost(
      engine, image: compiled.image.bytes, program: 8 * (compiled.steps.map(\.program.words.count).max() ?? 0),
      latency: latency, stalls: stalls, seed: seed)
    let clock = ContinuousClock.now
    var ended: [TATAAGenerationOutcome.Program] = []
    var next = prompt
    for (index, step) in compiled.steps.enumerated() {
      let hardware = try host.run(
        step.program, after: compiled.writes(of: next, for: index), stores: prepared.records[index].stores
      ) { _, cycle in
        progress(index, cycle)
        return !isCancelled()
      }
      let token = try Self.next(step.hidden(in: host.contents), compiled.model)
      ended.append(.init(hardware: hardware, token: token))
      guard hardware.difference == nil, hardware.status == .none else { break }
      next = [token]
    }
    return TATAAGenerationOutcome(
      prepared, ended, latency: latency, hasStalls: stalls > 0, seconds: (ContinuousClock.now - clock) / .seconds(1))
  }
}
