import Foundation

/// Depths that keep the throughput, and the runs that show it.
public struct SizingReport: Hashable, Sendable, Codable {
  /// A parameter that is a depth.
  public struct Parameter: Hashable, Sendable, Codable {
    /// The run with the next smaller depth.
    public struct Below: Hashable, Sendable, Codable {
      /// The depth.
      public var depth: Int
      /// Its cycles; nil where the run was not right.
      public var cycles: UInt64?
      /// Why it was not.
      public var problem: String?
    }

    /// Its name.
    public var name: String
    /// The value that the user has.
    public var before: Int
    /// The value that is proposed.
    public var proposed: Int
    /// What the next smaller one costs; nil where there is none.
    public var below: Below?
  }

  /// What was sized.
  public var design: String
  /// What ran.
  public var work: String
  /// Percent by which cycles may be more than with ample depths.
  public var tolerance: Double
  /// How full the FIFOs were with the depths that the user has.
  public var queues: [QueueUse]
  /// The proposals.
  public var parameters: [Parameter]
  /// Cycles with the depths that the user has.
  public var cycles: UInt64
  /// Cycles with ample depths.
  public var ampleCycles: UInt64
  /// Cycles of the last run, with the depths that are proposed; every bit was right.
  public var provenCycles: UInt64
  /// How full the FIFOs were then.
  public var provenQueues: [QueueUse]
  /// All runs before the last one, in their order.
  public var trials: [SizingTrial]

  /// The report for a person.
  public var text: String {
    var lines = ["design     \(design)", "work       \(work)", ""]
    let shown = queues.filter { $0.parameter != nil || $0.fullCycles > 0 }
    lines += table(
      ["fifo", "depth", "most", "mean", "full", "parameter"],
      shown.map {
        [
          $0.queue.isEmpty ? "the design itself" : $0.queue, "\($0.depth)", "\($0.maximum)",
          String(format: "%.2f", $0.mean),
          String(format: "%.1f %%", 100 * Double($0.fullCycles) / Double(max(1, $0.cycles))), $0.parameter ?? "fixed",
        ]
      })
    if shown.count < queues.count {
      lines.append("and \(queues.count - shown.count) of fixed depth that were never full")
    }
    lines.append("")
    lines += table(
      ["parameter", "now", "proposed", "next smaller"],
      parameters.map { parameter in
        [
          parameter.name, "\(parameter.before)", "\(parameter.proposed)",
          parameter.below.map { below in
            "\(below.depth): " + (below.cycles.map { "\($0) cycles, \(more($0))" } ?? below.problem ?? "not tried")
          } ?? "none",
        ]
      })
    lines += [
      "",
      "cycles     \(cycles) now, \(ampleCycles) with ample depths, \(provenCycles) proven with the proposal "
        + "(\(more(provenCycles)); \(tolerance) % allowed)",
      "runs       \(trials.count + 1), every one compared with the golden model; the last one is the proof",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private func more(_ cycles: UInt64) -> String {
    let percent = 100 * (Double(cycles) / Double(max(1, ampleCycles)) - 1)
    return String(format: "%+.1f %%", percent)
  }

  private func table(_ head: [String], _ rows: [[String]]) -> [String] {
    let widths = head.indices.map { column in ([head] + rows).map { $0[column].count }.max() ?? 0 }
    return ([head] + rows).map { row in
      zip(row, widths).enumerated().map { index, cell in
        index == row.count - 1 ? cell.0 : cell.0 + String(repeating: " ", count: cell.1 - cell.0.count + 2)
      }.joined()
    }
  }
}
