public import HDL

/// One memory of 512 words of 16 bits, of a kind that FPGAs have as block memory.
public struct BlockMemory: Generator {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case single, singleNew, singleKept, simple, simpleNew, lanes, lanesNew, rom, romInFile
    case pair, pairNew, pairKept, pairOld
  }

  public var kind: Kind

  public init(_ kind: Kind) { self.kind = kind }

  public struct Ports {
    let address, other: Input<UInt>
    let data, otherData: Input<Bits>
    let write, otherWrite, read: Input<Bit>
    let lanes: Input<Bits>
    let word, otherWord: Output<Bits>
  }

  public var ports: Ports {
    Ports(
      address: .init(9), other: .init(9), data: .init(16), otherData: .init(16), write: .init(), otherWrite: .init(),
      read: .init(), lanes: .init(2), word: .init(16), otherWord: .init(16))
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    switch kind {
    case .single: io.word <== single(io, .oldData, in: m)
    case .singleNew: io.word <== single(io, .newData, in: m)
    case .singleKept: io.word <== single(io, .noChange, in: m)
    case .simple: io.word <== simple(io, .oldData, in: m)
    case .simpleNew: io.word <== simple(io, .newData, in: m)
    case .lanes: io.word <== lanes(io, .oldData, in: m)
    case .lanesNew: io.word <== lanes(io, .newData, in: m)
    case .rom, .romInFile:
      let words = MemoryContents.words((0..<512).map { $0 * 73 % 65536 })
      let rom = m.rom(
        "ram", Bits.self, width: 16, contents: kind == .rom ? words : words.inFile, style: .block)
      io.word <== rom.read(at: io.address, when: io.read)
    case .pair: pair(io, .oldData, .newData, in: m)
    case .pairNew: pair(io, .newData, .newData, in: m)
    case .pairKept: pair(io, .noChange, .newData, in: m)
    case .pairOld: pair(io, .oldData, .oldData, in: m)
    }
    if !kind.rawValue.hasPrefix("pair") { io.otherWord <== 0 }
  }

  private func single(_ io: Interior<Ports>, _ rule: ReadDuringWrite, in m: Module) -> Bits {
    let ram = m.memory("ram", Bits.self, width: 16, depth: 512)
    ram.write(io.data, at: io.address, when: io.write)
    return ram.read(at: io.address, during: rule)
  }

  private func simple(_ io: Interior<Ports>, _ rule: ReadDuringWrite, in m: Module) -> Bits {
    let ram = m.memory("ram", Bits.self, width: 16, depth: 512)
    ram.write(io.data, at: io.address, when: io.write)
    return ram.read(at: io.other, when: io.read, during: rule)
  }

  private func lanes(_ io: Interior<Ports>, _ rule: ReadDuringWrite, in m: Module) -> Bits {
    let ram = m.memory("ram", Bits.self, width: 16, depth: 512, lanes: 2)
    ram.write(io.data, at: io.address, when: io.write, lanes: io.lanes)
    return ram.read(at: io.address, during: rule)
  }

  private func pair(_ io: Interior<Ports>, _ own: ReadDuringWrite, _ other: ReadDuringWrite, in m: Module) {
    let ram = m.dualPortMemory(
      "ram", Bits.self, width: 16, depth: 512, duringOwnWrite: own, duringOtherWrite: other)
    io.word <== ram.a.access(at: io.address, writing: io.data, when: io.write, enable: io.read)
    io.otherWord <== ram.b.access(at: io.other, writing: io.otherData, when: io.otherWrite)
  }
}

/// All of them beside each other.
public struct BlockMemories: DefaultConfigurable {
  public struct Ports {
    let address, other: Input<UInt>
    let data, otherData: Input<Bits>
    let write, otherWrite, read: Input<Bit>
    let lanes: Input<Bits>
    let words, otherWords: [Output<Bits>]
  }

  public init() {}

  public var ports: Ports {
    let words = BlockMemory.Kind.allCases.map { _ in Output<Bits>(16) }
    return Ports(
      address: .init(9), other: .init(9), data: .init(16), otherData: .init(16), write: .init(), otherWrite: .init(),
      read: .init(), lanes: .init(2), words: words, otherWords: words)
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    for (index, kind) in BlockMemory.Kind.allCases.enumerated() {
      let memory = m.instance(BlockMemory(kind), "memory_\(index)")
      memory.address <== io.address
      memory.other <== io.other
      memory.data <== io.data
      memory.otherData <== io.otherData
      memory.write <== io.write
      memory.otherWrite <== io.otherWrite
      memory.read <== io.read
      memory.lanes <== io.lanes
      io.words[index] <== memory.word
      io.otherWords[index] <== memory.otherWord
    }
  }
}
