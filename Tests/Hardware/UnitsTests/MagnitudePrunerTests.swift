import Engine
import Golden
import HDL
import NumberFormats
import Simulator
import TestFiles
import Testbench
import Testing
import Units

@Suite struct MagnitudePrunerTests {
  /// Runs rows of codes and returns mask and elements of each.
  private func run(
    _ unit: MagnitudePruner, _ rows: [(values: [UInt64], threshold: UInt64)]
  ) throws -> [(mask: [Bool], pruned: [UInt64])] {
    let engine = try NativeModel(try unit.elaborate())
    let pins = try ["values", "threshold", "pruned", "mask"].map { try #require(engine.pin($0)) }
    return try rows.map { values, threshold in
      pins[0].store(lanes: values, of: unit.element.width)
      pins[1].unsigned = threshold
      engine.settle()
      try engine.run(cycles: unit.latency)
      engine.settle()
      let pruned = pins[2].load(lanesOf: unit.element.width)
      return (values.indices.map { pins[3].unsigned >> UInt64($0) & 1 == 1 }, pruned)
    }
  }

  @Test(arguments: 0...1) func `bfloat16 elements equal the definition`(stages: Int) throws {
    let samples = Minifloat.bfloat16.samples
    var random = Seed(12).generator("elements")
    let rows = samples.map { threshold in
      ((0..<16).map { _ in samples[random.integer(below: samples.count)] }, threshold)
    }
    for (row, found) in zip(rows, try run(.init { $0.stages = stages }, rows)) {
      let values = row.0.map { BFloat16(bitPattern: UInt16($0)) }
      let mask = DynaTran.mask(values, threshold: BFloat16(bitPattern: UInt16(row.1)))
      #expect(found.mask == mask, "threshold \(String(row.1, radix: 16))")
      #expect(found.pruned == zip(row.0, mask).map { $1 ? $0 : 0 })
      let pruned = DynaTran.pruned(values, threshold: BFloat16(bitPattern: UInt16(row.1)))
      #expect(found.pruned.map { BFloat16(bitPattern: UInt16($0)) } == pruned)
    }
  }

  @Test func `int8 elements equal the definition, for every element and threshold`() throws {
    let thresholds = (UInt64(0)...255).filter { Tier.isFull || $0 % 25 == 0 || 127...129 ~= $0 }
    var rows: [(values: [UInt64], threshold: UInt64)] = []
    for threshold in thresholds {
      for block in 0..<8 { rows.append(((0..<32).map { UInt64(32 * block + $0) }, threshold)) }
    }
    for (row, found) in zip(rows, try run(.init { ($0.element, $0.count) = (.integer(.int8), 32) }, rows)) {
      let values = row.0.map { Int8(bitPattern: UInt8($0)) }
      let pruned = DynaTran.pruned(values, threshold: UInt8(row.1))
      #expect(found.mask == DynaTran.mask(values, threshold: UInt8(row.1)), "threshold \(row.1)")
      #expect(found.pruned == pruned.map { UInt64(UInt8(bitPattern: $0)) })
    }
  }

  @Test func `A threshold of zero changes no bit`() throws {
    // Subnormal codes and NaN codes that arithmetic would rewrite.
    let codes: [UInt64] = [0x0001, 0x807F, 0x7F81, 0xFFFF, 0x8000, 0, 0x3F80, 0xFF80]
    for threshold: UInt64 in [0, 0x8000, 0x0001, 0x7FC0] {
      let found = try run(.init { $0.count = 8 }, [(codes, threshold)])
      #expect(found[0].pruned == codes)
      #expect(found[0].mask == codes.map { _ in true })
    }
  }
}
