import ArgumentParser
import Foundation
import HeTraX
import Machines
import Tools
import Verilog

struct PlaceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "place", abstract: "Search for places of cores and links of a machine.",
    discussion: "  systole place hetrax --evaluations 20000 --seeds 4 --output placement",
    subcommands: [PlaceHeTraXCommand.self])
}

struct PlaceHeTraXCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hetrax",
    abstract: "Cores, links and order of tiers: link loads, temperature, noise of the crossbars.",
    discussion: """
      Annealing with an archive, or local searches with learned restarts; objectives are small: mean and deviation of the
      loads of channels by shortest ways, the hottest place by the fast formula, and the relative error of the crossbars' cells
      at their temperature. A run that was ended goes on where it was, from its state file. The folder gets front.json,
      front.csv, front.svg and a drawing of a placement.

        systole place hetrax --output placement
        systole place hetrax --method learned-restart --seed 7 --seeds 4 --evaluations 20000
        systole place hetrax --objectives "mean load,load deviation"
        systole place hetrax --compare other-front.json

      --compare names a JSON list of objectives that another search found with as many evaluations: both hypervolumes are
      printed, in the cube that both fronts span and a tenth more. --serve answers placements on standard input, a JSON request a line, so that
      another search can have the same problem.
      """)

  @OptionGroup var options: HeTraXOptions

  @Option(help: "annealing or learned-restart.")
  var method = PlacementSearch.Method.annealing.rawValue

  @Option(help: "The first seed.")
  var seed: UInt64 = 1

  @Option(help: "Searches, a seed each.")
  var seeds = 2

  @Option(help: "Evaluations of each search.")
  var evaluations = 5000

  @Option(help: "Points of an archive at most.")
  var archive = 100

  @Option(help: ArgumentHelp("The objectives, 1 to 4 with commas between.", valueName: "names"))
  var objectives: String?

  @Option(help: "Searches at the same time.")
  var jobs = 2

  @Option(help: "The file that keeps the state; goes on from it when it is there.", completion: .file())
  var state: String?

  @Option(help: "Hypervolume beside that of another front.", completion: .file(extensions: ["json"]))
  var compare: String?

  @Option(name: .shortAndLong, help: "The folder to write to; nothing is written without.", completion: .directory)
  var output: String?

  @Flag(help: "Answer requests on standard input.")
  var serve = false

  @Flag(help: "Print the front as JSON.")
  var json = false

  struct Front: Encodable {
    var objectives: [String]
    var evaluations: Int
    var mesh: [Double]
    var points: [PlacedPoint]
    var hypervolume, otherHypervolume: Double?
  }

  func run() throws {
    try reportingErrors {
      guard let method = PlacementSearch.Method(rawValue: method) else {
        throw RequestError("--method \(method): give annealing or learned-restart")
      }
      for (name, value, range) in [
        ("--seeds", seeds, 1...256), ("--evaluations", evaluations, 2...100_000_000),
        ("--archive", archive, 2...10_000),
        ("--jobs", jobs, 1...256),
      ] where !range.contains(value) {
        throw RequestError("\(name) \(value): give \(range.lowerBound) to \(range.upperBound)")
      }
      let (problem, title) = try problem()
      if serve { return PlacementServer.run(problem) }
      Ending.takeOver()
      var campaign = PlacementCampaign(
        problem, title: title, method: method, seed: seed, seeds: seeds, evaluations: evaluations, archive: archive)
      if let state, FileManager.default.fileExists(atPath: state) {
        guard
          let stored = try? JSONDecoder().decode(
            PlacementCampaign.self, from: Data(contentsOf: URL(fileURLWithPath: state)))
        else { throw RequestError("\(state): no state of a search; remove it, or name another file") }
        guard stored.title == title, stored.searches.map(\.seed) == campaign.searches.map(\.seed),
          stored.searches.map(\.method) == campaign.searches.map(\.method),
          stored.searches.map(\.evaluations) == campaign.searches.map(\.evaluations),
          stored.searches.map(\.archive.limit) == campaign.searches.map(\.archive.limit)
        else { throw RequestError("\(state): the state of another search: \(stored.title)") }
        if let fault = stored.fault(problem) {
          throw RequestError("\(state): the state is damaged: \(fault); remove it, or name another file")
        }
        campaign = stored
      }
      if let state { try OutputFile.write(try JSONEncoder().encode(campaign), to: state) }
      var isInterrupted = false
      try campaign.run(problem, step: 250, jobs: jobs) { campaign in
        let (done, all) = campaign.progress
        if let state { try OutputFile.write(try JSONEncoder().encode(campaign), to: state) }
        Console.progress("\(done) of \(all) evaluations, \(campaign.front.count) points")
        isInterrupted = Ending.isRequested
        return !isInterrupted
      }
      Console.endProgress()
      if isInterrupted {
        Console.error(
          state.map { "interrupted; the same command goes on from \($0)" } ?? "interrupted; nothing is kept")
        throw ExitCode.interrupted
      }
      var front = Front(
        objectives: problem.objectives.map(\.rawValue), evaluations: campaign.progress.done,
        mesh: problem.evaluate(problem.mesh) ?? [], points: campaign.front)
      if let compare { try addComparison(compare, to: &front) }
      if let output { try write(front, problem, to: output) }
      if json { try printJSON(front) } else { show(front, problem) }
    }
  }

  private func problem() throws -> (PlacementProblem, String) {
    let machine = try options.machine()
    let (workload, tokens) = try options.work()
    let graph = try HeTraXKernelGraph(workload, tokens: tokens)
    let plan = try ResistivePlan(workload, on: machine)
    let estimate = try HeTraXEstimate(workload, tokens: tokens, on: machine, sequences: options.sequences)
    let chosen = try objectives.map { text in
      try text.split(separator: ",").map { part in
        guard let objective = PlacementObjective(rawValue: part.trimmingCharacters(in: .whitespaces)) else {
          throw RequestError(
            "no objective is called '\(part)'; there are "
              + PlacementObjective.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return objective
      }
    }
    let problem = try PlacementProblem(
      machine, traffic: HeTraXTraffic(graph, plan, on: machine).total, watts: estimate.watts,
      objectives: chosen ?? PlacementObjective.allCases)
    return (
      problem,
      "\(machine.name), \(workload.name), \(tokens) tokens, \(options.sequences) sequences, "
        + problem.objectives.map(\.rawValue).joined(separator: ", ")
    )
  }

  private func addComparison(_ path: String, to front: inout Front) throws {
    guard
      let other = try? JSONDecoder().decode([[Double]].self, from: Data(contentsOf: URL(fileURLWithPath: path))),
      !other.isEmpty,
      other.allSatisfy({ $0.count == front.objectives.count && $0.allSatisfy { $0 >= 0 && $0.isFinite } })
    else {
      throw RequestError(
        "\(path): give a JSON list of points, each of \(front.objectives.count) numbers that are not negative")
    }
    let volumes = Hypervolume.compared([front.points.map(\.objectives), other])
    (front.hypervolume, front.otherHypervolume) = (volumes[0], volumes[1])
  }

  private func show(_ front: Front, _ problem: PlacementProblem) {
    func row(_ values: [Double]) -> String {
      zip(problem.objectives, values).map { objective, value in
        let text = objective == .peakTemperature ? String(format: "%.2f", value) : String(format: "%.5g", value)
        return String(repeating: " ", count: max(0, 18 - text.count)) + text
      }.joined()
    }
    print(
      front.objectives.map { String(repeating: " ", count: max(0, 18 - $0.count)) + $0 }.joined()
        + "  tiers from the sink")
    print(row(front.mesh) + "  the mesh")
    for point in front.points {
      print(
        row(point.objectives) + "  "
          + point.placement.order.map { problem.machine.tiers[$0].name }.joined(separator: " | "))
    }
    print(
      "\(front.points.count) points after \(front.evaluations) evaluations; loads by shortest ways, in bytes a layer")
    if let ours = front.hypervolume, let other = front.otherHypervolume {
      print(
        String(format: "hypervolume %.5f, of the other front %.5f", ours, other)
          + (other > 0 ? String(format: ": %.4f times", ours / other) : ""))
    }
  }

  private func write(_ front: Front, _ problem: PlacementProblem, to folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    var csv = (front.objectives + ["tiers"]).joined(separator: ",") + "\r\n"
    for point in front.points {
      csv +=
        (point.objectives.map { "\($0)" } + [
          point.placement.order.map { problem.machine.tiers[$0].name }.joined(separator: " | ")
        ]).joined(separator: ",") + "\r\n"
    }
    var files: [(name: String, text: String)] = [
      ("front.json", String(decoding: try encoder.encode(front), as: UTF8.self) + "\n"), ("front.csv", csv),
      ("front.svg", FrontDrawing(front.objectives, front.points.map(\.objectives), mesh: front.mesh).svg),
      ("mesh.svg", PlacementDrawing("The mesh", problem.mesh, of: problem.machine).svg),
    ]
    if let first = front.points.first {
      files.append(
        (
          "placement.svg",
          PlacementDrawing("The point with the least \(front.objectives[0])", first.placement, of: problem.machine).svg
        ))
    }
    try WrittenFiles.write(files, to: folder, removing: [])
  }
}
