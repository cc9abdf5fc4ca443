import Foundation
import NumberFormats
import TestFiles

/// The digests that `Tests/Reference/format_vectors.py` computed with exact fractions, ml_dtypes and numpy.
struct FormatVectors: Decodable {
  struct FixedPoint: Decodable {
    var integerBits, fractionBits: Int
    var isSigned: Bool
    var mode: String
    var wraps: Bool
    var digest: String

    init(from decoder: any Decoder) throws {
      var row = try decoder.unkeyedContainer()
      integerBits = try row.decode(Int.self)
      fractionBits = try row.decode(Int.self)
      isSigned = try row.decode(Bool.self)
      mode = try row.decode(String.self)
      wraps = try row.decode(Bool.self)
      digest = try row.decode(String.self)
    }
  }

  var decode, convert, pairs, operations: [String: String]
  var fixedPoint: [FixedPoint]

  static func load() throws -> FormatVectors { try Checkout.vectors("formats.json", as: FormatVectors.self) }

  static let rules: [String: RoundingRule] = [
    "nearestEven": .nearestEven, "nearestAway": .nearestAway, "towardZero": .towardZero, "down": .down, "up": .up,
  ]

  /// The formats under the names of the vectors.
  static func formats() throws -> [String: Minifloat] {
    [
      "bfloat16": .bfloat16, "float16": .float16, "float16 flushed": .float16Flushed, "float8_e4m3fn": .float8E4M3,
      "float8_e5m2": .float8E5M2, "float6_e2m3fn": .float6E2M3, "float6_e3m2fn": .float6E3M2,
      "float4_e2m1fn": .float4E2M1,
      "bfloat16 kept": try Minifloat(exponentBits: 8, fractionBits: 7),
      "float8_e4m3": try Minifloat(exponentBits: 4, fractionBits: 3),
      "float8_e3m4": try Minifloat(exponentBits: 3, fractionBits: 4),
      "float8_e4m3fnuz": try Minifloat(exponentBits: 4, fractionBits: 3, bias: 8, specials: .negativeZeroIsNaN),
      "float8_e5m2fnuz": try Minifloat(exponentBits: 5, fractionBits: 2, bias: 16, specials: .negativeZeroIsNaN),
      "float8_e4m3b11fnuz": try Minifloat(exponentBits: 4, fractionBits: 3, bias: 11, specials: .negativeZeroIsNaN),
    ]
  }
}

/// FNV-1a with one step a code, as the reference makes it.
struct Digest {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325
  mutating func add(_ code: UInt64) { state = (state ^ code) &* 0x100_0000_01B3 }
  var text: String { String(state) }
}

/// SplitMix64, as the reference has it.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
