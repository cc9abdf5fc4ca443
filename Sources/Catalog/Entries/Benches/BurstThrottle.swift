import Testbench

/// Random back-pressure in bursts: for 16 to 79 cycles one side of a stream moves at a rate between never and always, then at
/// another one.
struct BurstThrottle {
  private var remaining = 0
  private var rate = 0

  /// Whether the side moves in this cycle.
  mutating func moves(_ random: inout Xoshiro256) -> Bool {
    if remaining == 0 {
      remaining = 16 + random.integer(below: 64)
      rate = [0, 1, 4, 7, 8, 8][random.integer(below: 6)]
    }
    remaining -= 1
    return random.integer(below: 8) < rate
  }
}
