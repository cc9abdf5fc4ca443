import HDL

/// All sums of the first terms of a list: `sum[i]` = `term[0]` + … + `term[i]`, in one clock.
public struct PrefixSum: WidthConfigurable, FixedLatencyGenerator {
  public var count = 8
  public var width = 4
  public var network = PrefixNetwork.koggeStone

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("count", \.count, in: 1...1024, "Number of terms"),
    .integer("width", \.width, in: 1...1024, "Bits of a term"),
    .choice("network", \.network, "The network of adders"),
  ]

  public struct Ports {
    public let term: [Input<UInt>]
    public let sum: [Output<UInt>]
  }

  /// Bits of a sum: enough for the greatest.
  public var sumWidth: Int { width + bits(for: max(1, count - 1)) * (count > 1 ? 1 : 0) }

  public var ports: Ports {
    Ports(
      term: (0..<max(0, count)).map { _ in .init(width, "The terms, unsigned") },
      sum: (0..<max(0, count)).map { _ in .init(sumWidth, "The exact sums") })
  }

  public var documentation: String {
    "Sums of the first 1 to \(count) terms, by a \(network.rawValue) network of adders. Combinational."
  }

  /// Sums follow terms within the clock.
  public var latency: Int { 0 }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let sums = prefixes(io.term.map { $0.extended(to: sumWidth) }, network) { $0 &+ $1 }
    io.sum <== sums
  }
}
