import Components
import Golden
import HDL

/// Rounds sums to codes by chance: a number between two codes becomes the upper one as often as it is near to it.
///
/// A code is |x| · 2^−`shift`, of which the first `noiseBits` bits that are cut off and a random number of as many bits are added;
/// a carry counts, the rest is dropped, and the sign comes back. So the mean of roundings is the number, for both signs alike. What is
/// beyond the codes saturates; what needs no rounding never changes.
///
/// Each lane has a shift register with a primitive polynomial of degree `degree`, which steps `noiseBits` times for each number, so
/// that no two numbers of a lane share a random bit. Codes equal ``/Golden/StochasticRoundingSource`` with its seed for each lane.
/// No clock edge lies between a number and its code; a word a clock. The published unit loses the sign of negative numbers.
public struct StochasticRounder: DefaultConfigurable {
  public var width = 44
  public var shift = 16
  public var outputWidth = 20
  public var noiseBits = 16
  public var degree = 32
  public var lanes = 1

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("width", \.width, in: 2...96, "Bits of a sum, in two's complement"),
    .integer("shift", \.shift, in: 1...64, "Bits that are cut off"),
    .integer("outputWidth", \.outputWidth, in: 2...32, "Bits of a code, in two's complement"),
    .integer("noiseBits", \.noiseBits, in: 1...32, "Bits of a random number"),
    .integer("degree", \.degree, in: 2...62, "Bits of a shift register"),
    .integer("lanes", \.lanes, in: 1...64, "Sums a clock"),
  ]

  /// Sums in, codes out.
  public typealias Ports = StreamPorts<Vector<SInt>, Vector<SInt>>

  public var ports: Ports {
    Ports(
      push: .init(max(1, lanes), of: max(1, width), "Sums, the first one in the low bits"),
      pop: .init(max(1, lanes), of: max(1, outputWidth), "Their codes"))
  }

  public var documentation: String {
    """
    Stochastic rounding of \(lanes) sum(s) of \(width) bits by \(shift) places to codes of \(outputWidth) bits, with \(noiseBits) random bits
    of a shift register of \(degree) bits each.
    """
  }

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require(
      noiseBits <= degree, "a register of \(degree) bits has no \(noiseBits) random bits",
      fix: "use a greater degree or fewer bits")
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let isTaken = m.wire("is_taken", Bit.self)
    let steps = io.push.take(when: isTaken).named("steps")
    isTaken.driver <== io.pop.ready
    io.pop.valid <== io.push.valid
    let taps = LFSR.primitivePolynomials[degree - 2].dropFirst()
    let codes = (0..<lanes).map { lane -> SInt in
      let seed = m.constant(
        Int(StochasticRoundingSource.seed(ofLane: lane, degree: degree)), width: degree, as: Bits.self)
      let state = m.register("state_\(lane)", Bits.self, width: degree, reset: seed)
      // Bit i holds the term i behind the oldest one.
      var terms = (0..<degree).map { state[$0] }
      for _ in 0..<noiseBits {
        terms = Array(terms.dropFirst()) + [taps.reduce(terms[0]) { $0 ^ terms[$1] }]
      }
      let next = concatenate(terms.reversed()).named("next_\(lane)")
      m.when(steps) { state.next <== next }
      let noise = next[degree - noiseBits..<degree].asUnsigned
      return rounded(io.push.payload[lane], noise, lane)
    }
    io.pop.payload <== Vector(codes)
  }

  private func rounded(_ sum: SInt, _ noise: UInt, _ lane: Int) -> SInt {
    let magnitude = mux(sum.isNegative, 0 &- sum.asUnsigned, sum.asUnsigned).named("magnitude_\(lane)")
    // As many bits below the code as the noise has.
    let aligned =
      shift >= noiseBits
      ? (magnitude >> (shift - noiseBits)).extended(to: max(width, noiseBits) + 1)
      : (magnitude << (noiseBits - shift)).extended(to: width + noiseBits + 1)
    let whole = ((aligned &+ noise.extended(to: aligned.width)) >> noiseBits).named("whole_\(lane)")
    let positive = concatenate(Bit(0), whole).asSigned
    return mux(sum.isNegative, 0 &- positive, positive).saturated(to: outputWidth)
  }
}
