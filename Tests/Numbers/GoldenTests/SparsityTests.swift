import NumberFormats
import Testing

@testable import Golden

@Suite struct SparsityTests {
  @Test func `The greatest come first, equal ones by index, NaN last`() {
    #expect(TopK.indices(of: [3, 9, 3, -1, 9], count: 3) == [1, 4, 0])
    #expect(TopK.indices(of: [3, 1], count: 5) == [0, 1] && TopK.indices(of: [3, 1], count: -1).isEmpty)
    let row: [BFloat16] = [.notANumber, -.infinity, .zero, -.zero, .one, .infinity, .notANumber]
    #expect(TopK.indices(of: row, count: 7) == [5, 4, 2, 3, 1, 0, 6])
    #expect(TopK.indices(of: [-.zero, .zero] as [BFloat16], count: 1) == [0])
    #expect(TopK.mask([1, 3], length: 4) == [false, true, false, true])
  }

  @Test func `A threshold is strict, and 0 prunes nothing`() {
    let values = [-2, -1, -0.5, 0, 0.5, 1, 2].map { BFloat16($0) } + [.notANumber, .infinity, BFloat16(-0.0)]
    let pruned = DynaTran.pruned(values, threshold: .one)
    #expect(pruned == [BFloat16(-2), .zero, .zero, .zero, .zero, .zero, BFloat16(2), .notANumber, .infinity, .zero])
    #expect(DynaTran.pruned(values, threshold: .zero) == values)
    #expect(DynaTran.mask(values, threshold: -.one) == DynaTran.mask(values, threshold: .one))
    #expect(DynaTran.pruned([-128, -3, 0, 3, 4] as [Int8], threshold: 3) == [-128, 0, 0, 0, 4])
    #expect(DynaTran.mask([0, 1] as [Int8], threshold: 0) == [true, true])
  }

  @Test func `Every 8-bit integer is pruned as its magnitude says`() {
    let values = Array(Int8.min...Int8.max)
    for threshold: UInt8 in [1, 5, 127, 128, 255] {
      #expect(DynaTran.mask(values, threshold: threshold) == values.map { abs(Int($0)) > Int(threshold) })
    }
  }

  @Test func `A packed row unpacks to itself, kept zeros too`() throws {
    var source = RowSource(seed: 80)
    for length in [0, 1, 64, 300] {
      let row = (0..<length).map { _ in Int8(truncatingIfNeeded: source.bits() & 3) }
      let mask = (0..<length).map { _ in source.bits() & 1 == 1 }
      let packed = try ZeroFree(row, mask: mask)
      #expect(packed.packed.count == mask.count { $0 })
      #expect(packed.row(zero: 0) == zip(row, mask).map { $1 ? $0 : 0 })
      #expect(try ZeroFree(mask: mask, packed: packed.packed) == packed)
    }
  }

  @Test func `Pairs that both rows keep give the dense product`() throws {
    var source = RowSource(seed: 81)
    let (a, b) = ((0..<200).map { _ in Int(source.bits() % 9) - 4 }, (0..<200).map { _ in Int(source.bits() % 9) - 4 })
    let left = try ZeroFree(a, mask: DynaTran.mask(a, threshold: 1))
    let right = try ZeroFree(b, mask: DynaTran.mask(b, threshold: 2))
    let pairs = try left.effectualPairs(with: right)
    #expect(pairs.count < 60 && !pairs.isEmpty)
    let dense = zip(left.row(zero: 0), right.row(zero: 0)).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(pairs.reduce(0) { $0 + $1.0 * $1.1 } == dense)
    #expect(throws: ZeroFreeError.mask(count: 1, row: 200)) {
      try left.effectualPairs(with: ZeroFree([1], mask: [true]))
    }
    #expect(throws: ZeroFreeError.packed(count: 1, kept: 2)) { try ZeroFree(mask: [true, true], packed: [1]) }
  }
}
