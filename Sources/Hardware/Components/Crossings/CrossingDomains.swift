import HDL

extension ClockDomain {
  /// The side of a crossing from which values come.
  public static let source = ClockDomain("source")
  /// The side of a crossing to which values go.
  public static let destination = ClockDomain("destination")
}
