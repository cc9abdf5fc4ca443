import Transformer

/// A transformer as the published simulator takes it: for each layer its heads, its width, and the widths of its
/// feed-forward stack, all that costs depend on. Known as a model dictionary of FlexiBERT 2.0.
public struct TransformerDictionary: Hashable, Sendable {
  /// A head of a layer.
  public enum Head: Hashable, Sendable, CustomStringConvertible {
    /// Self-attention by scaled products of a head size.
    case scaledProduct(size: Int)
    /// Self-attention whose keys are first multiplied with a matrix of their own.
    case weightedProduct(size: Int)
    /// A convolution along the features.
    case convolution(width: Int, size: Int)
    /// A product of the tokens with a fixed matrix, of Fourier or of cosines.
    case linearTransform(name: String, size: Int)

    /// Reads `sa_sdp_64`, `sa_wma_64`, `c_9_64`, `l_dft_64` or `l_dct_64`.
    ///
    /// - Throws: ``AccelTranError/head(_:)``.
    public init(_ text: String) throws(AccelTranError) {
      let parts = text.split(separator: "_", omittingEmptySubsequences: false)
      guard parts.count == 3, let size = Int(parts[2]), (1...1 << 20).contains(size) else { throw .head(text) }
      switch (parts[0], parts[1]) {
      case ("sa", "sdp"): self = .scaledProduct(size: size)
      case ("sa", "wma"): self = .weightedProduct(size: size)
      case ("l", "dft"), ("l", "dct"): self = .linearTransform(name: String(parts[1]), size: size)
      case ("c", let width):
        guard let width = Int(width), (1...1 << 20).contains(width) else { throw .head(text) }
        self = .convolution(width: width, size: size)
      default: throw .head(text)
      }
    }

    /// The published name.
    public var description: String {
      switch self {
      case .scaledProduct(let size): "sa_sdp_\(size)"
      case .weightedProduct(let size): "sa_wma_\(size)"
      case .convolution(let width, let size): "c_\(width)_\(size)"
      case .linearTransform(let name, let size): "l_\(name)_\(size)"
      }
    }
  }

  /// A layer.
  public struct Layer: Hashable, Sendable {
    /// Its heads.
    public var heads: [Head]
    /// Its width.
    public var hidden: Int
    /// The inner widths of its feed-forward stack.
    public var feedForward: [Int]

    /// Describes a layer.
    public init(heads: [Head], hidden: Int, feedForward: [Int]) {
      self.heads = heads
      self.hidden = hidden
      self.feedForward = feedForward
    }
  }

  /// The layers, first to last.
  public var layers: [Layer]
  /// Tokens of a sequence.
  public var tokens: Int
  /// Rows of the table of words; with ``patch``, of the matrix that makes a token of a patch's pixels.
  public var vocabulary: Int
  /// Rows and columns of a patch, when tokens are patches of an image of three colours.
  public var patch: Int?

  /// Describes a model.
  public init(layers: [Layer], tokens: Int = 128, vocabulary: Int = 30522) {
    self.layers = layers
    self.tokens = tokens
    self.vocabulary = vocabulary
  }

  /// The model with the patches of a square image as tokens, as a public fork of the simulator has it.
  ///
  /// - Throws: ``AccelTranError/range(_:_:_:)`` when patches do not tile the image.
  public func withPatches(_ patch: Int, ofImage side: Int) throws(AccelTranError) -> TransformerDictionary {
    guard (1...256).contains(patch) else { throw .range("patch", patch, 1...256) }
    guard side >= patch, side <= 65536, side.isMultiple(of: patch) else { throw .range("image", side, patch...65536) }
    var model = self
    model.patch = patch
    model.tokens = (side / patch) * (side / patch)
    model.vocabulary = 3 * patch * patch
    return model
  }

  /// A BERT: layers alike, heads of scaled products.
  public init(layers: Int, hidden: Int, heads: Int, headSize: Int? = nil, feedForward: Int, tokens: Int = 128) {
    let layer = Layer(
      heads: Array(repeating: .scaledProduct(size: headSize ?? hidden / max(heads, 1)), count: heads), hidden: hidden,
      feedForward: [feedForward])
    self.init(layers: Array(repeating: layer, count: layers), tokens: tokens)
  }

  /// Reads a dictionary in JSON with `l`, `o`, `h` and `f`.
  ///
  /// - Throws: ``AccelTranError``.
  public init(json: [UInt8], tokens: Int = 128, vocabulary: Int = 30522) throws(AccelTranError) {
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue(parsing: json) } catch { throw .dictionary("\(error)") }
    guard let object = value.object else { throw .dictionary("it is \(value.kind), not an object") }
    func member(_ key: String) throws(AccelTranError) -> JSONValue {
      guard let found = object.members.first(where: { $0.key == key }) else {
        throw .dictionary("it has no \"\(key)\": give l, o, h and f")
      }
      return found.value
    }
    guard let count = try member("l").integer, (1...4096).contains(count) else {
      throw .dictionary("\"l\" is no number of layers from 1 to 4096")
    }
    func list(_ key: String) throws(AccelTranError) -> [JSONValue] {
      guard let elements = try member(key).array else { throw .dictionary("\"\(key)\" is no list") }
      guard elements.count == count else { throw .layers(key, expected: count, found: elements.count) }
      return elements
    }
    let (heads, widths, stacks) = (try list("o"), try list("h"), try list("f"))
    var layers: [Layer] = []
    for index in 0..<count {
      guard let names = heads[index].array?.map(\.string), let hidden = widths[index].integer,
        let stack = stacks[index].array?.map(\.integer), !names.contains(nil), !stack.contains(nil)
      else { throw .dictionary("layer \(index) has entries of another kind") }
      var layer = Layer(heads: [], hidden: hidden, feedForward: stack.compactMap(\.self))
      for name in names.compactMap(\.self) { layer.heads.append(try Head(name)) }
      layers.append(layer)
    }
    self.init(layers: layers, tokens: tokens, vocabulary: vocabulary)
    try validate()
  }

  /// Refuses what has no operations.
  ///
  /// - Throws: ``AccelTranError``.
  public func validate() throws(AccelTranError) {
    func check(_ name: String, _ value: Int, _ range: ClosedRange<Int> = 1...1 << 20) throws(AccelTranError) {
      guard range.contains(value) else { throw .range(name, value, range) }
    }
    try check("layers", layers.count, 1...4096)
    try check("tokens", tokens)
    try check("vocabulary", vocabulary, 1...1 << 24)
    for layer in layers {
      try check("heads", layer.heads.count, 1...4096)
      try check("hidden", layer.hidden)
      try check("feedForward", layer.feedForward.count, 1...64)
      for width in layer.feedForward { try check("feedForward", width) }
    }
  }

  /// BERT-Nano of the public repository: one layer of width 32.
  public static let bertNano = TransformerDictionary(layers: 1, hidden: 32, heads: 2, feedForward: 64)
  /// BERT-Tiny: 2 layers of width 128.
  public static let bertTiny = TransformerDictionary(layers: 2, hidden: 128, heads: 2, feedForward: 512)
  /// BERT-Base: 12 layers of width 768.
  public static let bertBase = TransformerDictionary(layers: 12, hidden: 768, heads: 12, feedForward: 3072)
}
