import Components
import HDL
import NumberFormats

/// 1 / √n of an integer as a floating point number, rounded once to nearest, ties to even: a bit of the root in each clock.
///
/// The root r of m = n · 4^k, which has its highest 1 in one of the two highest places, is the greatest number with r² · m at
/// most a power of two: it is found bit by bit from above, with r² · m and r · m kept beside it. What is left then decides the
/// rounding. Latency `cycles`; the next number is taken two clocks later.
struct ReciprocalRoot {
  /// The format of the result.
  static let format = Minifloat.bfloat16Extended

  /// Bits of the root: the significand, one that decides the rounding, and one for the root of the least number.
  static let rootBits = format.significandBits + 2

  /// Clocks from a number to its root.
  static let cycles = rootBits + 2

  /// Bits of n, an even number.
  let width: Int

  /// The stream of roots, with what `keep` picks of each item.
  func roots<T: SignalBundle, V: SignalBundle>(
    of items: Stream<T>, _ number: (T) -> UInt, in m: Module, keeping keep: (T) -> V
  ) -> Stream<RootResult<V>> {
    let isWorking = m.register("root_is_working", Bit.self, reset: 0)
    let isDone = m.register("root_is_done", Bit.self, reset: 0)
    let ready = m.wire("root_is_taken", Bit.self)
    let starts = items.take(when: !isWorking & !isDone).named("root_starts")
    let place = m.register("root_place", UInt.self, width: bits(for: Self.rootBits - 1), reset: 0)
    let isLastStep = (place .== 0).named("root_ends")

    let value = number(items.payload)
    let counter = m.instance(LeadingZeroCounter(width: width), "root_zeros")
    counter.value <== value.asBits
    // An even shift is one of the exponent of the root.
    let pairs = counter.count[1..<counter.count.width].asUnsigned
    let shift = concatenate(pairs, Bit(0)).asUnsigned
    let radicand = m.register("radicand", value &<< shift, when: starts)
    let exponent = m.register("root_shift", pairs, when: starts)
    let kept = m.register("root_item", keep(items.payload), when: starts)

    // r, r · m and r² · m; the limit is 2^(width + 2 · (rootBits − 2)), and what reaches it has one bit more.
    let limitBits = width + 2 * (Self.rootBits - 2)
    let root = m.register("root", UInt.self, width: Self.rootBits)
    let product = m.register("root_product", UInt.self, width: width + Self.rootBits)
    let square = m.register("root_square", UInt.self, width: limitBits + 1)
    // (r + 2^b)² · m = r² · m + 2^(b + 1) · r · m + 2^2b · m
    let wide = limitBits + 4
    let step = (product.extended(to: wide) &<< 1) &+ (radicand.extended(to: wide) &<< place)
    let next = (square.extended(to: wide) &+ (step &<< place)).named("next_square")
    let limit = (m.constant(1, width: 1, as: UInt.self) << limitBits).extended(to: wide)
    let fits = (next .<= limit).named("root_bit")

    m.when(starts) {
      isWorking.next <== 1
      place.next <== UInt(Self.rootBits - 1)
      root.next <== 0
      product.next <== 0
      square.next <== 0
    }
    .otherwise(when: isWorking) {
      m.when(fits) {
        root.next <== concatenate(root[0..<(Self.rootBits - 1)], Bit(1)).asUnsigned
        product.next <== product &+ (radicand.extended(to: product.width) &<< place)
        square.next <== next.truncated(to: square.width)
      }
      .otherwise { root.next <== concatenate(root[0..<(Self.rootBits - 1)], Bit(0)).asUnsigned }
      place.next <== place &- 1
      m.when(isLastStep) {
        isWorking.next <== 0
        isDone.next <== 1
      }
    }
    .otherwise(when: ready) { isDone.next <== 0 }

    let isExact = square.extended(to: wide) .== limit
    // The highest bit of the root weighs 2^(1 − width / 2) for the radicand.
    let bias = Self.format.bias + 1 - width / 2
    let exact = UnroundedNumber(
      sign: 0, exponent: exponent.plus(bias, greatest: width / 2).named("root_exponent"),
      magnitude: concatenate(root, !isExact).asUnsigned, isNaN: nil, isInfinite: nil)
    let scale = exact.normalized(for: Self.format, in: m).rounded(to: Self.format, in: m)
    return Stream(valid: isDone, payload: RootResult(scale: scale, item: kept), ready: ready.driver)
  }
}

/// A root with what it belongs to.
struct RootResult<Item: SignalBundle>: SignalBundle {
  let scale: FloatingNumber
  let item: Item
}
