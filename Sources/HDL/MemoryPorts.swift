import Netlist

/// A memory with synchronous ports. A read at the clock edge of a write to the same address gives the old word.
///
/// An address past the last word is not defined; a memory of 2ⁿ words has none.
public struct Memory<T: VectorSignal> {
  let module: Module
  let index: Int
  /// Number of words.
  public let depth: Int
  /// Width of a word in bits.
  public let width: Int

  /// Width of an address in bits.
  public var addressWidth: Int { BitVector.bitsNeeded(unsigned: UInt64(max(depth, 2) - 1)) }

  /// Stores `data` at `address` at the clock edge while `enable` is 1.
  public func write(_ data: T, at address: UInt, when enable: Bit) {
    guard let address = module.memoryAddress(address, width: addressWidth), let enable = module.condition(enable) else {
      return
    }
    let word: NodeID
    switch data.handle {
    case .literal(let value): word = module.literal(value, width: width, signed: T.isSigned)
    case .node(let other, let id):
      guard module.checkSame(other, "a write"),
        module.check(
          module.width(id) == width, .widthMismatch,
          "memory '\(module.definition.memories[index].name)' has words of \(width) bits and is written \(module.width(id))",
          fix: "use extended(to:), truncated(to:) or saturated(to:)")
      else { return }
      word = id
    }
    module.definition.memories[index].writePorts.append(
      Netlist.Memory.WritePort(address: address, data: word, enable: enable))
  }

  /// The word at `address`, one clock edge later; while `enable` is 0 the last word stays.
  public func read(
    at address: UInt, when enable: Bit? = nil, file: StaticString = #fileID, line: Int = #line
  ) -> T {
    let place = module.place(file, line)
    let ports = module.definition.memories[index].readPorts.count
    let base = module.definition.memories[index].name
    let suffix = ports == 0 ? "" : "_\(ports)"
    let signal = module.addSignal(
      module.unique("\(base)_data\(suffix)", suffix: "_q", at: place), width: width, isSigned: T.isSigned,
      .memoryRead(memory: Int32(index), port: Int32(ports)), at: place)
    let address = module.memoryAddress(address, width: addressWidth) ?? module.zero(addressWidth, signed: false)
    module.definition.memories[index].readPorts.append(
      Netlist.Memory.ReadPort(address: address, enable: enable.flatMap(module.condition), signal: signal))
    return T(handle: .node(module, module.signalNode(signal)))
  }
}

extension Module {
  /// A memory of `depth` words of `width` bits without initial contents.
  public func memory<T: VectorSignal>(
    _ name: String, _ type: T.Type, width: Int, depth: Int, file: StaticString = #fileID, line: Int = #line
  ) -> Memory<T> {
    let place = place(file, line)
    _ = check(
      width >= 1 && depth >= 1, .badMemory, "memory '\(name)' of \(depth) words of \(width) bits",
      fix: "use at least one word of one bit", at: place)
    let (width, depth) = (max(1, width), max(1, depth))
    definition.memories.append(
      Netlist.Memory(
        name: unique(name, suffix: "_ram", at: place), depth: depth, width: width, isSigned: T.isSigned,
        writePorts: [], readPorts: [], clock: 0, place: place))
    return Memory(module: self, index: definition.memories.count - 1, depth: depth, width: width)
  }

  func memoryAddress(_ address: UInt, width: Int) -> NodeID? {
    switch address.handle {
    case .literal(let value): return literal(value, width: width, signed: false)
    case .node(let other, let id):
      guard checkSame(other, "an address"),
        check(
          self.width(id) == width, .badIndex, "an address of \(self.width(id)) bits for a memory that needs \(width)",
          fix: "use extended(to: \(width)) or truncated(to: \(width))")
      else { return nil }
      return id
    }
  }
}
