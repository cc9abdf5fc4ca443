import HDL
public import HeTraX
import HeTraXHardware
import Machines
import Models
import Netlist
public import TATAA
import TATAAHardware
import Testbench
import Transformer
import XFormer

/// Proposes depths for the FIFOs of an accelerator: a small model with random weights runs on the native simulator, every
/// store compared with the golden machine, with counters on every FIFO.
public struct MachineSizing: Sendable {
  /// The accelerators that have sizes which are depths, with the sizes to start from.
  public enum Machine: Sendable {
    case tataa(Configuration)
    case hetrax(HeTraXSizes)

    /// Names to ask for.
    public static let names = ["tataa", "hetrax"]

    /// The name to ask for.
    public var name: String {
      switch self {
      case .tataa: "tataa"
      case .hetrax: "hetrax"
      }
    }
  }

  /// What is sized.
  public var machine: Machine
  /// Tokens of the sequence.
  public var tokens = 8
  /// Cycles from the address of a burst to its first word.
  public var latency = 8
  /// The probability with which each channel of a bus stalls in a cycle.
  public var stalls = 0.0
  /// Decides stalls and what registers hold at power-up.
  public var seed: Seed = 1
  /// Percent by which cycles may be more than with ample depths.
  public var tolerance = 1.0
  /// Told of each run before it begins.
  public var progress: @Sendable ([String: Int]) -> Void = { _ in }
  /// Asked now and then; true ends the search.
  public var isCancelled: @Sendable () -> Bool = { false }

  /// The sizing of `machine`.
  public init(_ machine: Machine) { self.machine = machine }

  /// The greatest depth that is tried.
  static let deepest = 256

  /// Searches, and proves what was found.
  ///
  /// - Throws: ``SizingError``, and what compilation and the run say.
  public func report() throws -> SizingReport {
    let design: SizedDesign
    switch machine {
    case .tataa(let configuration): design = try self.design(of: configuration)
    case .hetrax(let sizes): design = try self.design(of: sizes)
    }
    var search = DepthSearch(design, tolerance: tolerance)
    search.progress = progress
    search.isCancelled = isCancelled
    return try search.report()
  }

  // MARK: HeTraX

  private func design(of sizes: HeTraXSizes) throws -> SizedDesign {
    try sizes.validate()
    let features = 2 * sizes.streaming.headFeatures
    let layers = XFormerLayer.random(
      layers: 1, features: features, heads: 2, inner: 2 * features,
      exponentFractionBits: sizes.streaming.exponentFractionBits)
    let input = XFormerLayer.randomInput(tokens: tokens, features: features)
    return try design(
      "hetrax", "a random layer of \(features) features, \(tokens) tokens", sizes,
      HeTraXSizes.settings.filter { ["queue-depth", "command-depth"].contains($0.name) },
      validate: { try $0.validate() },
      circuit: { try HeTraXAccelerator(sizes: $0).elaborate().simplified() }
    ) { sizes, depths in
      var run = try HeTraXRun(HeTraXCompiler(sizes).program(layers, input: input))
      (run.latency, run.stalls, run.seed, run.isCancelled) = (latency, stalls, seed, isCancelled)
      let counters = Counters()
      run.watch = { counters.watch($0) }
      let outcome = try run.run(on: .native)
      guard outcome.isExact else {
        return SizingTrial(depths, problem: outcome.difference ?? "\(outcome.bytesCompared) of \(outcome.bytes) bytes")
      }
      return SizingTrial(depths, cycles: UInt64(outcome.cycles), counters.uses)
    }
  }

  // MARK: TATAA

  private func design(of configuration: Configuration) throws -> SizedDesign {
    try configuration.validate()
    let model = try TransformerModel.randomBERT(hidden: 8, layers: 1, heads: 2, feedForward: 16, vocabulary: 32)
    let sequence = TokenSequence(ids: (0..<tokens).map { Int32(7 * $0 % model.vocabularySize) })
    let others = (1..<4).map { step in
      TokenSequence(ids: (0..<tokens).map { Int32((11 * $0 + 5 * step) % model.vocabularySize) })
    }
    return try design(
      "tataa", "a random BERT of 8 features and one layer, \(tokens) tokens", configuration.with(cores: 1),
      Configuration.sizes.filter { $0.name == "fifoDepth" }, validate: { try $0.validate() },
      circuit: { try TATAAAccelerator(configuration: $0).elaborate().simplified() }
    ) { configuration, depths in
      var run = TATAARun(model: model, tokens: sequence)
      run.configuration = configuration
      (run.latency, run.stalls, run.seed, run.isCancelled) = (latency, stalls, seed, isCancelled)
      let counters = Counters()
      run.watch = { counters.watch($0) }
      let outcome = try run.run(run.prepare(calibratedOn: [sequence] + others), on: .native)
      guard outcome.isExact, let hardware = outcome.hardware else {
        return SizingTrial(depths, problem: outcome.hardware?.difference ?? "the output is not the quantised model's")
      }
      return SizingTrial(depths, cycles: UInt64(hardware.cycles), counters.uses)
    }
  }

  // MARK: Any machine

  /// What is sized of a machine with `sizes`: those of its settings that are depths, each with the FIFOs that change with it.
  private func design<Sizes>(
    _ name: String, _ work: String, _ sizes: Sizes,
    _ settings: [(name: String, path: WritableKeyPath<Sizes, Int> & Sendable)],
    validate: (Sizes) throws -> Void, circuit: (Sizes) throws -> Circuit,
    run: @escaping (Sizes, [String: Int]) throws -> SizingTrial
  ) throws -> SizedDesign {
    let queues = Set(QueueInstance.all(in: try circuit(sizes)))
    let depths = try settings.map { setting -> SizedDesign.Depth in
      func changed(_ value: Int) -> Sizes {
        var changed = sizes
        changed[keyPath: setting.path] = value
        return changed
      }
      let value = sizes[keyPath: setting.path]
      let candidates = (1...max(value, Self.deepest)).filter { (try? validate(changed($0))) != nil }
      guard let other = candidates.first(where: { $0 != value }) else {
        throw SizingError.noQueues(name, parameter: setting.name)
      }
      let moved = queues.subtracting(QueueInstance.all(in: try circuit(changed(other)))).map(\.path)
      guard !moved.isEmpty else { throw SizingError.noQueues(name, parameter: setting.name) }
      return SizedDesign.Depth(name: setting.name, value: value, candidates: candidates, queues: Set(moved))
    }
    let conditions = "latency \(latency), stalls \(stalls), seed \(seed)"
    return SizedDesign(name: name, work: "\(work); \(conditions)", depths: depths) { depths in
      var changed = sizes
      for setting in settings { depths[setting.name].map { changed[keyPath: setting.path] = $0 } }
      return try run(changed, depths)
    }
  }
}
