import HDL
import Netlist
import Testbench

/// A block that people can list, generate and verify by name: a generator, its golden model behind a bench, and the
/// configurations that the project keeps under regression.
public protocol CatalogEntry: Sendable {
  /// The name to ask for, in words with hyphens.
  var name: String { get }
  /// One sentence.
  var summary: String { get }
  /// Name of the generator's type.
  var generator: String { get }
  /// The generator's parameters with their defaults.
  var parameters: [ParameterDescription] { get }
  /// The bench's parameters with their defaults.
  var workloadParameters: [ParameterDescription] { get }
  /// Names of the configurations under regression; the first one is the default.
  var configurations: [String] { get }

  /// The block with some parameters changed.
  ///
  /// - Parameters:
  ///   - configuration: One of ``configurations``; nil for the default.
  ///   - settings: Changes to the generator's parameters.
  ///   - changes: Changes to the bench's parameters.
  func block(
    configuration: String?, settings: [Setting], workload changes: [Setting]
  ) throws(CatalogError) -> any CatalogBlock

  /// The block in the configuration that is proved unless told otherwise, with some parameters changed.
  func provable(settings: [Setting]) throws(CatalogError) -> any CatalogBlock

  /// The blocks that are run over all their operands unless told otherwise, each with a name: configurations, and others that
  /// are not kept under regression.
  func exhaustiveBlocks() -> [(name: String, block: any CatalogBlock)]

  /// The one of ``configurations`` into which mistakes are put for its score: the first unless stated otherwise.
  var scoredConfiguration: String { get }

  /// The share of the mistakes put into the block that its bench is to find: see ``/Campaigns/BlockMutation``.
  var mutationGoal: Double { get }
}

extension CatalogEntry {
  /// 99 of 100.
  public var mutationGoal: Double { 0.99 }
}

/// A configured block: ready to be built and verified.
public protocol CatalogBlock: Sendable {
  /// The name of the entry.
  var name: String { get }
  /// The generator value as it would be written in Swift.
  var summary: String { get }
  /// The generator itself.
  var generatorValue: any Generator { get }
  /// Every parameter of the generator as it stands.
  var parameters: [ParameterDescription] { get }
  /// Every parameter of the bench as it stands.
  var workload: [ParameterDescription] { get }
  /// Cycles that a run takes, roughly: decides how much optimising a model is worth.
  var expectedCycles: Int { get }
  /// Builds the hardware.
  func elaborate(reset: ResetStyle) throws(DiagnosticList) -> Circuit

  /// The checkers of the block: what it promises beside the rules of its streams, and what it takes for granted.
  func checkers(reset: ResetStyle) throws(DiagnosticList) -> [CheckerCircuit]

  /// What the block computes of all its operands, by the definition, for each of its outputs; none for a block with too many
  /// operands, or with state.
  var exhaustiveChecks: [ExhaustiveCheck] { get }

  /// What runs of the bench have to show of a module with `interface`.
  func coverage(for interface: ModuleInterface) throws -> CoverageModel

  /// Refuses hardware that the bench cannot drive, before anything is built.
  func checkBench() throws(CatalogError)

  /// The block's bench for a module with `interface`, which may be somebody else's with the same ports.
  ///
  /// - Parameter judgesTiming: Whether the module has to do everything in the cycle in which the block does it. Otherwise
  ///   its function is judged: what it gives, in which order, and how its streams behave.
  func bench(
    for interface: ModuleInterface, seed: Seed, index: Int, stalls: StallProfile?, judgesTiming: Bool
  ) throws -> any Bench

  /// What the first run of the block's bench sends and expects, for benches in other languages: inputs that belong to no
  /// stream keep their values in it.
  func recording(for interface: ModuleInterface, seed: Seed) throws -> BenchRecording
}

extension CatalogBlock {
  /// The block's bench for the block itself: its timing is judged too.
  public func bench(
    for interface: ModuleInterface, seed: Seed, index: Int, stalls: StallProfile?
  ) throws -> any Bench {
    try bench(for: interface, seed: seed, index: index, stalls: stalls, judgesTiming: true)
  }
}

/// The catalog entry of one generator type.
public struct Entry<G: DefaultConfigurable, Workload: Sendable>: CatalogEntry {
  /// Makes the bench of a configuration.
  public typealias MakeBench = @Sendable (BenchRequest<G, Workload>) throws -> any Bench
  /// Adds to what runs have to show of a configuration.
  public typealias AddCoverage = @Sendable (G, inout CoverageModel) throws(CoverageError) -> Void

  public let name: String
  public let summary: String
  private let benched: [String: ParameterDomain]
  private let workloads: [Parameter<Workload>]
  private let known: [(name: String, generator: G)]
  private let workload: Workload
  private let cycles: @Sendable (G, Workload) -> Int
  private let makeBench: MakeBench
  /// The configuration whose mutants are scored: the default, unless `scored(on:)` names another.
  public private(set) var scoredConfiguration: String
  private var provableGenerator: G?
  private var makeCheckers: @Sendable (G) -> [Checker<G>] = { _ in [] }
  private var addCoverage: AddCoverage = { _, _ in }
  private var makeExhaustiveChecks: @Sendable (G) -> [ExhaustiveCheck] = { _ in [] }
  private var exhaustiveVariants: [(name: String, generator: G)] = []

  /// An entry.
  ///
  /// - Parameters:
  ///   - name: The name to ask for.
  ///   - summary: One sentence.
  ///   - benched: The values of parameters that the bench takes, where these are fewer than the generator does.
  ///   - configurations: Configurations under regression beside the default, which is called `default`.
  ///   - workload: What the bench does unless told otherwise.
  ///   - workloadParameters: The bench's parameters that can be set by name.
  ///   - expectedCycles: Cycles that a run takes, roughly.
  ///   - bench: Makes the bench.
  public init(
    _ name: String, _ summary: String, benched: [String: ParameterDomain] = [:],
    configurations: [(name: String, generator: G)] = [],
    workload: Workload, workloadParameters: [Parameter<Workload>],
    expectedCycles: @escaping @Sendable (G, Workload) -> Int, bench: @escaping MakeBench
  ) {
    self.name = name
    self.summary = summary
    self.benched = benched
    workloads = workloadParameters
    known = [("default", G())] + configurations
    scoredConfiguration = known[0].name
    self.workload = workload
    cycles = expectedCycles
    makeBench = bench
  }

  /// The same entry with checkers: what the block promises beside the rules of its streams, and what it takes for
  /// granted. They run in every simulation of the block, and are proved.
  ///
  /// - Parameters:
  ///   - generator: The configuration that is proved unless told otherwise: a small one, for every bit of state costs.
  ///   - checkers: The checkers of a configuration.
  public func checked(
    proving generator: G, by checkers: @escaping @Sendable (G) -> [Checker<G>]
  ) -> Entry {
    var entry = self
    entry.provableGenerator = generator
    entry.makeCheckers = checkers
    return entry
  }

  /// The same entry with what its blocks compute of all operands.
  ///
  /// - Parameters:
  ///   - variants: Values of the generator that are run over all operands beside the configurations.
  ///   - checks: The definition of each output of a configuration; none where the operands are too many.
  public func exhaustive(
    also variants: [(name: String, generator: G)] = [], by checks: @escaping @Sendable (G) -> [ExhaustiveCheck]
  ) -> Entry {
    var entry = self
    entry.makeExhaustiveChecks = checks
    entry.exhaustiveVariants = variants
    return entry
  }

  /// The configurations and variants of which all operands take minutes at most.
  public func exhaustiveBlocks() -> [(name: String, block: any CatalogBlock)] {
    (known + exhaustiveVariants).filter { variant in
      let checks = makeExhaustiveChecks(variant.generator)
      let isFirst = variant.name == known[0].name || exhaustiveVariants.contains { $0.name == variant.name }
      return !checks.isEmpty && checks.allSatisfy { $0.isAffordable && (isFirst || $0.operandBits <= 24) }
    }.map { ($0.name, block(of: $0.generator)) }
  }

  /// The same entry, whose benches are scored on another configuration: a small one, in which every mistake is tried and
  /// the solver sees the whole of the block.
  public func scored(on configuration: String) -> Entry {
    precondition(configurations.contains(configuration), "'\(configuration)' is no configuration of '\(name)'")
    var entry = self
    entry.scoredConfiguration = configuration
    return entry
  }

  /// The same entry with cover points and crosses beside those that follow from the interface, or with some of these
  /// excluded for a reason.
  public func covering(_ add: @escaping AddCoverage) -> Entry {
    var entry = self
    entry.addCoverage = add
    return entry
  }

  public var parameters: [ParameterDescription] { parameters(of: G()) }
  public var workloadParameters: [ParameterDescription] { workloads.map { $0.description(in: workload) } }
  public var configurations: [String] { known.map(\.name) }
  /// Name of the type of its generators.
  public var generator: String { String(describing: G.self) }

  public func block(
    configuration: String? = nil, settings: [Setting] = [], workload changes: [Setting] = []
  ) throws(CatalogError) -> any CatalogBlock {
    Block(
      entry: self, generator: try generator(configuration: configuration, settings: settings),
      work: try apply(changes, of: workloads, to: workload, kind: "workload", block: name))
  }

  /// The block of any value of the generator.
  public func block(of generator: G, workload work: Workload? = nil) -> any CatalogBlock {
    Block(entry: self, generator: generator, work: work ?? workload)
  }

  /// The block in the configuration that is proved unless told otherwise, with some parameters changed.
  public func provable(settings: [Setting] = []) throws(CatalogError) -> any CatalogBlock {
    let start = provableGenerator ?? known[0].generator
    return block(of: try apply(settings, of: G.parameters, to: start, kind: "hardware", block: name))
  }

  /// The generator of a configuration with some parameters changed.
  public func generator(configuration: String? = nil, settings: [Setting] = []) throws(CatalogError) -> G {
    var generator = known[0].generator
    if let configuration {
      guard let found = known.first(where: { $0.name == configuration }) else {
        throw .unknownConfiguration(configuration, block: name, known: configurations)
      }
      generator = found.generator
    }
    return try apply(settings, of: G.parameters, to: generator, kind: "hardware", block: name)
  }

  /// The parameters that mean something in `generator`.
  private func parameters(of generator: G) -> [ParameterDescription] {
    G.parameters.filter { $0.obstacle(in: generator) == nil }.map {
      $0.description(in: generator, benched: benched[$0.name])
    }
  }

  private struct Block: CatalogBlock {
    let entry: Entry
    let generator: G
    let work: Workload

    var name: String { entry.name }
    var summary: String { GeneratorIdentity(generator).summary }
    var generatorValue: any Generator { generator }
    var parameters: [ParameterDescription] { entry.parameters(of: generator) }
    var workload: [ParameterDescription] { entry.workloads.map { $0.description(in: work) } }
    var expectedCycles: Int { entry.cycles(generator, work) }

    func elaborate(reset: ResetStyle) throws(DiagnosticList) -> Circuit {
      try generator.elaborate(reset: reset).simplified()
    }

    func checkers(reset: ResetStyle) throws(DiagnosticList) -> [CheckerCircuit] {
      var circuits: [CheckerCircuit] = []
      for checker in entry.makeCheckers(generator) {
        circuits.append(try checker.circuit(for: generator, reset: reset))
      }
      return circuits
    }

    var exhaustiveChecks: [ExhaustiveCheck] { entry.makeExhaustiveChecks(generator) }

    func coverage(for interface: ModuleInterface) throws -> CoverageModel {
      var model = try CoverageModel(interface)
      try entry.addCoverage(generator, &model)
      return model
    }

    func checkBench() throws(CatalogError) {
      for parameter in G.parameters {
        let value = parameter.text(in: generator)
        guard let benched = entry.benched[parameter.name], benched.number(of: value) == nil else { continue }
        throw .beyondBench(parameter.name, value: value, block: name, takes: benched)
      }
    }

    func bench(
      for interface: ModuleInterface, seed: Seed, index: Int, stalls: StallProfile?, judgesTiming: Bool
    ) throws -> any Bench {
      var bench = try makeBench(
        BenchRequest(
          generator: generator, workload: work, interface: interface, name: entry.name, seed: seed, index: index,
          stalls: stalls, judgesTiming: judgesTiming))
      bench.options.judges = judgement(of: bench)
      // One clock of reset is enough for every block, and shows what a longer one hides.
      if index % 2 == 1 { bench.options.resetCycles = 1 }
      // A reset in the middle of the traffic leaves nothing of it.
      if index % 4 >= 2 {
        var random = seed.generator("rehearsals of " + entry.name, index: index)
        bench.options.rehearsals = (4..<12).map { 1 + random.integer(below: 1 << $0) }
      }
      return bench
    }

    func recording(for interface: ModuleInterface, seed: Seed) throws -> BenchRecording {
      let request = BenchRequest(
        generator: generator, workload: work, interface: interface, name: entry.name, seed: seed, index: 0, stalls: nil,
        isRecorded: true)
      return try makeBench(request).recording()
    }

    private func makeBench(_ request: BenchRequest<G, Workload>) throws -> any Bench {
      try checkBench()
      try checkMemory(request.interface)
      return try entry.makeBench(request)
    }

    /// Refuses a count of transactions or vectors whose values alone are more than a bench holds, before they are made.
    private func checkMemory(_ interface: ModuleInterface) throws(CatalogError) {
      guard let count = (work as? CountWorkload)?.count else { return }
      let words = interface.ports.reduce(1) { $0 + ($1.width + 63) / 64 }
      let (total, overflows) = count.multipliedReportingOverflow(by: words)
      guard overflows || total > Rows.mostWords else { return }
      throw .impossibleWorkload(
        "count=\(count) is too much for a module whose ports take \(words) words: a bench holds \(Rows.mostWords) of them "
          + "(2 GiB); use --work count=\(max(1, Rows.mostWords / words)) at most")
    }

    /// What a bench judges, and the silence after which its module counts as stuck.
    private func judgement(of bench: any Bench) -> String {
      guard let pins = bench as? PinBench else {
        return "function: what passes on each stream; stuck after \(bench.options.watchdogCycles) idle cycles"
      }
      guard pins.longestLatency == nil else { return "function: every vector at one latency, the module's choice" }
      return pins.latency == 0
        ? "timing: every port in every cycle" : "timing: every vector \(pins.latency) cycles after its inputs"
    }
  }
}

/// What the bench of an entry is made from.
public struct BenchRequest<G: Sendable, Workload: Sendable>: Sendable {
  /// The configuration.
  public var generator: G
  /// What to do.
  public var workload: Workload
  /// The module under test.
  public var interface: ModuleInterface
  /// Name in reports.
  public var name: String
  /// The master seed.
  public var seed: Seed
  /// Number of the run.
  public var index: Int
  /// Stalls on all streams; nil for the bench's own choice.
  public var stalls: StallProfile?
  /// Whether the module has to do everything in the cycle in which the block does it.
  public var judgesTiming = true
  /// Whether the bench is written down for other languages, in which nothing but streams changes.
  public var isRecorded = false
}
