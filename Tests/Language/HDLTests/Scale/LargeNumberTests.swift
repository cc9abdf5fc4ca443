import HDL
import Netlist
import TestSupport
import Testing
import Verilog

/// Many of everything: parts, names, modules, instances, ports, assertions, memories.
@Suite struct LargeNumberTests {
  @Test func `A vector of 16,384 bits that is driven and read bit by bit`() throws {
    let size = 16_384
    let design = Large("Bits", size: size, inputs: [size, 1], outputs: [size, size, 1]) { io, m in
      let held = m.register("held", UInt.self, width: size)
      for index in 0..<size {
        io.y[0][index] <== io.a[0][size - 1 - index]
        m.when(io.a[1][0]) { held.next[index] <== io.a[0][index] ^ io.a[0][(index + 1) % size] }
      }
      io.y[1] <== held
      let first = io.a[0]
      io.y[2] <== concatenate(balanced(stride(from: 0, to: size, by: 2).map { first[$0] }, ^)).asUnsigned
    }
    let (circuit, text) = try design.made()
    #expect(circuit.top.table.nodes.count < 8 * size)
    #expect(text.utf8.count < 250 * size)
  }

  @Test func `Two drivers of one bit among thousands are found`() throws {
    let size = 4096
    let design = Large("Twice", size: size, inputs: [size], outputs: [size]) { io, m in
      for index in 0..<size { io.y[0][index] <== io.a[0][index] }
      io.y[0][77..<79] <== io.a[0][0..<2]
    }
    do {
      _ = try design.elaborate()
      Issue.record("two drivers were taken")
    } catch let list {
      #expect(list.diagnostics.map(\.message) == ["'y_0' has several drivers at bits 77..<78"])
    }
  }

  @Test func `One hundred thousand nets of one name`() throws {
    let size = 100_000
    let design = Large("Names", size: size, inputs: [64, 64], outputs: [64]) { io, m in
      var value = io.a[0]
      for index in 0..<size / 2 {
        let next = value &+ (io.a[1] ^ m.constant(index, width: 64, as: UInt.self))
        value = next ^ (next >> 1)
      }
      io.y[0] <== value
    }
    #expect(try design.made().text.count(of: "_50000 = ") <= 1)
  }

  /// One of many modules, each of its own.
  struct Leaf: Generator {
    var number: Int
    struct Ports {
      let x: Input<UInt>
      let y: Output<UInt>
    }
    var ports: Ports { Ports(x: .init(8), y: .init(8)) }
    func build(_ io: Interior<Ports>, in m: Module) {
      io.y <== io.x ^ m.constant(number & 255, width: 8, as: UInt.self)
    }
  }

  @Test func `Two thousand modules`() throws {
    let size = 2000
    let design = Large("Modules", size: size, inputs: [8], outputs: [8]) { io, m in
      var value = io.a[0]
      for index in 0..<size {
        let leaf = m.instance(Leaf(number: index), "leaf_\(index)")
        leaf.x <== value
        value = leaf.y
      }
      io.y[0] <== value
    }
    let (circuit, _) = try design.made()
    #expect(circuit.definitions.count == size + 1)
    #expect(circuit.manifest.files.count == size + 1)
  }

  @Test func `Five thousand instances of which each input is driven under a condition`() throws {
    let size = 5000
    let design = Large("Instances", size: size, inputs: [8, 1], outputs: [8]) { io, m in
      var values: [UInt] = []
      for index in 0..<size {
        let leaf = m.instance(Leaf(number: 3), "leaf_\(index)")
        leaf.x <== io.a[0]
        m.when(io.a[1][0]) { leaf.x <== m.constant(index & 255, width: 8, as: UInt.self) }
        values.append(leaf.y)
      }
      io.y[0] <== balanced(values, ^)
    }
    #expect(try design.made().circuit.top.instances.count == size)
  }

  @Test func `Four thousand ports`() throws {
    let size = 4000
    let design = Large(
      "Ports", size: size, inputs: [Int](repeating: 4, count: size), outputs: [Int](repeating: 4, count: size)
    ) { io, m in
      let (a, y) = (io.a, io.y)
      for index in 0..<size { y[index] <== m.register("held_\(index)", a[index] &+ 1) }
    }
    #expect(try design.made().circuit.top.ports.count == 2 * size)
  }

  @Test func `A thousand memories and a thousand assertions`() throws {
    let size = 1000
    let design = Large("Memories", size: size, inputs: [4, 8, 1], outputs: [8]) { io, m in
      var values: [UInt] = []
      for index in 0..<size {
        let memory = m.memory("words_\(index)", UInt.self, width: 8, depth: 16)
        memory.write(io.a[1], at: io.a[0], when: io.a[2][0])
        let word = memory.read(at: io.a[0])
        m.assert(word .!= UInt(index & 255), "differs_\(index)")
        values.append(word)
      }
      io.y[0] <== balanced(values, ^)
    }
    let circuit = try design.made().circuit
    #expect(circuit.top.memories.count == size)
    #expect(circuit.top.assertions.count == size)
  }
}
