/// What a node of a graph computes from the tensors that it reads.
///
/// A tensor's last axis holds features; the axis before it holds tokens; axes before that are heads.
public enum GraphOperation: Hashable, Sendable {
  /// A tensor that is given when the graph is run.
  case input
  /// A trained tensor as it is.
  case parameter(ModelParameter)
  /// Row i of the table for each index i. The table has a row for each index.
  case embedding(ModelParameter)
  /// y = x · W + b over the last axis. W has a row for each input and a column for each output.
  case linear(ModelParameter, bias: ModelParameter?)
  /// left · right · scale, or left · rightᵀ · scale, for each leading index. Where `right` has fewer leading indices than
  /// `left`, each of them serves a run of neighbours: query groups that share keys and values.
  case matmul(transposesRight: Bool, scale: Float)
  /// Softmax over the last axis, the maximum subtracted first. What the mask hides has probability 0; a row that is hidden
  /// as a whole is 0.
  case softmax(Mask)
  /// (x − mean) / √(variance + ε) · scale + shift over the last axis; without parameters, scale 1 and shift 0.
  case layerNorm(scale: ModelParameter?, shift: ModelParameter?, epsilon: Double)
  /// x / √(mean of squares + ε) · scale over the last axis.
  case rmsNorm(scale: ModelParameter, epsilon: Double)
  /// A function of every element.
  case activation(Activation)
  /// The sum. The second operand's shape may be a suffix of the first's: it is then added to each of its copies.
  case add
  /// The product, of shapes as for a sum.
  case multiply
  /// The product with a constant.
  case scale(Float)
  /// Turns pairs of features by an angle that grows with the position.
  case rotary(Rotary)
  /// The scores that a learned table adds for the distance between two tokens, heads × rows × columns.
  case relativeBias(RelativeBias)
  /// The same elements under another shape. A view.
  case reshape([Int])
  /// A part of an axis. A view.
  case slice(axis: Int, range: Range<Int>)
  /// Axes in another order: axis i of the result is axis `order[i]` of the input. A view.
  case transpose([Int])
  /// Tensors one behind the other along an axis. A view.
  case concatenate(axis: Int)
  /// Square patches of an image (channels × height × width), each times a matrix: patches × features. Rows of the weights
  /// are channel-major, then rows, then columns of the patch.
  case patchEmbedding(ModelParameter, bias: ModelParameter?, patch: Int)
  /// One row out of all tokens.
  case pooling(Pooling)
  /// The index of the greatest element of the last axis, the first of equal ones.
  case argmax

  /// What a softmax does not see.
  public enum Mask: Hashable, Sendable {
    /// It sees everything.
    case none
    /// Row i sees columns 0 to i + `past`.
    case causal(past: Int)
    /// The second input is 1 for each column that is seen, 0 for padding.
    case columns
  }

  /// A function of one real number.
  public enum Activation: String, Hashable, Sendable, CaseIterable {
    /// x · Φ(x), with the error function.
    case gelu
    /// The form of GELU with tanh.
    case geluTanh = "gelu_tanh"
    /// max(x, 0).
    case relu
    /// x · sigmoid(x).
    case silu
    /// x · sigmoid(1.702 x).
    case quickGelu = "quick_gelu"
    /// tanh(x).
    case tanh
  }

  /// Rotary position embedding: features j and j + n/2 (of n) are turned by (position) · base^(−2j/n).
  ///
  /// Su et al., "RoFormer"; the pairing is that of Llama in Hugging Face layout.
  public struct Rotary: Hashable, Sendable {
    /// The base of the frequencies; `rope_theta`.
    public var base: Double
    /// The position of the first token.
    public var firstPosition: Int

    /// Describes a rotation.
    public init(base: Double, firstPosition: Int) {
      self.base = base
      self.firstPosition = firstPosition
    }
  }

  /// A bias for each head and each distance column − row, distances grouped in buckets: the near ones one each, the far
  /// ones logarithmically (Raffel et al., "T5", without its causal form).
  public struct RelativeBias: Hashable, Sendable {
    /// Buckets × heads.
    public var table: ModelParameter
    /// The distance from which on all are alike.
    public var maximumDistance: Int
    /// The number of tokens.
    public var tokens: Int

    /// Describes a bias.
    public init(table: ModelParameter, maximumDistance: Int, tokens: Int) {
      self.table = table
      self.maximumDistance = maximumDistance
      self.tokens = tokens
    }
  }

  /// How one row comes of many.
  public enum Pooling: Hashable, Sendable {
    /// The first token's row.
    case first
    /// The mean of the rows whose mask, the second input, is 1; 0 where there is none.
    case mean
    /// That mean, scaled to length 1.
    case normalizedMean
  }

  /// The parameters that the operation reads.
  public var parameters: [ModelParameter] {
    switch self {
    case .parameter(let one), .embedding(let one), .rmsNorm(let one, _): [one]
    case .linear(let weights, let bias), .patchEmbedding(let weights, let bias, _):
      [weights] + (bias.map { [$0] } ?? [])
    case .layerNorm(let scale, let shift, _): [scale, shift].compactMap(\.self)
    case .relativeBias(let bias): [bias.table]
    default: []
    }
  }

  /// Whether the elements only move: nothing is computed.
  public var isView: Bool {
    switch self {
    case .reshape, .slice, .transpose, .concatenate, .parameter: true
    default: false
    }
  }
}
