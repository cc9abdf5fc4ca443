import Engine
import Testing

@Suite struct PinTests {
  @Test(arguments: [1, 7, 8, 9, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 512])
  func `A stored number comes back within the width`(width: Int) {
    let bytes = Pin.byteCount(width: width)
    let storage = UnsafeMutableRawPointer.allocate(byteCount: bytes + 8, alignment: 8)
    defer { storage.deallocate() }
    storage.initializeMemory(as: UInt8.self, repeating: 0xA5, count: bytes + 8)
    let pin = Pin(storage: storage, width: width, isSigned: true)

    for value: Int64 in [0, 1, -1, .min, .max, 0x1234_5678_9ABC_DEF0] {
      pin.signed = value
      let unused = Int64(max(0, 64 - width))
      let kept = (value << unused) >> unused
      #expect(pin.signed == kept)
      let fill: UInt32 = value < 0 ? .max : 0
      for word in 0..<pin.wordCount {
        let used = min(32, width - 32 * word)
        let mask: UInt32 = used == 32 ? .max : (1 << UInt32(used)) - 1
        let expected = word < 2 ? UInt32(truncatingIfNeeded: value >> Int64(32 * word)) : fill
        #expect(pin[word: word] == expected & mask, "word \(word) of \(value)")
      }
    }
    for word in 0..<pin.wordCount { pin[word: word] = 0xDEAD_BEEF }
    #expect(pin[word: 0] == (width < 32 ? 0xDEAD_BEEF & ((1 << UInt32(width)) - 1) : 0xDEAD_BEEF))
    for guardByte in bytes..<bytes + 8 {
      #expect(storage.load(fromByteOffset: guardByte, as: UInt8.self) == 0xA5, "a store wrote past the port")
    }
  }
}
