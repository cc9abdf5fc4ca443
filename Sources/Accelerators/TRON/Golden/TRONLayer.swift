import NumberFormats
public import XFormer

/// An encoder layer in integers as TRON computes it: what its banks and its control unit have to give, tiles apart.
///
/// Matrices, scales and normalisations are those of the shared integer encoder; softmax is ``LogSumExpSoftmax``, and scores may be
/// decomposed. A bias of the keys adds the same to all scores of a query and falls out of softmax, so the decomposed path has none.
public struct TRONLayer: Hashable, Sendable {
  /// Matrices, scales and normalisations.
  public var encoder: XFormerLayer
  /// From weighted values to codes: probabilities are in 1/127.
  public var contextScale: RequantizationScale
  /// What the decomposed path needs.
  public var decomposition: Decomposition

  /// The decomposed score path: scales of queries with those of keys in them, of Q · W_Kᵀ, and of scores.
  public struct Decomposition: Hashable, Sendable {
    /// From sums to codes of queries, for each output.
    public var query: [RequantizationScale]
    /// From Q · W_Kᵀ to codes.
    public var product: RequantizationScale
    /// From scores to exponents.
    public var score: RequantizationScale
  }

  /// A layer of the integer encoder.
  ///
  /// - Parameter input: rows of codes of 16 bits, on which the range of Q · W_Kᵀ is measured.
  /// - Throws: ``TRONError`` for scales that cannot be held.
  public init(_ encoder: XFormerLayer, measuredOn input: [[Int32]]) throws(TRONError) {
    self.encoder = encoder
    func scale(_ name: String, _ factor: Double) throws(TRONError) -> RequantizationScale {
      do throws(RequantizationScaleError) { return try RequantizationScale(factor) } catch {
        throw .node(name, "\(error)")
      }
    }
    contextScale = try scale("context", encoder.contextScale.factor * 65536 / 127)
    let greatest = encoder.key.scales.map(\.factor).max() ?? 1
    var query: [RequantizationScale] = []
    for (own, key) in zip(encoder.query.scales, encoder.key.scales) {
      query.append(try scale("query", own.factor * key.factor / greatest))
    }
    decomposition = Decomposition(query: query, product: try scale("product", 1), score: try scale("score", 1))
    let narrow = encoder.inputCodes(input).map { row in row.map { Int64($0) } }
    let queries = Self.sums(narrow, encoder.query).map { requantized($0, encoder.query.bias, query, 127) }
    var range: Int64 = 1
    for head in 0..<encoder.heads {
      for row in queries { range = max(range, keyProducts(row, head: head).map(abs).max() ?? 1) }
    }
    decomposition.product = try scale("product", 127 / Double(range))
    decomposition.score = try scale(
      "score", encoder.scoreScale.factor * greatest / decomposition.product.factor)
  }

  /// Q · W_Kᵀ of a head, exact: a sum for each feature of the model.
  public func keyProducts(_ query: [Int64], head: Int) -> [Int64] {
    let (size, width) = (encoder.headFeatures, encoder.key.outputs)
    return (0..<encoder.features).map { feature in
      (0..<size).reduce(0) { sum, place in
        sum + query[head * size + place] * Int64(encoder.key.codes[feature * width + head * size + place])
      }
    }
  }

  /// What a layer gives, by the names of the stores of a program.
  public struct Result: Hashable, Sendable {
    /// Codes of every step, row by row.
    public var steps: [String: [Int32]] = [:]
    /// The output, of 16 bits.
    public var wide: [[Int32]] = []
  }

  /// The layer as an integer transformer: matrices multiplied as a whole.
  ///
  /// - Parameters:
  ///   - input: codes of 16 bits of each token.
  ///   - path: how scores come about.
  ///   - isCausal: whether a token sees those before it and itself alone.
  public func callAsFunction(_ input: [[Int32]], path: TRONSizes.ScorePath, isCausal: Bool = false) -> Result {
    var result = Result()
    func keep(_ name: String, _ rows: [[Int64]]) -> [[Int64]] {
      result.steps[name] = rows.flatMap { $0.map { Int32($0) } }
      return rows
    }
    let e = encoder
    let narrow = encoder.inputCodes(input).map { row in row.map { Int64($0) } }
    func linear(
      _ rows: [[Int64]], _ matrix: XFormerLayer.Matrix, _ limit: Int64, scales: [RequantizationScale]? = nil
    ) -> [[Int64]] {
      Self.sums(rows, matrix).map { requantized($0, matrix.bias, scales ?? matrix.scales, limit) }
    }
    let v = keep("value", linear(narrow, e.value, 127))
    let q = keep("query", linear(narrow, e.query, 127, scales: path == .decomposed ? decomposition.query : nil))
    let k = path == .direct ? keep("key", linear(narrow, e.key, 127)) : []
    let size = e.headFeatures
    var context = [[Int64]](repeating: [Int64](repeating: 0, count: e.features), count: input.count)
    for head in 0..<e.heads {
      let columns = head * size..<(head + 1) * size
      var exponents: [[Int64]] = []
      switch path {
      case .direct:
        exponents = q.map { row in
          k.map { other in columns.reduce(Int64(0)) { $0 + row[$1] * other[$1] } }.map {
            Self.code($0, e.scoreScale, Int64(LogSumExpSoftmax.greatestExponent))
          }
        }
      case .decomposed:
        let products = keep(
          "product.\(head)",
          q.map { row in keyProducts(row, head: head).map { Self.code($0, decomposition.product, 127) } })
        exponents = products.map { row in
          narrow.map { other in zip(row, other).reduce(Int64(0)) { $0 + $1.0 * $1.1 } }.map {
            Self.code($0, decomposition.score, Int64(LogSumExpSoftmax.greatestExponent))
          }
        }
      }
      _ = keep("scores.\(head)", exponents)
      let weights = keep(
        "probabilities.\(head)",
        exponents.enumerated().map { token, row in
          let seen = row.enumerated().map { other, exponent in isCausal && other > token ? nil : Int(exponent) }
          return LogSumExpSoftmax.codes(seen).map { Int64($0) }
        })
      for (token, row) in weights.enumerated() {
        for column in columns {
          let sum = row.enumerated().reduce(Int64(0)) { $0 + $1.element * v[$1.offset][column] }
          context[token][column] = Self.code(sum, contextScale, 127)
        }
      }
    }
    context = keep("context", context)
    let attention = keep("attention", linear(context, e.output, 32767))
    let hidden = normalized(input, attention, e.attentionNorm)
    _ = keep("hidden.wide", hidden.map { $0.wide.map { Int64($0) } })
    let hiddenCodes = keep("hidden", hidden.map { $0.narrow.map { Int64($0) } })
    let inner = keep(
      "inner",
      linear(hiddenCodes, e.up, 127).map { row in
        row.map { Int64(e.function[Int(UInt8(truncatingIfNeeded: $0))]) }
      })
    let outer = keep("outer", linear(inner, e.down, 32767))
    let output = normalized(hidden.map(\.wide), outer, e.outputNorm)
    _ = keep("output", output.map { $0.narrow.map { Int64($0) } })
    _ = keep("output.wide", output.map { $0.wide.map { Int64($0) } })
    result.wide = output.map(\.wide)
    return result
  }

  private func normalized(
    _ first: [[Int32]], _ second: [[Int64]], _ norm: XFormerLayer.Norm
  ) -> [(wide: [Int32], narrow: [Int8])] {
    zip(first, second).map { norm($0, $1.map { Int32($0) }) }
  }

  private static func sums(_ rows: [[Int64]], _ matrix: XFormerLayer.Matrix) -> [[Int64]] {
    rows.map { row in
      var sums = [Int64](repeating: 0, count: matrix.outputs)
      for (index, value) in row.enumerated() where value != 0 {
        for column in 0..<matrix.outputs {
          sums[column] += value * Int64(matrix.codes[index * matrix.outputs + column])
        }
      }
      return sums
    }
  }

  private func requantized(
    _ sums: [Int64], _ bias: [Int32], _ scales: [RequantizationScale], _ limit: Int64
  ) -> [Int64] {
    sums.indices.map { Self.code(sums[$0] + Int64(bias[$0]), scales[$0], limit) }
  }

  static func code(_ sum: Int64, _ scale: RequantizationScale, _ limit: Int64) -> Int64 {
    min(max((sum * Int64(scale.multiplier)).roundedShiftRight(by: scale.shift), -limit), limit)
  }
}

/// Scores of a head both ways in exact integers, and the widths that hold them.
public enum ScorePaths {
  /// Q · (X · W)ᵀ: queries × head features, tokens × model features, model features × head features.
  public static func direct(_ q: [[Int64]], _ x: [[Int64]], _ w: [[Int64]]) -> [[Int64]] {
    let keys = x.map { row in
      (w.first ?? []).indices.map { column in zip(row, w).reduce(Int64(0)) { $0 + $1.0 * $1.1[column] } }
    }
    return q.map { row in keys.map { key in zip(row, key).reduce(Int64(0)) { $0 + $1.0 * $1.1 } } }
  }

  /// (Q · Wᵀ) · Xᵀ.
  public static func decomposed(_ q: [[Int64]], _ x: [[Int64]], _ w: [[Int64]]) -> [[Int64]] {
    let products = q.map { row in w.map { other in zip(row, other).reduce(Int64(0)) { $0 + $1.0 * $1.1 } } }
    return products.map { row in x.map { other in zip(row, other).reduce(Int64(0)) { $0 + $1.0 * $1.1 } } }
  }

  /// Bits, sign included, of the sums of both paths for operands of magnitudes up to 127: keys, Q · Wᵀ, and scores before any
  /// requantisation.
  public static func bits(modelFeatures: Int, headFeatures: Int) -> (key: Int, product: Int, score: Int) {
    func bits(_ value: Int) -> Int { Int.bitWidth - value.leadingZeroBitCount + 1 }
    return (
      bits(127 * 127 * modelFeatures), bits(127 * 127 * headFeatures),
      bits(127 * 127 * 127 * modelFeatures * headFeatures)
    )
  }

  /// Products of the scores of a head: n tokens, d features of the model, k of a head.
  public static func products(tokens n: Int, modelFeatures d: Int, headFeatures k: Int) -> (
    direct: Int, decomposed: Int
  ) { (n * d * k + n * n * k, n * k * d + n * n * d) }
}
