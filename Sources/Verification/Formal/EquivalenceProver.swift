import Netlist
import Testbench
import Tools
import Verilog

/// Proves that variants of a circuit do what it does, for all inputs and all times, with Yosys and ABC.
///
/// First the module that differs is compared as a function of its state, cut from all that has some: it is equivalent when it
/// computes the same in any state, a question of its size alone. Then each variant is compared step by step: it is equivalent when
/// it computes the same next state and outputs in every state that the circuit can reach. Where that does not hold, both run side by side from one start, and their
/// outputs are compared. The start is any state, and a reset in the first cycle. Inputs keep the rules of the streams;
/// payload and ready of a stream count while it is valid.
///
/// A circuit with too much state is not compared as a whole: the module that differs is compared alone, for any input,
/// which proves the same and finds less.
public struct EquivalenceProver: Sendable {
  /// A module of the circuit in another form.
  public struct Variant: Sendable {
    /// Index of the module in `Circuit.definitions`.
    public var definition: Int
    /// The other form: the same ports and clocks.
    public var module: Definition

    /// `module` in place of the module at `definition`.
    public init(definition: Int, module: Definition) {
      self.definition = definition
      self.module = module
    }
  }

  /// Limits of a proof.
  public struct Limits: Hashable, Sendable {
    /// Bits of state, and of products, of the greatest circuit that is compared as a whole.
    public var size: Int
    /// Frames of the search for an invariant.
    public var frames: Int
    /// Cycles of the search for a difference when there is no proof.
    public var cycles: Int
    /// Seconds for each search and variant; of many variants each gets less, 100 in all.
    public var seconds: Int
    /// Seconds for what the searches of many variants share; without it nothing is known of any of them.
    public var reduction: Int
    /// Seconds after which no further comparison of whole circuits begins.
    public var total: Int

    /// 4,000 bits, 60 frames, 20 cycles, 10 seconds, 120 seconds and an hour unless stated otherwise.
    public init(
      size: Int = 4000, frames: Int = 60, cycles: Int = 20, seconds: Int = 10, reduction: Int = 120, total: Int = 3600
    ) {
      self.size = size
      self.frames = frames
      self.cycles = cycles
      self.seconds = seconds
      self.reduction = reduction
      self.total = total
    }
  }

  /// The circuit in its flat form.
  public let reference: Circuit
  /// The circuit as it was given.
  private let original: Circuit
  /// How long to try.
  public var limits = Limits()
  private let assumptions: [CheckerCircuit]
  private let yosys: Tool

  /// A prover against `reference`.
  ///
  /// - Parameters:
  ///   - reference: The circuit that others are compared with.
  ///   - assumptions: Checkers; what they assume restricts the inputs, beside the rules of the streams that enter.
  ///   - toolbox: Where the tools are looked for.
  /// - Throws: `ToolMissing`.
  public init(_ reference: Circuit, assumptions: [CheckerCircuit] = [], toolbox: Toolbox = Toolbox()) throws {
    original = reference
    self.reference = reference.unrolled()
    self.assumptions = assumptions
    yosys = try toolbox.yosys()
  }

  /// What the solver says of each variant.
  ///
  /// - Throws: `BenchError` for malformed streams, ``ProofFailure``, `ProgramFailure`.
  public func compare(_ variants: [Variant]) throws -> [EquivalenceOutcome] {
    guard !reference.definitions.contains(where: { $0.foreign != nil }) else {
      return variants.map { _ in .unknown("the circuit has a black box, which the solver cannot look into") }
    }
    let variants = variants.map { variant in
      let (module, index) = original.unrolled(variant.module, at: variant.definition)
      return Variant(definition: index, module: module)
    }
    var outcomes = [EquivalenceOutcome?](repeating: nil, count: variants.count)
    let end = ContinuousClock.now + .seconds(limits.total)
    for definition in Set(variants.map(\.definition)).sorted() {
      let all = variants.indices.filter { variants[$0].definition == definition }
      for (index, outcome) in zip(all, try compareFunctions(all.map { variants[$0] }, definition)) {
        outcomes[index] = outcome
      }
      let group = all.filter { outcomes[$0] == nil }
      guard !group.isEmpty else { continue }
      let scope = try scope(of: definition)
      guard scope.size <= limits.size else {
        for index in group { outcomes[index] = .unknown("the module is too large for the solver") }
        continue
      }
      if ContinuousClock.now < end {
        for (index, outcome) in zip(group, try compareSteps(group.map { variants[$0] }, in: scope)) {
          outcomes[index] = outcome
        }
      }
      let open = group.filter { outcomes[$0]?.isEquivalent != true }
      // Copies share what they have in common, so that many cost little more than one.
      let share = max(1, limits.size / max(1, scope.size))
      for start in stride(from: 0, to: open.count, by: share) {
        let part = open[start..<min(open.count, start + share)]
        guard ContinuousClock.now < end else {
          for index in part { outcomes[index] = .unknown("no time was left for the solver") }
          continue
        }
        for (index, outcome) in zip(part, try compareOutputs(part.map { variants[$0] }, in: scope)) {
          outcomes[index] = outcome
        }
      }
    }
    return outcomes.map { $0 ?? .unknown("nothing was compared") }
  }

  // MARK: Scopes

  /// The circuit that a variant is compared in: the whole one, or a module alone.
  struct Scope {
    var circuit: Circuit
    /// Index of the module that differs.
    var definition: Int
    /// What the inputs keep to.
    var checks: ProofChecks?
    /// For an output that counts only while another port is 1, the name of that one.
    var payloads: [String: String]
    var size: Int
  }

  private func scope(of definition: Int) throws -> Scope {
    let size = Self.size(of: reference)
    let isTop = definition == reference.definitions.count - 1
    guard size > limits.size, !isTop else {
      return Scope(
        circuit: reference, definition: definition,
        checks: try ProofChecks(
          assumptions: try StreamRules.assumptions(for: reference.top.interface) + assumptions, of: reference),
        payloads: try payloads(), size: size)
    }
    let (circuit, index) = try reference.module(at: definition)
    return Scope(circuit: circuit, definition: index, payloads: [:], size: Self.size(of: circuit))
  }

  /// For each output of the top that counts only while another port is 1, the name of that one.
  private func payloads() throws -> [String: String] {
    var payloads: [String: String] = [:]
    for stream in try StreamShape.all(in: reference.top.interface) {
      if stream.direction == .input {
        payloads[stream.readyPort] = stream.validPort
      } else {
        for field in stream.payload.fields { payloads[field.port] = stream.validPort }
      }
    }
    return payloads
  }

  private static func size(of circuit: Circuit) -> Int {
    let statistics = circuit.statistics
    let products = statistics.multipliers.reduce(0) { $0 + $1.leftWidth * $1.rightWidth * $1.count }
    return statistics.registerBits + statistics.memoryBits + products
  }

  // MARK: Comparisons

  /// Those that compute the same in any state; nil for the others, of which nothing is known.
  private func compareFunctions(_ variants: [Variant], _ definition: Int) throws -> [EquivalenceOutcome?] {
    let isTop = definition == reference.definitions.count - 1
    var cut = CutModule(
      reference.definitions[definition], in: reference.definitions, payloads: isTop ? try payloads() : [:])
    let taken = variants.indices.filter { cut.add(variants[$0].module) }
    var outcomes = [EquivalenceOutcome?](repeating: nil, count: variants.count)
    guard !taken.isEmpty else { return outcomes }
    let circuit = try cut.circuit()
    let run = try EquivalenceRun(
      yosys, limits, sources: Self.sources(circuit), checks: nil,
      harness: ProofHarness(circuit.top.interface).functionText(CutModule.port, width: taken.count))
    for (index, isProved) in zip(taken, try run.proveFunctions(taken.count)) where isProved {
      outcomes[index] = .equivalent(.sameFunctions)
    }
    return outcomes
  }

  private func compareSteps(_ variants: [Variant], in scope: Scope) throws -> [EquivalenceOutcome?] {
    let isTop = scope.definition == scope.circuit.definitions.count - 1
    var probe = DifferenceProbe(
      scope.circuit.definitions[scope.definition], in: scope.circuit.definitions,
      payloads: isTop ? scope.payloads : [:])
    let taken = variants.indices.filter { probe.add(variants[$0].module) }
    var outcomes = [EquivalenceOutcome?](repeating: nil, count: variants.count)
    guard !taken.isEmpty else { return outcomes }
    let probed = try scope.circuit.probed(probe.module(), at: scope.definition)
    let harness = ProofHarness(scope.circuit.top.interface, checks: scope.checks)
    let run = try EquivalenceRun(
      yosys, limits, sources: Self.sources(probed), checks: scope.checks,
      harness: harness.probeText(width: taken.count))
    for (index, answer) in zip(taken, try run.prove(taken.count, joining: [:])) where answer == .proved {
      outcomes[index] = .equivalent(.sameSteps)
    }
    return outcomes
  }

  private func compareOutputs(_ variants: [Variant], in scope: Scope) throws -> [EquivalenceOutcome] {
    var sources = try Self.sources(scope.circuit)
    var names = Set(sources.map(\.name))
    let top = scope.circuit.top.name
    for (number, variant) in variants.enumerated() {
      let circuit = try scope.circuit.replacing(scope.definition, with: variant.module, Self.prefix(number))
      // A module of the same name is the same module.
      sources += try Self.sources(circuit).filter { names.insert($0.name).inserted }
    }
    let harness = ProofHarness(scope.circuit.top.interface, checks: scope.checks)
    let run = try EquivalenceRun(
      yosys, limits, sources: sources, checks: scope.checks,
      harness: harness.miterText(variants.indices.map { Self.prefix($0) + top }, payloads: scope.payloads))
    let copies = Dictionary(
      uniqueKeysWithValues: variants.indices.map { (ProofHarness.copy($0) + ".", ProofHarness.design + ".") })
    let answers = try run.prove(variants.count, joining: copies)
    let open = answers.indices.filter { answers[$0] == .unknown }
    let bounds = try run.bounded(open)
    return answers.enumerated().map { index, answer in
      switch answer {
      case .proved: .equivalent(.sameOutputs)
      case .refuted(let cycle): .different(cycle: cycle)
      case .unknown: bounds[index] ?? .unknown("the solver has not come to an end")
      }
    }
  }

  /// What the names of modules of a variant begin with.
  private static func prefix(_ number: Int) -> String { "\(Identifier.helperPrefix)v\(number)_" }

  private static func sources(_ circuit: Circuit) throws -> [(name: String, text: String)] {
    let circuit = circuit.top.clocks.count > 1 ? try SingleClock.circuit(circuit) : circuit
    return circuit.verilog().map { ($0.name, $0.text) } + circuit.dataFiles.map { ($0.name, $0.text) }
  }
}

extension Circuit {
  /// The module at `index` and what it instantiates, as a circuit of its own, and its index there.
  func module(at index: Int) throws(DiagnosticList) -> (circuit: Circuit, index: Int) {
    var isUsed = [Bool](repeating: false, count: index + 1)
    isUsed[index] = true
    for user in (0...index).reversed() where isUsed[user] {
      for instance in definitions[user].instances { isUsed[Int(instance.definition)] = true }
    }
    var moved: [Int32: Int32] = [:]
    var modules: [Definition] = []
    for old in 0...index where isUsed[old] {
      moved[Int32(old)] = Int32(modules.count)
      var module = definitions[old]
      for instance in module.instances.indices {
        module.instances[instance].definition = moved[module.instances[instance].definition]!
      }
      modules.append(module)
    }
    return (try Circuit(definitions: modules), modules.count - 1)
  }

  /// The circuit with another module at `index`, that one and all above it called otherwise.
  func replacing(
    _ index: Int, with module: Definition, _ prefix: String
  ) throws(DiagnosticList) -> Circuit {
    var modules = definitions
    modules[index] = module
    var isChanged = [Bool](repeating: false, count: modules.count)
    for user in index..<modules.count {
      isChanged[user] = user == index || modules[user].instances.contains { isChanged[Int($0.definition)] }
      guard isChanged[user] else { continue }
      modules[user].name = prefix + modules[user].name
    }
    return try Circuit(definitions: modules)
  }
}
