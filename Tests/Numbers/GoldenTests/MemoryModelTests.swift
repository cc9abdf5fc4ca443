import Golden
import Testing

@Suite struct MemoryModelTests {
  @Test func `Words are known bit by bit`() {
    var memory = MemoryModel(width: 8, depth: 2, lanes: 2)
    #expect(memory.bits(ofLanes: 0b10) == 0xF0)
    memory.store([.init(address: 1, data: 0xAB, mask: 0xF0)])
    #expect(memory.read(1, after: .unknown, during: []) == .init(bits: 0xA0, known: 0xF0))
    #expect(memory.read(0, after: .unknown, during: []) == .unknown)
  }

  @Test func `A read gives the old word, the new one, or the last one`() {
    var memory = MemoryModel(width: 8, depth: 2, lanes: 1)
    memory.store([.init(address: 0, data: 1, mask: 255)])
    let write = MemoryModel.Write(address: 0, data: 2, mask: 255)
    let last = MemoryModel.Word(bits: 9, known: 255)
    #expect(memory.read(0, after: last, during: [(write, .oldData)]).bits == 1)
    #expect(memory.read(0, after: last, during: [(write, .newData)]).bits == 2)
    #expect(memory.read(0, after: last, during: [(write, .noChange)]) == last)
    let elsewhere = MemoryModel.Write(address: 1, data: 2, mask: 255)
    #expect(memory.read(0, after: last, during: [(elsewhere, .newData)]).bits == 1)
    #expect(memory.read(0, after: last, during: [(elsewhere, .noChange)]) == last)
    let nothing = MemoryModel.Write(address: 0, data: 2, mask: 0)
    #expect(memory.read(0, after: last, during: [(nothing, .noChange)]).bits == 1)
  }

  @Test func `Of two writes to one bit the later one counts`() {
    let memory = MemoryModel(width: 8, depth: 2, lanes: 2)
    let writes = memory.effective([
      .init(address: 1, data: 0x11, mask: 0xFF), .init(address: 1, data: 0x22, mask: 0x0F),
      .init(address: 0, data: 0x33, mask: 0xFF),
    ])
    #expect(writes.map(\.mask) == [0xF0, 0x0F, 0xFF])
  }

  @Test func `Credits and places are counted`() {
    var credits = CreditModel(total: 2)
    credits.clock(sends: true, returns: false)
    credits.clock(sends: true, returns: true)
    #expect((credits.available, credits.spent) == (1, 1))
    var queue = QueueModel(capacity: 2)
    queue.clock(comes: 5, leaves: false)
    queue.clock(comes: 6, leaves: false)
    #expect(!queue.hasRoom)
    queue.clock(comes: 7, leaves: true)
    #expect(queue.items == [6, 7])
  }
}
