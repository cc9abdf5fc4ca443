/// A fully connected layer of a model.
struct Affine: Hashable, Sendable {
  var weights: ModelParameter
  var bias: ModelParameter?
}

/// A normalisation of a model.
enum Norm: Hashable, Sendable {
  case layer(scale: ModelParameter?, shift: ModelParameter?, epsilon: Double)
  case rms(scale: ModelParameter, epsilon: Double)

  var operation: GraphOperation {
    switch self {
    case .layer(let scale, let shift, let epsilon): .layerNorm(scale: scale, shift: shift, epsilon: epsilon)
    case .rms(let scale, let epsilon): .rmsNorm(scale: scale, epsilon: epsilon)
    }
  }
}

/// One transformer layer: attention and feed-forward part, each with a norm and a residual addition.
struct Block: Hashable, Sendable {
  var query, key, value, attentionOutput: Affine
  /// The number of query heads, and of the key and value heads that groups of them share.
  var heads, groups: Int
  var headSize: Int
  /// The factor of the scores; 1/√headSize unless the model says otherwise.
  var scoreScale: Float
  var attentionNorm, feedForwardNorm: Norm
  /// Norms before each part instead of after each addition.
  var isPreNorm: Bool
  var up, down: Affine
  /// The layer whose activated result `up`'s result is multiplied with.
  var gate: Affine?
  var activation: GraphOperation.Activation
}

/// What a model consists of, whatever its family.
struct Architecture: Sendable {
  enum Kind: String, Sendable {
    case encoder = "an encoder"
    case decoder = "a decoder"
    case vision = "a vision encoder"
  }

  /// Images instead of tokens.
  struct Image: Sendable {
    var channels, height, width, patch: Int
    var projection: Affine
    /// Learned tokens that stand before the patches, 1 × hidden each.
    var leading: [ModelParameter]
    /// A row for each leading token and each patch.
    var positions: ModelParameter
  }

  var family: String
  var kind: Kind
  var hidden: Int
  var vocabulary = 0
  /// The longest sequence.
  var maximumTokens: Int

  var image: Image?
  var words: ModelParameter?
  var positions: ModelParameter?
  /// The row of the first token's position.
  var positionOffset = 0
  /// The token that does not count for positions, which are then those of the other tokens (RoBERTa).
  var positionPadding: Int32?
  var segments: ModelParameter?
  var embeddingNorm: Norm?
  /// From the width of the embeddings to that of the layers.
  var embeddingProjection: Affine?
  var rotaryBase: Double?
  var relativeBias: (table: ModelParameter, maximumDistance: Int)?
  var blocks: [Block] = []
  var finalNorm: Norm?
  /// The dense layer with tanh over the first token.
  var pooler: Affine?
  var head = Head.none

  enum Head: Sendable {
    case none
    /// A dense layer, its function and its norm, then a score for each token of the vocabulary.
    case masked(dense: Affine, activation: GraphOperation.Activation, norm: Norm, scores: Affine)
    /// A score for each token of the vocabulary, from a narrower width where there is a projection.
    case language(projection: Affine?, scores: Affine)
    /// Classes, from each leading token; the mean where there are several.
    case classes([Affine])
  }
}
