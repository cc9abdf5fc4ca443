import CLanes
import Netlist

/// An assertion of a module that a model checks.
struct AssertionCheck {
  var definition: Int
  /// Number in ``Definition/assertions``.
  var assertion: Int
  /// Where the number of lanes is counted in which a cover held.
  var count: Address?
}

extension Lowering {
  /// The assertions of a module that are checked.
  func checked(_ definition: Int) -> [Assertion] { tree.definitions[definition].assertions }

  /// Storage for failures and counts, which outlives a program.
  func makeCheckState() {
    for (index, _) in tree.definitions.enumerated() where tree.laneCounts[index] > 0 {
      for (number, assertion) in checked(index).enumerated() {
        var check = AssertionCheck(definition: index, assertion: number)
        if assertion.kind == .cover {
          check.count = draft.block(8)
          stateBlocks.append((check.count!.block, 8))
        } else if failureAddress == nil {
          failureAddress = draft.block(16)
          stateBlocks.append((failureAddress!.block, 16))
        }
        checks.append(check)
      }
    }
  }

  /// Checks everything before the clock edge changes anything.
  func makeChecks() {
    for (number, check) in checks.enumerated() {
      let assertion = tree.definitions[check.definition].assertions[check.assertion]
      let lanes = allLanes(check.definition)
      typealias Layout = MemoryLayout<systole_statement>
      var statement = systole_statement()
      statement.lanes = UInt64(lanes.list.count)
      statement.number = UInt64(number + 1)
      func source(_ node: NodeID) -> Address { operand(check.definition, node.index, lanes, as: .bits64).address }
      var pointers: [(offset: Int, target: Address)] = [
        (Layout.offset(of: \.condition)!, source(assertion.condition))
      ]
      if let enable = assertion.enable { pointers.append((Layout.offset(of: \.enable)!, source(enable))) }
      let clock = clock(assertion.clock, of: check.definition)
      if tree.definitions[check.definition].clocks[Int(assertion.clock)].reset != nil,
        tree.derivedResets[check.definition][Int(assertion.clock)] == nil, let pin = resetPins[clock]
      {
        pointers.append((Layout.offset(of: \.reset)!, pin))
        statement.reset_level = tree.definitions[tree.top].clocks[clock].resetPolarity == .activeHigh ? 1 : 0
      }
      if let count = check.count {
        pointers.append((Layout.offset(of: \.count)!, count))
      } else if let failureAddress {
        pointers.append((Layout.offset(of: \.failure)!, failureAddress))
      }
      let descriptor = draft.block(Layout.size, initial: bytes(of: statement), pointers: pointers)
      if tree.definitions[tree.top].clocks.count > 1 {
        code.append(Draft(systole_skip_clock, count: 1, shift: clock))
      }
      code.append(Draft(systole_check, a: descriptor))
    }
  }
}

extension NativeModel {
  /// How often a cover held.
  public struct CoverCount: Hashable, Sendable {
    /// Name of the module.
    public var module: String
    /// Label of the cover.
    public var label: String
    /// Clock edges at which it held, summed over all instances of the module.
    public var count: UInt64
  }

  /// The covers of the design, module by module.
  public var coverCounts: [CoverCount] {
    checks.compactMap { check in
      guard let count = check.count else { return nil }
      let definition = tree.definitions[check.definition]
      return CoverCount(
        module: definition.name, label: definition.assertions[check.assertion].label,
        count: program.pointer(count).load(as: UInt64.self))
    }
  }
}
