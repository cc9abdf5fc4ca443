import Engine

extension Engine {
  /// The value of a port by its name, which must be one.
  public subscript(name: String) -> Int {
    get { Int(pin(name)!.unsigned) }
    set { pin(name)!.unsigned = UInt64(newValue) }
  }
}
