import Golden
import HDL
import NumberFormats

/// 2^−distance in fixed point: a word of a table for the fraction of the distance, shifted down by its whole part and rounded once
/// to nearest, ties to even; 0 for what is not kept.
struct DistanceWeight: FixedLatencyGenerator {
  /// Bits of a distance below the point.
  let exponentFractionBits: Int
  /// Bits of a weight below the point.
  let weightFractionBits: Int

  struct Ports {
    let distance: Input<UInt>
    let isKept: Input<Bit>
    let weight: Output<UInt>
  }

  var ports: Ports {
    Ports(
      distance: .init(exponentFractionBits + BFloat16LogSumExpSoftmax.exponentIntegerBits, "The distance"),
      isKept: .init("0 for a weight of 0"), weight: .init(weightFractionBits + 1, "The weight, at most 1"))
  }

  var documentation: String {
    "weight = 2^-distance with \(weightFractionBits) bits below the point. Combinational."
  }

  var latency: Int { 0 }

  func build(_ io: Interior<Ports>, in m: Module) {
    let table = try? FunctionTables.decayingExponentials(
      indexBits: exponentFractionBits, fractionBits: weightFractionBits)
    guard let table else { preconditionFailure("the ranges of the parameters are within those of the table") }
    let powers = m.rom("powers", UInt.self, width: weightFractionBits + 1, contents: .words(table.map { Int($0) }))
    let power = powers.readAsync(at: io.distance[0..<exponentFractionBits].asUnsigned)
    let whole = io.distance[exponentFractionBits..<io.distance.width].asUnsigned
    io.weight <== mux(io.isKept, power.shiftedRightRounded(by: whole, "lowering", in: m), 0)
  }
}

/// 2^−exponent in bfloat16, the fraction from a table, rounded once to nearest; +0 where it is below the normal numbers.
struct NegativePower: FixedLatencyGenerator {
  /// Bits of the exponent.
  let exponentWidth: Int
  /// Bits of it below the point.
  let exponentFractionBits: Int

  struct Ports {
    let exponent: Input<UInt>
    let power: Output<FloatingNumber>
  }

  var ports: Ports {
    Ports(
      exponent: .init(exponentWidth, "The exponent without its sign"),
      power: .init(shape: .bfloat16, "The power, at most 1"))
  }

  var documentation: String { "power = 2^-exponent in bfloat16. Combinational." }

  var latency: Int { 0 }

  func build(_ io: Interior<Ports>, in m: Module) {
    guard let table = try? FunctionTables.exponentialFractions(indexBits: exponentFractionBits) else {
      preconditionFailure("the ranges of the parameters are within those of the table")
    }
    let fractions = m.rom("fractions", UInt.self, width: 8, contents: .words(table.map { Int($0) }))
    // The exponent field and its fraction: the bias less the exponent.
    let bias = Minifloat.bfloat16.bias << exponentFractionBits
    let field = (UInt(bias).extended(to: io.exponent.width) - io.exponent).named("field")
    let whole = field[exponentFractionBits..<(exponentFractionBits + 7)]
    let fraction = fractions.readAsync(at: field[0..<exponentFractionBits].asUnsigned)
    // A fraction that rounds up to 1 carries into the exponent.
    let code =
      (concatenate(Bit(0), whole, m.constant(0, width: 7, as: Bits.self)).asUnsigned &+ fraction.extended(to: 15))
      .named("code")
    let isNormal = (code[7..<15].any & !(io.exponent .> UInt(bias))).named("is_normal")
    io.power <== FloatingNumber(concatenate(Bit(0), code.asBits.kept(when: isNormal)), as: .bfloat16)
  }
}
