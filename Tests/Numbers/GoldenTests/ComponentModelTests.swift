import Golden
import Testing

@Suite struct ComponentModelTests {
  @Test func `Words are counted, shifted and rotated as Swift does`() {
    let words = WordOperations(width: 8)
    for value in UInt8.min...UInt8.max {
      #expect(words.populationCount(UInt64(value)) == value.nonzeroBitCount)
      #expect(words.leadingZeroCount(UInt64(value)) == value.leadingZeroBitCount)
      for amount in 0..<10 {
        let word = UInt64(value)
        #expect(words.shifted(word, by: amount, left: true) == UInt64(value << amount))
        #expect(words.shifted(word, by: amount, left: false) == UInt64(value >> amount))
        let signed = UInt8(bitPattern: Int8(bitPattern: value) >> amount)
        #expect(words.shifted(word, by: amount, left: false, keepsSign: true) == UInt64(signed))
        let turn = amount % 8
        #expect(words.rotated(word, by: amount, left: true) == UInt64(value << turn | value >> (8 - turn)))
        #expect(words.rotated(word, by: amount, left: false) == UInt64(value >> turn | value << (8 - turn)))
      }
    }
  }

  @Test func `Divisions round towards zero, with the stated results by zero and on overflow`() {
    func divided(_ a: Int8, _ b: Int8) -> [Int8] {
      let result = IntegerDivision(
        UInt64(UInt8(bitPattern: a)), by: UInt64(UInt8(bitPattern: b)), width: 8, isSigned: true)
      return [result.quotient, result.remainder].map { Int8(truncatingIfNeeded: $0) }
    }
    #expect(divided(-7, 2) == [-3, -1])
    #expect(divided(7, -2) == [-3, 1])
    #expect(divided(-128, -1) == [-128, 0])
    #expect(divided(-5, 0) == [-1, -5])
    for a in Int8.min...Int8.max {
      for b in Int8.min...Int8.max where b != 0 && !(a == .min && b == -1) { #expect(divided(a, b) == [a / b, a % b]) }
    }
    let zero = IntegerDivision(9, by: 0, width: 4, isSigned: false)
    #expect(zero.quotient == 15 && zero.remainder == 9)
  }

  @Test func `Roots are the greatest whose squares fit`() {
    for number in UInt64(0)..<5000 {
      let root = integerSquareRoot(number)
      #expect(root * root <= number && (root + 1) * (root + 1) > number)
    }
    #expect(integerSquareRoot(.max) == UInt64(UInt32.max))
  }

  @Test func `Counters wrap or stay at their ends`() {
    var wrapping = CounterModel(limit: 2, wraps: true)
    var staying = CounterModel(limit: 2, wraps: false)
    var seen: [[Int]] = []
    for step in 0..<6 {
      seen.append([wrapping.value, staying.value])
      wrapping.clock(step: true, down: step > 3, clear: false)
      staying.clock(step: true, down: step > 3, clear: false)
    }
    #expect(seen == [[0, 0], [1, 1], [2, 2], [0, 2], [1, 2], [0, 1]])
    #expect([wrapping.value, staying.value] == [2, 0])
    wrapping.clock(step: true, down: false, clear: true)
    #expect(wrapping.value == 0)
  }

  @Test func `Packets are cut into beats`() {
    let beats = PacketBeats([1, 2, 3, 4, 5], lanes: 3)
    #expect(beats.beats == [[1, 2, 3], [4, 5]])
    #expect(beats.words(itemWidth: 8) == [[0x030201, 0b111, 0], [0x0504, 0b011, 1]])
    #expect(packed([0x1_2345_6789, 0x1F], width: 33) == [0x3F_2345_6789, 0])
    #expect(packed([UInt64.max, 1], width: 64) == [.max, 1])
  }
}
