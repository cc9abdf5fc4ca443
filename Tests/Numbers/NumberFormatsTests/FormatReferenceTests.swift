import NumberFormats
import Testing

/// Formats against ml_dtypes, numpy and exact fractions, over all codes.
@Suite struct FormatReferenceTests {
  let vectors: FormatVectors
  let formats: [String: Minifloat]

  init() throws {
    vectors = try .load()
    formats = try FormatVectors.formats()
  }

  @Test func `Every code of every format is decoded as the reference does`() throws {
    #expect(vectors.decode.count == formats.count)
    for (name, digest) in vectors.decode {
      let format = try #require(formats[name])
      var found = Digest()
      for code in 0...format.codeMask {
        let value = format.value(of: code)
        found.add(value == .notANumber ? 0x7FF8_0000_0000_0000 : value.doubleValue.bitPattern)
      }
      #expect(found.text == digest, "\(name)")
    }
  }

  @Test func `Every 16-bit number is rounded into every format, by every rule, as the reference does`() throws {
    #expect(vectors.convert.count == 41)
    for source in ["bfloat16 kept", "float16"] {
      let from = try #require(formats[source])
      let values = (0...from.codeMask).map { from.value(of: $0) }
      for (name, format) in formats {
        for (mode, rule) in FormatVectors.rules {
          guard let digest = vectors.convert["\(source) to \(name) \(mode)"] else { continue }
          var found = Digest()
          for value in values { found.add(format.code(for: value, rounding: rule, overflow: .standard)) }
          #expect(found.text == digest, "\(source) to \(name) \(mode)")
        }
      }
    }
  }

  @Test func `All pairs of 8-bit numbers are added, multiplied and divided as the reference does`() throws {
    #expect(vectors.pairs.count == 12)
    for (name, format) in formats {
      guard let sums = vectors.pairs["\(name) add"] else { continue }
      let products = try #require(vectors.pairs["\(name) multiply"])
      let quotients = try #require(vectors.pairs["\(name) divide"])
      var (sum, product, quotient) = (Digest(), Digest(), Digest())
      for a in 0...format.codeMask {
        for b in 0...format.codeMask {
          sum.add(format.add(a, b))
          product.add(format.multiply(a, b))
          quotient.add(format.divide(a, b))
        }
      }
      #expect(sum.text == sums, "\(name)")
      #expect(product.text == products, "\(name)")
      #expect(quotient.text == quotients, "\(name)")
    }
  }

  @Test(arguments: ["bfloat16", "float16", "bfloat16 kept"])
  func `Random operands of 16 bits give what exact fractions give, by every rule`(name: String) throws {
    let format = try #require(formats[name])
    var random = SplitMix(state: 20_261_129)
    var triples: [(UInt64, UInt64, UInt64)] = []
    for index in 0..<6000 {
      let a = random.next() & 0xFFFF
      var (b, c) = (random.next() & 0xFFFF, random.next() & 0xFFFF)
      if index & 1 == 1 {
        b = (a & 0x7F80) ^ (b & 0x81FF)
        c = (0x3F80 + (c & 0x80FF)) & 0xFFFF
      }
      triples.append((a, b, c))
    }
    for (mode, rule) in FormatVectors.rules {
      var (sum, product, quotient, fused) = (Digest(), Digest(), Digest(), Digest())
      for (a, b, c) in triples {
        sum.add(format.add(a, b, rounding: rule))
        product.add(format.multiply(a, b, rounding: rule))
        quotient.add(format.divide(a, b, rounding: rule))
        fused.add(format.fusedMultiplyAdd(a, b, c, rounding: rule))
      }
      #expect(sum.text == vectors.operations["\(name) add \(mode)"], "add \(mode)")
      #expect(product.text == vectors.operations["\(name) multiply \(mode)"], "multiply \(mode)")
      #expect(quotient.text == vectors.operations["\(name) divide \(mode)"], "divide \(mode)")
      #expect(fused.text == vectors.operations["\(name) fusedMultiplyAdd \(mode)"], "FMA \(mode)")
    }
    var dots = Digest()
    for start in stride(from: 0, to: triples.count, by: 16) {
      let row = triples[start..<start + 16]
      dots.add(format.dot(row.map(\.0), row.map(\.1)))
    }
    #expect(dots.text == vectors.operations["\(name) dot"])
  }

  @Test func `Every bfloat16 becomes fixed point as exact fractions say, saturated and wrapped`() throws {
    #expect(vectors.fixedPoint.count == 35)
    for row in vectors.fixedPoint {
      let format = try FixedPointFormat(
        integerBits: row.integerBits, fractionBits: row.fractionBits, isSigned: row.isSigned)
      let rule = try #require(FormatVectors.rules[row.mode])
      var found = Digest()
      for code: UInt64 in 0...0xFFFF {
        found.add(
          format.convert(code, from: Minifloat.bfloat16, rounding: rule, overflow: row.wraps ? .wrapping : .saturating))
      }
      #expect(found.text == row.digest, "\(format) \(row.mode) \(row.wraps)")
    }
  }
}
