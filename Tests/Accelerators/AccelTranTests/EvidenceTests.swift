import AccelTran
import Models
import Testing
import Transformer

/// The tables of the published results.
struct EvidenceTests {
  @Test func `R4 has every order, and the published figures in it`() throws {
    let table = try AccelTranEvidence.dataflows()
    #expect(table.rows.count == 24)
    let place = try #require(table.rows.firstIndex { $0[0] == "bijk" })
    #expect(table[place, "64x64x64 figure's reuse"] == "432" && table[place, "128x64x64 figure's nJ"] == "578")
    #expect(table[place, "64x64x64 reuse"] == "432" && table[place, "64x64x64 nJ"] == "294")
    #expect(table[place, "64x64x128 reuse"] == "944" && table[place, "64x64x64 corrected reuse"] == "192")
    #expect(table.description.hasPrefix("### R4: reuse of operands under all loop orders\n\nConditions: 4 lanes of 16"))
    #expect(table.rows.allSatisfy { $0.count == table.columns.count })
  }

  @Test func `R10 is the figure to its last digit, with 512 tokens`() throws {
    let table = try AccelTranEvidence.memory()
    let paper = table.rows.indices.filter { table[$0, "mode"] == "paper" }
    #expect(paper.count == 6)
    // 71.9 in the figure is 71.86 rounded.
    for row in paper { #expect(table[row, "share %"] == table[row, "figure"]) }
    let short = try AccelTranEvidence.memory(tokens: 128)
    #expect(short[0, "part"] == "embeddings" && short[0, "share %"] != "20.2")
  }

  @Test func `R3, R6 and R12 are runs in all modes`() throws {
    let trace = try AccelTranEvidence.trace(.bertTiny, on: .edge, parts: 4)
    #expect(trace.rows.count == 8 && trace.remarks[0].hasPrefix("paper: 79232 clocks, 49954 of them"))
    #expect(trace.remarks[0].contains("operandMissing: 1028408"))
    let totals = try AccelTranEvidence.traceTotals()
    #expect(totals[0, "model"] == "79232" && totals[0, "figure"] == "139400" && totals[1, "model"] == "49954")
    #expect(totals.rows.count == 22 && totals.rows.contains(["paper", "stalls, operandMissing", "1028408", ""]))
    let sparsity = try AccelTranEvidence.sparsity([0.30, 0.34])
    #expect(sparsity[0, "paper throughput"] == "1.000" && sparsity[0, "figure's energy"] == "")
    let gain = try #require(sparsity[1, "paper throughput"].flatMap(Double.init))
    let spent = try #require(sparsity[1, "paper energy"].flatMap(Double.init))
    #expect(gain > 1 && spent < 1)
    let ablation = try AccelTranEvidence.ablation()
    #expect(ablation.rows.count == 5)
    let rates = ablation.rows.indices.map { ablation[$0, "honest seq/s"].flatMap(Double.init) ?? 0 }
    #expect(rates[1...].allSatisfy { $0 < rates[0] && $0 > 0 })
    // 2.8e9 / 14,368.
    #expect(ablation[0, "fast seq/s"] == "194878")
  }

  @Test func `R11 says what its lanes would have to be`() throws {
    let table = try AccelTranEvidence.pies()
    #expect(table.columns.map(\.name)[1] == "area %" && table[0, "area %"] == "21.3" && table[1, "area %"] == "49.5")
    #expect(table[0, "with distribution %"] == "19.2")
    #expect(table.remarks[0].contains("its lanes would have 15"))
  }

  @Test func `R5 and the machines`() throws {
    let exploration = try AccelTranEvidence.exploration(elements: [32, 64], buffers: [10, 13])
    #expect(exploration.rows.map { $0[0] + "/" + $0[1] } == ["32/10", "32/13", "64/10", "64/13"])
    #expect(
      exploration[3, "clocks"] == "79232" && exploration[3, "figure"] == "75000" && exploration[1, "figure"] == "")
    let machines = try AccelTranEvidence.machines([("Edge", .edge, .bertTiny), ("Server", .server, .bertTiny)])
    #expect(machines[0, "paper clocks"] == "79232" && machines[0, "mm2"] == "54.06")
    #expect(machines[0, "TOPS as the paper counts"] == "15.05" && machines[1, "TOPS as the paper counts"] == "372.74")
  }

  @Test func `Attention at 128 multipliers is near its bound, the more it may skip the faster`() throws {
    let (dense, half) = (try AccelTranEvidence.attention(), try AccelTranEvidence.attention(density: 0.5))
    let (a, b) = (dense[0, "GOP/s"].flatMap(Double.init) ?? 0, half[0, "GOP/s"].flatMap(Double.init) ?? 0)
    // The goal: at least 90 % of 256 GOP/s.
    #expect(a >= 230 && a <= 256)
    #expect(b > 1.8 * a && b <= 512)
  }

  @Test func `R7 shows the traps and thresholds for each place`() throws {
    let small = SmallBERT(hidden: 32, layers: 2, heads: 8, feedForward: 64)
    let machine = FixedPointMachine(try small.model())
    let sequences = (0..<2).map { small.sequence(40, padding: 32, seed: $0) }
    let table = try AccelTranEvidence.pruning(machine, over: sequences, thresholds: [0, 0.005, 0.2], shares: [0.3])
    func figure(_ row: Int, _ column: String) -> Double { table[row, column].flatMap(Double.init) ?? -1 }
    #expect(figure(0, "cosine") == 1 && figure(2, "cosine") < 1)
    // The published jump is padding, not pruning.
    #expect(figure(0, "as published %") == 0 && figure(1, "as published %") > 15)
    #expect(figure(1, "zeros %") < 5 && figure(0, "zeros with padding %") > 15)
    #expect(figure(3, "pairs multiplied %") < figure(0, "pairs multiplied %"))
  }

  @Test func `With int8 codes thresholds in proportion to spreads cut work and keep the result`() throws {
    let small = SmallBERT(hidden: 32, layers: 2, heads: 2, feedForward: 64)
    let model = try small.model()
    let sequences = (0..<3).map { small.sequence(16, padding: 4, seed: $0) }
    let machine = Int8Machine(try QuantizedModel(model, ranges: ActivationRanges(of: model, sequences: sequences)))
    let spreads = try AccelTranEvidence.spreads(machine, over: sequences)
    #expect(spreads.count == 16 && spreads.values.allSatisfy { $0 > 0 && $0 < 10 })
    let table = try AccelTranEvidence.pruning(machine, over: sequences, thresholds: [0, 0.3], ratios: [0.1, 0.4])
    func figure(_ row: Int, _ column: String) -> Double { table[row, column].flatMap(Double.init) ?? -1 }
    #expect(figure(0, "cosine") == 1 && figure(1, "cosine") < 1)
    #expect(figure(2, "pairs multiplied %") < figure(0, "pairs multiplied %"))
    #expect(figure(3, "pairs multiplied %") < figure(2, "pairs multiplied %") - 10)
    #expect(figure(3, "zeros %") > figure(2, "zeros %") && figure(2, "cosine") > 0.98)
    #expect(figure(3, "lane clocks %") >= figure(3, "pairs multiplied %"))
  }

  @Test func `A threshold loses no more than top-k at equal zeros, and the published top-k keeps one fewer`() throws {
    let small = SmallBERT(hidden: 32, layers: 2, heads: 2, feedForward: 64)
    let machine = FixedPointMachine(try small.model())
    let table = try AccelTranEvidence.topK(machine, over: [small.sequence(24, padding: 4, seed: 3)], counts: [1, 4, 8])
    for row in table.rows.indices {
      func figure(_ column: String) -> Double { table[row, column].flatMap(Double.init) ?? -1 }
      #expect(figure("threshold lost %") <= figure("top-k lost %") + 0.01)
      #expect(abs(figure("threshold zeros %") - figure("top-k zeros %")) < 0.5)
      #expect(figure("published top-k zeros %") > figure("top-k zeros %"))
    }
    // k = 1 keeps nothing at all, whence the chance accuracy of the figure.
    #expect(table[0, "published top-k zeros %"] == "100.0" && table[0, "published top-k lost %"] == "100.00")
  }

  @Test func `R9 measures, R13 and the summary stand`() throws {
    let overhead = AccelTranEvidence.overhead(rows: 64)
    #expect(overhead[1, "kept"] == "1024")
    let times = overhead.rows.indices.compactMap { overhead[$0, "ns an element"].flatMap(Double.init) }
    #expect(times.count == 2 && times.allSatisfy { $0 > 0 })
    let synthesis = AccelTranEvidence.synthesis()
    #expect(synthesis[0, "MHz"] == "636" && synthesis[0, "meets 700 MHz"] == "no")
    let summary = AccelTranEvidence.reproduction(
      [try AccelTranEvidence.dataflows(), try AccelTranEvidence.memory(), synthesis, overhead])
    #expect(summary.rows.count == 13 && summary.rows.allSatisfy { $0.count == 4 })
    // Figures come from the tables.
    #expect(
      summary[3, "ours, published"] == "bijk finds 432, 944, 880 tiles again, 432, 944, 880; corrected 192, 448, 384")
    #expect(summary[8, "ours, published"] == "BERT-Tiny 20.2, 8.0, 71.9 %, 20.2, 8.0, 71.9 %")
    #expect(summary[11, "ours, published"] == "published lane 636 MHz" && summary[2, "ours, published"] == "")
    #expect(summary.description.contains("| R4 | exactly |"))
  }
}
