import Foundation

/// What a run did at one site.
public struct SiteReport: Hashable, Sendable, CustomStringConvertible {
  /// The site.
  public let site: Graph.Site
  /// The number of values.
  public var count = 0
  /// The least and the greatest value before quantisation.
  public var minimum = Float.infinity
  /// The greatest value before quantisation.
  public var maximum = -Float.infinity
  /// How many were beyond the codes, and clipped.
  public var saturated = 0
  /// How many have the code of zero.
  public var zeros = 0
  /// How many sums were outside int32, or became infinite in bfloat16.
  public var overflowed = 0
  /// The energy of the binary32 model's values, and of the difference to what the codes stand for.
  public var energy = 0.0
  /// The energy of the difference between the codes' values and the binary32 model's.
  public var noise = 0.0

  init(_ site: Graph.Site) { self.site = site }

  /// Signal to quantisation noise, in decibels; nil without a reference.
  public var signalToNoise: Double? { energy > 0 ? 10 * log10(energy / noise) : nil }

  /// A line of a table.
  public var description: String {
    let ratio = signalToNoise.map { String(format: "%.1f dB", $0) } ?? "no reference"
    return "\(site): \(count) values, \(minimum) to \(maximum), \(ratio), \(saturated) saturated, \(zeros) zero, "
      + "\(overflowed) overflowed"
  }
}
