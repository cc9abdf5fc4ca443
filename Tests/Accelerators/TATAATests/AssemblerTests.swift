import TATAA
import Testing

struct AssemblerTests {
  @Test func `A program with symbols, comments and blanks`() throws {
    var image = try MemoryImage(size: 4096)
    try image.region("scores", size: 64, at: 0x400)
    let program = try Assembler(symbols: image.symbols)(
      """
      ; a program
      .equ   step   8

        stride 1, -64          ; backwards
      load.v v3, address = scores + step + 0x10 , lanes=4,stride=1, broadcast
      fma v1, v3, -c2, -v3
      quantizer -c5, low=-128, high=127, zero=-3
      store.a int8, address=scores, rows=2, columns=4, transposed, cursor=2
      end
      """)
    #expect(
      "\(program)" == """
        stride 1, -64
        load.v v3, address=0x418, lanes=4, broadcast, stride=1
        fma v1, v3, -c2, -v3
        quantizer -c5, low=-128, zero=-3
        store.a int8, address=0x400, rows=2, columns=4, transposed, cursor=2
        end

        """)
  }

  @Test(arguments: [
    ("nop\n  jump 3", 2, 3, "there is no operation \"jump\""),
    (".org 3", 1, 1, "there is no directive \".org\": write .equ"),
    (".equ x", 1, 1, "write .equ, a name and a number"),
    (".equ 3x 5", 1, 6, "\"3x\" is no name: start with a letter"),
    (".equ x 5\n.equ x 6", 2, 6, "the name \"x\" is there already"),
    (".equ x  5y", 1, 9, "\"5y\" is no number"),
    ("add v1, , v2", 1, 9, "nothing stands between two commas"),
    ("add v1, v2,", 1, 12, "nothing stands between two commas"),
    ("add v1, v2", 1, 1, "add needs \"second\": give it"),
    ("add v1, v2, v3, v4", 1, 17, "\"v4\" is more than add takes: it takes destination, first, second"),
    ("add c1, v2, v3", 1, 5, "\"c1\" is no register: write v0 to v255"),
    ("add v1, v256, v3", 1, 9, "\"v256\" is no register"),
    ("const v1, 3", 1, 7, "\"v1\" is no register: write c0 to c255"),
    ("const c1, abc", 1, 11, "\"abc\" is no number"),
    ("load.v v0, address=nowhere, lanes=1", 1, 20, "there is no symbol \"nowhere\""),
    ("load.v v0, address=0, lanes=0", 1, 29, "lanes of load.v is 0: give 1 to 256"),
    ("load.v v0, address=0, address=1, lanes=1", 1, 23, "address of load.v is given twice"),
    ("load.v v0, address=0, lanes=1, broadcast, broadcast", 1, 43, "broadcast of load.v is given twice"),
    (
      "load.v v0, address=0, depth=1", 1, 23, "load.v has no field \"depth\" with a value: it has address, lanes, count"
    ),
    ("store.v int4, v0, address=0, lanes=1", 1, 9, "\"int4\" is not one of bfloat16, int8"),
    ("load.v v0, address=0x1FFFFFFFF, lanes=1", 1, 20, "address of load.v is 8589934591: give 0 to 4294967295"),
    ("stride 1, 0x-5", 1, 11, "\"0x-5\" is no number"),
    ("end 3", 1, 5, "\"3\" is more than end takes: it takes none"),
  ])
  func `A mistake is told with its line, its column and the remedy`(
    text: String, line: Int, column: Int, message: String
  ) throws {
    let error = try #require(throws: AssemblyError.self) { try Assembler()(text) }
    #expect(error.line == line && error.column == column, "\(error)")
    #expect("\(error)".hasPrefix("line \(line), column \(column): \(message)"), "\(error)")
  }
}

struct MemoryImageTests {
  @Test func `Regions are aligned, side by side, and known by name`() throws {
    var image = try MemoryImage(size: 256, alignment: 16)
    #expect(try image.region("a", size: 3).range == 0..<3)
    #expect(try image.region("b", holding: [7, 8]).range == 16..<18)
    #expect(try image.region("c", size: 16, at: 240).range == 240..<256)
    #expect(image.symbols == ["a": 0, "b": 16, "c": 240])
    #expect(image.bytes[16..<19] == [7, 8, 0])
    #expect(image["b"]?.address == 16 && image["d"] == nil)
  }

  @Test func `What does not fit is refused with the remedy`() throws {
    var image = try MemoryImage(size: 64, alignment: 8)
    try image.region("a", size: 10, at: 8)
    func message(_ make: (inout MemoryImage) throws -> Void) -> String {
      do { try make(&image) } catch { return "\(error)" }
      return "nothing"
    }
    #expect(
      message { try $0.region("b", size: 8, at: 16) }
        == "region \"b\", bytes 16 to 23, overlaps \"a\", bytes 8 to 17: move one of them")
    #expect(
      message { try $0.region("a", size: 8) } == "the name \"a\" is that of the bytes 8 to 17: take another one")
    #expect(
      message { try $0.region("b", size: 8, at: 20) } == "region \"b\" at 20 is not aligned: give a multiple of 8")
    #expect(
      message { try $0.region("b", size: 41) }
        == "region \"b\" of 41 bytes at 24 does not fit a memory of 64 bytes: make the memory larger")
    #expect(message { try $0.region("b", size: -1) }.contains("does not fit"))
    #expect(message { try $0.region("b", size: .max) }.contains("does not fit"))
    #expect(message { try $0.region("b", size: 1, alignment: 3) } == "the alignment is 3: give a power of two")
    #expect(throws: MemoryImageError.size(-1)) { try MemoryImage(size: -1) }
    #expect(image.regions.count == 1)
  }
}

struct ConfigurationTests {
  @Test func `The named configurations are valid and have the published sizes`() throws {
    for (_, configuration) in Configuration.named { try configuration.validate() }
    let published = Configuration.published
    #expect(published.tileRows == 32 && published.tileColumns == 32 && published.vectorLanes == 128)
    #expect(published.maximumDepth == 512 && published.vectorRegisters == 64 && published.constantRegisters == 8)
    #expect(published.accumulatorWidth == 16 && published.busWidth == 256 && published.cores == 8)
    #expect(published.vectorLatency == 16 && published.fifoDepth == 32)
    #expect(Configuration.standard.accumulatorWidth == 32)
  }

  @Test func `Sizes that cannot be are refused with their limits`() {
    func refused(_ change: (inout Configuration) -> Void) -> ConfigurationError? {
      var configuration = Configuration.tiny
      change(&configuration)
      do { try configuration.validate() } catch { return error }
      return nil
    }
    #expect(refused { $0.strips = 0 } == .range("strips", 0, 1...256))
    #expect(refused { $0.packing = 3 } == .range("packing", 3, 1...2))
    #expect(refused { $0.columns = 129 } == .range("columns · packing", 258, 1...256))
    #expect(refused { $0.accumulatorWidth = 15 } == .range("accumulatorWidth", 15, 16...32))
    #expect(refused { $0.maximumDepth = 1025 } == .range("maximumDepth", 1025, 1...1024))
    #expect(refused { $0.busWidth = 96 } == .powerOfTwo("busWidth", 96))
    #expect("\(ConfigurationError.powerOfTwo("busWidth", 96))" == "busWidth is 96: give a power of two")
  }
}
