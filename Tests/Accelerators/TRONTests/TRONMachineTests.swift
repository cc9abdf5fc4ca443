import Foundation
import TRON
import Testing
import XFormer

/// The golden machine against the integer transformer, and its products against single banks.
@Suite struct TRONMachineTests {
  private static func run(
    _ sizes: TRONSizes, features: Int = 16, inner: Int = 24, tokens: Int = 5, temperature: Int8 = 0,
    isCausal: Bool = false
  ) throws -> (steps: [String: [Int32]], layer: TRONLayer, machine: TRONMachine) {
    let input = XFormerLayer.randomInput(tokens: tokens, features: features)
    let layer = try TRONLayer.random(features: features, heads: 2, inner: inner, input: input)
    let program = try TRONCompiler(sizes, isCausal: isCausal).program([layer], input: input)
    let machine = try TRONMachine.executed(program, temperature: temperature)
    var steps: [String: [Int32]] = [:]
    for place in program.results {
      steps[String(place.name.dropFirst("layer.0.".count))] = machine.numbers(place)
    }
    return (steps, layer, machine)
  }

  @Test(arguments: TRONSizes.ScorePath.allCases, TRONSizes.Accumulation.allCases)
  func `Ideal banks give every step of the integer transformer`(
    path: TRONSizes.ScorePath, accumulation: TRONSizes.Accumulation
  ) throws {
    for (rows, wavelengths, detection) in [
      (2, 4, RingBankGeometry.Detection.balanced), (3, 5, .separate), (16, 64, .balanced),
    ] {
      var sizes = TRONSizes.micro
      sizes.bank = RingBankGeometry(rows: rows, wavelengths: wavelengths, converterBits: 24, detection: detection)
      (sizes.scorePath, sizes.accumulation) = (path, accumulation)
      for tokens in [1, 5] {
        let (steps, layer, _) = try Self.run(sizes, tokens: tokens)
        let expected = layer(XFormerLayer.randomInput(tokens: tokens, features: 16), path: path)
        #expect(steps.keys.sorted() == expected.steps.keys.sorted())
        for (name, codes) in expected.steps { #expect(steps[name] == codes, "\(name), \(rows) × \(wavelengths)") }
      }
    }
  }

  @Test(arguments: TRONSizes.ScorePath.allCases)
  func `In a decoder a token changes what follows it alone`(path: TRONSizes.ScorePath) throws {
    var sizes = TRONSizes.micro
    sizes.scorePath = path
    // Blocks of rows begin in the middle of the sequence.
    sizes.buffers.vectors = 2
    let (steps, layer, machine) = try Self.run(sizes, isCausal: true)
    let input = XFormerLayer.randomInput(tokens: 5, features: 16)
    let expected = layer(input, path: path, isCausal: true)
    #expect(steps.keys.sorted() == expected.steps.keys.sorted())
    for (name, codes) in expected.steps { #expect(steps[name] == codes, "\(name)") }
    for head in 0..<2 {
      let codes = steps["probabilities.\(head)"] ?? []
      let scores = steps["scores.\(head)"] ?? []
      for row in 0..<5 {
        #expect(codes[5 * row + row + 1..<5 * row + 5].allSatisfy { $0 == 0 })
        // What is seen is softmax of a row of its own.
        let alone = LogSumExpSoftmax.codes(scores[5 * row...5 * row + row].map { Int($0) })
        #expect(codes[5 * row...5 * row + row].map { Int($0) } == alone)
      }
      #expect(codes[0] == 127)
    }
    // Passes for tokens that are not seen are left out.
    let open = try Self.run(sizes).machine
    #expect(machine.counts.skippedPasses > open.counts.skippedPasses)
    #expect(machine.counts.products == open.counts.products)
    // Another last token changes none before it; a shorter sequence neither.
    var other = input
    other[4] = other[4].map { -$0 / 2 }
    let changed = layer(other, path: path, isCausal: true)
    #expect(changed.wide.prefix(4) == expected.wide.prefix(4) && changed.wide[4] != expected.wide[4])
    #expect(layer(Array(input.prefix(3)), path: path, isCausal: true).wide == Array(expected.wide.prefix(3)))
    #expect(layer(input, path: path).wide[0] != expected.wide[0])
  }

  @Test func `Steps in front of softmax are those of the shared integer encoder`() throws {
    let input = XFormerLayer.randomInput(tokens: 5, features: 16)
    for isCausal in [false, true] {
      let (steps, layer, _) = try Self.run(.micro, isCausal: isCausal)
      let shared = layer.encoder(input, block: 5, isCausal: isCausal, numbers: SoftmaxNumbers(.micro))
      for name in ["query", "key", "value"] { #expect(steps[name] == shared.steps[name]) }
      // Both softmaxes are approximations of one function: contexts differ by little.
      let differences = zip(steps["context"] ?? [], shared.steps["context"] ?? []).map { abs($0 - $1) }
      #expect(differences.count == 80 && (differences.max() ?? 99) <= 6)
    }
  }

  @Test func `Crosstalk changes steps, predistortion brings most of them back, a machine without crosstalk is ideal`()
    throws
  {
    func error(_ change: (inout TRONSizes) -> Void) throws -> Double {
      var sizes = TRONSizes.tiny
      sizes.bank.wavelengths = 15
      sizes.effects.gain = 1
      change(&sizes)
      let (steps, layer, _) = try Self.run(sizes)
      let exact = layer(XFormerLayer.randomInput(tokens: 5, features: 16), path: .direct).steps["query"] ?? []
      return zip(steps["query"] ?? [], exact).reduce(0) { $0 + pow(Double($1.0 - $1.1), 2) }
    }
    let raw = try error {
      $0.predistorts = false
    }
    let calibrated = try error { $0.effects = $0.effects.calibrated($0.bank, predistorts: true) }
    let off = try error {
      $0.effects.crosstalk = .none
      $0.predistorts = false
    }
    #expect(off == 0)
    #expect(raw > 20 && calibrated < raw / 8, "\(raw) \(calibrated)")
  }

  @Test(arguments: [false, true], TRONSizes.Accumulation.allCases)
  func `Products tile by tile are those of single banks`(lorentzian: Bool, accumulation: TRONSizes.Accumulation) {
    var sizes = TRONSizes.tiny
    sizes.bank = RingBankGeometry(rows: 3, wavelengths: 4, converterBits: 12, converterShift: 4)
    // Currents are added in one bank that is set anew; codes are added over three.
    let banks = accumulation == .optical ? 1 : 3
    (sizes.accumulation, sizes.heads, sizes.banks) = (accumulation, 1, banks)
    sizes.effects.detectorNoise = 400
    sizes.effects.relativeNoise = 0.01
    sizes.effects.throughLoss = 0.004
    sizes.effects.imprintsByRings = true
    if lorentzian {
      sizes.effects.tuning = .lorentzian
      sizes.effects.crosstalk = .spectral
      sizes.effects.fabrication = 0.01
      sizes.effects.drift = 0.08
    }
    let (inputs, outputs) = (10, 7)
    let matrix = (0..<inputs * outputs).map { Int8(truncatingIfNeeded: ($0 * 37) % 255 - 127) }
    let product = RingProduct(
      matrix, inputs: inputs, outputs: outputs, outputStride: 1, inputStride: outputs, sizes: sizes, temperature: 3)
    let calibration = RingCalibration(sizes.bank, sizes.effects, predistorts: true)
    var counts = RingProduct.Counts()
    for vector in 0..<2 {
      // Of the second vector the second pass sees zeros alone.
      let codes = (0..<inputs).map { index -> Int32 in
        vector == 1 && (4..<8).contains(index) ? 0 : Int32((index * 53 + vector * 7) % 255 - 127)
      }
      let found = product.times(codes, event: 100, vector: vector, of: 2, counts: &counts)
      let tiles = 3
      for group in 0..<3 {
        var sums = [Int](repeating: 0, count: 3)
        for polarity in 0..<2 {
          let parts = (0..<tiles).map { tile in
            (0..<4).map { place -> Int in
              let index = tile * 4 + place
              let value = index < inputs ? Int(codes[index]) : 0
              return max(polarity == 0 ? value : -value, 0)
            }
          }
          let made = (0..<tiles).filter { parts[$0].contains { $0 > 0 } }
          var bank = RingBank(sizes.bank, sizes.effects, number: 0)
          for tile in made {
            let place = group * tiles + tile
            if accumulation == .electrical {
              bank = RingBank(sizes.bank, sizes.effects, number: UInt32(place % banks))
            }
            for row in 0..<3 where group * 3 + row < outputs {
              let weights = (0..<4).map {
                tile * 4 + $0 < inputs ? Int(matrix[(tile * 4 + $0) * outputs + group * 3 + row]) : 0
              }
              let pair = calibration.codes(weights: weights, wavelengths: 4)
              bank.write(row: row, positive: pair.positive, negative: pair.negative)
            }
            let event = UInt32(100 + (place * 2 + vector) * 2 + polarity)
            let codes = bank.codes(
              activations: calibration.fine(parts[tile]), event: event, temperature: 3,
              continues: accumulation == .optical && tile != made.first)
            guard accumulation == .electrical || tile == made.last else { continue }
            for row in 0..<3 { sums[row] += polarity == 0 ? codes[row] : -codes[row] }
          }
        }
        for row in 0..<3 where group * 3 + row < outputs {
          #expect(found[group * 3 + row] == Int64(sums[row] << 4), "vector \(vector), output \(group * 3 + row)")
        }
      }
    }
    #expect(counts.rowLoads == 21 && counts.products == 140)
    #expect(counts.skippedPasses >= 3 && counts.passes + counts.skippedPasses == 2 * 2 * 9)
    #expect(counts.conversions > 0 && counts.lit == 3 * (10 + 6))
  }

  @Test func `Zeros are gated and counted`() {
    let sizes = TRONSizes.micro
    let product = RingProduct(
      [Int8](repeating: 3, count: 8 * 2), inputs: 8, outputs: 2, outputStride: 8, inputStride: 1, sizes: sizes)
    var counts = RingProduct.Counts()
    #expect(product.times([1, 0, 2, 0, 0, 0, 0, 0], counts: &counts) == [9, 9])
    #expect(counts.passes == 1 && counts.skippedPasses == 3 && counts.lit == 2 && counts.dark == 2)
    #expect(counts.conversions == 2)
  }

  @Test func `A tensor that is greater than a buffer is named, with the limit and the size to set`() throws {
    for (tokens, change, words) in [
      (
        5, { $0.buffers.tokens = 4 },
        "'layer.0.probabilities' takes 5 tokens in a row, and tokens is 4: set tokens=5 or more"
      ),
      (
        2, { $0.buffers.features = 8 },
        "'layer.0.hidden' takes 16 features in a row, and features is 8: set features=16 or more"
      ),
      (
        2, { ($0.buffers.operands, $0.bank.wavelengths) = (16, 1) },
        "'layer.0.inner' takes 24 words of 1 operands in a row, and operands is 16: set operands=24 or more"
      ),
    ] as [(Int, (inout TRONSizes) -> Void, String)] {
      var sizes = TRONSizes.micro
      change(&sizes)
      let error = #expect(throws: TRONError.self) { try Self.run(sizes, tokens: tokens) }
      #expect(error.map { "\($0)" } == words)
    }
    let wide = TRONError.tensor(
      "layer.0.hidden", takes: 2056, "features in a row", limit: 1024, setting: "features")
    #expect("\(wide)".hasSuffix(", and features is 1024: no machine has more than 2048"))
    let odd = #expect(throws: TRONError.self) { try Self.run(.micro, inner: 12) }
    #expect(odd.map { "\($0)" } == "'layer.0.inner': 12 features are no multiple of 8, a word of the bus")
  }

  @Test func `What is refused is named`() {
    var sizes = TRONSizes.micro
    sizes.heads = 65
    #expect(throws: TRONError.range("heads", 65, 1...64)) { try sizes.validate() }
    sizes = .micro
    sizes.effects.drift = 0.1
    #expect(throws: TRONError.self) { try sizes.validate() }
    #expect(TRONSizes.reference.findings.isEmpty)
    sizes = .reference
    sizes.predistorts = false
    #expect(sizes.findings.map(\.kind) == [.resolution])
  }
}

/// Both ways to scores, and softmax without a divider.
@Suite struct TRONNumbersTests {
  private static func matrix(_ rows: Int, _ columns: Int, _ seed: UInt64, extreme: Bool) -> [[Int64]] {
    var state = seed
    return (0..<rows).map { _ in
      (0..<columns).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return extreme ? (state >> 63 == 1 ? 127 : -127) : Int64(state >> 33) % 255 - 127
      }
    }
  }

  @Test(arguments: [(1, 1, 1), (4, 8, 2), (7, 33, 5), (3, 96, 16)], [false, true])
  func `Both score paths are equal in exact integers and fit their widths`(
    extents: (tokens: Int, features: Int, head: Int), extreme: Bool
  ) {
    let (n, d, k) = extents
    for seed in 1...5 as ClosedRange<UInt64> {
      let q = Self.matrix(n, k, seed, extreme: extreme)
      let x = Self.matrix(n, d, seed + 100, extreme: extreme)
      let w = Self.matrix(d, k, seed + 200, extreme: extreme)
      let direct = ScorePaths.direct(q, x, w)
      #expect(direct == ScorePaths.decomposed(q, x, w))
      let bits = ScorePaths.bits(modelFeatures: d, headFeatures: k)
      let limit = Int64(1) << Int64(bits.score - 1)
      #expect(direct.allSatisfy { $0.allSatisfy { (-limit..<limit).contains($0) } })
    }
    // All ends at once fill the width to the last bit but one.
    let all = { (rows: Int, columns: Int) in [[Int64]](repeating: [Int64](repeating: 127, count: columns), count: rows)
    }
    let top = ScorePaths.decomposed(all(1, k), all(1, d), all(d, k))[0][0]
    #expect(top == Int64(127 * 127 * 127 * d * k))
    #expect(top == ScorePaths.direct(all(1, k), all(1, d), all(d, k))[0][0])
    #expect(top >= Int64(1) << Int64(ScorePaths.bits(modelFeatures: d, headFeatures: k).score - 2))
  }

  @Test func `BERT-base needs more than 32 bits and twelve times the products`() {
    #expect(ScorePaths.bits(modelFeatures: 768, headFeatures: 64).score == 38)
    let (direct, decomposed) = ScorePaths.products(tokens: 512, modelFeatures: 768, headFeatures: 64)
    #expect(decomposed - 512 * 768 * 64 == 12 * (direct - 512 * 768 * 64))
  }

  @Test func `Powers and logarithms are within their bounds over all arguments`() {
    var greatest = 0.0
    for f in 0..<4096 {
      let exact = pow(2, -Double(f) / 4096) * 32768
      greatest = max(greatest, abs(Double(LogSumExpSoftmax.power(f)) / exact - 1))
      // The line between two entries, halves towards the lower one.
      let entries = (f / 128, f / 128 + 1)
      let fall = Double(LogSumExpSoftmax.powers[entries.0] - LogSumExpSoftmax.powers[entries.1]) * Double(f % 128) / 128
      #expect(LogSumExpSoftmax.power(f) == LogSumExpSoftmax.powers[entries.0] - Int((fall + 0.5).rounded(.down)))
    }
    #expect(greatest < 1.0e-4, "\(greatest)")
    var worst = 0.0
    for sum in stride(from: 1 << 15, to: 1 << 24, by: 7) {
      let exact = log2(Double(sum) / 32768) * 4096
      worst = max(worst, abs(Double(LogSumExpSoftmax.logarithm(sum)) - exact))
    }
    // In steps of 1/4096 of the exponent.
    #expect(worst / 4096 < 5.3e-4, "\(worst / 4096)")
    #expect(LogSumExpSoftmax.logarithm(1 << 15) == 0 && LogSumExpSoftmax.power(0) == 32768)
  }

  @Test func `Sums of rows keep their bound over ranges and lengths`() {
    var state: UInt64 = 5
    func random(_ range: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % (2 * range + 1) - range
    }
    for count in [1, 2, 3, 16, 64, 127, 512] {
      for range in [0, 1, 10, 64, 300, 1000, 8191] {
        for _ in 0..<8 {
          let row = (0..<count).map { _ in random(range) }
          let codes = LogSumExpSoftmax.codes(row)
          let bound = LogSumExpSoftmax.sumBound(count: count)
          let sum = codes.reduce(0, +)
          #expect(abs(Double(sum - 127)) <= bound, "\(count) of \(range): \(sum)")
          // Each probability is within half a code and the relative bound.
          let greatest = row.max() ?? 0
          let weights = row.map { pow(2, Double($0 - greatest) / 64) }
          let total = weights.reduce(0, +)
          for (code, weight) in zip(codes, weights) {
            let exact = 127 * weight / total
            #expect(abs(Double(code) - exact) <= 0.5 + exact * LogSumExpSoftmax.relativeBound(count: count) + 1e-9)
          }
        }
      }
    }
    #expect(LogSumExpSoftmax.codes([]) == [])
    #expect(LogSumExpSoftmax.codes([nil, nil]) == [0, 0])
    #expect(LogSumExpSoftmax.codes([-8191, nil, 5, nil, 5]) == [0, 0, 64, 0, 64])
    #expect(LogSumExpSoftmax.codes([-8191]) == [127])
    #expect(LogSumExpSoftmax.codes([8191, -8191]) == [127, 0])
    #expect(LogSumExpSoftmax.codes([5, 5]) == [64, 64])
  }
}
