import Components
import Costs
import Engine
import Formal
import Foundation
import Golden
import HDL
import Mutation
import Netlist
import NumberFormats
import PortableBench
import Regression
import Simulator
import Testbench
import Transformer
import Units
import Verilator
import Verilog

// What the other pages show. The tests run those that a test can run in a moment.

func proveOrder() throws {
  let queue = StreamFIFO(width: 2, depth: 4)
  let prover = try Prover(queue.elaborate().simplified())
  let order = Checker<StreamFIFO>("order", "Items leave once, in order, whole.") { io, m in
    m.checkOrder(from: io.push, to: io.pop, capacity: queue.capacity, latency: 2)
  }
  for property in Property.all(of: try order.circuit(for: queue)) {
    print(property.name, try prover.prove(property).outcome)
  }
  // order proved by an inductive invariant, found after 14 frames
}

/// The dot product of the page on co-simulation is any generator.
private typealias DotProduct = AdderTree

func makeModel() throws -> VerilatedModel {
  let circuit = try DotProduct().elaborate().simplified()
  let sources = circuit.verilog().map { VerilogSource(name: $0.name, text: $0.text) }
  let design = ModelDesign(sources: sources, interface: circuit.top.interface)
  let model = try ModelBuilder().model(of: design)
  return model
}

func runBench(of design: ModelDesign) throws -> BenchResult {
  var bench = try StreamBench(design.interface, seed: 42)
  try bench.send([1, 2, 3], on: "push")
  try bench.expect([1, 2, 3], on: "pop")
  let builder = try ModelBuilder()
  let result = try bench.runWithWaveOnFailure(
    to: "failure.vcd", make: { try builder.model(of: design) },
    makeTraced: { try builder.model(of: design, profile: .trace) })
  return result
}

func explainFault() throws -> String? {
  let shrinker = Shrinker([.count("sums", 10_000), .design("terms", 8, simplest: 2)]) { inputs, seed in
    let tree = AdderTree { $0.count = inputs["terms"] }
    let circuit = try tree.elaborate().simplified()
    var bench = try PinBench(circuit.top.interface, latency: 0, seed: seed)
    var random = bench.random("operands")
    for _ in 0..<inputs["sums"] {
      let terms = (0..<tree.count).map { _ in random.signed(bits: tree.width) }
      try bench.append(terms, expecting: [terms.reduce(0, +)])
    }
    return (bench, try NativeModel(circuit))
  }
  guard let failure = try shrinker.shrink(seed: 42) else { return nil }
  return try shrinker.explain(failure, wave: "failure.fst").text()
}

func drivePorts() throws -> Simulation<AdderTree, NativeModel> {
  let sim = try Simulation(AdderTree { ($0.count, $0.levelsPerStage) = (4, 1) })
  sim.term[0] = -3
  sim.term[3] = 10
  try sim.step(2)
  print(sim.sum)  // 7
  return sim
}

func drivePinsOfStreams() throws -> Int {
  let queue = try Simulation(StreamFIFO(width: 8, depth: 4))
  queue.push.valid = 1
  queue.push.payload = 42
  try queue.step()
  queue.push.valid = 0
  queue.pop.ready = 1
  while queue.pop.valid == 0 { try queue.step() }
  print(queue.pop.payload)  // 42
  return queue.pop.payload
}

func writeWave(of sim: Simulation<AdderTree, NativeModel>) throws {
  try sim.engine.startTrace(path: "sum.fst")
  try sim.step(100)
  try sim.engine.stopTrace()
}

func drawWave() throws -> String {
  let engine = try NativeModel(StreamFIFO(width: 8).elaborate())
  try engine.reset()
  engine.pin("push_valid")?.unsigned = 1
  engine.pin("push_data")?.unsigned = 0x5A
  var wave = DrawnWave(of: engine, ports: ["push_valid", "push_data", "pop_valid", "pop_data"])
  for _ in 0..<4 {
    engine.settle()
    wave.sample(engine)
    try engine.step()
  }
  print(wave.text())
  return wave.text()
}

func writeVerilog() throws {
  let circuit = try StreamFIFO(width: 16, depth: 32).elaborate().simplified()
  try EmittedDesign(circuit).write(to: "rtl")
}

func writeEngine() throws {
  let engine = MatrixMultiply(rows: 8, columns: 8) { $0.dataflow = .weightStationary(maximumRows: 64) }
  try EmittedDesign(engine.elaborate().simplified()).write(to: "rtl")
}

func readModel() throws -> (EncoderModel, TokenSequence) {
  let folder = URL(fileURLWithPath: ".tools/models/all-MiniLM-L6-v2")
  let tokenizer = try WordPieceTokenizer(directory: folder)
  let tokens = try tokenizer.encode("Systolic arrays multiply matrices.")
  let model = try EncoderModel(directory: folder)
  return (model, tokens)
}

func splitTransfer() -> [Int] {
  let split = BurstSplit(address: 4090, length: 20, wordBytes: 4, maximumBurst: 16)
  print(split.bursts.map(\.words))  // [2, 4]: no burst crosses a boundary of 4 KiB
  return split.bursts.map(\.words)
}

func clocksOfProduct() throws -> Int {
  let schedule = try MatrixMultiplySchedule(
    rows: 16, columns: 16, dataflow: .outputStationary, multiplication: MatrixMultiplication(accumulator: .int32))
  print(schedule.clocks(rows: 128, depth: 768, columns: 64, takesParameters: true))  // 24576: 32 blocks of 768 steps
  return schedule.clocks(rows: 128, depth: 768, columns: 64, takesParameters: true)
}

func lookAtCircuit() throws {
  let circuit = try StreamFIFO().elaborate()
  print(circuit.simplified().statistics.registerBits, circuit.top.interface.ports.map(\.name))
}

func roundNumbers() throws -> [Int] {
  let int8 = try IntegerFormat(width: 8, isSigned: true)
  print(int8.clamp(300), int8.wrap(300))  // 127 44
  print((-13).roundedShiftRight(by: 2))  // -3
  let scale = try RequantizationScale(0.0041)  // a 16-bit multiplier and a shift
  return [int8.clamp(300), int8.wrap(300), (-13).roundedShiftRight(by: 2), scale.shift]
}

func computeInFormats() throws -> [UInt64] {
  let fp8 = Minifloat.float8E4M3
  let sum = fp8.add(0x38, 0x2C)  // 1 + 0.375, rounded to 1.375
  let wide = try FixedPointFormat(integerBits: 8, fractionBits: 8, isSigned: true)
  let fixed = wide.convert(sum, from: fp8)  // 0x160
  let cut = fp8.code(for: RealValue(1.3), rounding: .towardZero, overflow: .saturating)  // 0x3A, 1.25
  return [sum, fixed, cut]
}

func runRegression() throws {
  let plan = try RegressionPlan(
    blocks: ["stream-fifo"], engine: .native, seed: Seed(1), runs: 20, program: "nightly")
  let folder = RegressionFolder("regression")
  try folder.begin(plan)
  try RegressionWorker.run(plan.units.indices, in: folder, isCancelled: { false })
  print(RegressionReport(plan, in: folder).text())
}

func writeBench(of generator: some Generator, _ streamBench: StreamBench) throws {
  let circuit = try generator.elaborate()
  let bench = PortableBench(
    try streamBench.recording(), summary: "my block", sources: "rtl", files: EmittedDesign(circuit).files.map(\.name))
  for file in bench.contents { print(file.name) }
}

func countMutants(of counter: some Generator, _ bench: any Bench & Sendable) throws {
  let circuit = try counter.elaborate().simplified()
  var campaign = MutationCampaign(circuit, runs: [.init(bench: bench, initialState: 1)])
  campaign.judge = { try EquivalenceJudge(circuit)($0) }
  campaign.jobs = 4
  print(try campaign.run().text(goal: 0.99))
}

func coverDivider(_ bench: (Int) throws -> StreamBench, path: String) throws -> BlockCoverage {
  let divider = try Components.Divider(width: 8).elaborate()
  var model = try CoverageModel(divider.top.interface)  // corners, bits, stalls and their crosses
  let (dividend, divisor) = (try model.field("push", "dividend"), try model.field("push", "divisor"))
  try model.point("divisor", over: divisor, [.value("zero", 0), .value("one", 1), .range("more", 2...255)])
  try model.point("overflow", over: [dividend, divisor], .named(["no", "yes"])) { values in
    values[0] == 0x80 && values[1] == 0xFF ? 1 : 0
  }
  try model.cross(
    "divisor × overflow", ["divisor", "overflow"],
    [
      .excluded("zero", "yes", because: "that divisor is minus one"),
      .excluded("one", "yes", because: "that divisor is minus one"),
    ])
  try model.exclude("push flow", ["back to back"], because: "a division takes a clock for each bit")

  var coverage = BlockCoverage(model, block: "divider", generator: "Divider(width: 8)")
  for index in 0..<20 where !coverage.isClosed {
    var bench = try bench(index)
    bench.options.coverage = model
    if let run = try bench.run(on: NativeModel(divider)).coverage { try coverage.add(run) }
  }
  print(coverage.text(width: 80))
  try CoverageDatabase([coverage]).write(to: path)
  return coverage
}
