import TRON
import Testing

/// Time and energy, by their worked numbers and by what switches have to do.
@Suite struct TRONCostTests {
  private static func isNear(_ value: Double, _ expected: Double, _ tolerance: Double) -> Bool {
    abs(value - expected) <= tolerance
  }

  @Test func `A symbol takes 21.3 ns, and a bank of 10 × 15 gives 14 GOPS`() {
    #expect(Self.isNear(PhotonicDevices.csu.symbolSeconds * 1e9, 21.3, 0.05))
    #expect(Self.isNear(TRONCosts.peak(RingBankGeometry(rows: 10, wavelengths: 15), .csu), 14, 0.1))
  }

  @Test func `Trim of a ring takes 3.2 or 10.8 mW`() {
    let trim = PhotonicDevices.csu.trimPower.value
    #expect(Self.isNear(trim * 1e3, 1.53, 0.005))
    #expect(Self.isNear(trim * 2.1 * 1e3, 3.2, 0.02))
    #expect(Self.isNear(trim * 7.1 * 1e3, 10.8, 0.06))
  }

  @Test func `Operations are those of the plain transformer, whatever the path`() {
    let base = TRONWorkload.bertBase
    // 12 n d² + 2 n² d multiply-accumulates of a layer, twelve of them, two operations each.
    let (n, d) = (128.0, 768.0)
    #expect(base.operations == 2 * 12 * (12 * n * d * d + 2 * n * n * d))
    func sum(_ path: TRONSizes.ScorePath) -> Int { base.products(path).reduce(0) { $0 + $1.products } }
    let (direct, decomposed) = ScorePaths.products(tokens: 128, modelFeatures: 768, headFeatures: 64)
    #expect(sum(.decomposed) - sum(.direct) == 12 * (decomposed - direct))
  }

  @Test func `The passes of a layer follow from its tiles`() {
    let small = TRONWorkload(layers: 1, features: 8, heads: 2, inner: 16, tokens: 3)
    var assumptions = TRONAssumptions()
    (assumptions.pingPong, assumptions.trim) = (false, nil)
    let costs = TRONCosts(small, on: .micro, .csu, assumptions)
    // Tiles of 4 inputs and 2 outputs: q, k, v and output 2 · 4 each, scores 1 · 2 a head, context 1 · 2 a head, up and down
    // 2 · 8 and 4 · 4; three vectors, two signs but for the context.
    let tiles = 4 * 8 + 2 * 2 + 16 + 16
    #expect(costs.passes == Double(tiles * 6 + 4 * 3))
    let machine = TRONSizes.micro
    let load = PhotonicDevices.csu.toAnalog.value + PhotonicDevices.csu.tuning.value
    let symbol = PhotonicDevices.csu.symbolSeconds
    // Two banks share the tiles; softmax 2 n² · heads and norms 4 n d cycles of a nanosecond.
    let optical = Double(tiles) / 2 * (6 * symbol + load) + 2 * (3 * symbol + load)
    #expect(machine.allBanks == 2)
    #expect(Self.isNear(costs.seconds, optical + (36 + 96) * 1e-9, 1e-15))
  }

  @Test func `Each switch does what it says`() {
    let base = TRONCosts(.bertBase, on: .reference, .csu)
    func costs(_ change: (inout TRONAssumptions) -> Void) -> TRONCosts {
      var assumptions = TRONAssumptions()
      change(&assumptions)
      return TRONCosts(.bertBase, on: .reference, .csu, assumptions)
    }
    func part(_ costs: TRONCosts, _ name: String) -> Double { costs.parts.first { $0.name == name }?.joules ?? -1 }
    let bare = costs { $0.trim = nil }
    #expect(part(bare, "static trim") == 0 && part(base, "static trim") > 0)
    #expect(Self.isNear(part(costs { $0.trim = 7.1 }, "static trim") / part(base, "static trim"), 7.1 / 2.1, 1e-9))
    // Static trim dominates a bank's power.
    #expect(part(base, "static trim") > 0.5 * base.joules)
    #expect(Self.isNear(part(costs { $0.amplitudeFactor = true }, "lasers") / part(base, "lasers"), 256, 1e-6))
    #expect(costs { $0.imprintsByRings = false }.gops > 5 * base.gops)
    #expect(costs { $0.pingPong = false }.gops > base.gops)
    #expect(costs { $0.passesForSigns = false }.gops > 1.5 * base.gops)
    #expect(part(costs { $0.zeroShare = 0.5 }, "lasers") == part(base, "lasers") / 2)
    var decomposed = TRONSizes.reference
    decomposed.scorePath = .decomposed
    let other = TRONCosts(.bertBase, on: decomposed, .csu)
    #expect(other.gops < base.gops && other.joulesPerBit > base.joulesPerBit)
    #expect(PhotonicDevices.corners.allSatisfy { $0.all.allSatisfy { !$0.source.isEmpty } })
  }

  @Test func `A drawing has a curve for each ring, one of all, and the light`() {
    let drawing = SpectrumDrawing(RingSpectrum(), weights: [0.1, 0.9, 0.5])
    #expect(drawing.svg.components(separatedBy: "class=\"ring\"").count == 4)
    #expect(drawing.svg.components(separatedBy: "class=\"light\"").count == 4)
    #expect(drawing.svg.components(separatedBy: "class=\"all\"").count == 2)
    // Each light sees about the weight of its ring, less what the others take.
    for (index, weight) in drawing.weights.enumerated() {
      let found = drawing.transmission(Double(index) * 1.2)
      #expect(found < weight && found > 0.97 * weight)
    }
  }
}
