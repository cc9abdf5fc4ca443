import HDL
import Netlist
import Testing
import Verilog

/// Vectors of equal elements.
@Suite struct VectorTests {
  private struct Lanes: Generator {
    var count = 4
    struct Ports {
      let values: Input<Vector<SInt>>
      let index: Input<UInt>
      let load: Input<Bit>
      let sums: Output<Vector<SInt>>
      let chosen: Output<SInt>
      let flags: Output<Vector<Bit>>
    }
    var ports: Ports {
      Ports(
        values: .init(count, of: 8, "One for each lane"), index: .init(2), load: .init(), sums: .init(count, of: 9),
        chosen: .init(8), flags: .init(count, of: 1))
    }
    func build(_ io: Interior<Ports>, in m: Module) {
      let held = m.register("held", io.values, when: io.load)
      for (lane, value) in held.enumerated() { io.sums[lane] <== value + io.values[count - 1 - lane] }
      io.chosen <== held[io.index]
      io.flags <== Vector(held.map { $0 .< 0 })
    }
  }

  @Test func `A vector is one port and one register`() throws {
    let text = try #require(try Lanes().elaborate().simplified().verilog().last?.text)
    #expect(text.contains("  input  wire [31:0]       values,"), "\(text)")
    #expect(text.contains("  output wire [35:0]       sums,"), "\(text)")
    #expect(text.contains("  reg [31:0] held;"), "\(text)")
    #expect(!text.contains("reg [7:0]"), "\(text)")
    #expect(text.contains("2'd1: lookup_by_index = signed_held_15_8;"), "\(text)")
    #expect(text.contains("assign flags = {held[31], held[23], held[15], held[7]};"), "\(text)")
    #expect(text.contains("assign sums = {\n    signed_held_31_24_plus_signed_values_7_0,"), "\(text)")
    #expect(text.split(separator: "\n").count { $0.hasPrefix("  assign") } == 3, "\(text)")
  }

  @Test func `The text does not grow faster than the elements`() throws {
    func lines(_ count: Int) throws -> Int {
      try #require(try Lanes(count: count).elaborate().simplified().verilog().last).text.split(separator: "\n").count
    }
    let (few, many) = (try lines(64), try lines(512))
    #expect(many <= 8 * few)
  }

  private struct Kinds: Generator {
    struct Ports {
      let values: Input<Vector<UInt>>, start: Input<Bit>, y: Output<Vector<UInt>>, z: Output<Vector<UInt>>
    }
    var ports: Ports { Ports(values: .init(3, of: 5), start: .init(), y: .init(3, of: 5), z: .init(3, of: 5)) }
    func build(_ io: Interior<Ports>, in m: Module) {
      let kept = m.register("kept", of: Vector<UInt>.shape(3, of: 5), reset: Vector([1, 2, 30], of: 5))
      m.when(io.start) { kept.next <== io.values }.otherwise { kept.next[1] <== kept[0] &+ 1 }
      let words = m.memory("words", of: Vector<UInt>.shape(3, of: 5), depth: 4)
      words.write(kept, at: 0, when: io.start)
      let next = m.wire("turned", of: Vector<UInt>.shape(3, of: 5), default: io.values)
      m.when(io.start) { for lane in 0..<3 { next.driver[lane] <== kept[2 - lane] } }
      io.y <== mux(io.start, next, m.delayed("late", kept, by: 2))
      io.z <== words.read(at: 0)
    }
  }

  @Test func `Everything that holds a value holds a vector`() throws {
    let text = try #require(try Kinds().elaborate().simplified().verilog().last?.text)
    #expect(text.contains("      kept <= 15'h7841;"), "\(text)")
    #expect(text.contains("  reg [14:0] words [0:3];"), "\(text)")
  }

  private struct FixedStarts: Generator {
    struct Ports { let x: Input<Vector<UInt>>, y: Output<Vector<UInt>>, z: Output<UInt> }
    var ports: Ports { Ports(x: .init(3, of: 5), y: .init(3, of: 5), z: .init(8)) }
    func build(_ io: Interior<Ports>, in m: Module) {
      let one = m.constant(1, width: 5, as: UInt.self)
      io.y <== m.register("y", io.x, reset: Vector([one, one &+ 1, 30]))
      let base = m.constant(0xA5, width: 8, as: Bits.self)
      io.z <== m.register("z", io.x.bits[0..<8].asUnsigned, reset: concatenate(base[0..<4], base[4..<8]).asUnsigned)
    }
  }

  @Test func `What is made of constants alone is a value in reset`() throws {
    let text = try #require(try FixedStarts().elaborate().simplified().verilog().last?.text)
    #expect(text.contains("      y_q <= 15'h7841;"), "\(text)")
    #expect(text.contains("      z_q <= 8'd90;"), "\(text)")
  }

  @Test func `Elements are a collection`() throws {
    let vector = Vector<UInt>([1, 2, 3], of: 4)
    #expect(vector.count == 3 && vector.elementWidth == 4 && vector.bits.width == 12)
    #expect(vector.map(\.width) == [4, 4, 4])
    #expect(Array(zip(vector, 0...)).count == 3)
  }
}
