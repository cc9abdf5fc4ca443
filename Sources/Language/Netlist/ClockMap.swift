/// Which clocks of a module the clocks of an instance in it are.
public struct ClockMap: Hashable, Sendable {
  /// For each clock of the instance's module, the index in the user's ``Definition/clocks``.
  public var clocks: [Int32]
  /// For each clock of the instance's module, what drives its reset at the level of that module; nil for the reset of
  /// the user's clock, inverted where the levels differ.
  public var resets: [NodeID?]
  /// The user's clock to which those ports of the instance belong that have none of the module's; -1 for none.
  public var others: Int32

  /// A map; without `resets` every clock comes with its own reset.
  public init(clocks: [Int32], resets: [NodeID?]? = nil, others: Int32 = 0) {
    self.clocks = clocks
    self.resets = resets ?? Array(repeating: nil, count: clocks.count)
    self.others = others
  }
}

extension Definition {
  /// The map of an instance: one of ``clockMaps``, or the clocks of the same names.
  ///
  /// Nil when the module needs a clock that this one does not have.
  public func clockMap(of instance: Instance, in definitions: [Definition]) -> ClockMap? {
    if instance.clockMap >= 0 { return clockMaps[Int(instance.clockMap)] }
    var clocks: [Int32] = []
    for needed in definitions[Int(instance.definition)].clocks {
      guard let own = self.clocks.firstIndex(where: { $0.provides(needed) }) else { return nil }
      clocks.append(Int32(own))
    }
    return ClockMap(clocks: clocks)
  }
}

extension ClockShape {
  /// Whether the clock and reset ports of an instance may be connected to those of the same names here.
  func provides(_ needed: ClockShape) -> Bool {
    guard clock == needed.clock, edge == needed.edge else { return false }
    return needed.reset == nil
      || reset == needed.reset && resetKind == needed.resetKind && resetPolarity == needed.resetPolarity
  }
}

extension DefinitionCheck {
  /// Records what is wrong with the clocks of `instance`, of which the module has the clocks `needed`.
  mutating func checkClocks(of instance: Instance, _ needed: [ClockShape]) {
    guard instance.clockMap >= 0 else {
      for clock in needed where !definition.clocks.contains(where: { $0.provides(clock) }) {
        fail("instance '\(instance.name)' needs clock '\(clock.clock)', which the module does not have")
      }
      return
    }
    guard definition.clockMaps.indices.contains(Int(instance.clockMap)) else {
      return fail("instance '\(instance.name)' has no map of clocks")
    }
    let map = definition.clockMaps[Int(instance.clockMap)]
    guard map.clocks.count == needed.count, map.resets.count == needed.count else {
      return fail("the map of clocks of instance '\(instance.name)' has another number of clocks")
    }
    for (index, clock) in needed.enumerated() {
      guard definition.clocks.indices.contains(Int(map.clocks[index])) else {
        fail("clock '\(clock.clock)' of instance '\(instance.name)' is no clock of the module")
        continue
      }
      let own = definition.clocks[Int(map.clocks[index])]
      if own.edge != clock.edge { fail("clock '\(clock.clock)' of instance '\(instance.name)' has another edge") }
      if let reset = map.resets[index] {
        expect(reset, width: 1, signed: nil, what: "reset of '\(instance.name)'")
      } else if clock.reset != nil, own.reset == nil {
        fail("instance '\(instance.name)' needs a reset with clock '\(own.clock)', which has none")
      }
    }
  }
}
