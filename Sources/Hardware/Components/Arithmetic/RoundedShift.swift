import HDL

extension VectorSignal {
  /// The value at a width that may be less or greater than its own.
  package func fitted(to width: Int) -> Self { width < self.width ? truncated(to: width) : extended(to: width) }
}

extension SInt {
  /// The nearest multiple of 2^`count`, divided by it; ties to even.
  package func roundedRight(by count: Int) -> SInt {
    let wide = extended(to: max(width, count) + 2)
    let odd = concatenate(Bit(0), wide[count]).asSigned
    let half = wide &+ SInt(1 << (count - 1) - 1)
    return (half &+ odd.extended(to: wide.width)) >> count
  }

  /// The same for a signal; 0 for counts beyond the width.
  package func roundedRight(by count: UInt) -> SInt {
    let full = width + 2
    let greatest = width + 1
    let limited =
      bits(for: greatest) < count.width
      ? mux(count .> UInt(greatest), UInt(greatest), count).truncated(to: bits(for: greatest))
      : bits(for: greatest) == count.width ? mux(count .> UInt(greatest), UInt(greatest), count) : count
    let wide = extended(to: full)
    let shifted = wide >> limited
    let half = ((UInt(1).extended(to: full) &<< limited) >> 1).extended(to: full).asSigned
    let added = mux(shifted[0], half, half &- 1)
    return ((wide &+ mux(limited .== 0, 0, added)) >> limited).truncated(to: width)
  }
}
