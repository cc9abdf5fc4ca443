/// The area of a machine in mm², part by part, as the published model adds it up.
public struct MachineArea: Hashable, Sendable {
  /// Lanes.
  public let lanes: Double
  /// Units for sparsity before and behind the lanes.
  public let sparsity: Double
  /// FIFOs, one word FIFO for each lane.
  public let fifos: Double
  /// Softmax units.
  public let softmax: Double
  /// Units for layer normalisation.
  public let normalization: Double
  /// Distribution of operands and ports to memory.
  public let distribution: Double
  /// Units for patches of images.
  public let patches: Double
  /// Buffers.
  public let buffers: Double

  /// All.
  public var total: Double { elements + buffers }
  /// The processing elements.
  public var elements: Double { lanes + sparsity + fifos + softmax + normalization + distribution + patches }

  /// Adds up a machine.
  ///
  /// - Parameter patch: the size of patches of images, where the machine has units for them.
  /// - Throws: ``AccelTranError`` when a size has no published constant.
  public init(
    _ configuration: AccelTranConfiguration, patch: Int = 16, constants: PublishedConstants = PublishedConstants()
  ) throws(AccelTranError) {
    try configuration.validate()
    let lane = try constants.lane(multipliers: configuration.multipliers, activation: configuration.activation)
    let units = Double(configuration.totalLanes) * 1e-6
    let elements = Double(configuration.processingElements) * 1e-6
    lanes = units * lane.area
    sparsity = units * (constants.preSparsity.area + constants.postSparsity.area)
    fifos = units * constants.fifo.area
    softmax = Double(configuration.totalSoftmaxUnits) * 1e-6 * (try constants.softmax(tile: configuration.tile)).area
    normalization = elements * (try constants.normalization(tile: configuration.tile)).area
    distribution = elements * (constants.distribution.area + constants.port.area)
    patches =
      configuration.patchUnits == 0
      ? 0 : elements * Double(configuration.patchUnits) * (try constants.patchUnit(patch: patch)).area
    buffers =
      OperationList.Buffer.allCases.reduce(0) { sum, buffer in
        sum + constants.buffer(buffer).area * configuration.size(of: buffer)
      } * 1e-6
  }
}

extension AccelTranConfiguration {
  /// MB of a buffer.
  public func size(of buffer: OperationList.Buffer) -> Double {
    switch buffer {
    case .activation: activationBuffer
    case .weight: weightBuffer
    case .mask: maskBuffer
    }
  }
}
