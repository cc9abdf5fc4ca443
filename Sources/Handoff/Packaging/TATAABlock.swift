public import Catalog
public import HDL
import Machines
import Models
public import Netlist
import Simulator
public import TATAA
import TATAAHardware
public import Testbench
import Transformer

/// A TATAA accelerator as a block that is packaged and synthesised like one of the catalog.
///
/// Its bench plays what a host and a memory did while a small model with random weights ran, on every input in every cycle,
/// and compares every output. The run is made on the native simulator, and is used only when every byte that it stored is that
/// of the golden machine. What the hardware does not define is not compared: the payload of a stream without `valid`, and
/// bits that depend on what registers hold at power-up.
public struct TATAABlock: CatalogBlock {
  /// The sizes; one core.
  public let configuration: Configuration
  /// Tokens of the run.
  public let tokens: Int

  /// An accelerator.
  ///
  /// - Throws: ``/TATAA/ConfigurationError``.
  public init(_ configuration: Configuration, tokens: Int = 1) throws(ConfigurationError) {
    (self.configuration, self.tokens) = (configuration.with(cores: 1), tokens)
    try self.configuration.validate()
  }

  private var accelerator: TATAAAccelerator { TATAAAccelerator(configuration: configuration) }

  public var name: String { "tataa" }
  public var summary: String { GeneratorIdentity(accelerator).summary }
  /// The accelerator.
  public var generatorValue: any Generator { accelerator }
  public var parameters: [ParameterDescription] { [] }
  /// None: the run is made of ``tokens``.
  public var workload: [ParameterDescription] { [] }
  /// A rough guess, for progress.
  public var expectedCycles: Int { 5000 }
  /// None.
  public var exhaustiveChecks: [ExhaustiveCheck] { [] }

  /// What the bench is, for a page about evidence.
  public var statement: String {
    """
    Bench: the traffic of host and memory while a random BERT of \(Self.features) features, one layer and \(tokens) token(s) \
    ran; in that run every byte of every store was that of the golden machine.
    """
  }

  /// The circuit, simplified.
  public func elaborate(reset: ResetStyle) throws(DiagnosticList) -> Circuit {
    try accelerator.elaborate(reset: reset).simplified()
  }

  /// None.
  public func checkers(reset: ResetStyle) throws(DiagnosticList) -> [CheckerCircuit] { [] }
  /// Fields and streams of the interface; no goals of its own.
  public func coverage(for interface: ModuleInterface) throws -> CoverageModel { try CoverageModel(interface) }
  /// Any sizes that are valid have the bench.
  public func checkBench() throws(CatalogError) {}

  /// A bench that plays the run back.
  public func bench(
    for interface: ModuleInterface, seed: Seed, index: Int, stalls: StallProfile?, judgesTiming: Bool
  ) throws -> any Bench {
    try pinBench(for: interface, seed: seed)
  }

  /// The traffic of the run, for benches in other languages.
  public func recording(for interface: ModuleInterface, seed: Seed) throws -> BenchRecording {
    try pinBench(for: interface, seed: seed).recording()
  }

  // MARK: The run

  private static let features = 4

  private func pinBench(for interface: ModuleInterface, seed: Seed) throws -> PinBench {
    let (zeros, ones) = (try recorded(.zero, seed), try recorded(.ones, seed))
    guard zeros.count == ones.count else { throw UnrepeatableRun(first: zeros.count, second: ones.count) }
    let ports = interface.ports.map(\.direction)
    var bench = try PinBench(interface, latency: 0, name: name, seed: seed)
    let valids = Self.valids(of: interface)
    for (zero, one) in zip(zeros, ones) {
      var (inputs, outputs, care): ([UInt64], [UInt64], [UInt64]) = ([], [], [])
      for (index, direction) in ports.enumerated() {
        guard direction == .output else {
          inputs += zero[index]
          continue
        }
        outputs += zero[index]
        let isShown = valids[index].map { zero[$0] == [1] } ?? true
        let same = zip(zero[index], one[index]).map { ~($0 ^ $1) }
        // A mask has 64 bits: of a wider port all is compared, or nothing.
        let mask = same.count == 1 ? same[0] : same.allSatisfy { $0 == .max } ? .max : 0
        care.append(isShown ? mask : 0)
      }
      try bench.append(words: inputs, expecting: outputs, care: care)
    }
    return bench
  }

  /// For each port that is in the payload of a stream, the port of its valid.
  private static func valids(of interface: ModuleInterface) -> [Int?] {
    var valids: [String: String] = [:]
    var open = interface.parts ?? []
    while let part = open.popLast() {
      open += part.parts ?? []
      if let valid = part.valid { for port in part.ports ?? [] { valids[port] = valid } }
    }
    return interface.ports.map { port in
      valids[port.name].flatMap { valid in interface.ports.firstIndex { $0.name == valid } }
    }
  }

  private func recorded(_ powerUp: NativeModel.InitialState, _ seed: Seed) throws -> [[[UInt64]]] {
    let model = try TransformerModel.randomBERT(
      hidden: Self.features, layers: 1, heads: 1, feedForward: Self.features, vocabulary: 16, tokens: max(8, tokens))
    let sequences = (0..<4).map { step in
      TokenSequence(ids: (0..<tokens).map { Int32((5 * $0 + 3 * step) % model.vocabularySize) })
    }
    var run = TATAARun(model: model, tokens: sequences[0])
    (run.configuration, run.seed, run.powerUp) = (configuration, seed, powerUp)
    let held = HeldLog()
    run.watch = { held.watch($0) }
    let outcome = try run.run(run.prepare(calibratedOn: sequences), on: .native)
    guard outcome.isExact else {
      throw MachineError.model(
        "the run that the bench would be made from is not that of the golden machine: "
          + (outcome.hardware?.difference ?? "its output differs"))
    }
    return held.rows
  }
}

/// A run that differs with what registers hold at power-up.
struct UnrepeatableRun: Error, CustomStringConvertible {
  let first, second: Int

  var description: String {
    "with zeros at power-up the run takes \(first) cycles, with ones \(second): what a host sees depends on power-up"
  }
}
