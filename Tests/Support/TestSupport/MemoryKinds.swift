public import HDL

/// A memory of every kind, side by side on the same inputs.
public struct MemoryKinds: DefaultConfigurable {
  public struct Ports {
    let address, other: Input<UInt>
    let data, otherData: Input<SInt>
    let write, otherWrite, enable: Input<Bit>
    let lanes: Input<Bits>
    let single: [Output<SInt>]
    let simple: [Output<SInt>]
    let masked: [Output<SInt>]
    let pairs: [Output<SInt>]
    let wide: [Output<Bits>]
    let roms: [Output<SInt>]
    let signs: Output<UInt>
  }

  public var ports: Ports {
    func words(_ count: Int) -> [Output<SInt>] { (0..<count).map { _ in .init(12) } }
    return Ports(
      address: .init(4), other: .init(4), data: .init(12), otherData: .init(12), write: .init(), otherWrite: .init(),
      enable: .init(), lanes: .init(3), single: words(3), simple: words(5), masked: words(4), pairs: words(10),
      wide: (0..<2).map { _ in .init(90) }, roms: words(4), signs: .init(6))
  }

  public init() {}

  public func build(_ io: Interior<Ports>, in m: Module) {
    let rules: [(name: String, rule: ReadDuringWrite)] = [
      ("old", .oldData), ("new", .newData), ("kept", .noChange),
    ]
    for (index, (name, rule)) in rules.enumerated() {
      let ram = m.memory("single_\(name)", SInt.self, width: 12, depth: 16, contents: [-3, 5, 77])
      ram.write(io.data, at: io.address, when: io.write)
      io.single[index] <== ram.read(at: io.address, when: io.enable, during: rule)
    }
    buildSimple(io, rules.map(\.rule), in: m)
    for (index, (name, rule)) in rules.enumerated() {
      let ram = m.memory("masked_\(name)", SInt.self, width: 12, depth: 16, lanes: 3, contents: [1, 2, 3, 4])
      ram.write(io.data, at: io.address, when: io.write, lanes: io.lanes)
      m.when(io.otherWrite) { ram.write(io.otherData, at: io.other) }
      io.masked[index] <== ram.read(at: io.address, during: rule)
      if index == 0 { io.masked[3] <== ram.readAsync(at: io.other) }
    }
    buildPairs(io, in: m)
    let wide = m.memory("wide", Bits.self, width: 90, depth: 16, lanes: 3, contents: [0])
    let word = concatenate(
      io.data, io.otherData, io.data, io.data, io.otherData, io.data, io.otherData, io.address, io.lanes[0], io.write)
    wide.write(word, at: io.address, when: io.write, lanes: io.lanes)
    io.wide[0] <== wide.read(at: io.other, when: io.enable, during: .newData)
    io.wide[1] <== wide.readAsync(at: io.address)
    buildROMs(io, in: m)
  }

  private func buildSimple(_ io: Interior<Ports>, _ rules: [ReadDuringWrite], in m: Module) {
    let simple = m.memory("simple", SInt.self, width: 12, depth: 16, contents: [9, 8, 7, -2048])
    simple.write(io.data, at: io.address, when: io.write)
    for (index, rule) in rules.enumerated() { io.simple[index] <== simple.read(at: io.other, during: rule) }
    io.simple[3] <== simple.readAsync(at: io.other)
    let two = m.memory("two_writers", SInt.self, width: 12, depth: 16, contents: [])
    two.write(io.data, at: io.address, when: io.write)
    two.write(io.otherData, at: io.other, when: io.otherWrite)
    io.simple[4] <== two.read(at: io.other, when: io.enable, during: .newData)
  }

  private func buildPairs(_ io: Interior<Ports>, in m: Module) {
    let kinds: [(own: ReadDuringWrite, other: ReadDuringWrite, lanes: Int)] = [
      (.oldData, .oldData, 1), (.oldData, .newData, 1), (.newData, .newData, 1), (.noChange, .newData, 1),
      (.newData, .newData, 3),
    ]
    for (index, kind) in kinds.enumerated() {
      let ram = m.dualPortMemory(
        "pair_\(index)", SInt.self, width: 12, depth: 16, lanes: kind.lanes, duringOwnWrite: kind.own,
        duringOtherWrite: kind.other, contents: [100, -100])
      let mask = kind.lanes == 3 ? io.lanes : nil
      io.pairs[2 * index]
        <== ram.a.access(
          at: io.address, writing: io.data, when: io.write, lanes: mask, enable: io.enable)
      io.pairs[2 * index + 1] <== ram.b.access(at: io.other, writing: io.otherData, when: io.otherWrite)
    }
  }

  private func buildROMs(_ io: Interior<Ports>, in m: Module) {
    let table = m.rom("entries", SInt.self, width: 12, contents: .words((0..<16).map { 37 * $0 - 300 }))
    io.roms[0] <== table.read(at: io.address)
    io.roms[1] <== table.readAsync(at: io.other)
    let filed = m.rom("filed", SInt.self, width: 12, contents: .words((0..<16).map { 2047 - 255 * $0 }).inFile)
    io.roms[2] <== filed.read(at: io.address, when: io.enable)
    io.roms[3] <== filed.readAsync(at: io.other)
    // A word that a table gives may be an address within the same cycle.
    let inverse = m.rom("inverse", UInt.self, width: 4, contents: .words((0..<16).map { 15 - $0 }))
    let first = inverse.readAsync(at: io.address)
    io.signs <== concatenate(io.write, io.enable, inverse.readAsync(at: first)).asUnsigned
  }
}
