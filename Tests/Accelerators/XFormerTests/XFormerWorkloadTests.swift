import Testing
import XFormer

/// The worked numbers of the published machine.
@Suite struct XFormerWorkloadTests {
  @Test func `36 tiles hold one layer of BERT-base, exactly`() {
    let tiles = XFormerWorkload.Tiles()
    #expect(tiles.allCrossbars == 1728)
    #expect(tiles.bits == 56_623_104)
    #expect(tiles.weights == 7_077_888)
    #expect(tiles.weights == XFormerWorkload.bertBase.weights)
    #expect(tiles.weights == 12 * 768 * 768)
    #expect(tiles.tiles(for: 768 * 768) == 3)
    #expect(12 * tiles.tiles(for: XFormerWorkload.bertBase.weights) == 432)
    #expect(24 * tiles.tiles(for: XFormerWorkload.bertLarge.weights) == 1536)
    // The table of words takes whole tiles: 119.2 are not enough.
    #expect(tiles.tiles(for: 30522 * 768) == 120)
  }

  @Test func `Products and scores are those of the specification`() {
    func total(_ workload: XFormerWorkload, _ tokens: Int) -> Double {
      let (trained, attention) = workload.products(tokens: tokens)
      return Double(trained + attention) / 1e9
    }
    #expect(abs(total(.bertBase, 512) - 4.027) < 0.001)
    #expect(abs(total(.bertBase, 384) - 2.944) < 0.001)
    #expect(abs(total(.bertLarge, 512) - 6.979) < 0.001)
    #expect(abs(total(.bertLarge, 384) - 5.134) < 0.001)
    #expect(abs(Double(XFormerWorkload.bertBase.products(tokens: 512).attention) / 1e6 - 402.7) < 0.1)
    #expect(XFormerWorkload.scoreBytes(tokens: 384) == 147_456)
    #expect(XFormerWorkload.scoreBytes(tokens: 512) == 262_144)
    #expect(XFormerWorkload.scoreBytes(tokens: 1024) == 1_048_576)
    #expect(XFormerWorkload.scoreBytes(tokens: 2048) == 4_194_304)
    #expect(XFormerWorkload.scoreBytes(tokens: 2048, block: 64) == 4096)
  }

  @Test func `The two hypotheses of the published time are told apart by the barrier`() {
    let base = XFormerWorkload.bertBase
    let (fast, slow) = (XFormerWorkload.Timing.planes20, XFormerWorkload.Timing.planes100)
    // Occupancy of a stage: 0.8 µs a token.
    #expect(abs(512 * slow.tokenNanoseconds / 1000 - 409.6) < 1e-9)
    // Pipeline fill apart, 12 layers of 512 tokens at 160 ns are the published 0.98 ms if the barrier is hidden ...
    #expect(abs(12 * 512 * fast.tokenNanoseconds * 1e-6 - 0.983) < 0.001)
    // ... and five stages in series the unblocked machine's time.
    #expect(abs(12 * 5 * 512 * fast.tokenNanoseconds * 1e-6 - 4.915) < 0.001)
    for timing in [fast, slow] {
      let ideal = base.seconds(tokens: 512, block: 64, .ideal, timing)
      let honest = base.seconds(tokens: 512, block: 64, .kvFirst, timing)
      let serial = base.seconds(tokens: 512, block: 64, .unblocked, timing)
      #expect(ideal < honest && honest < serial)
      // What the naive pipeline leaves out is the pass of the keys and values.
      #expect(abs((honest - ideal) / 12 - 512 * timing.tokenNanoseconds * 1e-9) < 1e-12)
    }
    #expect(
      base.seconds(tokens: 512, block: 64, .interleaved, slow) < base.seconds(tokens: 512, block: 64, .kvFirst, slow))
  }

  @Test func `Occupancy is that of the specification`() {
    for (tokens, nanoseconds, layer, all) in [
      (512, 800.0, 410.0, 4.9), (384, 800, 307, 3.7), (512, 1152, 590, 7.1), (384, 1152, 442, 5.3),
    ] {
      let pass = Double(tokens) * nanoseconds / 1000
      #expect(abs(pass - layer) < 0.5 && abs(12 * pass / 1000 - all) < 0.05)
      // A stage works all the time but for fill and barrier: blocked, nothing can be shorter than a pass.
      let base = XFormerWorkload.bertBase
      let timing = XFormerWorkload.Timing(tokenNanoseconds: nanoseconds)
      #expect(base.layer(tokens: tokens, block: 64, .ideal, timing).seconds * 1e6 > pass)
    }
  }

  @Test func `Vector lanes for attention give the published range`() {
    // The stage that 0.98 ms ask for.
    let stage = 0.98e-3 / 12
    let machines = XFormerBaselines(.bertBase, tokens: 512, timing: .init(tokenNanoseconds: stage * 1e9 / 512))
    #expect(abs(Double(machines.workload.products(tokens: 512).attention) / 1152 / 1e9 - 349.5e-6) < 1e-6)
    let (fast, slow) = (machines.vectorLanes(cyclesPerProduct: 1), machines.vectorLanes(cyclesPerProduct: 2))
    #expect(abs(fast.seconds / 0.98e-3 - 8.3) < 0.05 && abs(slow.seconds / 0.98e-3 - 12.6) < 0.05)
    #expect((8.3...12.6).contains(10.7))
    // Keys and values of 512 tokens: 2 · 512 · 768 weights of four cells.
    #expect(machines.dynamicArrays == 192)
    #expect(machines.resistive.seconds > machines.xformer(.kvFirst).seconds)
    // Static cells are 11.7 times as large: most weights come from memory.
    #expect(machines.iso.joules > 12 * 7_077_888 * 0.9 / 2 * 62.4e-12)
    #expect(machines.inferences(endurance: 12e6) == 1e6)
  }

  @Test func `Published figures imply each other as the specification says`() {
    let operations = 2e-12 * 12 * Double(12 * 512 * 768 * 768 + 2 * 512 * 512 * 768)
    #expect(abs(operations * 1000 - 96.6) < 0.1)
    #expect(abs(operations / 51.46e-3 - 1.88) < 0.01 && abs(operations / 51.46e-3 / 0.0158 - 118.9) < 0.5)
    #expect(abs(operations / 0.98e-3 - 98.6) < 0.1 && abs(operations / 0.98e-3 / 6.72 - 14.7) < 0.1)
    #expect(abs(51.46e-3 * 118.9 / 14.4e-3 - 425) < 1 && abs(14.4e-3 / 12 / 15.2e-6 - 79) < 0.5)
  }

  @Test func `The size of the blocks has an optimum between the ends`() {
    let sizes = [8, 16, 32, 64, 128, 256, 512]
    let best = XFormerWorkload.bertBase.bestBlock(tokens: 512, among: sizes, .kvFirst, .planes20)
    #expect(best == 32 || best == 64)
  }

  @Test func `Energies of the parts come from their coefficients`() {
    let energies = XFormerEnergies()
    let parts = Dictionary(
      uniqueKeysWithValues: energies.layer(.bertBase, tokens: 512).map { ($0.part, $0.joules) })
    // 1,728 crossbars, 512 tokens, eight planes, 128 conversions of 1.5625 pJ.
    #expect(abs(parts["converters"]! - 1728 * 512 * 8 * 128 * 1.5625e-12) < 1e-9)
    #expect(abs(parts["crossbars"]! - 1728 * 512 * 8 * (0.3e-3 + 128 * 3.9e-6) * 1e-7) < 1e-9)
    #expect(abs(energies.programming(.bertBase) - 1728 * 21.1e-9) < 1e-12)
    #expect(parts["attention"]! < parts["converters"]!)
  }
}
