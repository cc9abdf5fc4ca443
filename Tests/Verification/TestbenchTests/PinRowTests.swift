import Engine
import Netlist
import Testing

@testable import Testbench

@Suite struct PinRowTests {
  /// Pins one behind the other in memory, as a Verilated model has them, with a gap before the last.
  final class Memory {
    let shape: RowShape
    private(set) var pins: [Pin] = []
    private let storage = UnsafeMutableRawPointer.allocate(byteCount: 4096, alignment: 64)

    init(_ widths: [Int]) {
      shape = RowShape(widths.enumerated().map { PortShape(name: "p\($0)", direction: .input, width: $1) })
      storage.initializeMemory(as: UInt8.self, repeating: 0, count: 4096)
      var offset = 0
      for (index, width) in widths.enumerated() {
        if index == widths.count - 1 { offset += 16 }
        let bytes = Pin.byteCount(width: width)
        let unit = min(bytes, width > 64 ? 4 : 8)
        offset = (offset + unit - 1) / unit * unit
        pins.append(Pin(storage: storage + offset, width: width, isSigned: false))
        offset += bytes
      }
    }

    deinit { storage.deallocate() }

    /// What the pins hold, read one by one.
    var words: [UInt64] {
      pins.flatMap { pin in
        (0..<(pin.width + 63) / 64).map { word in
          UInt64(pin[word: 2 * word]) | (2 * word + 1 < pin.wordCount ? UInt64(pin[word: 2 * word + 1]) << 32 : 0)
        }
      }
    }

    func withRow<Result>(_ body: (PinRow) throws -> Result) rethrows -> Result {
      let row = PinRow(copying: PinRun.runs(shape, pins))
      defer { row.deallocate() }
      return try body(row)
    }
  }

  static let widths = [8, 8, 8, 5, 5, 1, 16, 16, 9, 32, 32, 31, 64, 64, 33, 65, 128, 129, 96, 1, 1]

  @Test func `Neighbours of one width make one run`() {
    let memory = Memory(Self.widths)
    let runs = PinRun.runs(memory.shape, memory.pins)
    #expect(runs.map(\.count).reduce(0, +) == memory.shape.wordCount)
    #expect(runs.prefix(3).map(\.count) == [3, 2, 1])
    // The gap keeps the last pin apart from its neighbour of the same width.
    #expect(runs.suffix(2).map(\.count) == [1, 1])
  }

  @Test func `Rows of all widths are stored, loaded and told apart to the bit`() {
    let memory = Memory(Self.widths)
    let (masks, count) = (memory.shape.masks, memory.shape.wordCount)
    var random = Xoshiro256(seed: 7)
    memory.withRow { row in
      for _ in 0..<50 {
        let noisy = (0..<count).map { _ in random.next() }
        let clean = zip(noisy, masks).map { $0 & $1 }
        row.store(noisy)
        #expect(memory.words == clean)
        var loaded = [UInt64](repeating: .max, count: count)
        row.load(into: &loaded)
        #expect(loaded == clean)
        #expect(row.difference(from: clean) == 0)
        for word in 0..<count {
          let bit: UInt64 = 1 << UInt64(random.integer(below: 64 - masks[word].leadingZeroBitCount))
          var other = clean
          other[word] ^= bit
          #expect(row.difference(from: other) == bit)
          var care = masks
          #expect(row.difference(from: other, care: care) == bit)
          care[word] ^= bit
          #expect(row.difference(from: other, care: care) == 0)
        }
      }
    }
  }

  @Test func `Noise stays within the fields and reaches all of their bits`() {
    let memory = Memory(Self.widths)
    var random = Xoshiro256(seed: 7)
    var seen = [UInt64](repeating: 0, count: memory.shape.wordCount)
    memory.withRow { row in
      for _ in 0..<100 {
        row.scramble(&random)
        for (index, word) in memory.words.enumerated() { seen[index] |= word }
      }
    }
    #expect(seen == memory.shape.masks)
  }

  @Test func `A port stores and recognises a row among others`() throws {
    let fifo = SoftwareFIFO()
    let port = try StreamPort(fifo, "push")
    let masks = port.shape.payload.masks
    let words: [UInt64] = [1, 2, 3, 4]
    #expect(masks.count == 2)
    port.store(words, from: 2)
    #expect(port.payload.map(\.unsigned) == [3, 4])
    #expect(port.holds(words, from: 2))
    #expect(!port.holds(words, from: 0))
    #expect(!port.holds(words, from: 1))
  }
}
