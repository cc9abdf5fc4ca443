/// A model as the scheduler sees it: transfers between memory and buffers, and operations on units, in program order.
///
/// Heads of a layer stand side by side; everything else stands one behind the other. Transfers and operations are two lists
/// that are worked off at the same time: an operation waits for its ``Operation/operands``, a store for its
/// ``Transfer/producer``.
public struct OperationList: Hashable, Sendable {
  /// Either one thing, or a list for each head.
  public enum Step<Element: Hashable & Sendable>: Hashable, Sendable {
    /// One thing.
    case single(Element)
    /// A list for each head of a layer.
    case heads([[Element]])
  }

  /// The extents of a tensor: batch, rows, columns.
  public struct Extents: Hashable, Sendable {
    /// Items of the batch.
    public var batch: Int
    /// Rows.
    public var rows: Int
    /// Columns.
    public var columns: Int

    /// Names extents.
    public init(_ batch: Int, _ rows: Int, _ columns: Int) {
      self.batch = batch
      self.rows = rows
      self.columns = columns
    }

    /// The number of elements.
    public var count: Int { batch * rows * columns }
  }

  /// What is computed.
  public enum Work: Hashable, Sendable {
    /// A product; the inner extent is the first operand's columns.
    case product(Extents, columns: Int)
    /// A convolution along the features.
    case convolution(Extents, width: Int)
    /// A function of every element.
    case activation(Extents)
    /// Softmax over the columns.
    case softmax(Extents)
    /// Layer normalisation over the columns.
    case normalization(Extents)
    /// Patches of images put in a row of numbers each.
    case patches(count: Int)

    /// The kind of unit operation, which a group of the scheduler shares.
    public var kind: Kind {
      switch self {
      case .product: .product
      case .convolution: .convolution
      case .activation: .activation
      case .softmax: .softmax
      case .normalization: .normalization
      case .patches: .patches
      }
    }
  }

  /// A kind of unit operation.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// On a lane.
    case product, convolution, activation
    /// On a softmax unit.
    case softmax
    /// On a unit for layer normalisation.
    case normalization
    /// On a unit for patches.
    case patches
  }

  /// An operation on units, before it is cut into tiles.
  public struct Operation: Hashable, Sendable {
    /// The name.
    public var name: String
    /// What is computed.
    public var work: Work
    /// The data that has to be in a buffer.
    public var operands: [Int]
  }

  /// Data that is moved into a buffer.
  public struct Transfer: Hashable, Sendable {
    /// The number of the data in ``OperationList/data``.
    public var data: Int
    /// The place of the operation that makes the data; nil for a load from main memory.
    public var producer: OperationPlace?
  }

  /// Where an operation stands in ``OperationList/operations``.
  public enum OperationPlace: Hashable, Sendable {
    /// A step that is single.
    case single(step: Int)
    /// A place in the list of a head.
    case head(step: Int, head: Int, place: Int)
  }

  /// Which buffer holds data.
  public enum Buffer: String, Hashable, Sendable, CaseIterable {
    /// Activations.
    case activation
    /// Weights and embeddings.
    case weight
    /// Masks of both.
    case mask
  }

  /// Data that lies in a buffer as a whole.
  public struct Data: Hashable, Sendable {
    /// The name.
    public var name: String
    /// The number of elements.
    public var elements: Int
    /// Where it lies, its mask apart.
    public var buffer: Buffer
    /// Whether it is never evicted.
    public var isPinned: Bool
  }

  /// All data, by number.
  public private(set) var data: [Data] = []
  /// The transfers.
  public private(set) var transfers: [Step<Transfer>] = []
  /// The operations.
  public private(set) var operations: [Step<Operation>] = []

  /// All operations, those of heads head by head.
  public var allOperations: [Operation] {
    operations.flatMap { step -> [Operation] in
      switch step {
      case .single(let one): [one]
      case .heads(let lists): lists.flatMap(\.self)
      }
    }
  }

  /// All transfers, those of heads head by head.
  public var allTransfers: [Transfer] {
    transfers.flatMap { step -> [Transfer] in
      switch step {
      case .single(let one): [one]
      case .heads(let lists): lists.flatMap(\.self)
      }
    }
  }

  /// What the list leaves out of a transformer, as the published simulator does, or holds.
  public struct Content: Hashable, Sendable {
    /// Whether weights are loaded once for each item of the batch.
    public var replicatesWeights: Bool
    /// Whether operations wait for the activations of the layer before.
    public var ordersLayers: Bool
    /// Whether layer normalisation waits for its input, and its result is stored.
    public var ordersNormalization: Bool
    /// Whether a function is applied behind the last product of a feed-forward stack too.
    public var activatesLast: Bool
    /// Whether keys of weighted attention are stored again before the product that makes them is done.
    public var storesKeysEarly: Bool

    /// The published lists.
    public static let published = Content(
      replicatesWeights: true, ordersLayers: false, ordersNormalization: false, activatesLast: true,
      storesKeysEarly: true)
    /// Lists with every dependency.
    public static let complete = Content(
      replicatesWeights: false, ordersLayers: true, ordersNormalization: true, activatesLast: false,
      storesKeysEarly: false)
  }

  init(data: [Data], transfers: [Step<Transfer>], operations: [Step<Operation>]) {
    (self.data, self.transfers, self.operations) = (data, transfers, operations)
  }

  /// Writes a model down for a batch.
  ///
  /// - Throws: ``AccelTranError`` for a model without operations.
  public init(
    _ model: TransformerDictionary, batch: Int, content: Content = .published
  ) throws(AccelTranError) {
    try model.validate()
    guard (1...4096).contains(batch) else { throw .range("batch", batch, 1...4096) }
    var writer = OperationWriter(model: model, batch: batch, content: content)
    writer.write()
    (data, transfers, operations) = (writer.data, writer.transfers, writer.operations)
  }
}
