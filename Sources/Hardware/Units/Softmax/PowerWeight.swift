import Golden
import HDL

/// 2^−(reference − exponent) in fixed point: a word of a table for the fraction of the distance, shifted down by its whole part
/// and rounded once to nearest, ties to even; 0 for what is not kept.
struct PowerWeight: FixedLatencyGenerator {
  /// Bits of an exponent, two's complement.
  let exponentWidth: Int
  /// Bits of a reference, two's complement.
  let referenceWidth: Int
  /// Bits of the greatest distance.
  let distanceWidth: Int
  /// Bits of an exponent below the point; a reference has none.
  let exponentFractionBits: Int
  /// Bits of a weight below the point.
  let weightFractionBits: Int

  struct Ports {
    let exponent, reference: Input<SInt>
    let isKept: Input<Bit>
    let weight: Output<UInt>
  }

  var ports: Ports {
    Ports(
      exponent: .init(exponentWidth, "The exponent, at most the reference"),
      reference: .init(referenceWidth, "The power of two that weighs 1"), isKept: .init("0 for a weight of 0"),
      weight: .init(weightFractionBits + 1, "The weight, at most 1"))
  }

  var documentation: String {
    "weight = 2^(exponent - reference) with \(weightFractionBits) bits below the point. Combinational."
  }

  var latency: Int { 0 }

  func build(_ io: Interior<Ports>, in m: Module) {
    let zeros = m.constant(0, width: exponentFractionBits, as: Bits.self)
    let distance = (concatenate(io.reference, zeros).asSigned - io.exponent).named("distance")
    let powers = m.rom("powers", UInt.self, width: weightFractionBits + 1, contents: .words(table))
    let power = powers.readAsync(at: distance[0..<exponentFractionBits].asUnsigned)
    let whole = distance[exponentFractionBits..<min(distanceWidth, distance.width)].asUnsigned
    io.weight <== mux(io.isKept, power.shiftedRightRounded(by: whole, "lowering", in: m), 0)
  }

  private var table: [Int] {
    let words = try? FunctionTables.decayingExponentials(
      indexBits: exponentFractionBits, fractionBits: weightFractionBits)
    guard let words else { preconditionFailure("the ranges of the parameters are within those of the table") }
    return words.map { Int($0) }
  }
}

extension UInt {
  /// The number shifted down by a signal, rounded once to nearest, ties to even. The shifter is an instance called `name`.
  func shiftedRightRounded(by amount: UInt, _ name: String, in m: Module) -> UInt {
    let shifted = (self << 2).shiftedRightSticky(by: amount, name, in: m)
    let floor = shifted[2..<shifted.width].asUnsigned
    return floor &+ (shifted[1] & (shifted[0] | floor[0])).asUnsigned
  }
}
