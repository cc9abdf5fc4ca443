import AnalogMacros
import HeTraX
import Network

/// The figures of HeTraX beside the published ones, and their drawings.
///
/// All of them are of models: no hardware of the machine is behind them, and no model of language was run, so there is no
/// figure about accuracy. Counts of cores, coefficients without a source and bond layers are defaults, not published; a ratio
/// to a baseline says which model the baseline is.
///
///     var evidence = try HeTraXEvidence(evaluations: 2000)
///     try evidence.addAll()
///     let files = try evidence.report.files() + evidence.drawings
public struct HeTraXEvidence: Sendable {
  /// The figures and charts.
  public private(set) var report: EvidenceReport
  /// Maps of heat and placements: name and SVG.
  public private(set) var drawings: [(name: String, text: String)] = []
  /// The machine.
  public let machine: HeTraXMachine
  /// Tokens of a sequence, and sequences in flight.
  public let tokens: Int
  /// Sequences in flight.
  public let sequences: Int
  /// Evaluations of a search of placements, and its seeds.
  public let evaluations: Int
  private let seeds, cells: Int
  private var placed: (aware: PlacedPoint, unaware: PlacedPoint, balanced: PlacedPoint)?

  /// Evidence without figures.
  ///
  /// - Throws: ``HeTraXError``.
  public init(
    machine: HeTraXMachine = .reference, tokens: Int = 512, sequences: Int = 16, evaluations: Int = 4000,
    seeds: Int = 2,
    cells: Int = 24
  ) throws {
    (self.machine, self.tokens, self.sequences) = (machine, tokens, sequences)
    (self.evaluations, self.seeds, self.cells) = (evaluations, seeds, cells)
    report = EvidenceReport(machine: "hetrax", title: "HeTraX: models of the machine beside the published figures")
    report.notes = [
      "All figures are of models; no hardware of this machine is behind them. Multiprocessors: \(machine.streaming.name); "
        + "no figure of another one is in this report.",
      "Counts of cores, grids, die, bond layers and some coefficients are defaults, not published. Coefficients: "
        + HeTraXEnergies().all.map { "\($0.name) \($0.joules) J (\($0.source))" }.joined(separator: "; ") + ".",
      "There is no figure about accuracy: no model of language was run on this machine.",
    ]
  }

  /// Everything.
  ///
  /// - Throws: ``HeTraXError`` and what a network is refused for.
  public mutating func addAll(progress: (String) -> Void = { _ in }) throws {
    progress("sizes and kernels")
    try addSizes()
    progress("placements")
    try addPlacements()
    progress("baselines")
    try addBaselines()
    progress("orders of tiers")
    try addOrders()
    progress("wear")
    try addWear()
  }

  private mutating func row(
    _ id: String, _ what: String, _ ours: Double?, paper: Double? = nil, _ unit: String, _ conditions: String,
    tag: EvidenceRow.Tag = .computed, remark: String = ""
  ) {
    report.rows.append(
      EvidenceRow(
        id, what, ours: ours, paper: paper, unit: unit, conditions: conditions, tag: tag, remark: remark))
  }

  private var conditions: String { "\(machine.name), \(machine.streaming.name), \(tokens) tokens" }

  // MARK: Sizes

  /// Cells, and the work of a layer.
  ///
  /// - Throws: ``HeTraXError``.
  public mutating func addSizes() throws {
    row("sizes.bytes", "bytes in the crossbars", Double(machine.crossbarBytes), "bytes", machine.name)
    for workload in [HeTraXWorkload.bertBase, .bertLarge, .decoder, .multiQuery, .parallel] {
      let graph = try HeTraXKernelGraph(workload, tokens: tokens)
      let (attention, all) = (
        Double(graph.macs(on: .streaming)), Double(graph.kernels.reduce(0) { $0 + $1.macs })
      )
      row(
        "sizes.\(workload.name).attention", "operations of attention, a layer of \(workload.name)", 2 * attention / 1e9,
        "GOP", "\(tokens) tokens")
      row(
        "sizes.\(workload.name).feedforward", "multiply-accumulates of the feed-forward part", (all - attention) / 1e9,
        "GMAC", "\(tokens) tokens")
      let estimate = try HeTraXEstimate(
        workload, tokens: tokens, on: machine, network: machine.mesh(), sequences: sequences)
      row(
        "sizes.\(workload.name).latency", "an inference of \(workload.name) by itself", estimate.latency * 1e3, "ms",
        conditions + ", mesh")
      row(
        "sizes.\(workload.name).interval", "from inference to inference", estimate.interval * 1e3, "ms",
        conditions + ", mesh, \(sequences) sequences in flight")
    }
  }

  // MARK: Placements

  private func problem(_ objectives: [PlacementObjective], _ estimate: HeTraXEstimate) throws -> PlacementProblem {
    let graph = try HeTraXKernelGraph(estimate.workload, tokens: tokens)
    return try PlacementProblem(
      machine, traffic: HeTraXTraffic(graph, estimate.plan, on: machine).total, watts: estimate.watts,
      objectives: objectives)
  }

  /// Searches with and without the noise of the crossbars, and the mesh beside them.
  ///
  /// - Throws: ``HeTraXError`` and what a network is refused for.
  public mutating func addPlacements() throws {
    let workload = HeTraXWorkload.bertBase
    let estimate = try HeTraXEstimate(
      workload, tokens: tokens, on: machine, network: machine.mesh(), sequences: sequences)
    let all = try problem(PlacementObjective.allCases, estimate)
    let blind = try problem([.meanLoad, .loadDeviation, .peakTemperature], estimate)
    func front(_ problem: PlacementProblem) -> [PlacedPoint] {
      var campaign = PlacementCampaign(
        problem, title: "evidence", method: .annealing, seed: 1, seeds: seeds, evaluations: evaluations)
      campaign.run(problem)
      return campaign.front
    }
    let fronts = (aware: front(all), unaware: front(blind))
    let mesh = all.evaluate(all.mesh) ?? []
    let search = "\(seeds) searches by annealing, \(evaluations) evaluations each, \(workload.name), \(conditions)"
    let loads = "loads by shortest ways"
    // Among points with at most the mesh's mean load, the coolest crossbars of the aware search, the coolest machine of the other.
    func chosen(_ points: [PlacedPoint], by objective: Int) -> PlacedPoint {
      let good = points.filter { $0.objectives[0] <= mesh[0] }
      return (good.isEmpty ? points : good).min { $0.objectives[objective] < $1.objectives[objective] }
        ?? PlacedPoint(all.mesh, mesh)
    }
    let (aware, unaware) = (chosen(fronts.aware, by: 3), chosen(fronts.unaware, by: 2))
    let balanced =
      fronts.aware.min { $0.objectives[0] + $0.objectives[1] < $1.objectives[0] + $1.objectives[1] }
      ?? PlacedPoint(all.mesh, mesh)
    placed = (aware, unaware, balanced)
    for (name, placement) in [
      ("mesh", all.mesh), ("optimised", balanced.placement), ("aware", aware.placement), ("unaware", unaware.placement),
    ] {
      let values = all.evaluate(placement) ?? []
      let network = try all.topology(placement)
      let greatest = LinkLoads(network, traffic: all.traffic).statistics.greatest
      let what =
        switch name {
        case "mesh": "the mesh"
        case "optimised": "the search's point with the least loads"
        case "aware": "the coolest crossbars of the search that sees their noise"
        default: "the coolest machine of the search that does not see it"
        }
      row(
        "network.\(name).mean", "mean load of a channel, \(what)", values[0] / 1e3, "kB a layer", search, remark: loads)
      row("network.\(name).deviation", "deviation of the loads", values[1] / 1e3, "kB a layer", search, remark: loads)
      row("network.\(name).greatest", "greatest load", greatest / 1e3, "kB a layer", search, remark: loads)
      row("network.\(name).peak", "hottest place, fast formula", values[2], "K", search)
      let kelvins = all.resistiveTemperatures(placement)
      let mean = kelvins.isEmpty ? 0 : kelvins.reduce(0, +) / Double(kelvins.count)
      row("noise.\(name).temperature", "mean temperature of the crossbars, \(what)", mean, "K", search)
      row(
        "noise.\(name).cell", "relative error of a cell at it", 100 * (values.last ?? 0), "%", search,
        remark: "change of conductance of 0.1 % a kelvin above 300 K, a default, and Johnson noise")
      let configuration = CrossbarProduct.Configuration(machine.resistive.geometry, .differential)
      row(
        "noise.\(name).product", "root mean square error of products of 64 × 64 at it",
        100 * CrossbarWarmth().productError(configuration, kelvins: mean), "%",
        "products of the crossbar macro, 8 bits, differential",
        tag: .measured, remark: "of products, not of a model's answers")
      let result = try HeTraXEstimate(
        workload, tokens: tokens, on: machine, network: network, sequences: sequences)
      row(
        "network.\(name).latency", "an inference by itself", result.latency * 1e3, "ms",
        conditions + ", \(workload.name)")
      row(
        "network.\(name).energy", "energy of an inference", result.joules * 1e3, "mJ", conditions + ", \(workload.name)"
      )
      drawings.append(
        ("placement-\(name).svg", PlacementDrawing("\(machine.name): \(what)", placement, of: machine).svg))
    }
    let tiers = machine.tiers
    func resistivePlace(_ point: PlacedPoint) -> Double {
      Double(point.placement.order.firstIndex { tiers[$0].isResistive } ?? 0)
    }
    row("noise.aware.place", "place of the crossbars' tier, 0 at the sink", resistivePlace(aware), "tier", search)
    row("noise.unaware.place", "the same without the noise", resistivePlace(unaware), "tier", search)
    row("network.front", "points that nothing dominates", Double(fronts.aware.count), "points", search)
    drawings.append(
      (
        "front.svg",
        FrontDrawing(PlacementObjective.allCases.map(\.rawValue), fronts.aware.map(\.objectives), mesh: mesh).svg
      ))
  }

  // MARK: Baselines

  /// The machine with the network that the search found, and its baselines.
  ///
  /// - Throws: ``HeTraXError`` and what a network is refused for.
  public mutating func addBaselines() throws {
    if placed == nil { try addPlacements() }
    guard let placed else { return }
    var bars: [(speed: EvidenceChart.Bar, heat: EvidenceChart.Bar)] = []
    for workload in [HeTraXWorkload.bertBase, .bertLarge] {
      let graph = try HeTraXKernelGraph(workload, tokens: tokens)
      let plan = try ResistivePlan(workload, on: machine)
      let free = try HeTraXEstimate(workload, tokens: tokens, on: machine, sequences: sequences)
      let problem = try PlacementProblem(
        machine, traffic: HeTraXTraffic(graph, plan, on: machine).total, watts: free.watts)
      let network = try problem.topology(placed.balanced.placement)
      let ours = try HeTraXEstimate(
        workload, tokens: tokens, on: machine, network: network, sequences: sequences)
      // The search's order of tiers, for the heat of the cores as they stand.
      let heat = try peak(ours, order: placed.balanced.placement.order)
      var entries: [(id: String, name: String, estimate: HeTraXEstimate, peak: Double)] = [
        ("hetrax", "HeTraX, searched network", ours, heat)
      ]
      for baseline in HeTraXBaseline.allCases {
        let other = baseline.machine(of: machine)
        do {
          let estimate = try HeTraXEstimate(
            workload, tokens: tokens, on: other, network: baseline.network(of: machine), sequences: sequences)
          let (stack, power) = baseline.heat(estimate)
          let field = try ThermalGrid(stack, columns: cells, rows: cells).steady(power)
          entries.append(("\(baseline)", baseline.rawValue, estimate, field.peak))
          if workload == .bertBase {
            drawings.append(
              (
                "heat-\(baseline).svg",
                HeatDrawing("\(baseline.rawValue), \(workload.name)", field, on: stack, power).svg()
              ))
          }
        } catch let error as HeTraXError {
          row(
            "baselines.\(workload.name).\(baseline).missing", "\(baseline.rawValue): not computed", nil, "ms",
            conditions,
            remark: "\(error)")
        }
      }
      for (index, entry) in entries.enumerated() {
        let id = "baselines.\(workload.name).\(entry.id)"
        let place = "\(entry.name), \(workload.name), \(conditions), \(sequences) sequences in flight"
        row("\(id).latency", "an inference by itself", entry.estimate.latency * 1e3, "ms", place)
        row("\(id).interval", "from inference to inference", entry.estimate.interval * 1e3, "ms", place)
        row("\(id).energy", "energy of an inference", entry.estimate.joules * 1e3, "mJ", place)
        row("\(id).edp", "energy times interval", entry.estimate.energyDelay * 1e6, "µJ·s", place)
        row("\(id).peak", "hottest place, grid of cells", entry.peak, "K", place)
        row(
          "\(id).writes", "writes of a cell for an inference, at most", entry.estimate.writesPerCell, "writes", place,
          remark: entry.estimate.machine.count(.streaming) == 0
            ? "keys and values of every input; neither network nor softmax is modelled for this baseline, which flatters it"
            : "")
        // A Pareto set of interval, energy and peak.
        let isBest = !entries.contains { other in
          let (a, b) = (other.estimate, entry.estimate)
          return a.interval <= b.interval && a.joules <= b.joules && other.peak <= entry.peak
            && (a.interval < b.interval || a.joules < b.joules || other.peak < entry.peak)
        }
        row(
          "\(id).pareto", "in the Pareto set of interval, energy and peak temperature", isBest ? 1 : 0, "1 or 0", place)
        if index > 0 {
          row(
            "\(id).speedup", "HeTraX over \(entry.name): inferences a second",
            entry.estimate.interval / ours.interval, paper: 5.6, "times", place,
            remark: "published: at most, over machines that are not these baselines")
          row(
            "\(id).latency-speedup", "the same for an inference by itself", entry.estimate.latency / ours.latency,
            "times",
            place)
          row(
            "\(id).edp-gain", "energy times interval of \(entry.name) over HeTraX",
            entry.estimate.energyDelay / ours.energyDelay, paper: 14.5, "times", place,
            remark: "published: at most, over machines that are not these baselines")
        }
        if workload == .bertBase {
          bars.append(
            (.init(entry.name, entry.estimate.interval * 1e3), .init(entry.name, entry.peak)))
        }
      }
      let ring = TokenShardedMemory(shards: 8)
      row(
        "baselines.\(workload.name).ring", "moving keys and values round a ring of 8 shards of memory",
        ring.joules(workload, tokens: tokens) * 1e3, "mJ",
        "\(workload.name), \(tokens) tokens",
        remark: "TransPIM's published dataflow, movement alone: its arithmetic is not modelled, and nothing of HAIMA is"
      )
    }
    report.charts.append(
      EvidenceChart("interval", "From inference to inference, BERT-base", unit: "ms", bars: bars.map(\.speed)))
    report.charts.append(
      EvidenceChart("peak", "Hottest place, BERT-base", unit: "K", bars: bars.map(\.heat)))
  }

  private mutating func peak(_ estimate: HeTraXEstimate, order: [Int]) throws -> Double {
    let stack = machine.reordered(order).stack
    let power = machine.powerMap(estimate.watts).reordered(order)
    let field = try ThermalGrid(stack, columns: cells, rows: cells).steady(power)
    if !drawings.contains(where: { $0.name == "heat-hetrax.svg" }) {
      drawings.append(
        ("heat-hetrax.svg", HeatDrawing("\(machine.name), \(estimate.workload.name)", field, on: stack, power).svg()))
    }
    return field.peak
  }

  // MARK: Orders and wear

  /// The order of tiers, and how far it depends on the bond layer.
  ///
  /// - Throws: ``HeTraXError`` and what a network is refused for.
  public mutating func addOrders() throws {
    let estimate = try HeTraXEstimate(
      .bertBase, tokens: tokens, on: machine, network: machine.mesh(), sequences: sequences)
    let bonds = [0.25, 1, 4, 20]
    let sweep = try TierOrderSweep(machine, watts: estimate.watts, conductivities: bonds, cells: cells)
    for row in sweep.rows {
      let id = "order.bond\(row.conductivity).place\(row.place)"
      let place =
        "BERT-base, \(conditions), mesh; bond of \(machine.bond.thickness * 1e6) µm at \(row.conductivity) W/mK"
      self.row("\(id).peak", "hottest place, crossbars at tier \(row.place) from the sink", row.peak, "K", place)
      self.row("\(id).crossbars", "hottest of the crossbars", row.resistivePeak, "K", place)
    }
    for bond in bonds {
      let rows = sweep.rows.filter { $0.conductivity == bond }
      let (peaks, own) = (rows.map(\.peak), rows.map(\.resistivePeak))
      let place = "bond of \(machine.bond.thickness * 1e6) µm at \(bond) W/mK"
      row(
        "order.bond\(bond).span", "what the order changes of the hottest place",
        (peaks.max() ?? 0) - (peaks.min() ?? 0), "K", place)
      row(
        "order.bond\(bond).crossbar-span", "what it changes of the crossbars", (own.max() ?? 0) - (own.min() ?? 0), "K",
        place)
    }
    report.charts.append(
      EvidenceChart(
        "order", "Hottest crossbars by their tier (0 at the sink) and the bond's conductivity", unit: "K",
        bars: sweep.rows.map { .init("tier \($0.place), \($0.conductivity) W/mK", $0.resistivePeak) }))
  }

  /// Writes and lifetime.
  ///
  /// - Throws: ``HeTraXError``.
  public mutating func addWear() throws {
    for workload in [HeTraXWorkload.bertBase, .bertLarge] {
      for policy in ResistivePlan.Policy.allCases {
        let plan = try ResistivePlan(workload, on: machine, policy: policy)
        let id = "wear.\(workload.name).\(policy.rawValue)"
        let place =
          "\(workload.name), \(machine.name), \(policy.rawValue): \(plan.resident) layers stay, \(plan.streamed) are written, \(plan.copies) copies"
        row("\(id).most", "writes of a cell for an inference, at most", plan.writes.most, "writes", place)
        row("\(id).mean", "the same, mean of all cells", plan.writes.mean, "writes", place)
        guard plan.streamed > 0 else { continue }
        for endurance in [1e6, 1e9] {
          row(
            "\(id).days\(endurance == 1e6 ? "1e6" : "1e9")", "until the first cells have seen \(endurance) writes",
            plan.lifetime(endurance: endurance, inferencesPerSecond: 100) / 86400, "days",
            place + ", 100 inferences a second")
        }
      }
    }
  }
}
