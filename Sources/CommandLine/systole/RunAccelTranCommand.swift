import AccelTran
import AccelTranHardware
import ArgumentParser
import Catalog
import Foundation
import Machines
import Models
import NumberFormats
import Tools
import Transformer
import Verilator

struct RunAccelTranCommand: ParsableCommand, ExecutingCommand {
  static let configuration = CommandConfiguration(
    commandName: "acceltran", abstract: "Run encoder layers, or a product, on AccelTran with DynaTran.",
    discussion: """
      Reads a model, prunes its activations with DynaTran, and runs encoder layers in fixed point on the generated hardware
      with its memory behind AXI4. Every number that is stored and every mask is compared with the golden machine. Zeros are
      counted in what the hardware stored, over the tokens that are real. With --sparsity the machine's closed loops move the
      thresholds after every command, so that the share of zeros is the wanted one. Rows, buffers and bits before the binary point are
      enlarged to what the model needs, and the output says so. With --op matmul a product of random numbers runs instead.

        systole run acceltran --model minilm --tau 0.02 --baseline
        systole run acceltran --model albert --layers 12 --sparsity 0.5
        systole run acceltran --model albert --config tiny --sparsity 0.5 --profile "CCO" --open-loop
        systole run acceltran --model bert-tiny-shape --config tiny --tokens 8 --dataflow kijb
        systole run acceltran --op matmul --rows 64 --inner 768 --columns 64 --density 0.5
        systole run acceltran --op matmul --config tiny-int8 --set noise-bits=12

      The exit code is 1 when a single bit differs.
      """)

  @Option(help: "minilm or albert, as 'make model' fetches them, bert-tiny-shape (random weights), or a folder.")
  var model = "minilm"

  @Option(name: .customLong("op"), help: "What runs instead of a model: matmul.", completion: .list(["matmul"]))
  var operation: String?

  @Option(help: "The text; an example where it is left out.")
  var text: String?

  @Option(help: "Tokens of the random sequence of bert-tiny-shape.")
  var tokens = 16

  @Option(help: "Layers that run, from the first one on.")
  var layers = 1

  @Option(
    name: [.customLong("tau"), .customLong("threshold")],
    help: "DynaTran's threshold at all published places; 0 prunes nothing.")
  var tau = 0.0

  @Option(
    help: "The share of zeros that is asked for at the operands of products: closed loops in the machine hold it.")
  var sparsity: Double?

  @Flag(help: "Keep the thresholds of the profile instead, without loops.")
  var openLoop = false

  @Option(help: "The gain of the loops: a deviation of the whole moves a threshold by 2^(2 - gain) octaves.")
  var gain = 2

  @Option(help: "The text that is profiled for --sparsity; the one that runs where it is left out.")
  var profile: String?

  @Option(help: "The order of the tile loops, outermost first: b, i, j and k once each.")
  var dataflow = "bijk"

  @Option(
    help: "The sizes to start from: tiny or edge-slice; tiny-int8 for --op matmul.",
    completion: .list(["tiny", "edge-slice", "tiny-int8"]))
  var config = "edge-slice"

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Set a size of the machine, such as lanes=8; may be repeated.", valueName: "name=value"))
  var settings: [Setting] = []

  @OptionGroup var execution: ExecutionOptions

  @Flag(help: "Keep zeros too, as on a machine without masks.")
  var dense = false

  @Flag(help: "Run the same work without pruning and masks too, and print what they are worth.")
  var baseline = false

  @Option(help: "Rows of the product of --op matmul.")
  var rows = 64
  @Option(help: "Its inner extent.")
  var inner = 256
  @Option(help: "Its columns.")
  var columns = 64
  @Option(help: "The share of numbers of its operands that are not zero.")
  var density = 0.5

  func run() throws {
    try reportingErrors {
      try execution.check()
      guard tau >= 0, tau < 8 else { throw RequestError("--tau \(tau): give a threshold from 0 on, below 8") }
      guard operation == nil || operation == "matmul" else {
        throw RequestError("--op \(operation ?? ""): the only operation is matmul")
      }
      guard sparsity == nil || tau == 0 else { throw RequestError("--tau goes without --sparsity: give one of them") }
      guard sparsity != nil || (!openLoop && profile == nil) else {
        throw RequestError("--open-loop and --profile go with --sparsity: give a share of zeros")
      }
      guard (0...7).contains(gain) else { throw RequestError("--gain \(gain): give 0 to 7") }
      guard !baseline || engine != .golden else {
        throw RequestError("--baseline needs hardware: choose another --engine")
      }
      let order = try LoopOrder(dataflow)
      Ending.takeOver()
      let work = try operation == nil ? modelWork(order) : productWork(order)
      let outcome = engine == .golden ? nil : try execute(work.program)
      let dense = try work.dense.map { try execute($0) }
      let figures = AccelTranFigures(
        work, outcome, dense: dense, order: order, engine: engine.rawValue, latency: latency)
      if json { try printJSON(figures, snakeCase: true) } else { show(figures, work, outcome, dense) }
      if figures.bitExact == false { throw ExitCode.differs }
    }
  }

  private func execute(_ program: EngineProgram) throws -> AccelTranOutcome {
    var run = AccelTranRun(program)
    run.latency = latency
    run.stalls = stalls
    run.isCancelled = { Ending.isRequested }
    run.progress = { fraction, cycle in
      Console.progress("simulating: cycle \(cycle), \(Int(fraction * 100)) % of the stores")
    }
    let target: AccelTranRun.Target = engine == .native ? .native : .verilator(try ModelBuilder())
    defer { Console.endProgress() }
    return try withProgress(engine == .native ? "running" : "building and running the model in Verilator") {
      try run.run(on: target)
    }
  }

  private func show(
    _ figures: AccelTranFigures, _ work: Work, _ outcome: AccelTranOutcome?, _ dense: AccelTranOutcome?
  ) {
    func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }
    let sizes = work.sizes
    print(work.title)
    print(
      "machine        \(sizes.elements) element(s) of \(sizes.lanes) lanes of \(sizes.multipliers) multipliers, "
        + (sizes.isInteger ? "int\(sizes.width)" : "Q(\(sizes.integerBits), \(sizes.fractionBits))")
        + ", \(sizes.noiseBits > 0 ? "stochastic rounding, " : "")loops \(figures.dataflow)")
    if !work.adjustments.isEmpty {
      print("for the model  \(work.adjustments.map(\.description).joined(separator: ", "))")
    }
    print(
      "work           \(work.counts.pairs) pairs, \(percent(work.counts.density)) effectual; "
        + "\(percent(1 - work.counts.density)) of the multiplications gone")
    showZeros(work, outcome)
    if let loops = figures.loops {
      print(
        "closed loops   \(percent(loops.wanted)) wanted, \(percent(loops.measured)) of \(loops.numbers) results are zero; "
          + "by place at most \(String(format: "%.1f", 100 * loops.greatestDeviation)) points off")
    }
    if let outcome {
      guard outcome.isExact, dense?.isExact != false else {
        if outcome.isExact { print("bit-exact      NO: the run without pruning differs") }
        print("bit-exact      NO: \(outcome.storesCompared) of \(outcome.stores) numbers were right")
        if let difference = outcome.difference { print("first          \(difference)") }
        if outcome.fault != 0 { print("fault          \(outcome.fault)") }
        return
      }
      print(
        "bit-exact      yes: all \(outcome.storesCompared) numbers that were stored, and all \(outcome.masksCompared) masks, equal "
          + "the golden machine's")
      print("cycles         \(outcome.cycles), from the start to the last acknowledged store")
      if let utilisation = outcome.utilisation, let rate = outcome.pairsPerMultiplierCycle {
        print(
          "utilisation    lanes step in \(percent(utilisation)) of their clocks; "
            + "\(String(format: "%.3f", rate)) pairs, zeros included, for a multiplier and clock")
      }
      if let done = outcome.multiplications, let most = dense?.multiplications, let dense {
        print(
          "without zeros  \(done) multiplications for \(most), \(percent(1 - Double(done) / Double(max(most, 1)))) skipped; "
            + "\(outcome.cycles) cycles for \(dense.cycles), "
            + "\(String(format: "%.2f", Double(dense.cycles) / Double(max(outcome.cycles, 1)))) times as fast; products alone "
            + "\(outcome.counters[.busyProduct] ?? 0) for \(dense.counters[.busyProduct] ?? 0)")
      }
      if let error = figures.modelErrorPercent {
        print("cycle model    \(figures.modelCycles) cycles, \(String(format: "%.2f", error)) % from the hardware")
      }
      let shares = AccelTranAccelerator.Counter.allCases.filter {
        "\($0)".hasPrefix("stall") || "\($0)".hasPrefix("busy")
      }
      .map { "\($0) \(percent(Double(outcome.counters[$0] ?? 0) / Double(max(1, outcome.cycles))))" }
      print("clocks         \(shares.joined(separator: ", "))")
      print(
        "simulation     \(String(format: "%.1f", outcome.seconds)) s, "
          + "\(String(format: "%.0f k", Double(outcome.simulatedCycles) / max(outcome.seconds, 1e-9) / 1000)) cycles/s, \(engine.rawValue)"
      )
      print("\n    cycles    stores  part")
      for part in outcome.parts {
        func column(_ value: Int, _ width: Int) -> String {
          String(repeating: " ", count: max(0, width - "\(value)".count)) + "\(value)"
        }
        print("\(column(part.cycles ?? 0, 10))\(column(part.stores, 10))  \(part.name)")
      }
    } else {
      print("bit-exact      the golden machine ran alone; no hardware")
    }
    if let error = work.error { print("against fp32   hidden states of all layers: \(error)") }
    if let error = work.pooledError { print("               mean over the tokens: \(error)") }
  }

  /// Zeros of each place, over all layers that ran: of what the hardware stored, or of the golden machine.
  private func showZeros(_ work: Work, _ outcome: AccelTranOutcome?) {
    let zeros = outcome?.zeros ?? work.zeros
    var places: [PruningPlan.Place: SparsityCount] = [:]
    for (site, count) in zeros { places[site.place, default: SparsityCount()] += count }
    guard !places.isEmpty else { return }
    let all = places.values.reduce(into: SparsityCount()) { $0 += $1 }
    func percent(_ count: SparsityCount) -> String { String(format: "%.1f %%", count.sparsity * 100) }
    let words = PruningPlan.Place.allCases.compactMap { place in
      places[place].map { "\(place.rawValue) \(percent($0))" }
    }
    print("zeros          \(percent(all)) over real tokens: \(words.joined(separator: ", "))")
  }
}
