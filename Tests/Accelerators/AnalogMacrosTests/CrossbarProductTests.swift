import AnalogMacros
import Testing

@Suite struct CrossbarProductTests {
  private func matrix(_ rows: Int, _ columns: Int, bits: Int) -> [[Int32]] {
    (0..<rows).map { row in
      (0..<columns).map { column in
        switch (row + column) % 19 {
        case 0: -(1 << Int32(bits - 1))
        case 1: 1 << Int32(bits - 1) - 1
        default: number(UInt64(row << 16 | column), bits: bits)
        }
      }
    }
  }

  /// A number of `bits` bits that looks random.
  private func number(_ index: UInt64, bits: Int) -> Int32 {
    let word = Int32(truncatingIfNeeded: CounterNoise.mix(index)) << Int32(32 - bits)
    return word >> Int32(32 - bits)
  }

  private func vector(_ count: Int, bits: Int, _ seed: Int) -> [Int32] {
    (0..<count).map { index in
      if seed == 0 { return -(1 << Int32(bits - 1)) }
      return number(UInt64(seed << 32 | index), bits: bits)
    }
  }

  private func exact(_ weights: [[Int32]], _ vector: [Int32]) -> [Int32] {
    (0..<weights[0].count).map { column in
      zip(weights, vector).reduce(0) { $0 &+ $1.0[column] &* $1.1 }
    }
  }

  @Test(arguments: WeightEncoding.allCases, [(300, 40, 8, 8), (128, 32, 8, 8), (70, 9, 4, 6), (5, 1, 3, 2)])
  func `A lossless converter gives the exact product`(
    encoding: WeightEncoding, shape: (rows: Int, columns: Int, weightBits: Int, inputBits: Int)
  ) {
    var geometry = CrossbarGeometry()
    // Where columns are flipped half the range is enough: 192 of 384.
    geometry.converterBits = encoding == .flippedOffset ? 8 : 9
    let weights = matrix(shape.rows, shape.columns, bits: shape.weightBits)
    let product = CrossbarProduct(
      weights, .init(geometry, encoding, weightBits: shape.weightBits, inputBits: shape.inputBits))
    for seed in 0..<4 {
      let vector = vector(shape.rows, bits: shape.inputBits, seed)
      #expect(product.times(vector, event: UInt32(seed * 8)) == exact(weights, vector))
    }
    geometry.converterBits += 2
    geometry.codeFractionBits = 2
    let fine = CrossbarProduct(
      weights, .init(geometry, encoding, weightBits: shape.weightBits, inputBits: shape.inputBits))
    let vector = vector(shape.rows, bits: shape.inputBits, 3)
    #expect(fine.times(vector) == exact(weights, vector).map { $0 * 4 })
  }

  @Test func `Eight bits without flipped columns lose what nine keep`() {
    let weights = [[Int32]](repeating: [127], count: 128)
    let ones = [Int32](repeating: -1, count: 128)
    let clipped = CrossbarProduct(weights, .init(CrossbarGeometry(converterBits: 8), .offset))
    #expect(clipped.times(ones) != [-127 * 128])
    let flipped = CrossbarProduct(weights, .init(CrossbarGeometry(converterBits: 8), .flippedOffset))
    #expect(flipped.times(ones) == [-127 * 128])
  }

  @Test func `Differential columns keep a product where offset columns lose it`() {
    let weights = matrix(384, 64, bits: 8).map { $0.map { $0 / 8 } }
    var effects = Nonidealities()
    effects.relativeProgramming = 0.05
    let vectors = (1..<9).map { vector(384, bits: 8, $0) }
    func correlation(_ encoding: WeightEncoding) -> Double {
      let product = CrossbarProduct(weights, .init(CrossbarGeometry(), encoding, effects: effects))
      var (dot, mine, theirs) = (0.0, 0.0, 0.0)
      for vector in vectors {
        for (a, b) in zip(product.times(vector), exact(weights, vector)) {
          dot += Double(a) * Double(b)
          mine += Double(a) * Double(a)
          theirs += Double(b) * Double(b)
        }
      }
      return dot / (mine * theirs).squareRoot()
    }
    #expect(correlation(.differential) > 0.998)
    #expect(correlation(.offset) < 0.97)
  }

  @Test func `Crossbars are counted`() {
    // BERT-base: 768 inputs on six stacked crossbars, 32 outputs each.
    let weights = [[Int32]](repeating: [Int32](repeating: 0, count: 64), count: 768)
    #expect(CrossbarProduct(weights, .init(CrossbarGeometry(), .offset)).crossbarCount == 12)
    #expect(CrossbarProduct(weights, .init(CrossbarGeometry(), .differential)).crossbarCount == 24)
  }
}
