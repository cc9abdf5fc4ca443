/// Bytes between cores in each phase of a layer: f of the objectives, and what a network is simulated with.
///
/// Tokens are shared among the multiprocessors, heads and output columns too; the columns of both feed-forward matrices are shared among
/// the cores of crossbars. A weight of attention leaves memory once. Activations are bytes.
public struct HeTraXTraffic: Hashable, Sendable {
  /// A phase, in the order of a layer.
  public enum Phase: String, Hashable, Sendable, CaseIterable {
    /// Weights of attention from memory to the multiprocessors.
    case weights
    /// Rows of the layer's input to all multiprocessors, for K1.
    case inputs
    /// Keys and values among the multiprocessors that share a head.
    case keys
    /// Contexts to all multiprocessors, for K4.
    case contexts
    /// Columns of the projection back to the owners of the rows, for the normalisation.
    case rows
    /// Rows to all cores of crossbars, for FF1.
    case hidden
    /// Outputs of FF1 among the cores of crossbars, for FF2.
    case inner
    /// Outputs of FF2 to the owners of the rows.
    case outputs
    /// Weights that are written into crossbars.
    case rewrite
  }

  /// Cores.
  public let count: Int
  /// Bytes from core to core, row by row by the sender, for each phase.
  public let phases: [Phase: [Double]]

  /// The traffic of a layer.
  public init(_ graph: HeTraXKernelGraph, _ plan: ResistivePlan?, on machine: HeTraXMachine) {
    let cores = machine.cores
    let count = cores.count
    func places(_ kind: HeTraXCore) -> [Int] { cores.indices.filter { cores[$0] == kind } }
    let (sm, mc, reram) = (places(.streaming), places(.memory), places(.resistive))
    let (w, n) = (graph.workload, Double(graph.tokens))
    let (d, inner) = (Double(w.features), Double(w.inner))
    var phases: [Phase: [Double]] = [:]
    func spread(_ phase: Phase, _ from: [Int], _ to: [Int], _ bytes: Double) {
      // The bytes go in equal parts from each core of one group to each of the other, and none to itself.
      let pairs = from.flatMap { a in to.filter { $0 != a }.map { (a, $0) } }
      guard bytes > 0, !pairs.isEmpty else { return }
      var matrix = phases[phase] ?? [Double](repeating: 0, count: count * count)
      for (a, b) in pairs { matrix[a * count + b] += bytes / Double(pairs.count) }
      phases[phase] = matrix
    }
    let (s, r) = (Double(sm.count), Double(reram.count))
    spread(.weights, mc, sm, Double(w.attentionWeights))
    spread(.inputs, sm, sm, n * d * (s - 1))
    spread(.contexts, sm, sm, n * d * (s - 1))
    spread(.rows, sm, sm, n * d * (s - 1) / s)
    // Multiprocessor i does the i-th equal part of the heads laid end to end; those that share a head of keys and values make
    // equal parts of it and exchange them.
    let headBytes = 2 * n * d / Double(w.heads)
    for head in 0..<w.keyHeads {
      let first = head * sm.count / w.keyHeads
      let last = ((head + 1) * sm.count + w.keyHeads - 1) / w.keyHeads
      let group = Array(sm[min(first, sm.count)..<min(last, sm.count)])
      if group.count > 1 { spread(.keys, group, group, headBytes * Double(group.count - 1)) }
    }
    spread(.hidden, sm, reram, n * d * r)
    spread(.inner, reram, reram, n * inner * (r - 1))
    spread(.outputs, reram, sm, n * d)
    if let plan {
      spread(
        .rewrite, mc, reram, Double(w.feedForwardWeights) * Double(plan.streamed * plan.copies) / Double(w.layers))
    }
    (self.count, self.phases) = (count, phases)
  }

  /// Traffic that is given.
  public init(count: Int, phases: [Phase: [Double]]) { (self.count, self.phases) = (count, phases) }

  /// Bytes of a phase.
  public func bytes(_ phase: Phase) -> Double { phases[phase]?.reduce(0, +) ?? 0 }

  /// Bytes of all phases, row by row by the sender.
  public var total: [Double] {
    var sum = [Double](repeating: 0, count: count * count)
    for phase in Phase.allCases {
      guard let matrix = phases[phase] else { continue }
      for index in sum.indices { sum[index] += matrix[index] }
    }
    return sum
  }
}
