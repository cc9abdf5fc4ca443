import AnalogMacros

/// Makes programs of encoder layers: matrices on units, blocks of tokens in the order of a schedule.
public struct XFormerCompiler: Sendable {
  /// The machine.
  public var sizes: XFormerSizes
  /// The order of the blocks.
  public var schedule: XFormerSchedule
  /// Whether a token sees those before it and itself alone.
  public var isCausal: Bool

  /// A compiler for a machine.
  public init(_ sizes: XFormerSizes, schedule: XFormerSchedule = .kvFirst, isCausal: Bool = false) {
    (self.sizes, self.schedule, self.isCausal) = (sizes, schedule, isCausal)
  }

  /// The program of layers on a sequence.
  ///
  /// Rows of the input are the tokens that attention sees: padding is neither loaded nor computed. Where all matrices have
  /// units at once, they are programmed before inference; otherwise each part of a matrix is programmed when its turn comes,
  /// and all blocks pass it before the next.
  ///
  /// - Parameter input: codes of 16 bits of each token.
  /// - Throws: ``XFormerError`` for a model that the machine cannot hold.
  public func program(_ layers: [XFormerLayer], input: [[Int32]]) throws(XFormerError) -> XFormerProgram {
    try program(layers, inputs: [input])
  }

  /// The program of layers on several sequences, whose blocks take turns.
  ///
  /// While attention waits for the last keys and values of one sequence, the projection engines work for another: the barrier of a
  /// bidirectional encoder is hidden. A sequence begins when the one before it has its first keys and values. Where weights do
  /// not fit, all sequences pass a part of a matrix before the next part is programmed.
  ///
  /// Results of several sequences are called "sequence.0.layer.0.query" and so on.
  ///
  /// - Parameter inputs: codes of 16 bits of each token, of each sequence.
  /// - Throws: ``XFormerError`` for a model that the machine cannot hold.
  public func program(_ layers: [XFormerLayer], inputs: [[[Int32]]]) throws(XFormerError) -> XFormerProgram {
    var writer = try LayerWriter(self, layers, inputs)
    try writer.write(layers)
    return writer.finished()
  }

  /// The engine of each matrix of a layer: query, key, value, output, up, down.
  public var engines: [Int] {
    switch sizes.projectionEngines {
    case 1: [0, 0, 0, 0, 0, 0]
    case 2: [0, 0, 0, 0, 1, 1]
    case 3: [0, 0, 0, 1, 2, 1]
    case 4: [0, 0, 0, 1, 2, 3]
    default: [1, 0, 0, 2, 3, 4]
    }
  }

  /// Units that a matrix takes: how many are added, and how many columns of them.
  public func units(inputs: Int, outputs: Int) -> (stack: Int, columns: Int) {
    sizes.units(inputs: inputs, outputs: outputs)
  }
}
