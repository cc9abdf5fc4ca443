import NumberFormats

/// An encoder layer in integers: what X-Former computes, whatever its crossbars, blocks of tokens apart.
public struct XFormerLayer: Hashable, Sendable {
  /// A trained matrix.
  public struct Matrix: Hashable, Sendable {
    /// The name of its weights; matrices of one name are the same.
    public var name: String
    /// Extents.
    public var inputs, outputs: Int
    /// Codes, a row for each input.
    public var codes: [Int8]
    /// Biases in steps of the sums, and the scale from sums to codes, of each output.
    public var bias: [Int32], scales: [RequantizationScale]

    /// Makes a matrix.
    public init(
      name: String, inputs: Int, outputs: Int, codes: [Int8], bias: [Int32], scales: [RequantizationScale]
    ) {
      precondition(codes.count == inputs * outputs && bias.count == outputs && scales.count == outputs)
      (self.name, self.inputs, self.outputs) = (name, inputs, outputs)
      (self.codes, self.bias, self.scales) = (codes, bias, scales)
    }
  }

  /// γ, β and ε of a normalisation.
  public struct Norm: Hashable, Sendable {
    /// γ and β, 16 bits each; β is a multiple of 8.
    public var gamma, beta: [Int32]
    /// Fraction bits of γ with those of the normalised number.
    public var shift: Int
    /// N² · ε in squares of a code.
    public var small: UInt64
    /// How its results become codes of 8 bits.
    public var narrowing: RowNumbers.Narrowing
    /// Whether the sum goes on as it is, and what it is normalised to is for the matrices that read it alone.
    public var keepsSum: Bool

    /// Makes a normalisation; each β becomes the nearest multiple of 8.
    public init(
      gamma: [Int32], beta: [Int32], shift: Int, small: UInt64, narrowing: RowNumbers.Narrowing = .init(),
      keepsSum: Bool = false
    ) {
      (self.gamma, self.shift, self.small, self.narrowing) = (gamma, shift, small, narrowing)
      self.keepsSum = keepsSum
      self.beta = beta.map { min(Int32(Int64($0).roundedShiftRight(by: 3)) << 3, 32760) }
    }

    /// The codes of the sum of two rows, of 16 and of 8 bits.
    public func callAsFunction(_ first: [Int32], _ second: [Int32]) -> (wide: [Int32], narrow: [Int8]) {
      RowNumbers.normalized(
        first, second, gamma: gamma, beta: beta, shift: shift, small: small, narrowing: narrowing, keepsSum: keepsSum)
    }
  }

  /// The matrices.
  public var query, key, value, output, up, down: Matrix
  /// Heads.
  public var heads: Int
  /// From scores to exponents, and from weighted values to codes.
  public var scoreScale, contextScale: RequantizationScale
  /// The function between the last two matrices, for each code as an unsigned byte.
  public var function: [Int8]
  /// The normalisations.
  public var attentionNorm, outputNorm: Norm

  /// How the codes of 16 bits at the input become those of 8: as the normalisation before it does.
  public var inputNarrowing: RowNumbers.Narrowing

  /// The normalisation of the input in layers that normalise what their matrices read, and not each sum; nil for those that do.
  ///
  /// The layer before does it, behind its last sum; before the first layer it is the host's.
  public var inputNorm: Norm?

  /// Features of a token.
  public var features: Int { query.inputs }
  /// Features of a head.
  public var headFeatures: Int { features / heads }

  /// Makes a layer.
  public init(
    query: Matrix, key: Matrix, value: Matrix, output: Matrix, up: Matrix, down: Matrix, heads: Int,
    scoreScale: RequantizationScale, contextScale: RequantizationScale, function: [Int8], attentionNorm: Norm,
    outputNorm: Norm, inputNarrowing: RowNumbers.Narrowing = .init(), inputNorm: Norm? = nil
  ) {
    precondition(function.count == 256, "a table of 256 codes")
    (self.query, self.key, self.value, self.output) = (query, key, value, output)
    (self.up, self.down, self.heads) = (up, down, heads)
    (self.scoreScale, self.contextScale, self.function) = (scoreScale, contextScale, function)
    (self.attentionNorm, self.outputNorm, self.inputNarrowing) = (attentionNorm, outputNorm, inputNarrowing)
    self.inputNorm = inputNorm
  }

  /// The codes of 8 bits that the matrices read, of rows of 16-bit codes at the input.
  public func inputCodes(_ rows: [[Int32]]) -> [[Int8]] {
    guard let inputNorm else { return rows.map { inputNarrowing($0) } }
    return rows.map { inputNorm($0, [Int32](repeating: 0, count: $0.count)).narrow }
  }

  /// Whether the layer reads what another one gives.
  public func follows(_ before: XFormerLayer) -> Bool {
    before.outputNorm.keepsSum == (inputNorm != nil)
      && inputNorm.map { $0 == before.outputNorm } ?? (inputNarrowing == before.outputNorm.narrowing)
  }

  /// What a layer gives, by the names of the stores of a program.
  public struct Result: Hashable, Sendable {
    /// Codes of every step, tokens × features.
    public var steps: [String: [Int32]]
    /// The output, of 16 bits.
    public var wide: [[Int32]]
  }

  /// The layer as an integer transformer: matrices multiplied as a whole, tokens in blocks for softmax alone.
  ///
  /// - Parameters:
  ///   - input: codes of 16 bits of each token.
  ///   - block: tokens of a block.
  ///   - isCausal: whether a token sees those before it and itself alone.
  public func callAsFunction(
    _ input: [[Int32]], block: Int, isCausal: Bool, numbers: SoftmaxNumbers
  ) -> Result {
    var steps: [String: [Int32]] = [:]
    func keep(_ name: String, _ rows: [[Int32]]) -> [[Int32]] {
      steps[name] = rows.flatMap(\.self)
      return rows
    }
    let narrow = inputCodes(input).map { row in row.map { Int32($0) } }
    let q = keep("query", Self.times(narrow, query, 127))
    let k = keep("key", Self.times(narrow, key, 127))
    let v = keep("value", Self.times(narrow, value, 127))
    let size = headFeatures
    var context = [[Int32]](repeating: [Int32](repeating: 0, count: features), count: input.count)
    for head in 0..<heads {
      let columns = head * size..<(head + 1) * size
      let values = v.map { row in row[columns].map { Int8($0) } }
      for row in input.indices {
        var state = SoftmaxRow(features: size)
        for first in stride(from: 0, to: input.count, by: block) {
          let keys = first..<min(first + block, input.count)
          let exponents = keys.map { other -> Int? in
            guard !isCausal || other <= row else { return nil }
            let score = columns.reduce(0) { $0 + Int(q[row][$1]) * Int(k[other][$1]) }
            return numbers.exponent(score, multiplier: Int(scoreScale.multiplier), shift: scoreScale.shift)
          }
          state.take(exponents, Array(values[keys]), numbers)
        }
        let codes = state.codes(multiplier: Int(contextScale.multiplier), shift: contextScale.shift)
        for (place, column) in columns.enumerated() { context[row][column] = Int32(codes[place]) }
      }
    }
    context = keep("context", context)
    let attention = keep("attention", Self.times(context, output, 32767))
    let hidden = normalized(input, attention, attentionNorm)
    _ = keep("hidden.wide", hidden.map(\.wide))
    let hiddenCodes = keep("hidden", hidden.map { $0.narrow.map { Int32($0) } })
    let inner = keep(
      "inner",
      Self.times(hiddenCodes, up, 127).map { row in row.map { Int32(function[Int(UInt8(truncatingIfNeeded: $0))]) } })
    let outer = keep("outer", Self.times(inner, down, 32767))
    let result = normalized(hidden.map(\.wide), outer, outputNorm)
    _ = keep("output", result.map { $0.narrow.map { Int32($0) } })
    let wide = keep("output.wide", result.map(\.wide))
    return Result(steps: steps, wide: wide)
  }

  private func normalized(_ first: [[Int32]], _ second: [[Int32]], _ norm: Norm) -> [(wide: [Int32], narrow: [Int8])] {
    zip(first, second).map { norm($0, $1) }
  }

  /// Rows times a matrix, requantised to codes of at most `limit`.
  private static func times(_ rows: [[Int32]], _ matrix: Matrix, _ limit: Int64) -> [[Int32]] {
    rows.map { row in
      var sums = [Int64](repeating: 0, count: matrix.outputs)
      for (index, value) in row.enumerated() where value != 0 {
        for column in 0..<matrix.outputs {
          sums[column] += Int64(value) * Int64(matrix.codes[index * matrix.outputs + column])
        }
      }
      return sums.enumerated().map { column, sum in
        let scale = matrix.scales[column]
        let code = ((sum + Int64(matrix.bias[column])) * Int64(scale.multiplier)).roundedShiftRight(by: scale.shift)
        return Int32(min(max(code, -limit), limit))
      }
    }
  }
}
