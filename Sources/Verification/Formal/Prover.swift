import Foundation
import Netlist
import Testbench
import Tools
import Verilog

/// Proves properties of a design over all inputs and all times, with Yosys and ABC.
///
/// The emitted Verilog is what is proved. The design starts in any state, is reset in the first cycle, and from then on
/// inputs are free within the assumptions. k-induction is tried first (Yosys `sat -tempinduct`), then the search for an
/// inductive invariant (ABC `pdr`); when neither closes in time, the result is the number of cycles that hold, which is
/// no proof and never called one.
///
/// A design of several clocks is proved for every order of their edges: each clock becomes an input that says when its
/// registers move. What a register shows that is sampled while it changes is not part of that.
///
/// ```swift
/// let prover = try Prover(StreamFIFO(width: 2, depth: 4).elaborate().simplified())
/// for checker in try StreamRules.properties(for: prover.interface) {
///   for property in Property.all(of: checker) { print(property.name, try prover.prove(property)) }
/// }
/// ```
public struct Prover: Sendable {
  /// Limits of a proof.
  public struct Limits: Hashable, Sendable {
    /// The greatest k of k-induction.
    public var inductionSteps: Int
    /// Cycles of the search for a counterexample when there is no proof.
    public var cycles: Int
    /// Seconds for each of the methods.
    public var seconds: Int

    /// Six steps, twenty cycles, sixty seconds unless stated otherwise.
    public init(inductionSteps: Int = 6, cycles: Int = 20, seconds: Int = 60) {
      self.inductionSteps = inductionSteps
      self.cycles = cycles
      self.seconds = seconds
    }
  }

  /// Ports and clock of the module.
  public let interface: ModuleInterface
  /// How long to try.
  public var limits = Limits()
  private let sources: [(name: String, text: String)]
  private let data: [(name: String, text: String)]
  private let circuit: Circuit
  private let assumptions: [CheckerCircuit]
  private let yosys: Tool

  /// A prover for `circuit`.
  ///
  /// - Parameters:
  ///   - circuit: The design; only its emitted Verilog is read.
  ///   - assumptions: Checkers; what they assume restricts the inputs, beside the rules of the streams that enter.
  ///   - toolbox: Where the tools are looked for.
  /// - Throws: `ToolMissing`, `BenchError` for malformed streams, ``ProofFailure``.
  public init(_ circuit: Circuit, assumptions: [CheckerCircuit] = [], toolbox: Toolbox = Toolbox()) throws {
    interface = circuit.top.interface
    let proved = interface.clocks.count > 1 ? try SingleClock.circuit(circuit.unrolled()) : circuit
    if let unknown = circuit.definitions.lazy.compactMap(\.foreign).first(where: { foreign in
      !foreign.sources.contains(where: \.isVerilog)
    }) {
      throw ProofFailure.unknownModule(unknown.module)
    }
    let foreign = proved.foreignFiles
    sources = foreign.read.map { ($0.name, $0.text) } + proved.verilog().map { ($0.name, $0.text) }
    data = foreign.beside.map { ($0.name, $0.text) } + proved.dataFiles.map { ($0.name, $0.text) }
    self.circuit = circuit
    self.assumptions = try StreamRules.assumptions(for: circuit.top.interface) + assumptions
    yosys = try toolbox.yosys()
  }

  /// True when no input satisfies the assumptions for `cycles` cycles, so that every proof would be empty.
  public func isVacuous(cycles: Int = 8) throws -> Bool {
    let harness = ProofHarness(interface, checks: try ProofChecks(assumptions: assumptions, of: circuit))
    let run = try SolverRun(self, "witness", harness, ProofHarness.witness(cycles: cycles))
    if case .refuted = try run.bounded(cycles: cycles + 1) { return false }
    return true
  }

  /// What the solver says about `property`.
  ///
  /// - Throws: ``ProofFailure`` or `ProgramFailure`.
  public func prove(_ property: Property) throws -> ProofResult {
    let start = ContinuousClock.now
    let outcome = try self.outcome(property)
    return ProofResult(
      property: property, outcome: outcome, seconds: (ContinuousClock.now - start) / .seconds(1))
  }

  private func outcome(_ property: Property) throws -> ProofOutcome {
    let stated: CheckerCircuit?
    switch property.subject {
    case .design: stated = nil
    case .checker(let checker): stated = checker.stating([.assert, .assume])
    case .cover(let checker, let module, let label): stated = checker.denying(cover: label, of: module)
    }
    let checks = try ProofChecks(assumptions: assumptions, of: circuit, beside: stated)
    let run = try SolverRun(
      self, property.name, ProofHarness(interface, checks: checks), includesDesign: property.subject == .design)
    if property.isCover {
      return switch try run.bounded(cycles: limits.cycles) {
      case .refuted(let trace): .reached(trace)
      case let other: other
      }
    }
    if let outcome = try run.induction(steps: limits.inductionSteps) { return outcome }
    switch try run.reachability() {
    case .proved(let frames): return .proved(.invariant(frames: frames))
    case .refuted(let frame): return try run.bounded(cycles: frame + 2)
    case .unknown: return try run.bounded(cycles: limits.cycles)
    }
  }

  /// The files of one property in a folder of their own, and the solvers over them.
  private final class SolverRun {
    enum Reachability {
      case proved(frames: Int)
      case refuted(frame: Int)
      case unknown
    }

    private let prover: Prover
    private let property: String
    private let folder: String
    private let reading: String

    init(
      _ prover: Prover, _ property: String, _ harness: ProofHarness, _ more: String = "", includesDesign: Bool = false
    ) throws {
      self.prover = prover
      self.property = property
      folder = FileManager.default.temporaryDirectory.appendingPathComponent("systole-proof-\(UUID().uuidString)").path
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let checks = harness.checks
      for source in prover.sources + prover.data + (checks?.sources ?? []) + (checks?.data ?? []) {
        try source.text.write(toFile: folder + "/" + source.name, atomically: true, encoding: .utf8)
      }
      try harness.text(more).write(toFile: folder + "/systole_proof.v", atomically: true, encoding: .utf8)
      reading =
        YosysReading.script(prover.sources.map(\.name), isFormal: includesDesign)
        + YosysReading.script((checks?.sources.map(\.name) ?? []) + ["systole_proof.v"], isFormal: true)
        + "prep -flatten -top \(ProofHarness.top); async2sync; memory_map; opt -full; setundef -undriven -anyseq; "
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func yosys(_ script: String) throws -> String {
      let result = try prover.yosys.program.run(
        ["-Q", "-p", reading + script], in: folder, timeout: .seconds(3 * prover.limits.seconds + 60),
        outputLimit: 16 << 20)
      guard result.termination.isSuccess else {
        throw ProofFailure.refused(
          property: property, messages: result.errors.isEmpty ? "\(result.termination)" : result.errors)
      }
      return result.output
    }

    private var solver: String { "sat -prove-asserts -set-assumes -show-ports -timeout \(prover.limits.seconds)" }

    /// A proof or a counterexample; nil when k-induction does not close.
    func induction(steps: Int) throws -> ProofOutcome? {
      let output = try yosys("\(solver) -tempinduct -maxsteps \(steps) -dump_vcd trace.vcd")
      if output.contains("Induction step proven: SUCCESS!") {
        return .proved(.induction(steps: lastNumber(after: "[induction step ", in: output)))
      }
      return try counterexample(in: output).map { .refuted($0) }
    }

    /// The first violation within `cycles` cycles, or as many cycles without one as there was time for.
    func bounded(cycles: Int) throws -> ProofOutcome {
      let output = try yosys("\(solver) -tempinduct-baseonly -maxsteps \(cycles) -dump_vcd trace.vcd")
      if let found = try counterexample(in: output) { return .refuted(found) }
      let begun = lastNumber(after: "[base case ", in: output)
      let searched = output.contains("TIMEOUT") ? begun - 1 : begun
      guard searched > 0 else {
        throw ProofFailure.undecided(property: property, seconds: prover.limits.seconds)
      }
      return .bounded(cycles: searched)
    }

    /// What ABC says of the and-inverter graph.
    func reachability() throws -> Reachability {
      let script = "read_aiger proof.aig\nfold\npdr -T \(prover.limits.seconds)\nprint_status\n"
      try script.write(toFile: folder + "/proof.abc", atomically: true, encoding: .utf8)
      let output = try yosys(
        "techmap; opt -fast; dffunmap; abc -g AND -fast; opt_clean; write_aiger -zinit proof.aig; "
          + "exec -expect-return 0 -- yosys-abc -f proof.abc")
      if output.contains("Property proved.") {
        return .proved(frames: lastNumber(after: "Frames = ", in: output))
      }
      if output.contains("was asserted in frame") {
        return .refuted(frame: lastNumber(after: "was asserted in frame ", in: output))
      }
      return .unknown
    }

    private func counterexample(in output: String) throws -> Counterexample? {
      guard let found = output.range(of: "model found for base case: FAIL!") else { return nil }
      let lines = output[found.upperBound...].split(separator: "\n")
      let table = lines.drop { !$0.contains("Signal Name") }.prefix {
        $0.contains("Signal Name") || $0.contains("----") || $0.contains(" init ") || $0.contains("\\")
      }
      let wave = try String(contentsOfFile: folder + "/trace.vcd", encoding: .utf8)
      return Counterexample(
        cycles: lastNumber(after: "[base case ", in: output), table: table.joined(separator: "\n"), wave: wave)
    }

    /// The number behind the last occurrence of `text`; 0 when there is none.
    private func lastNumber(after text: String, in output: String) -> Int {
      guard let range = output.range(of: text, options: .backwards) else { return 0 }
      return Int(output[range.upperBound...].prefix { $0.isNumber }) ?? 0
    }
  }
}
