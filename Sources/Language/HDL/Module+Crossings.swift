import Netlist

extension Module {
  /// One bit of any clock, or of none, as the current domain sees it: a chain of registers called `<name>_1`, …
  ///
  /// The first register may become metastable and has a clock to settle for each further one. `value` should come
  /// straight from a register: logic before a synchronizer makes glitches, which it may take for values. A pulse must
  /// last longer than a clock of this domain to be seen; for shorter ones there is `PulseSynchronizer`.
  ///
  /// The registers carry `ASYNC_REG`, by which tools place them together and leave them as they are.
  ///
  /// - Parameters:
  ///   - name: Stem of the registers' names.
  ///   - value: What crosses.
  ///   - stages: Registers, at least 2 for a signal of another clock.
  ///   - reset: Value of every register in reset, a literal; without it they are not reset.
  ///   - initial: Value at power-up, a literal.
  ///   - file: The caller's file, for messages.
  ///   - line: The caller's line, for messages.
  /// - Returns: The value, `stages` clocks of this domain later.
  public func synchronizer(
    _ name: String, _ value: Bit, stages: Int = 2, reset: Bit? = nil, initial: Bit? = nil,
    file: StaticString = #fileID, line: Int = #line
  ) -> Bit {
    crossing(name, value, stages, reset, initial, file, line)
  }

  /// A vector of another clock of which at most one bit changes at a time, as in a Gray counter.
  ///
  /// Any other vector would be seen in values that it never had; hold it still and use ``captured(_:_:when:reset:file:line:)``
  /// with a handshake, or a component such as `BusSynchronizer` or `AsynchronousFIFO`.
  /// Parameters and result are those of ``synchronizer(_:_:stages:reset:initial:file:line:)``.
  public func graySynchronizer<T: VectorSignal>(
    _ name: String, _ value: T, stages: Int = 2, reset: T? = nil, initial: T? = nil,
    file: StaticString = #fileID, line: Int = #line
  ) -> T {
    crossing(name, value, stages, reset, initial, file, line)
  }

  private static let mostStages = 64

  private func crossing<T: Signal>(
    _ name: String, _ value: T, _ stages: Int, _ reset: T?, _ initial: T?, _ file: StaticString, _ line: Int
  ) -> T {
    let place = place(file, line)
    guard
      check(
        (1...Self.mostStages).contains(stages), .badDomain, "synchronizer '\(name)' of \(stages) stages",
        fix: stages < 1 ? "use at least 2 stages" : "use at most \(Self.mostStages) stages", at: place)
    else { return .refused(width: value.width) }
    var value = value
    for stage in 1...stages {
      value = marked(.synchronizer) {
        register("\(name)_\(stage)", value, reset: reset, initial: initial, file: file, line: line)
      }
    }
    return value
  }

  /// A register that takes a value of another clock while `enable` is 1.
  ///
  /// The caller promises that `value` does not change within a clock of this domain before and after an edge at which
  /// `enable` is 1: the two sides of a handshake see to that. Nothing checks it.
  public func captured<T: HardwareValue>(
    _ name: String, _ value: T, when enable: Bit, reset: T? = nil, file: StaticString = #fileID, line: Int = #line
  ) -> T {
    marked(.captured) { register(name, value, when: enable, reset: reset, file: file, line: line) }
  }

  /// Marks the register that `body` makes, if it makes one.
  private func marked<T>(_ crossing: NetlistRegister.Crossing, _ body: () -> T) -> T {
    let count = definition.registers.count
    let result = body()
    for index in count..<definition.registers.count { definition.registers[index].crossing = crossing }
    return result
  }
}
