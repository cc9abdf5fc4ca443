import Components
import Testbench

extension CoverageModel {
  /// Points for something that holds up to `capacity` items between two streams: how many are inside, and what both sides
  /// want then, such as writing when it is full.
  ///
  /// - Parameters:
  ///   - latency: The least number of clocks from taking an item to giving it; 0 where it may pass through, and nil where
  ///     clocks that are unrelated decide it.
  mutating func addQueue(
    from input: String = "push", to output: String = "pop", capacity: Int, latency: Int?
  ) throws(CoverageError) {
    var bins: [CoverBin] = [.value("empty", 0)]
    if capacity > 2 { bins.append(.value("one", 1)) }
    if capacity > 4 { bins.append(.range("some", 2...capacity - 2)) }
    if capacity > 1 { bins.append(.value("one place left", capacity - 1)) }
    bins += [.value("full", capacity), .illegal("more than full", capacity + 1...Int.max)]
    try point("occupancy", over: try occupancy(from: input, to: output), bins)
    try cross("occupancy × \(input) × \(output)", ["occupancy", "\(input) producer", "\(output) consumer"])
    guard let latency else { return }
    try point(
      "latency", over: try self.latency(from: input, to: output),
      (latency > 0 ? [.illegal("too soon", 0...latency - 1)] : [])
        + [.value(latency == 0 ? "through" : "least", latency), .range("longer", latency + 1...Int.max)])
  }

  /// Excludes bins at 1 of bits that are never 1.
  mutating func excludeBits(_ name: String, _ bits: some Sequence<Int>, because reason: String) throws(CoverageError) {
    try exclude("\(name) bits", bits.map { "bit \($0) at 1" }, because: reason)
  }

  /// Excludes transactions in neighbouring clocks.
  mutating func excludeBackToBack(_ streams: [String], because reason: String) throws(CoverageError) {
    for stream in streams { try exclude("\(stream) flow", ["back to back"], because: reason) }
  }

  /// Excludes transactions that are offered and not taken.
  mutating func excludeStalls(_ streams: [String], because reason: String) throws(CoverageError) {
    for stream in streams { try exclude("\(stream) flow", ["stalled"], because: reason) }
  }

  /// Adds a point for the values of a port or field, and gives its name back for a cross.
  @discardableResult
  mutating func addPoint(
    _ name: String, over variable: CoverVariable, _ bins: [CoverBin]
  ) throws(CoverageError) -> String {
    try point(name, over: variable, bins)
    return name
  }
}

extension [CoverBin] {
  /// Bins for the sign of a number.
  static let signs: [CoverBin] = [
    .range("negative", Int.min ... -1), .value("zero", 0), .range("positive", 1...Int.max),
  ]
  /// Bins for a bit.
  static let bit: [CoverBin] = [.value("0", 0), .value("1", 1)]
}

extension CoverageModel {
  /// Bits of a port.
  func width(_ port: String) -> Int { interface.ports.first { $0.name == port }?.width ?? 0 }
}
