import Testbench

/// How eager one side of a stream is, in times of different moods: it may do nothing for long, or all it can.
struct Mood {
  private var rest = 0
  private var eagerness = 0

  /// Whether the side acts in this clock.
  mutating func acts(_ random: inout Xoshiro256) -> Bool {
    if rest == 0 {
      rest = 16 + random.integer(below: 64)
      eagerness = [0, 1, 4, 7, 8, 8][random.integer(below: 6)]
    }
    rest -= 1
    return random.integer(below: 8) < eagerness
  }
}
