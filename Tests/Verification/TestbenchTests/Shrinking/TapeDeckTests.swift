import Foundation
import Testing

@testable import Testbench

@Suite struct TapeDeckTests {
  /// One draw of each kind.
  private func draws(_ random: inout Xoshiro256) -> [Int] {
    var other = random.fork()
    return [
      Int(truncatingIfNeeded: random.next()), random.integer(below: 1000), random.integer(in: -50...70),
      random.integer(in: 7...9), random.happens(0.5) ? 1 : 0, random.unsigned(bits: 13), random.signed(bits: 9),
      random.signed(bits: 64), Int(truncatingIfNeeded: random.operand(bits: 64)), other.integer(below: 100),
      random.integer(in: Int.min...Int.max),
    ]
  }

  @Test func `A generator of the standard library that is passed one is recorded too`() {
    let recorder = TapeDeck()
    var (free, recorded) = (Seed(4).generator("draws"), Seed(4, recorder).generator("draws"))
    let expected = (0..<50).map { _ in Int.random(in: 0..<1_000_000, using: &free) }
    #expect((0..<50).map { _ in Int.random(in: 0..<1_000_000, using: &recorded) } == expected)
    var replayed = Seed(9, TapeDeck(replaying: recorder.tapes)).generator("draws")
    #expect((0..<50).map { _ in Int.random(in: 0..<1_000_000, using: &replayed) } == expected)
  }

  @Test func `A recorded generator gives what a free one gives, and the tapes give it again`() {
    for value in 0..<200 as Range<UInt64> {
      let recorder = TapeDeck()
      var free = Seed(value).derived("test").generator("draws")
      var recorded = Seed(value, recorder).derived("test").generator("draws")
      let expected = draws(&free)
      // A fork of a recorded generator is seeded alike.
      #expect(draws(&recorded) == expected)
      var replayed = Seed(99, TapeDeck(replaying: recorder.tapes.trimmed)).derived("test").generator("draws")
      #expect(draws(&replayed) == expected)
    }
  }

  @Test func `An empty tape gives the simplest of everything`() {
    let deck = TapeDeck(replaying: DrawTapes())
    var random = Seed(5, deck).derived("test").generator("draws")
    #expect(draws(&random) == [0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0])
    #expect(deck.used["draws"] == 11)
    #expect(deck.tapes.trimmed == DrawTapes())
    #expect(!deck.isExhausted)
  }

  @Test func `A draw that waits for another number than 0 ends`() {
    let deck = TapeDeck(replaying: DrawTapes())
    var random = Seed(5, deck).generator("draws")
    while random.next() == 0 {}
    #expect(deck.isExhausted)
  }

  @Test func `Entries out of range become values in range`() {
    let wild: [UInt64] = [.max, 0, 1 << 63, 12345]
    for entry in wild {
      let deck = TapeDeck(replaying: DrawTapes(["/draws": [UInt64](repeating: entry, count: 20)]))
      var random = Seed(5, deck).generator("draws")
      #expect((0..<10).contains(random.integer(below: 10)))
      #expect((-5...3).contains(random.integer(in: -5...3)))
      #expect((7...9).contains(random.integer(in: 7...9)))
      #expect((-8...7).contains(random.signed(bits: 4)))
      #expect((0...15).contains(random.unsigned(bits: 4)))
    }
  }

  @Test(arguments: [0, 1, -1, 2, -2, 1000, -1000, Int64.max, .min, .max - 1, .min + 1])
  func `Numbers with a sign survive, small ones as small entries`(value: Int64) {
    #expect(signedValue(of: entry(of: value)) == value)
    if value.magnitude <= 1000 { #expect(entry(of: value) <= 2 * value.magnitude) }
  }

  @Test func `Tapes go by name, whatever the order of the generators`() {
    let recorder = TapeDeck()
    let seed = Seed(1, recorder).derived("bench", index: 3)
    var (first, second) = (seed.generator("a"), seed.generator("b", index: 2))
    let values = [first.next(), second.next()]
    #expect(recorder.tapes == DrawTapes(["a": [values[0]], "b#2": [values[1]]]))
    let again = Seed(2, TapeDeck(replaying: recorder.tapes)).derived("other name")
    var (third, fourth) = (again.generator("b", index: 2), again.generator("a"))
    #expect([fourth.next(), third.next()] == values)
  }

  @Test func `A copy of a generator goes on from where it was made`() {
    let deck = TapeDeck(replaying: DrawTapes(["/a": [4, 5, 6]]))
    var first = Seed(1, deck).generator("a")
    _ = first.next()
    var second = first
    #expect([first.next(), first.next(), second.next()] == [5, 6, 5])
    #expect(first != second)
  }

  @Test func `A seed is equal to itself with a deck, and its JSON has none`() throws {
    #expect(Seed(7, TapeDeck()) == Seed(7))
    #expect(String(decoding: try JSONEncoder().encode(Seed(7, TapeDeck())), as: UTF8.self) == "\"0x0000000000000007\"")
  }

  @Test func `Tapes are kept as text`() throws {
    let tapes = DrawTapes(["items": [0, 255, .max], "empty": []])
    let text = try JSONEncoder().encode(tapes)
    #expect(try JSONDecoder().decode(DrawTapes.self, from: text) == tapes)
    for wrong in ["{\"a\": \"1 x\"}", "{\"a\": \"-1\"}", "{\"a\": \"+1\"}", "{\"a\": \"10000000000000000\"}", "[1]"] {
      #expect(throws: DecodingError.self) { try JSONDecoder().decode(DrawTapes.self, from: Data(wrong.utf8)) }
    }
    #expect(DrawTapes(["a": [0, 1, 0, 0], "b": [0, 0]]).trimmed == DrawTapes(["a": [0, 1]]))
    #expect(tapes.count == 3)
  }

  @Test(arguments: StreamBenchTests.profiles)
  func `A run on a recorder is the same run, and so is its replay`(stalls: StallProfile) throws {
    let free = try fifoBench(100, seed: 11, stalls: stalls).run(on: SoftwareFIFO(.corrupts(70)))
    let recorder = TapeDeck()
    let recorded = try fifoBench(100, seed: Seed(11, recorder), stalls: stalls).run(on: SoftwareFIFO(.corrupts(70)))
    let deck = TapeDeck(replaying: recorder.tapes.trimmed)
    let replayed = try fifoBench(100, seed: Seed(12, deck), stalls: stalls).run(on: SoftwareFIFO(.corrupts(70)))
    for var result in [recorded, replayed] {
      result.seconds = free.seconds
      result.seed = free.seed
      #expect(result == free)
    }
    #expect([.never, .mixed].contains(stalls) || recorder.tapes.entries["stalls of pop"]?.contains(1) == true)
  }
}
