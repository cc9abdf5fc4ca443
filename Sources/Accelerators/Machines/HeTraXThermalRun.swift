import HeTraX

/// The closed loop around the hardware: what a run counts gives its heat, the heat the temperature of each core of crossbars, and the
/// temperature the errors of the next run, until the temperatures stay.
///
/// Golden machine and hardware get the same codes in each run, and every run is compared in every byte. Since nothing that is counted
/// depends on what cells hold, two runs are enough; more say that something is wrong.
public struct HeTraXThermalRun: Sendable {
  /// The run, at the temperatures to begin with.
  public var run: HeTraXRun
  /// Whether temperatures follow from the run; otherwise it is done once.
  public var isClosed = true
  /// Runs at most.
  public var mostRuns = 8

  /// A loop around a run.
  public init(_ run: HeTraXRun) { self.run = run }

  /// What was found.
  public struct Result: Sendable {
    /// The last run and its outcome.
    public let run: HeTraXRun
    /// Its outcome.
    public let outcome: HeTraXOutcome
    /// The codes of each run.
    public let codes: [[UInt8]]
    /// Watts and kelvins of each core, tier by tier; empty where a run was wrong.
    public let watts, kelvins: [Double]
    /// Whether the last run was at the temperatures that follow from it.
    public let isSettled: Bool
  }

  /// Runs until the temperatures stay, or a run is wrong.
  ///
  /// - Throws: ``MachineError``, ``HeTraX/HeTraXError``, and what the engine says.
  public func settle(on target: HeTraXRun.Target) throws -> Result {
    let heat = RunHeat(run.program.sizes)
    var run = run
    var codes: [[UInt8]] = []
    while true {
      let outcome = try run.run(on: target)
      codes.append(run.golden.temperatures)
      guard outcome.isExact else {
        return Result(run: run, outcome: outcome, codes: codes, watts: [], kelvins: [], isSettled: false)
      }
      let watts = heat.watts(outcome.activity)
      let next = try heat.codes(watts)
      let isSettled = next == run.golden.temperatures
      if !isClosed || isSettled || codes.count == mostRuns {
        return Result(
          run: run, outcome: outcome, codes: codes, watts: watts, kelvins: try heat.kelvins(watts),
          isSettled: isSettled)
      }
      run = try run.at(next)
    }
  }
}

extension HeTraXRun {
  /// The same run at other temperatures.
  ///
  /// - Throws: ``HeTraX/HeTraXError``.
  public func at(_ temperatures: [UInt8]) throws(HeTraXError) -> HeTraXRun {
    var other = try HeTraXRun(program, temperatures: temperatures)
    (other.latency, other.stalls, other.seed) = (latency, stalls, seed)
    (other.progress, other.isCancelled) = (progress, isCancelled)
    return other
  }

  /// The same run with a memory of another latency, and stalls.
  public func with(latency: Int, stalls: Double) -> HeTraXRun {
    var other = self
    (other.latency, other.stalls) = (latency, stalls)
    return other
  }
}

extension HeTraXOutcome {
  /// What each core did in the inference, from the counters of the hardware.
  public var activity: RunHeat.Activity {
    func count(_ name: String) -> Int { counters[name] ?? 0 }
    let s = sizes.streaming
    // Each word meets a block of tokens, of which the last one may be smaller.
    let attention = (count("scoreWords") + count("valueWords")) * s.busBytes * s.block
    let busy = (0..<sizes.streamingCores).map { count("busy\(sizes.number(of: .attention($0)))") }
    let all = max(1, busy.reduce(0, +))
    let multiplications = (0..<sizes.streamingCores).map { core in
      count("vectors\(sizes.number(of: .matrix(core)))") * s.crossbar.geometry.rows * s.crossbar.outputs + attention
        * busy[core] / all
    }
    func crossbars(_ name: String) -> [Int] {
      (0..<sizes.resistiveCores).map { count("\(name)\(sizes.number(of: .crossbars($0)))") }
    }
    return RunHeat.Activity(
      multiplications: multiplications, vectors: crossbars("vectors"), rowWrites: crossbars("rows"),
      flits: sizes.machine.cores.indices.map { count("flits\($0)") }, cycles: cycles)
  }

  /// Mean writes of a cell of the crossbars in an inference, core by core, from the counters of the hardware.
  public var wear: [Double] {
    let c = sizes.resistive.crossbar
    let rows = Double(sizes.resistive.unitsPerEngine * c.encoding.crossbars * c.geometry.rows)
    return (0..<sizes.resistiveCores).map {
      // A row of each crossbar of a unit is written at a time.
      Double(counters["rows\(sizes.number(of: .crossbars($0)))"] ?? 0) / rows
    }
  }
}
