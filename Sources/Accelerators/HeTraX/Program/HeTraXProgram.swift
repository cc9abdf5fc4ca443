public import XFormer

/// A program of the generated machine with its memory, in two parts: what programs crossbars for good, and the inference.
public struct HeTraXProgram: Sendable {
  /// A matrix of results.
  public struct Result: Hashable, Sendable {
    /// Where it is; from ``HeTraXSizes/sharedBase`` on in a shared memory.
    public var place: XFormerProgram.Place
    /// The multiprocessor in whose shared memory it is; nil for the memory of the controller.
    public var core: Int?
  }

  /// The sizes of the machine.
  public let sizes: HeTraXSizes
  /// Commands that run before inference: weights of crossbars that stay.
  public internal(set) var deployment: [XFormerCommand] = []
  /// Commands of the inference.
  public internal(set) var inference: [XFormerCommand] = []
  /// Where results go.
  public internal(set) var results: [Result] = []
  /// Multiply-accumulates of the multiprocessors' projections, of attention, and of the crossbars.
  public internal(set) var matrixProducts = 0, attentionProducts = 0, crossbarProducts = 0
  var contents = CommandMemory()

  /// An empty program.
  ///
  /// - Throws: ``HeTraXError`` for sizes without hardware.
  public init(_ sizes: HeTraXSizes) throws(HeTraXError) {
    try sizes.validate()
    self.sizes = sizes
  }

  /// The memory of the controller at the start.
  public var memory: [UInt8] { contents.bytes }

  /// The memory with both parts of the program behind it, and where they begin.
  public var image: (bytes: [UInt8], deployment: Int, inference: Int) {
    let (bytes, starts) = contents.image([deployment, inference])
    return (bytes, starts[0], starts[1])
  }

  /// How often each row of a unit's crossbars is written in an inference, by core and unit.
  public var inferenceWrites: [[Int]] { writes(inference) }
  /// How often before it.
  public var deploymentWrites: [[Int]] { writes(deployment) }

  private func writes(_ commands: [XFormerCommand]) -> [[Int]] {
    var counts = [[Int]](
      repeating: [Int](repeating: 0, count: sizes.resistive.unitsPerEngine), count: sizes.resistiveCores)
    for command in commands where command.kind == .program {
      if case .crossbars(let core) = sizes.engine(command.engine) { counts[core][command.programOrder.unit] += 1 }
    }
    return counts
  }
}
