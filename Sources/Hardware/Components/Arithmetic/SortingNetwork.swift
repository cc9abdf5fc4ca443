import HDL

/// Sorts a list of unsigned numbers by a fixed network of comparators, the least one first.
public struct SortingNetwork: WidthConfigurable, FixedLatencyGenerator {
  /// Which comparators.
  public enum Network: String, Hashable, Sendable, CaseIterable {
    /// Batcher's odd-even merge sort: fewest comparators of the two.
    case oddEvenMerge
    /// Batcher's bitonic sort, in the form whose comparators all point one way.
    case bitonic
  }

  public var count = 4
  public var width = 4
  public var network = Network.oddEvenMerge
  public var isPipelined = false

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("count", \.count, in: 1...256, "Length of the list"),
    .integer("width", \.width, in: 1...1024, "Bits of a number"),
    .choice("network", \.network, "Which comparators"),
    .flag("isPipelined", \.isPipelined, "Whether a register stands behind every level of comparators"),
  ]

  public struct Ports {
    public let value: [Input<UInt>]
    public let sorted: [Output<UInt>]
  }

  public var ports: Ports {
    Ports(
      value: (0..<max(0, count)).map { _ in .init(width, "The numbers") },
      sorted: (0..<max(0, count)).map { _ in .init(width, "The numbers in order") })
  }

  public var documentation: String {
    let levels = network.levels(count)
    return "Sorts \(count) numbers with \(levels.joined().count) comparators on \(levels.count) levels, "
      + (isPipelined ? "a clock each." : "combinational.")
  }

  /// Clock edges from a list to the same list in order.
  public var latency: Int { isPipelined ? network.levels(count).count : 0 }

  public func build(_ io: Interior<Ports>, in m: Module) {
    var values = io.value
    for (number, level) in network.levels(count).enumerated() {
      for (low, high) in level {
        let pair = UInt.sorted(values[low], values[high])
        values[low] = pair.low.named("smaller_\(number)_\(low)")
        values[high] = pair.high.named("greater_\(number)_\(low)")
      }
      if isPipelined { values = values.enumerated().map { m.register("value_\(number)_\($0)", $1) } }
    }
    io.sorted <== values
  }
}

extension SortingNetwork.Network {
  /// The comparators, level by level: each puts the smaller of two elements at `low` and the other at `high`.
  ///
  /// Made for the next power of two; a comparator with an element past the end would compare with what is greater than
  /// all numbers and change nothing, so it is left out.
  public func levels(_ count: Int) -> [[(low: Int, high: Int)]] {
    var size = 1
    while size < count { size *= 2 }
    let levels = self == .bitonic ? bitonic(size) : oddEvenMerge(size)
    return levels.map { $0.filter { $0.high < count } }.filter { !$0.isEmpty }
  }

  private func bitonic(_ size: Int) -> [[(low: Int, high: Int)]] {
    var levels: [[(low: Int, high: Int)]] = []
    for run in powers(upTo: size) {
      // The first level of a merge compares from both ends inwards, which turns the second half round.
      levels.append((0..<size).filter { $0 & (run / 2) == 0 }.map { ($0, $0 ^ (run - 1)) })
      for distance in powers(upTo: run / 2).reversed() {
        levels.append((0..<size).filter { $0 & (distance / 2) == 0 }.map { ($0, $0 + distance / 2) })
      }
    }
    return levels
  }

  private func oddEvenMerge(_ size: Int) -> [[(low: Int, high: Int)]] {
    var levels: [[(low: Int, high: Int)]] = []
    for run in powers(upTo: size) {
      for distance in powers(upTo: run).reversed().map({ $0 / 2 }) {
        // The first level of a merge takes all pairs; the others those inside a run and not at its edges.
        let isFirst = distance == run / 2
        let start = isFirst ? 0 : distance
        let pairs = stride(from: start, to: size - distance, by: 2 * distance).flatMap { base in
          (base..<min(base + distance, size - distance)).filter { $0 / run == ($0 + distance) / run }
            .map { (low: $0, high: $0 + distance) }
        }
        levels.append(pairs)
      }
    }
    return levels
  }

  /// 2, 4, … up to `limit`.
  private func powers(upTo limit: Int) -> [Int] {
    (1..<Int.bitWidth - 1).map { 1 << $0 }.prefix { $0 <= limit }.map { $0 }
  }
}
