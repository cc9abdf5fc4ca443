extension CoverageDatabase {
  /// A page that stands by itself.
  public func html() -> String { "" }
}
