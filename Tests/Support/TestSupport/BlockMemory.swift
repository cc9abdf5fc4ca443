public import HDL
public import Netlist

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

/// The same with two ports of which each has a clock of its own.
public struct TwoClockMemory: Generator {
  static let left = ClockDomain("left")
  static let right = ClockDomain("right")

  public var ownWrite: ReadDuringWrite
  public var depth: Int
  /// Parts of a word that the left port writes apart.
  public var lanes: Int

  public init(_ ownWrite: ReadDuringWrite, depth: Int = 512, lanes: Int = 1) {
    self.ownWrite = ownWrite
    self.depth = depth
    self.lanes = lanes
  }

  /// All rules for what a port gives of a word that it writes itself.
  public static let rules: [ReadDuringWrite] = [.oldData, .newData, .noChange]

  public struct Ports {
    let leftAddress, rightAddress: Input<UInt>
    let leftData, rightData: Input<Bits>
    let leftWrite, rightWrite, leftEnable: Input<Bit>
    let leftLanes: Input<Bits>
    let leftWord, rightWord: Output<Bits>
  }

  public var ports: Ports {
    let width = Int.bitWidth - (depth - 1).leadingZeroBitCount
    return Ports(
      leftAddress: .init(width).in(Self.left), rightAddress: .init(width).in(Self.right),
      leftData: .init(16).in(Self.left), rightData: .init(16).in(Self.right), leftWrite: .init().in(Self.left),
      rightWrite: .init().in(Self.right), leftEnable: .init().in(Self.left), leftLanes: .init(lanes).in(Self.left),
      leftWord: .init(16).in(Self.left), rightWord: .init(16).in(Self.right))
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let ram = m.dualPortMemory(
      "ram", Bits.self, width: 16, depth: depth, lanes: lanes, duringOwnWrite: ownWrite,
      clocks: (a: Self.left, b: Self.right), contents: [3, 1, 4, 1, 5])
    io.leftWord
      <== ram.a.access(
        at: io.leftAddress, writing: io.leftData, when: io.leftWrite, lanes: io.leftLanes, enable: io.leftEnable)
    io.rightWord <== ram.b.access(at: io.rightAddress, writing: io.rightData, when: io.rightWrite)
  }
}

extension TwoClockMemory {
  /// For each cycle random inputs, in the order of the ports, and the clocks that rise. The ports keep apart: none meets
  /// a word that the other one writes at the same edge.
  public static func stimuli(
    of interface: ModuleInterface, count: Int, seed: UInt64
  ) -> [(inputs: [BitVector], edges: UInt64)] {
    var state = seed
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
    let ports = interface.ports.filter { $0.direction == .input }
    return (0..<count).map { _ in
      var values = ports.map { BitVector(next(), width: $0.width) }
      let named = Dictionary(uniqueKeysWithValues: zip(ports.map(\.name), values.indices))
      let (left, right) = (named["left_address"]!, named["right_address"]!)
      if values[left] == values[right] { values[right][0].toggle() }
      return (values, next() % 4)
    }
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
    let left, right: Input<Bits>
    let leftWords, rightWords: [Output<Bits>]
  }

  /// The rules of the memories with two clocks.
  public var rules: [ReadDuringWrite]

  public init() { self.init(rules: TwoClockMemory.rules) }

  public init(rules: [ReadDuringWrite]) { self.rules = rules }

  public var ports: Ports {
    let words = BlockMemory.Kind.allCases.map { _ in Output<Bits>(16) }
    let others = rules.map { _ in Output<Bits>(16) }
    return Ports(
      address: .init(9), other: .init(9), data: .init(16), otherData: .init(16), write: .init(), otherWrite: .init(),
      read: .init(), lanes: .init(2), words: words, otherWords: words, left: .init(28).in(TwoClockMemory.left),
      right: .init(26).in(TwoClockMemory.right), leftWords: others.map { $0.in(TwoClockMemory.left) },
      rightWords: others.map { $0.in(TwoClockMemory.right) })
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
    for (index, rule) in rules.enumerated() {
      let memory = m.instance(TwoClockMemory(rule), "two_clocks_\(index)")
      memory.leftAddress <== io.left[0..<9].asUnsigned
      memory.leftData <== io.left[9..<25]
      memory.leftWrite <== io.left[25]
      memory.leftEnable <== io.left[26]
      memory.leftLanes <== io.left[27..<28]
      memory.rightAddress <== io.right[0..<9].asUnsigned
      memory.rightData <== io.right[9..<25]
      memory.rightWrite <== io.right[25]
      io.leftWords[index] <== memory.leftWord
      io.rightWords[index] <== memory.rightWord
    }
  }
}
