import HDL

extension Module {
  /// `value` as it was `cycles` clock edges ago: a chain of registers called `<name>_1`, `<name>_2`, …, those of a
  /// bundle `<name>_1_<field>`.
  ///
  /// - Parameters:
  ///   - name: Stem of the registers' names.
  ///   - value: What enters the chain.
  ///   - cycles: Number of registers, up to 65536; with 0 the value itself comes back.
  ///   - reset: Value of every register in reset, a literal; without it the chain is not reset.
  ///   - file: The caller's file, for messages.
  ///   - line: The caller's line, for messages.
  public func delayed<T: HardwareValue>(
    _ name: String, _ value: T, by cycles: Int, reset: T? = nil, file: StaticString = #fileID, line: Int = #line
  ) -> T {
    guard
      require(
        (0...65536).contains(cycles), "'\(name)' is delayed by \(cycles) cycles", fix: "use 0 to 65536 cycles",
        file: file, line: line)
    else { return value }
    var value = value
    for stage in 0..<cycles {
      value = register("\(name)_\(stage + 1)", value, reset: reset, file: file, line: line)
    }
    return value
  }
}
