import HDL

/// Shifts a number down by a variable count of bits; the lowest bit of the result also stands for all that was lost.
struct StickyShifter: FixedLatencyGenerator {
  /// Bits of the number.
  let width: Int
  /// Bits of the count.
  let amountWidth: Int

  struct Ports {
    let value, amount: Input<UInt>
    let result: Output<UInt>
  }

  var ports: Ports {
    Ports(
      value: .init(width, "The number"), amount: .init(amountWidth, "By how many bits"),
      result: .init(width, "The number shifted; bit 0 is also 1 when a 1 was shifted out"))
  }

  var documentation: String { "Right shift of \(width) bits that keeps whether anything was lost. Combinational." }

  var latency: Int { 0 }

  func build(_ io: Interior<Ports>, in m: Module) {
    var value = io.value
    var isLost: Bit = 0
    // From the longest shift to the shortest, which every step but the last leaves room for.
    let steps = min(bits(for: width - 1), amountWidth)
    for step in (0..<steps).reversed() {
      let count = 1 << step
      let shifts = io.amount[step]
      isLost = (isLost | shifts & value[0..<count].any).named("is_lost_\(count)")
      value = mux(shifts, value >> count, value).named("shifted_\(count)")
    }
    if amountWidth > steps {
      let isAll = io.amount[steps..<amountWidth].any.named("is_all_lost")
      isLost = mux(isAll, io.value.any, isLost)
      value = mux(isAll, 0, value)
    }
    io.result <== concatenate(value[1..<width], value[0] | isLost).asUnsigned
  }
}

extension UInt {
  /// Shifted down by a signal; the lowest bit of the result also stands for all that was lost. The shifter is an instance
  /// called `name`.
  func shiftedRightSticky(by amount: UInt, _ name: String, in m: Module) -> UInt {
    let shifter = m.instance(StickyShifter(width: width, amountWidth: amount.width), name)
    shifter.value <== self
    shifter.amount <== amount
    return shifter.result
  }
}
