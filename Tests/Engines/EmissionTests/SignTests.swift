import HDL
import Testing
import Verilog

@Suite struct SignTests {
  /// A memory whose address is the bits of a signed number, and a comparison with a small number of many bits.
  private struct SignedPlaces: Generator {
    struct Ports {
      let address: Input<SInt>
      let number: Input<SInt>
      let write: Input<Bit>
      let word, now: Output<UInt>
      let isSmall: Output<Bit>
    }
    var ports: Ports {
      Ports(address: .init(3), number: .init(65), write: .init(), word: .init(3), now: .init(3), isSmall: .init())
    }

    func build(_ io: Interior<Ports>, in m: Module) {
      let ram = m.memory("ram", UInt.self, width: 3, depth: 8, contents: [])
      ram.write(io.address.asUnsigned, at: io.address.asUnsigned, when: io.write)
      io.word <== ram.read(at: io.address.asUnsigned)
      io.now <== ram.readAsync(at: io.address.asUnsigned)
      io.isSmall <== (io.number .< 1)
    }
  }

  @Test func `An address has no sign, whatever it is made of`() throws {
    let text = try #require(try SignedPlaces().elaborate().simplified().verilog().last?.text)
    #expect(text.contains("assign ram_data_1 = ram[$unsigned(address)];"))
    #expect(text.contains("ram[$unsigned(address)] <= address;"))
    #expect(text.contains("ram_data <= ram[$unsigned(address)];"))
    #expect(!text.contains("ram[address]"))
  }

  @Test func `A number of more than 64 bits keeps its sign in a comparison`() throws {
    let text = try #require(try SignedPlaces().elaborate().simplified().verilog().last?.text)
    #expect(text.contains("assign is_small = number < 65'sd1;"), "\(text)")
  }

  @Test func `Every tool takes them without a warning`() throws {
    try Emission.expectClean(try SignedPlaces().elaborate().simplified(), "signed addresses")
  }
}
