import Foundation
import NumberFormats
import Testing

@testable import Golden

@Suite struct NormalizationTests {
  private func reference(_ row: [Double], epsilon: Double, kind: Normalization.Kind) -> [Double] {
    let count = Double(row.count)
    let mean = kind == .layer ? row.reduce(0, +) / count : 0
    let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    return row.map { ($0 - mean) / (variance + epsilon).squareRoot() }
  }

  @Test(arguments: [0.0, 1, 8, 64], [Normalization.Kind.layer, .rootMeanSquare])
  func `Every element is within 2^-7 of the real one`(mean: Double, kind: Normalization.Kind) throws {
    var source = RowSource(seed: UInt64(mean) + 40)
    for (length, deviation) in [(1, 1.0), (3, 1), (16, 0.01), (384, 1), (768, 100)] {
      let row = source.row(length, deviation: deviation, mean: mean * deviation)
      let expected = reference(row.map(\.doubleValue), epsilon: 0x1p-20, kind: kind)
      for (format, bound) in [(Minifloat.bfloat16Extended, 0x1.02p-8), (.bfloat16, 0x1.9p-7)] {
        let found = try Normalization(kind, epsilon: 0x1p-20, workingFormat: format)(row)
        for (value, real) in zip(found, expected) {
          // The reference itself errs by 2^−40 where a mean of 64 deviations cancels.
          #expect(abs(value.doubleValue - real) <= bound * abs(real) + 0x1p-40)
        }
      }
      // With gamma the bound stays, as only the last rounding is one to 8 bits.
      let gamma = source.row(length, deviation: 1)
      let scaled = try Normalization(kind, epsilon: 0x1p-20)(row, gamma: gamma)
      for index in row.indices {
        let real = expected[index] * gamma[index].doubleValue
        #expect(abs(scaled[index].doubleValue - real) <= 0x1p-7 * abs(real) + 0x1p-38)
      }
    }
  }

  @Test func `Statistics are exact where a sum in Double loses the variance`() throws {
    // Mean 2^100, deviations that Double's squares cannot hold beside it.
    let big = BFloat16(0x1p100)
    let row = [big, -big, BFloat16(1), BFloat16(-1)]
    let found = try Normalization(epsilon: 1)(row)
    #expect(found[0] == BFloat16(2.0.squareRoot()) && found[1] == -found[0])
    #expect(found[2] == BFloat16(2.0.squareRoot() * 0x1p-100))
    #expect(try Normalization(epsilon: 1)([BFloat16(5), BFloat16(5)]) == [.zero, .zero])
    #expect(try Normalization(epsilon: 1)([.infinity, .one]) == [.notANumber, .notANumber])
  }

  @Test func `Gamma and beta are applied by one fused operation`() throws {
    var source = RowSource(seed: 50)
    let (row, gamma, beta) = (source.row(32, deviation: 2), source.row(32, deviation: 1), source.row(32, deviation: 1))
    let plain = try Normalization(epsilon: 1e-5, workingFormat: .bfloat16)(row)
    let full = try Normalization(epsilon: 1e-5, workingFormat: .bfloat16)(row, gamma: gamma, beta: beta)
    for index in row.indices {
      #expect(full[index] == .fusedMultiplyAdd(plain[index], gamma[index], beta[index]))
    }
    #expect(throws: NormalizationError.parameters(count: 32, row: 2)) {
      try Normalization(epsilon: 1)([.one, .one], gamma: gamma)
    }
    #expect(throws: NormalizationError.epsilon(0)) { try Normalization(epsilon: 0) }
    #expect(throws: NormalizationError.length(0)) { try Normalization(epsilon: 1)([]) }
  }

  @Test(arguments: [Normalization.Kind.layer, .rootMeanSquare])
  func `Integer rows are normalised with one rounding`(kind: Normalization.Kind) throws {
    var source = RowSource(seed: 60)
    for length in [1, 2, 48, 384] {
      let row = (0..<length).map { _ in Int8(truncatingIfNeeded: source.bits()) }
      let multipliers = (0..<length).map { _ in Int32(source.bits() % 120_000) - 60000 }
      let bias = (0..<length).map { _ in Int32(source.bits() % 20) - 10 }
      let found = try IntegerNormalization(kind, epsilon: 0.5, multipliers: multipliers, shift: 10, bias: bias)(row)
      let normal = reference(row.map { Double($0) }, epsilon: 0.5, kind: kind)
      for index in row.indices {
        let real = normal[index] * Double(multipliers[index]) / 1024
        // A value this near to a tie Double cannot decide.
        guard abs(abs(real - real.rounded(.down)) - 0.5) > 1e-9 else { continue }
        #expect(Double(found[index]) == min(max(real.rounded() + Double(bias[index]), -127), 127))
      }
    }
    // √V = 2 and a · g / 2^sh is odd: ties that are exact.
    let ties = try IntegerNormalization(.rootMeanSquare, epsilon: 1, multipliers: [1, 3, 5, 0], shift: 0)
    #expect(try ties([1, 1, 1, -1]) == [1, 2, 4, 0])
    #expect(throws: NormalizationError.shift(48)) { try IntegerNormalization(epsilon: 1, multipliers: [1], shift: 48) }
  }
}

@Suite struct RotaryEmbeddingTests {
  @Test(arguments: [RotaryEmbedding.Pairing.interleaved, .halves])
  func `Pairs are turned by their angles`(pairing: RotaryEmbedding.Pairing) throws {
    var source = RowSource(seed: 70)
    let rotary = try RotaryEmbedding(dimension: 8, pairing: pairing)
    for position in [0, 1, 5, 511, 65535] {
      let vector = source.row(8, deviation: 1)
      let turned = try rotary(vector, position: position)
      for pair in 0..<4 {
        let (i, j) = pairing == .interleaved ? (2 * pair, 2 * pair + 1) : (pair, pair + 4)
        let angle = Double(position) * pow(10000, -Double(pair) / 4)
        let (c, s) = (BFloat16(cos(angle)).doubleValue, BFloat16(sin(angle)).doubleValue)
        let (x, y) = (vector[i].doubleValue, vector[j].doubleValue)
        #expect(turned[i] == BFloat16(x * c - y * s))
        #expect(turned[j] == BFloat16(x * s + y * c))
      }
      if position == 0 { #expect(turned == vector) }
    }
  }

  @Test func `Double and high precision agree about cosines and sines`() throws {
    let rotary = try RotaryEmbedding(dimension: 64, pairing: .halves)
    for position in [1, 17, 4095] {
      let rotations = try rotary.rotations(at: position)
      for pair in [0, 7, 31] {
        let precise = rotary.precise(position, pair)
        #expect(rotations[pair].cosine == precise.cosine && rotations[pair].sine == precise.sine)
      }
    }
    let (cosine, sine) = HighPrecision(bits: 100).cosineAndSine(Dyadic(100 as Int64))
    #expect(cosine.doubleValue == 0.8623188722876839 && sine.doubleValue == -0.5063656411097588)
  }

  @Test func `Dimensions, bases and positions that cannot be are refused`() throws {
    #expect(throws: RotaryEmbeddingError.dimension(7)) { try RotaryEmbedding(dimension: 7, pairing: .halves) }
    #expect(throws: RotaryEmbeddingError.base(1)) { try RotaryEmbedding(dimension: 8, pairing: .halves, base: 1) }
    let rotary = try RotaryEmbedding(dimension: 2, pairing: .halves)
    #expect(throws: RotaryEmbeddingError.position(-1)) { try rotary([.one, .one], position: -1) }
    #expect(throws: RotaryEmbeddingError.vector(count: 1, dimension: 2)) { try rotary([.one], position: 0) }
  }
}
