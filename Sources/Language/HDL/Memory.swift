import Netlist

/// What a read gives when a write port of the same memory writes the word that is read, at the same clock edge.
public enum ReadDuringWrite: Hashable, Sendable, CaseIterable {
  /// The word as it was before the edge: read-first.
  case oldData
  /// The word as it is after the edge, lane by lane: write-first. Between different ports that costs a comparator of
  /// addresses.
  case newData
  /// Nothing: the port keeps its last word whenever a write port writes any word.
  case noChange
}

/// A memory of which every port has an address of its own.
///
/// A word of bundles is one vector, as ``HardwareValue/packed`` joins it.
///
/// Rules, the same in every engine and in the emitted Verilog:
/// - A write takes effect at the clock edge; of two writes to one word at one edge, the one that was written later in
///   the source wins, lane by lane.
/// - ``read(at:when:during:file:line:)`` gives the word one clock later and keeps it while it is not enabled; what it
///   gives of a word that is written at the same edge is its ``ReadDuringWrite``.
/// - ``readAsync(at:file:line:)`` follows the address within the cycle and shows a write after its clock edge.
/// - Writes stand under the conditions of `m.when` around them; reads do not.
/// - Words start with the `contents`, words past their end with zero; without contents they start undefined. An address
///   past the last word is not defined; a memory of 2ⁿ words has none.
public struct Memory<T: HardwareValue> {
  let module: Module
  let index: Int
  /// The shape of a word.
  let form: T
  /// Number of words.
  public let depth: Int
  /// Width of a word in bits.
  public let width: Int
  /// Number of lanes of a word that can be written apart, the least significant one first.
  public let lanes: Int

  /// Width of an address in bits.
  public var addressWidth: Int { module.definition.memories[index].addressWidth }

  /// Stores `data` at `address` at the clock edge while `enable` is 1.
  ///
  /// - Parameters:
  ///   - data: A word, or a literal.
  ///   - address: ``addressWidth`` bits, or a literal.
  ///   - enable: One bit.
  ///   - mask: A bit for each lane, the least significant lane first: only those of which the bit is 1 are stored. Nil
  ///     stores all lanes.
  ///   - file: The caller's file, for messages.
  ///   - line: The caller's line, for messages.
  public func write(
    _ data: T, at address: UInt, when enable: Bit = 1, lanes mask: Bits? = nil, file: StaticString = #fileID,
    line: Int = #line
  ) {
    module.write(data, to: self, at: address, when: enable, lanes: mask, group: 0, place: module.place(file, line))
  }

  /// The word at `address`, one clock edge later; while `enable` is 0 the last word stays.
  ///
  /// - Parameters:
  ///   - address: ``addressWidth`` bits, or a literal.
  ///   - enable: One bit; nil reads at every edge.
  ///   - collision: What it gives of a word that is written at the same edge, by any write port.
  ///   - file: The caller's file, for messages.
  ///   - line: The caller's line, for messages.
  public func read(
    at address: UInt, when enable: Bit? = nil, during collision: ReadDuringWrite = .oldData,
    file: StaticString = #fileID, line: Int = #line
  ) -> T {
    module.read(
      self, at: address, when: enable, MemoryPlan.Read(own: collision, others: collision), group: 0, name: nil,
      place: module.place(file, line))
  }

  /// The word at `address`, without a clock edge between. FPGAs make no block memory of it.
  public func readAsync(at address: UInt, file: StaticString = #fileID, line: Int = #line) -> T {
    module.read(self, at: address, when: nil, nil, group: 0, name: nil, place: module.place(file, line))
  }
}

/// A memory with fixed contents. Words are as in ``Memory``.
public struct ROM<T: HardwareValue> {
  let memory: Memory<T>

  /// Number of words.
  public var depth: Int { memory.depth }
  /// Width of a word in bits.
  public var width: Int { memory.width }
  /// Width of an address in bits.
  public var addressWidth: Int { memory.addressWidth }

  /// The word at `address`, one clock edge later; while `enable` is 0 the last word stays.
  public func read(
    at address: UInt, when enable: Bit? = nil, file: StaticString = #fileID, line: Int = #line
  ) -> T {
    memory.read(at: address, when: enable, file: file, line: line)
  }

  /// The word at `address`, without a clock edge between. FPGAs make no block memory of it.
  public func readAsync(at address: UInt, file: StaticString = #fileID, line: Int = #line) -> T {
    memory.readAsync(at: address, file: file, line: line)
  }
}

/// A memory with two ports that each read and write at one address in a cycle.
///
/// Words, lanes and contents are as in ``Memory``. Where both ports write one word at one edge, port ``b`` wins, lane by
/// lane. iCE40 devices have no such memory; ECP5 devices have one only when a port gives the other one's new data.
///
/// The ports may have clocks of their own. Then what happens when one of them writes a word that the other one reads or
/// writes around the same time is not defined, as it is not in a device: a read may give anything, and a word that both
/// write may hold anything. Whoever uses the memory keeps the ports apart, by a handshake or by halves of the addresses.
public struct DualPortMemory<T: HardwareValue> {
  /// The first port.
  public let a: MemoryPort<T>
  /// The second port; its writes win.
  public let b: MemoryPort<T>

  /// Width of an address in bits.
  public var addressWidth: Int { a.memory.addressWidth }
}

/// One port of a ``DualPortMemory``, which is used once.
public struct MemoryPort<T: HardwareValue> {
  let memory: Memory<T>
  let name: String
  let group: Int32
  let read: MemoryPlan.Read
  /// The port's own domain; nil for the one around its use.
  var domain: ClockDomain?

  /// Reads, and writes while `write` is 1, the word at `address`, both at the clock edge and while `enable` is 1.
  ///
  /// A port with a clock of its own belongs to that one, whatever `m.domain` is around the call.
  ///
  /// - Parameters:
  ///   - address: ``DualPortMemory/addressWidth`` bits, or a literal.
  ///   - data: The new word.
  ///   - write: One bit.
  ///   - mask: A bit for each lane, the least significant lane first; nil stores all lanes.
  ///   - enable: One bit; nil is always.
  ///   - file: The caller's file, for messages.
  ///   - line: The caller's line, for messages.
  /// - Returns: The word, one clock edge later; it stays while `enable` is 0.
  public func access(
    at address: UInt, writing data: T, when write: Bit, lanes mask: Bits? = nil, enable: Bit? = nil,
    file: StaticString = #fileID, line: Int = #line
  ) -> T {
    guard let domain else { return use(address, data, write, mask, enable, memory.module.place(file, line)) }
    return memory.module.domain(domain, file: file, line: line) {
      use(address, data, write, mask, enable, memory.module.place(file, line))
    }
  }

  private func use(_ address: UInt, _ data: T, _ write: Bit, _ mask: Bits?, _ enable: Bit?, _ place: Int32) -> T {
    let module = memory.module
    let result = module.read(memory, at: address, when: enable, read, group: group, name: name, place: place)
    module.write(
      data, to: memory, at: address, when: enable.map { $0 & write } ?? write, lanes: mask, group: group,
      place: place)
    return result
  }
}
