/// Looks for the smallest depths with which a design takes no more cycles than with ample ones.
///
/// FIFOs that were full at some time are made deeper as long as that makes the work shorter. From there each parameter in
/// turn is made smaller by bisection, the others as they were found. The depths that come out run once more: the proof.
struct DepthSearch {
  let design: SizedDesign
  /// Percent by which cycles may be more than with ample depths.
  let tolerance: Double
  /// Told of each run before it begins.
  var progress: ([String: Int]) -> Void = { _ in }
  /// Asked before each run; true ends the search.
  var isCancelled: () -> Bool = { false }
  private var trials: [SizingTrial] = []

  init(_ design: SizedDesign, tolerance: Double) { (self.design, self.tolerance) = (design, tolerance) }

  /// Searches.
  ///
  /// - Throws: ``SizingError``, and what the design throws.
  mutating func report() throws -> SizingReport {
    let start = Dictionary(uniqueKeysWithValues: design.depths.map { ($0.name, $0.value) })
    let before = try trial(start)
    guard let cycles = before.cycles else {
      throw SizingError.startFails(design.name, before.problem ?? "no cycles were counted")
    }
    let ample = try deepened(before, cycles)
    let allowed = UInt64((Double(ample.cycles) * (1 + tolerance / 100)).rounded(.down))
    var depths = ample.depths
    for depth in design.depths { try shrink(depth, in: &depths, within: allowed) }
    let proof = try fresh(depths)
    guard let proven = proof.cycles, proven <= allowed, proven == trials.first(where: { $0.depths == depths })?.cycles
    else { throw SizingError.notRepeated(design.name, proof.problem) }
    var uses = before.queues
    for index in uses.indices {
      uses[index].parameter = design.depths.first { $0.queues.contains(uses[index].queue) }?.name
    }
    return SizingReport(
      design: design.name, work: design.work, tolerance: tolerance, queues: uses,
      parameters: design.depths.map { depth in
        SizingReport.Parameter(
          name: depth.name, before: depth.value, proposed: depths[depth.name] ?? depth.value,
          below: below(depth, depths).map {
            .init(depth: $0.depth, cycles: $0.trial?.cycles, problem: $0.trial?.problem)
          })
      },
      cycles: cycles, ampleCycles: ample.cycles, provenCycles: proven, provenQueues: proof.queues, trials: trials)
  }

  /// Doubles the depths of FIFOs that were full while that makes the work shorter by more than the tolerance.
  private mutating func deepened(
    _ first: SizingTrial, _ cycles: UInt64
  ) throws -> (depths: [String: Int], cycles: UInt64) {
    var (best, least) = (first, cycles)
    for depth in design.depths {
      while best.queues.contains(where: { depth.queues.contains($0.queue) && $0.fullCycles > 0 }) {
        let value = best.depths[depth.name] ?? depth.value
        guard let deeper = depth.candidates.first(where: { $0 >= 2 * value }) else { break }
        let next = try trial(best.depths.merging([depth.name: deeper]) { $1 })
        guard let taken = next.cycles, Double(taken) < Double(least) * (1 - tolerance / 100) else { break }
        (best, least) = (next, taken)
      }
    }
    return (best.depths, least)
  }

  /// Bisects: the smallest value that was found good stands in `depths` behind it, and the one below it was tried.
  private mutating func shrink(_ depth: SizedDesign.Depth, in depths: inout [String: Int], within cycles: UInt64) throws
  {
    let values = depth.candidates
    guard let start = values.firstIndex(of: depths[depth.name] ?? depth.value) else { return }
    var (low, high) = (0, start)
    func isGood(_ index: Int, _ search: inout DepthSearch) throws -> Bool {
      let result = try search.trial(depths.merging([depth.name: values[index]]) { $1 })
      return result.cycles.map { $0 <= cycles } ?? false
    }
    // One word more than there ever were is enough, as a rule.
    let most = trials.last { $0.depths == depths }?.queues.filter { depth.queues.contains($0.queue) }.map(\.maximum)
      .max()
    if let most, let guess = values.firstIndex(where: { $0 > most }), guess < high {
      if try isGood(guess, &self) { high = guess } else { low = guess + 1 }
    }
    while low < high {
      let middle = (low + high) / 2
      if try isGood(middle, &self) { high = middle } else { low = middle + 1 }
    }
    depths[depth.name] = values[high]
  }

  /// The next smaller value of a parameter beside the depths that were chosen, and its run.
  private func below(
    _ depth: SizedDesign.Depth, _ depths: [String: Int]
  ) -> (depth: Int, trial: SizingTrial?)? {
    guard let smaller = depth.candidates.last(where: { $0 < depths[depth.name] ?? depth.value }) else { return nil }
    return (smaller, trials.last { $0.depths[depth.name] == smaller })
  }

  /// A run that may have been made before.
  private mutating func trial(_ depths: [String: Int]) throws -> SizingTrial {
    if let known = trials.first(where: { $0.depths == depths }) { return known }
    let made = try fresh(depths)
    trials.append(made)
    return made
  }

  private func fresh(_ depths: [String: Int]) throws -> SizingTrial {
    if isCancelled() { throw CancellationError() }
    progress(depths)
    return try design.run(depths)
  }
}
