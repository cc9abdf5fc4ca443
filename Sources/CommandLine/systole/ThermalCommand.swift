import ArgumentParser
import Foundation
import HeTraX
import Machines
import Tools
import Verilog

struct ThermalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "thermal", abstract: "Temperatures of tiers that are bonded over each other.",
    discussion: """
      Takes 'hetrax', with the power of a workload by the cost model, or a JSON file with tiers and their power. Solves a
      grid of cells over die, spreader and sink, and prints kelvins for each tier. The folder gets a drawing of each tier
      and of all, temperatures.csv and temperatures.json. The bond layer decides the result: vary it.

        systole thermal hetrax
        systole thermal hetrax --sweep-order --sweep-bond 0.25,1,4
        systole thermal stack.json --bond-conductivity 1.5 --output heat
        systole thermal hetrax --seconds 60 --steps 120
      """)

  @Argument(help: "hetrax, or a JSON file.", completion: .file(extensions: ["json"]))
  var stack: String

  @OptionGroup var options: HeTraXOptions

  @Option(help: ArgumentHelp("Place of the tier of crossbars, 0 at the sink.", valueName: "tier"))
  var reramAt: Int?

  @Option(help: ArgumentHelp("Thickness of the bond layers.", valueName: "µm"))
  var bondThickness: Double?

  @Option(help: ArgumentHelp("Conductivity of the bond layers.", valueName: "W/mK"))
  var bondConductivity: Double?

  @Option(help: "Cells of the die in x and y.")
  var cells = 24

  @Flag(help: "All places of the tier of crossbars, or all orders of the file's tiers.")
  var sweepOrder = false

  @Option(help: ArgumentHelp("Several conductivities of the bond layers.", valueName: "a,b,c"))
  var sweepBond: String?

  @Option(help: ArgumentHelp("Heat up from cold for so long instead of the steady state.", valueName: "s"))
  var seconds: Double?

  @Option(help: "Steps of --seconds.")
  var steps = 100

  @Option(help: "Of --seconds: backward-euler or crank-nicolson.")
  var scheme = ThermalTransient.Scheme.backwardEuler.rawValue

  @Option(name: .shortAndLong, help: "The folder to write to; nothing is written without.", completion: .directory)
  var output: String?

  @Flag(help: "Print JSON for a script.")
  var json = false

  struct TierRow: Encodable {
    var tier: Int
    var name: String
    var watts, least, mean, peak: Double
  }

  struct Result: Encodable {
    var tiers: [TierRow]
    var peak, sinkHeat, watts, residual: Double
    var iterations, cells: Int
    var fastFormulaPeak: Double
    /// Seconds and kelvins of the hottest place.
    var transient: [[Double]]?
    var energyError: Double?
    var orders: [OrderRow]?
  }

  struct OrderRow: Encodable {
    var order: [String]
    var bondConductivity: Double
    var peak: Double
    var resistivePeak: Double?
  }

  func validate() throws {
    if stack != "hetrax" {
      let given = options.given + (reramAt == nil ? [] : ["--reram-at"])
      if let option = given.first { throw ValidationError("\(option) goes with hetrax, not with a file") }
    }
    if seconds == nil, scheme != ThermalTransient.Scheme.backwardEuler.rawValue {
      throw ValidationError("--scheme goes with --seconds")
    }
  }

  func run() throws {
    try reportingErrors {
      guard (1...128).contains(cells) else { throw RequestError("--cells \(cells): give 1 to 128") }
      guard (1...100_000).contains(steps) else { throw RequestError("--steps \(steps): give 1 to 100000") }
      guard let scheme = ThermalTransient.Scheme(rawValue: scheme) else {
        throw RequestError("--scheme \(scheme): give backward-euler or crank-nicolson")
      }
      var (stack, power) = try request()
      stack = stack.bonded(thickness: bondThickness.map { $0 * 1e-6 }, conductivity: bondConductivity)
      let grid = try ThermalGrid(stack, columns: cells, rows: cells)
      var transient: [[Double]]?
      var energyError: Double?
      let field: ThermalField
      if let seconds {
        guard seconds > 0, seconds <= 1e9 else {
          throw RequestError("--seconds \(seconds): give a number above 0, at most 1e9")
        }
        var state = ThermalTransient(grid, scheme: scheme)
        var worst = 0.0
        var points = [[0, state.field.peak]]
        for _ in 0..<steps {
          worst = max(worst, try state.advance(power, seconds: seconds / Double(steps)).relativeError)
          points.append([state.seconds, state.field.peak])
        }
        (transient, energyError, field) = (points, worst, state.field)
        let longest = grid.longestSmoothStep
        if scheme == .crankNicolson, seconds / Double(steps) > longest {
          Console.note(
            "steps of \(String(format: "%.3g", seconds / Double(steps))) s may oscillate: Crank-Nicolson is smooth up to "
              + "\(String(format: "%.3g", longest)) s on this grid; give more --steps, or --scheme backward-euler")
        }
      } else {
        field = try withProgress("solving \(grid.cellCount) cells") { try grid.steady(power) }
      }
      let formula = StackFormula(stack, columns: cells, rows: cells)
      let fast = formula.peak(power.cells(columns: cells, rows: cells, width: stack.width, height: stack.height))
      var result = Result(
        tiers: stack.tiers.enumerated().map { tier, value in
          let summary = field.summary(tier: tier)
          return TierRow(
            tier: tier, name: value.name, watts: power.totals[tier], least: summary.least, mean: summary.mean,
            peak: summary.peak)
        }, peak: field.peak, sinkHeat: field.sinkHeat, watts: power.total, residual: field.residual,
        iterations: field.iterations, cells: grid.cellCount, fastFormulaPeak: fast, transient: transient,
        energyError: energyError)
      if sweepOrder || sweepBond != nil { result.orders = try sweep(stack, power) }
      if let output { try write(result, field, stack, power, to: output) }
      if json { try printJSON(result) } else { show(result) }
    }
  }

  private func request() throws -> (ThermalStack, PowerMap) {
    guard stack == "hetrax" else {
      let data: Data
      do { data = try Data(contentsOf: URL(fileURLWithPath: stack)) } catch {
        throw RequestError("'\(stack)' cannot be read; give hetrax, or a JSON file")
      }
      do {
        let request = try JSONDecoder().decode(ThermalRequest.self, from: data)
        return (request.stack, request.power)
      } catch let error as DecodingError {
        throw RequestError("\(stack): \(Self.words(error))")
      }
    }
    var machine = try options.machine()
    let (workload, tokens) = try options.work()
    if let reramAt {
      guard machine.tiers.indices.contains(reramAt) else {
        throw RequestError("--reram-at \(reramAt): give 0 to \(machine.tiers.count - 1)")
      }
      machine = machine.withResistiveTier(at: reramAt)
    }
    let estimate = try HeTraXEstimate(
      workload, tokens: tokens, on: machine, network: machine.mesh(), sequences: options.sequences)
    return (machine.stack, machine.powerMap(estimate.watts))
  }

  private static func words(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, let context): "'\(key.stringValue)' is missing at \(place(context.codingPath))"
    case .typeMismatch(_, let context), .valueNotFound(_, let context): "\(place(context.codingPath)) has another type"
    case .dataCorrupted(let context): "no JSON: \(context.debugDescription)"
    @unknown default: "\(error)"
    }
  }

  private static func place(_ path: [any CodingKey]) -> String {
    path.isEmpty ? "the top" : path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
  }

  private func sweep(_ stack: ThermalStack, _ power: PowerMap) throws -> [OrderRow] {
    let bonds = try sweepBond.map { text in
      try text.split(separator: ",").map { part in
        guard let value = Double(part), value > 0 else {
          throw RequestError("--sweep-bond \(text): give numbers above 0")
        }
        return value
      }
    }
    var orders = [Array(stack.tiers.indices)]
    if sweepOrder {
      guard stack.tiers.count <= 5 else { throw RequestError("--sweep-order takes 5 tiers at most") }
      orders = Self.permutations(Array(stack.tiers.indices))
      if let own = stack.tiers.firstIndex(where: { $0.name == "reram" }), self.stack == "hetrax" {
        // The others are alike: only the place of this one counts.
        let others = stack.tiers.indices.filter { $0 != own }
        orders = stack.tiers.indices.map { place in
          var order = others
          order.insert(own, at: place)
          return order
        }
      }
    }
    var rows: [OrderRow] = []
    for bond in bonds ?? [stack.tiers.last?.bond.material.conductivity ?? 0] {
      for order in orders {
        var moved = stack
        moved.tiers = order.map { stack.tiers[$0] }
        moved = moved.bonded(conductivity: bond)
        let field = try ThermalGrid(moved, columns: cells, rows: cells).steady(power.reordered(order))
        let own = moved.tiers.firstIndex { $0.name == "reram" }
        rows.append(
          OrderRow(
            order: moved.tiers.map(\.name), bondConductivity: bond, peak: field.peak,
            resistivePeak: own.map { field.summary(tier: $0).peak }))
      }
    }
    return rows
  }

  private static func permutations(_ values: [Int]) -> [[Int]] {
    guard values.count > 1 else { return [values] }
    return values.indices.flatMap { place in
      var rest = values
      let first = rest.remove(at: place)
      return permutations(rest).map { [first] + $0 }
    }
  }

  private func write(
    _ result: Result, _ field: ThermalField, _ stack: ThermalStack, _ power: PowerMap, to folder: String
  ) throws {
    var csv = "tier,name,column,row,kelvins\r\n"
    for (tier, values) in field.tiers.enumerated() {
      for (place, value) in values.enumerated() {
        csv +=
          "\(tier),\(EvidenceReport.csvCell(stack.tiers[tier].name)),\(place % field.columns),\(place / field.columns),\(value)\r\n"
      }
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let drawing = HeatDrawing("Temperatures of the tiers", field, on: stack, power)
    var files: [(name: String, text: String)] = [
      ("temperatures.csv", csv),
      ("temperatures.json", String(decoding: try encoder.encode(result), as: UTF8.self) + "\n"),
      ("tiers.svg", drawing.svg()),
    ]
    for tier in stack.tiers.indices { files.append(("tier\(tier).svg", drawing.svg(tier: tier))) }
    try WrittenFiles.write(files, to: folder, removing: [])
  }

  private func show(_ result: Result) {
    func number(_ value: Double, _ digits: Int = 2) -> String { String(format: "%.\(digits)f", value) }
    func field(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    print(
      "tier from the sink".padding(toLength: 28, withPad: " ", startingAt: 0)
        + "    watts   least K    mean K    peak K")
    for tier in result.tiers {
      print(
        "\(tier.tier) \(tier.name)".padding(toLength: 28, withPad: " ", startingAt: 0) + field(number(tier.watts), 9)
          + field(number(tier.least), 10) + field(number(tier.mean), 10) + field(number(tier.peak), 10))
    }
    print(
      "peak \(number(result.peak)) K; \(number(result.sinkHeat, 4)) W of \(number(result.watts, 4)) W leave by the sink; "
        + "\(result.cells) cells, \(result.iterations) iterations, residual \(String(format: "%.1e", result.residual))")
    print("fast formula, without lateral flow: \(number(result.fastFormulaPeak)) K")
    if let points = result.transient, let error = result.energyError {
      for index in stride(from: 0, to: points.count, by: max(1, points.count / 10)) {
        print("  \(number(points[index][0], 4)) s  \(number(points[index][1])) K")
      }
      print("energy in - out - stored: \(String(format: "%.1e", error)) relative, at worst")
    }
    for row in result.orders ?? [] {
      print(
        "bond \(number(row.bondConductivity)) W/mK, from the sink \(row.order.joined(separator: " | ")): peak "
          + "\(number(row.peak)) K" + (row.resistivePeak.map { ", crossbars \(number($0)) K" } ?? ""))
    }
  }
}
