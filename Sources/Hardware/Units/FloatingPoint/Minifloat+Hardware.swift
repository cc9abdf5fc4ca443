import HDL
import NumberFormats

extension Minifloat {
  /// Bits of a significand: the fraction and the bit before the binary point.
  var significandBits: Int { fractionBits + 1 }

  /// The code of an infinity without its sign; nil where the format has none.
  var infinityCode: UInt64? { specials == .ieee ? greatestFiniteCode + 1 : nil }
}

extension ParameterCheck {
  /// Requires a format that the floating point units compute in.
  mutating func require(_ name: String, _ format: Minifloat) {
    require("\(name).exponentBits", format.exponentBits, in: 2...8)
    require("\(name).fractionBits", format.fractionBits, in: 1...23)
    // The least product is then not coarser than the last place of a result.
    require("\(name).bias", format.bias, in: max(-1022, 1 - format.fractionBits)...1022)
  }
}
