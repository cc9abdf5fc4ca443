import HDL

/// All sums of the first terms of a list: `sum[i]` = `term[0]` + … + `term[i]`, in one clock.
public struct PrefixSum: DefaultConfigurable, FixedLatencyGenerator {
  /// Number of terms.
  public var count: Int
  /// Bits of a term.
  public var width: Int
  /// The network of adders.
  public var network: PrefixNetwork

  /// Sums of `count` terms of `width` bits.
  public init(count: Int = 8, width: Int = 4, network: PrefixNetwork = .koggeStone) {
    self.count = count
    self.width = width
    self.network = network
  }

  /// The default configuration.
  public init() { self.init(count: 8) }

  /// Terms and sums.
  public struct Ports {
    public let term: [Input<UInt>]
    public let sum: [Output<UInt>]
  }

  /// Bits of a sum: enough for the greatest.
  public var sumWidth: Int { width + bits(for: max(1, count - 1)) * (count > 1 ? 1 : 0) }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      term: (0..<max(0, count)).map { _ in .init(width, "The terms, unsigned") },
      sum: (0..<max(0, count)).map { _ in .init(sumWidth, "The exact sums") })
  }

  /// What stands above the emitted module.
  public var documentation: String {
    "Sums of the first 1 to \(count) terms, by a \(network.rawValue) network of adders. Combinational."
  }

  /// Sums follow terms within the clock.
  public var latency: Int { 0 }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("count", count, in: 1...1024)
    parameters.require("width", width, in: 1...1024)
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let sums = prefixes(io.term.map { $0.extended(to: sumWidth) }, network) { $0 &+ $1 }
    io.sum <== sums
  }
}
