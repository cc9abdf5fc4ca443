import Testing

@testable import Golden

/// Packed pairs against sums of products over all positions.
@Suite struct PairPackingTests {
  private func group(_ chunks: Int, of count: Int, _ source: inout RowSource) -> [PairPacking.Chunk] {
    (0..<chunks).map { _ in
      let positions = (0..<count).map { _ in
        PairPacking.Position(
          left: Int(source.bits() % 255) - 127, right: Int(source.bits() % 255) - 127,
          keepsLeft: source.bits() % 3 > 0, keepsRight: source.bits() % 2 > 0)
      }
      return PairPacking.Chunk(positions, row: Int(source.bits() % 4))
    }
  }

  @Test(arguments: [1, 2, 4, 16]) func `The sums of each row stay, in the fewest steps`(multipliers: Int) {
    var source = RowSource(seed: 21)
    for trial in 0..<60 {
      let group = group(1 + trial % 6, of: 8, &source)
      let steps = PairPacking(multipliers: multipliers).steps(group)
      var (sums, count) = ([0, 0, 0, 0], 0)
      for chunk in group {
        for position in chunk.positions where position.keepsLeft && position.keepsRight {
          sums[chunk.row] += position.left * position.right
          count += 1
        }
      }
      var found = [0, 0, 0, 0]
      for pair in steps.joined() { found[pair.row] += pair.left * pair.right }
      #expect(found == sums)
      // A last chunk without pairs ends a group of full steps by one more.
      let closes = !group[group.count - 1].positions.contains { $0.keepsLeft && $0.keepsRight }
      let full = count % multipliers == 0 && closes ? 1 : 0
      #expect(steps.count == (count + multipliers - 1) / multipliers + full)
      #expect(steps.allSatisfy { $0.count == multipliers })
    }
  }

  @Test func `Pairs keep their order, and what is left over is zero`() {
    func position(_ number: Int, _ keepsLeft: Bool, _ keepsRight: Bool) -> PairPacking.Position {
      .init(left: number, right: -number, keepsLeft: keepsLeft, keepsRight: keepsRight)
    }
    let chunks = [
      PairPacking.Chunk([position(1, true, true), position(2, false, true), position(0, true, true)], row: 1),
      PairPacking.Chunk([position(3, true, false), position(4, true, true), position(5, false, false)], row: 0),
    ]
    let packing = PairPacking(multipliers: 2)
    #expect(
      packing.steps(chunks) == [
        [.init(left: 1, right: -1, row: 1), .init(left: 0, right: 0, row: 1)],
        [.init(left: 4, right: -4, row: 0), .init(left: 0, right: 0, row: 0)],
      ])
    #expect(
      packing.steps([.init([position(7, true, false)], row: 3)]) == [
        [PairPacking.Pair](repeating: .init(left: 0, right: 0, row: 3), count: 2)
      ])
    #expect(packing.steps([]) == [])
    // Both pairs fill a step, which the chunk behind them does not make the last one.
    let full = PairPacking.Chunk([position(1, true, true), position(2, true, true)], row: 2)
    #expect(packing.steps([full]).count == 1)
    #expect(
      packing.steps([full, .init([position(3, false, true)], row: 3)]).last == packing.steps([.init([], row: 3)])[0])
  }
}
