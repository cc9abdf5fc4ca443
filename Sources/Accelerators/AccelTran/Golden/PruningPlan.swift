import Models
import Transformer

/// Where DynaTran prunes, and with which threshold: a number is kept where |x| > τ, strictly; τ = 0 keeps everything.
public struct PruningPlan: Hashable, Sendable {
  /// A place in a layer at which results may be pruned.
  public enum Place: String, Hashable, Sendable, CaseIterable {
    /// The layer's input.
    case input = "x"
    /// Queries.
    case query = "q"
    /// Keys.
    case key = "k"
    /// Values.
    case value = "v"
    /// Products of queries and keys, before they are scaled by 1/√d and before padding is hidden: a threshold for scaled
    /// scores has to be multiplied with √d.
    case scores = "s"
    /// Attention probabilities.
    case probabilities = "p"
    /// Contexts.
    case context = "c"
    /// The output projection.
    case attentionOutput = "o"
    /// The input of the feed-forward part.
    case feedForwardInput = "h"
    /// The first feed-forward product, before the activation function.
    case feedForwardSum = "u"
    /// Behind the activation function.
    case feedForwardHidden = "g"
    /// The second feed-forward product.
    case feedForwardOutput = "y"

    init?(_ site: ActivationSite) { self.init(rawValue: site.rawValue) }
  }

  /// The threshold of a place where no layer says otherwise.
  public var thresholds: [Place: Double]
  /// Thresholds of places in one layer.
  public var layerThresholds: [Int: [Place: Double]]

  /// Names thresholds; without arguments nothing is pruned.
  public init(_ thresholds: [Place: Double] = [:], layers: [Int: [Place: Double]] = [:]) {
    self.thresholds = thresholds
    layerThresholds = layers
  }

  /// One threshold at all places at which the published software prunes: before GELU, and neither at the results of
  /// normalisation nor behind GELU.
  public static func published(_ threshold: Double) -> PruningPlan {
    let places: [Place] = [
      .query, .key, .value, .scores, .probabilities, .context, .attentionOutput, .feedForwardSum, .feedForwardOutput,
    ]
    return PruningPlan(Dictionary(uniqueKeysWithValues: places.map { ($0, threshold) }))
  }

  /// One threshold at everything that a product reads.
  public static func operands(_ threshold: Double) -> PruningPlan {
    let places: [Place] = [
      .input, .query, .key, .value, .probabilities, .context, .feedForwardInput, .feedForwardHidden,
    ]
    return PruningPlan(Dictionary(uniqueKeysWithValues: places.map { ($0, threshold) }))
  }

  /// The threshold at a place of a layer; 0 where nothing is pruned.
  public subscript(layer: Int, place: Place) -> Double {
    get { layerThresholds[layer]?[place] ?? thresholds[place] ?? 0 }
    set { layerThresholds[layer, default: [:]][place] = newValue }
  }
}

/// How many numbers of a tensor are zero, over real tokens and over all rows.
public struct SparsityCount: Hashable, Sendable {
  /// Numbers that belong to real tokens.
  public var elements = 0
  /// Zeros among them.
  public var zeros = 0
  /// Numbers with padding.
  public var paddedElements = 0
  /// Zeros with those of padding.
  public var paddedZeros = 0

  /// Nothing counted.
  public init() {}

  /// The share of zeros over real tokens: padding is no sparsity.
  public var sparsity: Double { elements > 0 ? Double(zeros) / Double(elements) : 0 }
  /// The share that counts zeros of padding, as the published software does.
  public var paddedSparsity: Double { paddedElements > 0 ? Double(paddedZeros) / Double(paddedElements) : 0 }

  /// Adds counts.
  public static func += (left: inout SparsityCount, right: SparsityCount) {
    left.elements += right.elements
    left.zeros += right.zeros
    left.paddedElements += right.paddedElements
    left.paddedZeros += right.paddedZeros
  }

  /// Counts rows × columns of which some belong to real tokens.
  init(rows: Int, columns: Int, isReal: (_ row: Int, _ column: Int) -> Bool, isZero: (_ index: Int) -> Bool) {
    for row in 0..<rows {
      for column in 0..<columns {
        let zero = isZero(row * columns + column)
        paddedElements += 1
        paddedZeros += zero ? 1 : 0
        guard isReal(row, column) else { continue }
        elements += 1
        zeros += zero ? 1 : 0
      }
    }
  }
}

/// A place in a layer of a model.
public struct PruningSite: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The layer, from 0.
  public var layer: Int
  /// The place in it.
  public var place: PruningPlan.Place

  /// Names a place.
  public init(layer: Int, place: PruningPlan.Place) {
    self.layer = layer
    self.place = place
  }

  /// Layer by layer, in the order of the places.
  public static func < (left: PruningSite, right: PruningSite) -> Bool {
    let all = PruningPlan.Place.allCases
    return (left.layer, all.firstIndex(of: left.place) ?? 0) < (right.layer, all.firstIndex(of: right.place) ?? 0)
  }

  /// `x0`: place and layer.
  public var description: String { "\(place.rawValue)\(layer)" }
}
