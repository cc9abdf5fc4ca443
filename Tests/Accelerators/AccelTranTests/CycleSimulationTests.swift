import AccelTran
import Testing

/// The published simulator's cycle mode.
struct CycleSimulationTests {
  static func stalls(_ run: CycleSimulation) -> [Int] {
    CycleSimulation.StallClass.allCases.map { run.stalls[$0] ?? 0 }
  }

  /// BERT-Tiny with 64 tokens and a table of 832 rows.
  static let short: TransformerDictionary = {
    var model = TransformerDictionary.bertTiny
    (model.tokens, model.vocabulary) = (64, 768)
    return model
  }()

  @Test func `BERT-Tiny on the edge machine takes the clocks and stalls of the log`() throws {
    let run = try CycleSimulation(.bertTiny, on: .edge)
    #expect(run.cycles == 79_232)
    #expect(Self.stalls(run) == [109_672, 13_917, 0, 0, 29_831, 3_569, 1_028_408])
    #expect(run.loaded == 49_954)
  }

  /// The log of 25,977 clocks is one of 64 tokens: an early form of a fork's image model.
  @Test func `The run of 25,977 clocks is one of 64 tokens`() throws {
    let run = try CycleSimulation(Self.short, on: .edge)
    #expect(run.cycles == 25_977)
    // 255,812 in the log: for its first 8 clocks it issues 64 patches where here 2 heads of 8 tiles wait, 128 in all.
    #expect(Self.stalls(run) == [11_114, 3_234, 0, 0, 23_809, 435, 255_812 + 8 * 2 * 8])
    var machine = AccelTranConfiguration.edge
    machine.patchUnits = 1
    let patches = try TransformerDictionary.bertTiny.withPatches(16, ofImage: 128)
    #expect(try CycleSimulation(patches, on: machine).cycles == 25_977)
  }

  /// Values of the log at clocks of its last part.
  @Test func `Energies of single clocks are those of the log`() throws {
    var samples: [CycleSimulation.Sample] = []
    _ = try CycleSimulation(Self.short, on: .edge) { samples.append($0) }
    func sample(_ cycle: Int) -> CycleSimulation.Sample? { samples.first { $0.cycle >= cycle } }
    func near(_ a: Double?, _ b: Double) -> Bool { abs((a ?? -1) - b) < 1e-9 }
    // Nine products are issued, of which one twice; 113 groups fill the lanes.
    #expect(near(sample(25_128)?.elements.dynamic, 0))
    #expect(near(sample(25_129)?.elements.dynamic, 0.06679928571428571))
    #expect(near(sample(25_129)?.elements.leakage, 0.004101023571428572))
    #expect(near(sample(25_130)?.elements.dynamic, 0.13359857142857148))
    #expect(near(sample(25_241)?.elements.dynamic, 7.548319285714294))
    // The end: 16 groups of 9 for 64 units of layer normalisation.
    #expect(near(sample(25_977)?.elements.dynamic, 0.06262542857142857))
    #expect(near(sample(25_976)?.elements.dynamic, 0.5636288571428572))
    #expect(near(sample(25_975)?.elements.dynamic, 1.1272577142857143))
    // A load into the weight buffer, with its mask or behind it.
    #expect(samples.contains { near($0.transfers, 8.244626617902936) })
    #expect(samples.reduce(0) { $0 + $1.clocks } == 25_977)
  }

  @Test func `Images on machines with patch units take the published area and fast clocks`() throws {
    var (edge, server) = (AccelTranConfiguration.edge, AccelTranConfiguration.server)
    (edge.patchUnits, server.patchUnits) = (1, 4)
    let (edgeArea, serverArea) = (try MachineArea(edge).total, try MachineArea(server).total)
    #expect(abs(edgeArea - 55.454) < 0.0005 && abs(serverArea - 1874.182) < 0.0005)
    let tiny = try FastEstimate(.bertTiny.withPatches(16, ofImage: 128), on: edge)
    let base = try FastEstimate(.bertBase.withPatches(16, ofImage: 128), on: server)
    #expect(tiny.cycles == 101_919 && base.cycles == 4_164_278)
    #expect(tiny.energy.patches.dynamic > 0)
  }

  @Test func `Twelve heads starve the published scheduler, and not the mended one`() throws {
    var model = TransformerDictionary.bertBase
    model.layers = Array(model.layers.prefix(1))
    var machine = AccelTranConfiguration.server
    let stops = Result { try CycleSimulation(model, on: machine) }
    #expect("\(stops)".contains("nothing goes on after cycle 51854; waiting for sa_sdp_64_1_3_o-l, sa_sdp_64_1_4_o-l"))
    let mended = try CycleSimulation(
      model, on: machine, assumptions: PaperAssumption.published.subtracting([.headsByRank]))
    #expect(mended.cycles > 50_000)
    machine.issueGroup = 512
    let full = Result {
      try CycleSimulation(model, on: machine, assumptions: PaperAssumption.published.subtracting([.headsByRank]))
    }
    #expect("\(full)".contains("waiting for 512 free units at once"))
  }
}
