import Models

/// A graph as the work of a machine: an operation list with every dependency, tiles, a loop order for each product, and a
/// plan of the buffers.
///
/// Rows and columns that are padding are left out of every product, by a length, not counted as zeros. Weights are loaded
/// once, whatever the batch. Activation functions and additions are done where a lane or a normalisation unit has their
/// operands; heads of attention stand side by side.
///
///     let graph = try PublishedShape.bertTiny.model().graph(tokens: 128, outputs: ["hidden"])
///     let work = try CompiledWorkload(graph, realTokens: 40, on: .edge)
///     let run = try work.simulated()
public struct CompiledWorkload: Sendable {
  /// A product and how it is done.
  public struct Product: Hashable, Sendable {
    /// The operation's name.
    public let name: String
    /// Its tiles.
    public let counts: TileCounts
    /// Tiles that padding would have added.
    public let skipped: Int
    /// The loop order that was chosen.
    public let dataflow: DataflowReuse
  }

  /// What the machine does.
  public let operations: OperationList
  /// The products, in their order.
  public let products: [Product]
  /// Where data lies.
  public let buffers: BufferPlan
  /// The machine.
  public let configuration: AccelTranConfiguration

  /// Compiles a graph.
  ///
  /// - Parameters:
  ///   - realTokens: how many tokens are no padding; all when nil.
  ///   - sparsity: the share of zeros that packed data is expected to have, for activations and weights.
  /// - Throws: ``AccelTranError`` for a node that the machine has no unit for, or data that has no room.
  public init(
    _ graph: Graph, realTokens: Int? = nil, on configuration: AccelTranConfiguration,
    sparsity: (activations: Double, weights: Double) = (0, 0)
  ) throws(AccelTranError) {
    try configuration.validate()
    var writer = GraphWriter(graph, realTokens: realTokens, batch: configuration.batch)
    try writer.write()
    operations = OperationList(data: writer.data, transfers: writer.transfers, operations: writer.operations)
    let clocks = UnitClocks(machine: configuration, assumptions: [], constants: PublishedConstants())
    let chooser = DataflowChooser(lanes: configuration.totalLanes)
    var known: [TileCounts: DataflowReuse] = [:]
    var products: [Product] = []
    for operation in operations.allOperations {
      guard let counts = clocks.counts(operation.work) else { continue }
      let dataflow = known[counts] ?? chooser.best(counts)
      known[counts] = dataflow
      let full = writer.padded[operation.name].flatMap { clocks.counts($0)?.total } ?? counts.total
      products.append(
        Product(name: operation.name, counts: counts, skipped: full - counts.total, dataflow: dataflow))
    }
    self.products = products
    self.configuration = configuration
    buffers = try BufferPlan(operations, on: configuration, sparsity: sparsity)
  }

  /// Runs the work in the cycle model with the chosen loop orders.
  ///
  /// - Parameters:
  ///   - assumptions: assumptions of the published simulator; none by default.
  ///   - constants: powers, and the shares of zeros.
  /// - Throws: ``AccelTranError``.
  public func simulated(
    assumptions: Set<PaperAssumption> = [], constants: PublishedConstants = PublishedConstants(),
    observe: ((CycleSimulation.Sample) -> Void)? = nil
  ) throws(AccelTranError) -> CycleSimulation {
    var chosen: [String: DataflowReuse] = [:]
    for product in products { chosen[product.name] = product.dataflow }
    return try CycleSimulation(
      operations, on: configuration, dataflows: chosen, assumptions: assumptions, constants: constants, observe: observe
    )
  }
}
