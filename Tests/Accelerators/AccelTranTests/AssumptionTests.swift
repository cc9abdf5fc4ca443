import AccelTran
import Testing

/// Each assumption of the published simulator is a switch that does something.
struct AssumptionTests {
  /// A run as text, so that any difference shows.
  static func fast(_ model: TransformerDictionary, _ machine: AccelTranConfiguration, _ set: Set<PaperAssumption>)
    -> String
  {
    let result = Result { try FastEstimate(model, on: machine, assumptions: set) }
    guard case .success(let run) = result else { return "\(result)" }
    return "\(run.cycles) \(run.energy)"
  }

  static func cycles(
    _ model: TransformerDictionary, _ machine: AccelTranConfiguration, _ set: Set<PaperAssumption>
  ) -> String {
    let result = Result { try CycleSimulation(model, on: machine, assumptions: set) }
    guard case .success(let run) = result else { return "\(result)" }
    return "\(run.cycles) \(CycleSimulationTests.stalls(run)) \(run.energy)"
  }

  /// A layer with the given heads.
  static func layer(_ heads: String...) throws -> TransformerDictionary {
    let layer = TransformerDictionary.Layer(
      heads: try heads.map(TransformerDictionary.Head.init), hidden: 64, feedForward: [128])
    var model = TransformerDictionary(layers: [layer])
    (model.tokens, model.vocabulary) = (32, 100)
    return model
  }

  @Test(arguments: PaperAssumption.allCases)
  func `An assumption alone changes a run`(_ assumption: PaperAssumption) throws {
    let all = PaperAssumption.published
    let without = all.subtracting([assumption])
    var machine = AccelTranConfiguration.edge
    switch assumption {
    case .innerTilesTwice, .activationClocksOfAnother, .tilesBilledToAllUnits, .sequentialTilesUnbilled,
      .embeddingsUnbilled:
      #expect(Self.fast(.bertTiny, machine, all) != Self.fast(.bertTiny, machine, without))
    case .convolutionWithinTile:
      let model = try Self.layer("c_13_32", "sa_sdp_32")
      #expect(Self.fast(model, machine, all) != Self.fast(model, machine, without))
      machine.tile = 8
      #expect(Self.cycles(model, machine, all).contains("a tile would take -1 clocks"))
      #expect(!Self.cycles(model, machine, without).contains("failure"))
    case .weightedKeysEarly:
      let model = try Self.layer("sa_wma_32", "sa_wma_32")
      #expect(Self.cycles(model, machine, all) != Self.cycles(model, machine, without))
    case .singleHeadAbandoned:
      let model = try Self.layer("sa_sdp_64")
      #expect(Self.cycles(model, machine, all) != Self.cycles(model, machine, without))
    case .headsByRank:
      let model = try Self.layer("sa_sdp_32", "c_5_32", "sa_sdp_32", "l_dft_32")
      #expect(Self.cycles(model, machine, all) != Self.cycles(model, machine, without))
    case .reuseWithoutColumn:
      // Operands of lanes are billed only where parts of lanes are.
      let base = all.subtracting([.partsOfLanesIgnored])
      machine.lanes = 1
      machine.processingElements = 16
      let model = try Self.layer("sa_sdp_32", "sa_sdp_32")
      #expect(Self.cycles(model, machine, base) != Self.cycles(model, machine, base.subtracting([assumption])))
    case .evictsUnreadData:
      // Data of 41 to 164 kbit in 0.03 MB = 252 kbit.
      machine.activationBuffer = 0.03
      let model = try Self.layer("sa_sdp_32", "sa_sdp_32", "c_5_32")
      #expect(Self.cycles(model, machine, all) != Self.cycles(model, machine, without))
    case .groupsWhole:
      // Groups of 8 on 4 units for layer normalisation never start as a whole.
      machine.processingElements = 4
      let base = all.subtracting([.groupsSkipKinds, .groupsOverlap, .softmaxTakesElement])
      let model = try Self.layer("sa_sdp_32", "sa_sdp_32")
      #expect(Self.cycles(model, machine, base).contains("8 free units at once"))
      #expect(!Self.cycles(model, machine, base.subtracting([assumption])).contains("failure"))
    case .sizeOfLastData:
      // 84 kbit of embeddings stay; the product's 328 kbit do not fit beside them in 377 kbit, those of the last head would.
      machine.weightBuffer = 0.045
      let model = try Self.layer("sa_sdp_32", "sa_sdp_32")
      #expect(Self.cycles(model, machine, all).contains("does not fit the weight buffer after all"))
      #expect(Self.cycles(model, machine, without).contains("nothing goes on after cycle"))
    default:
      var model = try Self.layer("sa_sdp_32", "sa_sdp_32")
      model.layers += model.layers
      #expect(Self.cycles(model, machine, all) != Self.cycles(model, machine, without))
    }
    #expect(!assumption.summary.isEmpty)
  }
}
