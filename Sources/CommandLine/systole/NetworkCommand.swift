import ArgumentParser
import Engine
import Foundation
import HDL
import Machines
import Network
import NetworkHardware
import Simulator
import Testbench
import Tools
import Verilator
import Verilog

/// Loads as the user writes them: `0.1`, `0.01..0.4` or `0.1,0.2,0.3`.
struct LoadRange: ExpressibleByArgument {
  var loads: [Double]
  var isRange: Bool

  init?(argument: String) {
    let ends = argument.split(separator: "..", omittingEmptySubsequences: false).map { Double($0) }
    let list = argument.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    (loads, isRange) = ends.count == 2 ? (ends.compactMap(\.self), true) : (list.compactMap(\.self), false)
    guard loads.count == (isRange ? 2 : list.count), loads.allSatisfy({ (0...1).contains($0) }) else { return nil }
  }

  func points(_ count: Int) -> [Double] {
    isRange ? LoadCurve.loads(from: loads[0], to: loads[1], count: count) : loads
  }
}

struct NetworkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "network", abstract: "Routes, proof of deadlock freedom, latency and Verilog of a network of routers.",
    discussion: """
      A topology is mesh:XxYxZ, random:N:SEED, hetrax.tiny or a file of lines 'router NAME X Y Z', 'link ROUTER ROUTER
      [LATENCY]' and 'node NAME ROUTER'. Routes are proved free of deadlock before anything is simulated or built.

        systole network --topology mesh:3x3x2 --load 0.01..0.4
        systole network --topology random:16:7 --routing layered --prove
        systole network --topology hetrax.tiny --fail sm0:reram0 --traffic hotspot:1:0.5 --saturation
        systole network --topology mesh:4x4 --routing shortest --traffic uniform-self --export booksim out
        systole network --topology hetrax.tiny --load 0.3 --engine verilator --verilog rtl
        systole network --stress 200 --window 50000

      Traffic is uniform, uniform-self, all-to-all, transpose, bit-complement, hotspot:NODE:SHARE or a file with a row of
      numbers for each source. Loads are flits a node and clock. The exit code is 1 when the hardware differs from the golden
      network, or --prove finds a circle.
      """)

  @Option(help: "The network: mesh:XxYxZ, random:N:SEED, hetrax.tiny or a file.", completion: .file())
  var topology = "hetrax.tiny"

  @Option(help: "How packets go: up-down, up-down-dfs, layered, shortest or dimension-order.")
  var routing = "up-down"

  @Option(help: "The router at the root of up-down routes, by its name.")
  var root: String?

  @Option(help: "Layers of virtual channels that layered routes may have, 1 to 16.")
  var layers = 4

  @Option(help: ArgumentHelp("A link that failed; may be repeated.", valueName: "router:router"))
  var fail: [String] = []

  @Option(help: "Virtual channels of a port, 1 to 32.")
  var channels = 4

  @Option(help: "Flits of the queue of a virtual channel, 1 to 256.")
  var depth = 8

  @Option(help: "Registers between the switch and the link, 0 to 4.")
  var switchDelay = 1

  @Option(help: "Bits that a flit carries in the hardware, up to 1024.")
  var width = 32

  @Option(help: "Who sends to whom.", completion: .file())
  var traffic = "uniform"

  @Option(help: "Flits of a packet, 1 to 4096.")
  var flits = 4

  @Option(help: ArgumentHelp("Loads to measure: one, several, or a range.", valueName: "0.1|0.1,0.2|0.01..0.4"))
  var load = LoadRange(argument: "0.01..0.4")!

  @Option(help: "Loads of a range, 2 to 1000.")
  var points = 8

  @Option(help: "Seed of the traffic.")
  var seed: UInt64 = 1

  @Option(help: "Clocks before the measurement.")
  var warmUp = 1000

  @Option(help: "Clocks of which the packets are measured; with --engine, of which they are compared.")
  var window = 10_000

  @Flag(help: "Look for the greatest load that does not saturate the network.")
  var saturation = false

  @Flag(help: "Print the proof of deadlock freedom, or the circle of channels, and measure nothing.")
  var prove = false

  @Flag(help: "Measure routes that may deadlock; a deadlock that happens ends the run.")
  var unproved = false

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Write the network and its traffic, at the first load, for BookSim.", valueName: "booksim folder"))
  var export: [String] = []

  @Option(help: "Write the Verilog of the network with its interfaces into a folder.", completion: .directory)
  var verilog: String?

  @Option(
    help: ArgumentHelp(
      "Look for deadlocks in so many random networks with random traffic of --window clocks each.",
      valueName: "networks"))
  var stress: Int?

  @Option(help: "What runs: golden (the simulator), or the hardware beside it in native or verilator.")
  var engine: ExecutionOptions.Execution = .golden

  @Option(name: .shortAndLong, help: "Write curve.csv, curve.svg and curve.json into a folder.", completion: .directory)
  var output: String?

  @Flag(help: "Print the figures as JSON for a script.")
  var json = false

  func validate() throws {
    try require("--points", points, in: 2...1000)
    try require("--warm-up", warmUp, in: 0...10_000_000)
    try require("--window", window, in: 1...10_000_000)
    try require("--width", width, in: 1...1024)
    if let stress { try require("--stress", stress, in: 1...1_000_000) }
    try refuseTogether()
    if !export.isEmpty, export.count != 2 || export[0] != "booksim" {
      throw ValidationError("--export takes a format and a folder: --export booksim out")
    }
    if unproved, verilog != nil || engine != .golden {
      throw ValidationError("hardware is built of proved routes only: leave --unproved out")
    }
  }

  /// Refuses options of which one would have no effect.
  private func refuseTogether() throws {
    let own = [
      (prove, "--prove"), (saturation, "--saturation"), (unproved, "--unproved"), (!export.isEmpty, "--export"),
      (verilog != nil, "--verilog"), (engine != .golden, "--engine"), (output != nil, "--output"),
    ]
    func refuse(_ option: String, _ others: Set<String>, _ why: String) throws {
      if let other = own.first(where: { $0.0 && others.contains($0.1) }) {
        throw ValidationError("\(option) \(why): leave \(other.1) out")
      }
    }
    if stress != nil { try refuse("--stress", Set(own.map(\.1)), "makes networks of its own to look for deadlocks") }
    if prove { try refuse("--prove", Set(own.map(\.1)).subtracting(["--prove"]), "measures and writes nothing") }
    if engine != .golden {
      try refuse("--engine", ["--saturation", "--output"], "compares flits and measures no curve")
    }
  }

  func run() throws {
    try reportingErrors {
      if let stress { return try look(in: stress) }
      let network = try self.network()
      let method = try self.method(network)
      let routes: NetworkRoutes
      do throws(NetworkError) { routes = try NetworkRoutes(unproved: network, by: method) } catch {
        // Layers that do not suffice are a circle that was found, too.
        guard prove, case .deadlock = error else { throw error }
        Console.error("\(error)")
        throw ExitCode.differs
      }
      let proof = try NetworkProof(ChannelDependencies(routes))
      if prove {
        if json { try printJSON(proof, snakeCase: true) } else { proof.show(routes) }
        if proof.cycle != nil { throw ExitCode.differs }
        return
      }
      if !unproved, let error = proof.error { throw error }
      let parameters = NetworkParameters(channels: channels, depth: depth, switchDelay: switchDelay)
      var experiment = NetworkExperiment(routes, parameters, pattern: try pattern(), flits: flits, seed: seed)
      (experiment.warmUp, experiment.window) = (warmUp, window)
      try parameters.validate(for: routes)
      Ending.takeOver()
      let plan = NetworkPlan(network, by: method, parameters, width: width)
      if let verilog { try write(plan, to: verilog) }
      if export.count == 2 { try write(experiment, to: export[1]) }
      if engine == .golden {
        try measure(experiment, proof)
      } else {
        try compare(experiment, plan)
      }
    }
  }

  private func look(in networks: Int) throws {
    Ending.takeOver()
    let stress = NetworkStress(networks: networks, cycles: window, seed: seed)
    let outcome = try stress.run { number in
      Console.progress("network \(number + 1) of \(networks)")
    } isCancelled: {
      Ending.isRequested
    }
    if Ending.isRequested { throw CancellationError() }
    Console.endProgress()
    let figures = StressFigures(outcome)
    if json { try printJSON(figures, snakeCase: true) } else { figures.show() }
    if outcome.failure != nil { throw ExitCode.differs }
  }

  private func network() throws -> NetworkTopology {
    var network: NetworkTopology
    if let named = try NetworkTopology.named(topology) {
      network = named
    } else {
      guard let text = try? String(contentsOfFile: topology, encoding: .utf8) else {
        throw RequestError(
          "no file '\(topology)' can be read; a topology is \(NetworkTopology.forms.joined(separator: ", ")) or a file")
      }
      network = try NetworkTopology(text: text, name: URL(fileURLWithPath: topology).lastPathComponent)
    }
    let failed = try fail.map { pair -> (String, String) in
      let names = pair.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      guard names.count == 2 else { throw RequestError("--fail \(pair): give two routers, as in sm0:reram0") }
      return (names[0], names[1])
    }
    if !failed.isEmpty { network = try network.removing(failed) }
    return network
  }

  private func method(_ network: NetworkTopology) throws -> RoutingMethod {
    guard let method = RoutingMethod.named.first(where: { $0.name == routing })?.method else {
      let names = RoutingMethod.named.map(\.name).joined(separator: ", ")
      throw RequestError("no routes are called '\(routing)'; there are \(names)")
    }
    switch method {
    case .upDown(_, let order): return .upDown(root: try root.map(network.index(ofRouter:)), order: order)
    case .layered: return .layered(limit: layers)
    default: return method
    }
  }

  private func pattern() throws -> TrafficPattern {
    if let pattern = TrafficPattern.named(traffic) { return pattern }
    guard let text = try? String(contentsOfFile: traffic, encoding: .utf8) else {
      throw RequestError(
        "no file '\(traffic)' can be read; traffic is \(TrafficPattern.forms.joined(separator: ", ")) or a file")
    }
    return try .matrix(text: text)
  }

  private func write(_ plan: NetworkPlan, to folder: String) throws {
    let design = EmittedDesign(try PacketNetwork(plan).elaborate().simplified())
    try design.write(to: folder)
    if !json {
      print("verilog        \(design.files.count) files in \(folder), top module \(design.manifest.top)")
    }
  }

  private func write(_ experiment: NetworkExperiment, to folder: String) throws {
    let export = try BookSimExport(experiment, load: load.loads[0])
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let files = try export.files()
    for file in files { try OutputFile.write(file.text, to: folder + "/" + file.name) }
    if json { return }
    print("booksim        \(files.map(\.name).joined(separator: ", ")) in \(folder)")
    if !export.hasSameRoutes {
      print("               BookSim takes its own shortest routes; --routing shortest gives the same ones here")
    }
  }

  private func measure(_ experiment: NetworkExperiment, _ proof: NetworkProof) throws {
    let loads = load.points(points)
    var measurements: [NetworkExperiment.Measurement] = []
    if !json { proof.show(experiment.routes) }
    for (place, load) in loads.enumerated() {
      Console.progress("measuring: load \(LoadCurve.text(load, decimals: 3)), \(place + 1) of \(loads.count)")
      measurements.append(try experiment.measure(load: load) { Ending.isRequested })
      if Ending.isRequested { throw CancellationError() }
    }
    var limit: Double?
    if saturation {
      Console.progress("looking for saturation")
      limit = try experiment.saturation { Ending.isRequested }
      if Ending.isRequested { throw CancellationError() }
    }
    Console.endProgress()
    let curve = try LoadCurve(experiment, measurements, saturation: limit)
    let figures = NetworkFigures(curve, proof)
    if let output {
      try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
      try OutputFile.write(curve.csv, to: output + "/curve.csv")
      try OutputFile.write(curve.svg, to: output + "/curve.svg")
      try OutputFile.write(try figures.text, to: output + "/curve.json")
    }
    if json { try printJSON(figures, snakeCase: true) } else { figures.show() }
  }

  private func compare(_ experiment: NetworkExperiment, _ plan: NetworkPlan) throws {
    let circuit = try PacketNetwork(plan).elaborate().simplified()
    let model: any Engine
    if engine == .native {
      model = try NativeModel(circuit)
    } else {
      model = try withProgress("building the model in Verilator") {
        try ModelBuilder().model(of: ModelDesign(circuit))
      }
    }
    var figures: [ComparisonFigures] = []
    for load in load.points(points) {
      Console.progress("comparing: load \(LoadCurve.text(load, decimals: 3))")
      let packets = try TrafficSource.packets(
        experiment.pattern, nodes: plan.topology.nodes.count, load: load, flits: flits, seed: seed, cycles: window)
      let comparison = try NetworkComparison(plan, packets: packets)
      let outcome = try comparison.run(on: model) { Ending.isRequested }
      if Ending.isRequested { throw CancellationError() }
      figures.append(
        ComparisonFigures(
          load: load, packets: packets.count, cycles: outcome.cycles, flitsCompared: outcome.equalFlits,
          difference: outcome.difference))
    }
    Console.endProgress()
    if json {
      try printJSON(figures, snakeCase: true)
    } else {
      for figure in figures { figure.show(engine.rawValue) }
    }
    if figures.contains(where: { $0.difference != nil }) { throw ExitCode.differs }
    if figures.allSatisfy({ $0.flitsCompared == 0 }) {
      throw RequestError("no flit was sent, so nothing was compared: give a greater --load or --window")
    }
  }
}
