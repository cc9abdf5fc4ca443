public import Netlist

/// A register of one instance in a running ``NativeModel``, for what looks into a design without changing it.
public struct RegisterProbe: Sendable {
  /// The instance, from the top on, joined by points.
  public let instance: String
  /// The module that the instance is of.
  public let module: Definition
  /// The name of the register.
  public let name: String
  /// Bits of the register, 64 at most.
  public let width: Int
  let address: Address
  let stride: Int
}

extension NativeModel {
  /// The registers called `name`, of at most 64 bits, of all instances of those modules that `isMeant` says, in the order of
  /// modules and instances.
  ///
  /// The probes hold until a wave is started or stopped. A module without such a register has none.
  public func registers(_ name: String, of isMeant: (Definition) -> Bool) -> [RegisterProbe] {
    let lowering = lowered(observing: wave != nil)
    return tree.definitions.enumerated().filter { tree.laneCounts[$0.offset] > 0 && isMeant($0.element) }.flatMap {
      index, definition -> [RegisterProbe] in
      let found = definition.registers.firstIndex { definition.signals[Int($0.signal)].name == name }
      guard let found else { return [] }
      let width = definition.signals[Int(definition.registers[found].signal)].width
      guard width <= 64 else { return [] }
      let value = tree.registerBase[index] + Int32(found)
      return (0..<tree.laneCounts[index]).map { lane in
        let place = lowering.place(LaneSource(value: value, lane: Int32(lane)))
        return RegisterProbe(
          instance: tree.path(of: index, lane: lane), module: definition, name: name, width: width,
          address: lowering.address(place), stride: lowering.vectors[Int(place.vector)].type.stride)
      }
    }
  }

  /// What the register of `probe`, which is one of this model, holds.
  public func value(of probe: RegisterProbe) -> UInt64 {
    let start = program.pointer(probe.address)
    let word: UInt64 =
      switch probe.stride {
      case 1: UInt64(start.load(as: UInt8.self))
      case 2: UInt64(start.load(as: UInt16.self))
      case 4: UInt64(start.load(as: UInt32.self))
      default: start.load(as: UInt64.self)
      }
    return word & lowBits(probe.width)
  }
}
