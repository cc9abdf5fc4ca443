import Catalog
import Engine
import Entries
import Foundation
import HDL
import Mutation
import Netlist
import Simulator
import Synchronization
import Testbench
import Verilator
import Verilog

/// Makes benches and engines of a case and of its smaller relatives.
///
/// A fault in a circuit that a generator makes is in the circuits of smaller parameters too, so these are built; a mutant
/// and somebody else's Verilog stay as they are.
final class CaseTest: Sendable {
  let failing: FailingCase
  private let entry: any CatalogEntry
  private let builder: ModelBuilder?
  private let circuits = Mutex<(settings: [Setting], made: Made)?>(nil)
  private let libraries = Mutex<[Bool: ModelLibrary]>([:])

  /// What the cycles that a run should take are multiplied by to give the most that a mutant may take.
  private static let patience: UInt64 = 20

  private struct Made {
    var block: any CatalogBlock
    var circuit: Circuit
    var interface: ModuleInterface
  }

  /// - Parameter builder: Makes Verilated models; only asked for a case that runs in Verilator.
  init(_ failing: FailingCase, builder: () throws -> ModelBuilder) throws {
    self.failing = failing
    entry = try Catalog.entry(failing.block)
    self.builder = failing.engine == .native ? nil : try builder()
    _ = try make(failing.settings)
  }

  /// Whether a smaller relative may have another circuit.
  private var isRebuilt: Bool { failing.mutant == nil && failing.foreign == nil && failing.engine == .native }

  // MARK: Parameters

  /// What the names of parameters of the hardware begin with.
  static let setPrefix = "set "

  /// What may be made smaller.
  func parameters() throws -> [ShrinkParameter] {
    let block = try failing.catalogBlock()
    func shrinkable(_ own: [ParameterDescription], _ usual: [ParameterDescription], _ role: ShrinkParameter.Role)
      -> [ShrinkParameter]
    {
      own.compactMap { parameter in
        let name = role == .design ? Self.setPrefix + parameter.name : parameter.name
        guard let value = parameter.domain.number(of: parameter.value) else { return nil }
        switch parameter.domain {
        case .integer(let range):
          return ShrinkParameter(name, role, value, simplest: min(max(0, range.lowerBound), range.upperBound))
        case .words:
          let simplest = usual.first { $0.name == parameter.name }.flatMap { parameter.domain.number(of: $0.value) }
          return ShrinkParameter(name, role, value, simplest: simplest ?? value, isOrdered: false)
        }
      }
    }
    return shrinkable(block.workload, entry.workloadParameters, .workload)
      + (isRebuilt ? shrinkable(block.parameters, entry.parameters, .design) : [])
  }

  /// The case that inputs are of.
  func failingCase(_ inputs: ShrinkInputs) throws -> FailingCase {
    var result = failing
    result.tapes = inputs.tapes
    result.initialState = inputs.initialState
    result.rehearsals = inputs.rehearsals
    let block = try failing.catalogBlock()
    for (own, role) in [(block.workload, ShrinkParameter.Role.workload), (block.parameters, .design)] {
      for parameter in own {
        let name = role == .design ? Self.setPrefix + parameter.name : parameter.name
        guard let changed = inputs.parameters.first(where: { $0.name == name && $0.role == role }) else { continue }
        let text = parameter.domain.text(of: changed.value)
        guard text != parameter.value else { continue }
        let setting = Setting(parameter.name, text)
        switch role {
        case .workload: result.workload = result.workload.filter { $0.name != parameter.name } + [setting]
        case .design: result.settings = result.settings.filter { $0.name != parameter.name } + [setting]
        }
      }
    }
    return result
  }

  // MARK: Making

  /// The bench and a fresh engine of inputs.
  func test(_ inputs: ShrinkInputs, _ seed: Seed, traced: Bool) throws -> (bench: any Bench, engine: any Engine) {
    let changed = try failingCase(inputs)
    let made = try make(changed.settings)
    let block = try changed.catalogBlock()
    var bench = try block.bench(
      for: made.interface, seed: seed, index: failing.run, stalls: failing.stalls,
      judgesTiming: failing.judgesTiming ?? (failing.foreign == nil))
    // A mutant may go on for ever.
    if failing.mutant != nil {
      bench.options.limit(to: Self.patience * UInt64(block.expectedCycles + bench.options.watchdogCycles))
    }
    return (bench, try engine(made, inputs.initialState, traced: traced))
  }

  /// The circuit of a configuration; the last one is kept.
  private func make(_ settings: [Setting]) throws -> Made {
    if let known = circuits.withLock({ $0 }), known.settings == settings { return known.made }
    let block = try entry.block(
      configuration: failing.configuration, settings: settings, workload: failing.workload)
    // Checkers stand beside what a generator makes, and not beside a mutant: the bench alone is to find it.
    let checked = failing.mutant == nil && failing.foreign == nil ? try CheckedBlock(block, reset: failing.reset) : nil
    var circuit = try checked?.circuit ?? block.elaborate(reset: failing.reset)
    if let number = failing.mutant {
      let mutants = circuit.mutants
      guard let mutant = mutants.first(where: { $0.number == number }) else {
        throw CatalogError.noSuchMutant(number, block: failing.block, count: mutants.count)
      }
      circuit = try circuit.applying(mutant)
    }
    var made = Made(block: block, circuit: circuit, interface: checked?.interface ?? circuit.top.interface)
    if failing.foreign != nil, let builder { made.interface = try design(made, builder).interface }
    circuits.withLock { $0 = (settings, made) }
    return made
  }

  private func engine(_ made: Made, _ state: UInt64?, traced: Bool) throws -> any Engine {
    guard let builder else { return try native(made, state) }
    let design = try design(made, builder)
    let initial: InitialState = state.map { .random(seed: $0) } ?? .zero
    let library = try library(design, builder, traced: traced)
    if failing.engine == .both {
      return try Cosimulation.sideBySide(made.circuit, try library.model(initialState: .zero), simplifies: false)
    }
    return try library.model(initialState: initial)
  }

  private func native(_ made: Made, _ state: UInt64?) throws -> NativeModel {
    try NativeModel(
      made.circuit, options: .init(initialState: state.map { .random(seed: $0) } ?? .zero, simplifies: false))
  }

  private func design(_ made: Made, _ builder: ModelBuilder) throws -> ModelDesign {
    guard failing.foreign == nil else {
      return try Cosimulation(made.block, failing.recipe.conditions).design(with: builder)
    }
    var design = ModelDesign(made.circuit)
    if failing.mutant == nil { design.macros["SYSTOLE_ASSERT"] = "" }
    return design
  }

  private func library(_ design: ModelDesign, _ builder: ModelBuilder, traced: Bool) throws -> ModelLibrary {
    if let known = libraries.withLock({ $0[traced] }) { return known }
    let library = try builder.library(for: design, profile: traced ? .trace : .debug)
    libraries.withLock { $0[traced] = library }
    return library
  }
}
