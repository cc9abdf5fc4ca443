/// A transformer by its sizes and its arrangement.
public struct HeTraXWorkload: Hashable, Sendable {
  /// What it is called.
  public var name: String
  /// Layers, features, heads, heads of keys and values, features between the last two matrices.
  public var layers, features, heads, keyHeads, inner: Int
  /// Whether a token sees only those before it.
  public var isCausal: Bool
  /// Whether attention and the feed-forward part have the same input and their results are added.
  public var isParallel: Bool

  /// An encoder, or what the flags make of it. `keyHeads` of 1 is multi-query attention.
  public init(
    _ name: String, layers: Int, features: Int, heads: Int, inner: Int, keyHeads: Int? = nil, isCausal: Bool = false,
    isParallel: Bool = false
  ) {
    (self.name, self.layers, self.features, self.heads) = (name, layers, features, heads)
    (self.keyHeads, self.inner) = (keyHeads ?? heads, inner)
    (self.isCausal, self.isParallel) = (isCausal, isParallel)
  }

  /// Two layers of 128 features.
  public static let bertTiny = HeTraXWorkload("bert-tiny", layers: 2, features: 128, heads: 2, inner: 512)
  /// Twelve layers of 768 features.
  public static let bertBase = HeTraXWorkload("bert-base", layers: 12, features: 768, heads: 12, inner: 3072)
  /// 24 layers of 1024 features.
  public static let bertLarge = HeTraXWorkload("bert-large", layers: 24, features: 1024, heads: 16, inner: 4096)
  /// A decoder of the size of BERT-base.
  public static let decoder = HeTraXWorkload(
    "decoder", layers: 12, features: 768, heads: 12, inner: 3072, isCausal: true)
  /// The same with one head of keys and values.
  public static let multiQuery = HeTraXWorkload(
    "multi-query", layers: 12, features: 768, heads: 12, inner: 3072, keyHeads: 1, isCausal: true)
  /// The same with attention and feed-forward part side by side.
  public static let parallel = HeTraXWorkload(
    "parallel", layers: 12, features: 768, heads: 12, inner: 3072, isCausal: true, isParallel: true)
  /// One layer for the small machine.
  public static let micro = HeTraXWorkload("micro", layers: 1, features: 64, heads: 2, inner: 128)

  /// The named ones.
  public static let named = [bertTiny, bertBase, bertLarge, decoder, multiQuery, parallel, micro]

  /// Refuses sizes that make no transformer.
  ///
  /// - Throws: ``HeTraXError``.
  public func validate() throws(HeTraXError) {
    for (name, value, range) in [
      ("layers", layers, 1...1000), ("features", features, 1...65536), ("heads", heads, 1...1024),
      ("key heads", keyHeads, 1...1024), ("inner", inner, 1...1_048_576),
    ] where !range.contains(value) { throw .range(name, value, range) }
    guard features.isMultiple(of: heads), heads.isMultiple(of: keyHeads) else {
      throw .request("\(features) features, \(heads) heads and \(keyHeads) heads of keys do not divide each other")
    }
  }

  /// Trained weights of attention in a layer.
  public var attentionWeights: Int { 2 * features * features + 2 * features * features * keyHeads / heads }
  /// Trained weights of the feed-forward part of a layer.
  public var feedForwardWeights: Int { 2 * features * inner }

  /// Pairs of a token and one that it sees.
  public func pairs(tokens: Int) -> Int { isCausal ? tokens * (tokens + 1) / 2 : tokens * tokens }
}

/// A kernel of a layer.
public struct HeTraXKernel: Hashable, Sendable {
  /// Which one: four of attention, two of the feed-forward part, and what stands behind each.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// K1: queries, keys and values.
    case queryKeyValue = "K1 QKV"
    /// K2: scores, with softmax fused.
    case score = "K2 score"
    /// K3: weights times values.
    case context = "K3 context"
    /// K4: the output projection.
    case projection = "K4 projection"
    /// Sum and layer normalisation behind attention.
    case firstNormalization = "LN1"
    /// The first matrix of the feed-forward part, with its function.
    case feedForward1 = "FF1"
    /// The second matrix.
    case feedForward2 = "FF2"
    /// Sum and layer normalisation behind the feed-forward part.
    case secondNormalization = "LN2"
  }

  /// Which one.
  public let kind: Kind
  /// The cores that do it.
  public let core: HeTraXCore
  /// Multiply-accumulates.
  public let macs: Int
  /// Bytes of trained weights, of 8 bits.
  public let weightBytes: Int
  /// The kernels that have to end before.
  public let after: [Kind]
}

/// The kernels of one layer for a number of tokens: what depends on what, and where each is done.
public struct HeTraXKernelGraph: Hashable, Sendable {
  /// The workload, and its tokens.
  public let workload: HeTraXWorkload
  /// Tokens.
  public let tokens: Int
  /// The kernels, each behind those it waits for.
  public let kernels: [HeTraXKernel]

  /// The layer of a workload.
  ///
  /// - Throws: ``HeTraXError``.
  public init(_ workload: HeTraXWorkload, tokens: Int) throws(HeTraXError) {
    try workload.validate()
    guard (1...1_048_576).contains(tokens) else { throw .range("tokens", tokens, 1...1_048_576) }
    let w = workload
    let d = w.features
    let projections = d * d + 2 * d * d * w.keyHeads / w.heads
    let products = w.pairs(tokens: tokens) * d
    func kernel(
      _ kind: HeTraXKernel.Kind, _ core: HeTraXCore = .streaming, macs: Int = 0, weights: Int = 0,
      after: [HeTraXKernel.Kind]
    ) -> HeTraXKernel { HeTraXKernel(kind: kind, core: core, macs: macs, weightBytes: weights, after: after) }
    // In the parallel arrangement the feed-forward part waits for nothing, and one sum ends the layer.
    let both: [HeTraXKernel.Kind] = w.isParallel ? [.projection, .feedForward2] : [.feedForward2]
    var all = [
      kernel(.queryKeyValue, macs: tokens * projections, weights: projections, after: []),
      kernel(.score, macs: products, after: [.queryKeyValue]), kernel(.context, macs: products, after: [.score]),
      kernel(.projection, macs: tokens * d * d, weights: d * d, after: [.context]),
    ]
    if !w.isParallel { all.append(kernel(.firstNormalization, after: [.projection])) }
    all += [
      kernel(
        .feedForward1, .resistive, macs: tokens * d * w.inner, weights: d * w.inner,
        after: w.isParallel ? [] : [.firstNormalization]),
      kernel(
        .feedForward2, .resistive, macs: tokens * d * w.inner, weights: d * w.inner, after: [.feedForward1]),
      kernel(.secondNormalization, after: both),
    ]
    (self.workload, self.tokens, kernels) = (workload, tokens, all)
  }

  /// The kernel of a kind; nil where the layer has none.
  public func kernel(_ kind: HeTraXKernel.Kind) -> HeTraXKernel? { kernels.first { $0.kind == kind } }

  /// Multiply-accumulates of the kernels that are done on a kind of core.
  public func macs(on core: HeTraXCore) -> Int { kernels.filter { $0.core == core }.reduce(0) { $0 + $1.macs } }

  /// Seconds of the longest chain of kernels that wait for each other.
  public func criticalPath(_ seconds: (HeTraXKernel) -> Double) -> Double {
    var ends: [HeTraXKernel.Kind: Double] = [:]
    for kernel in kernels { ends[kernel.kind] = seconds(kernel) + (kernel.after.compactMap { ends[$0] }.max() ?? 0) }
    return ends.values.max() ?? 0
  }
}
