import HDL
import NumberFormats
import TestFiles
import TestSupport
import Testing
import Units

/// Units side by side, each with ports of its own.
private struct UnitCollection: Generator {
  let units: [UnitUnderTest]
  let pruner: MagnitudePruner

  struct Ports {
    let operands: [Input<Bits>]
    let values: Input<Vector<Bits>>
    let results: [Output<Bits>]
    let pruned: Output<Vector<Bits>>
    let mask: Output<Bits>
  }

  var ports: Ports {
    Ports(
      operands: units.flatMap(\.operands).map { .init($0.width) },
      values: .init(pruner.count, of: pruner.element.width),
      results: units.map { .init($0.result.width) }, pruned: .init(pruner.count, of: pruner.element.width),
      mask: .init(pruner.count))
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    var rest = io.operands[...]
    for (index, unit) in units.enumerated() {
      let operands = Array(rest.prefix(unit.operands.count))
      rest = rest.dropFirst(operands.count)
      io.results[index] <== unit.result(of: operands, "unit_\(index)", in: m)
    }
    let instance = m.instance(pruner, "pruner")
    instance.values <== io.values
    instance.threshold <== io.values[0]
    io.pruned <== instance.pruned
    io.mask <== instance.mask
  }
}

@Suite struct EmittedUnitTests {
  @Test func `Tools take every unit without a word`() throws {
    let units: [UnitUnderTest] = [
      .multiplier(.init()), .multiplier(.init { ($0.format, $0.stages) = (.float8E4M3, 3) }), .adder(.init()),
      .adder(.init { ($0.format, $0.operation, $0.stages) = (.float16, .subtract, 3) }), .multiplyAdd(.init()),
      .multiplyAdd(.init { ($0.format, $0.stages) = (.float8E5M2, 3) }),
      .dotProduct(.init { ($0.format, $0.count, $0.stages) = (.float8E4M3, 3, 3) }),
      .converter(.init { $0.stages = 2 }), .toFixed(.init { ($0.scale, $0.stages) = (.bfloat16, 3) }),
      .toFixed(.init { $0.target = .uint8 }),
      .fromFixed(.init { ($0.scale, $0.stages) = (.float32, 3) }),
      .fromFixed(.init { ($0.source, $0.target) = (.uint8, .float8E4M3) }),
      .function(.init { ($0.function, $0.stages) = (.reciprocal, 2) }),
      .function(.init { ($0.function, $0.format, $0.stages) = (.tanh, .float8E4M3, 1) }),
    ]
    #expect(
      try UnitCollection(units: units, pruner: MagnitudePruner { ($0.count, $0.stages) = (4, 1) }).toolComplaints()
        == "")
  }

  @Test(.enabled(if: Tier.isFull)) func `Tools take the large units without a word`() throws {
    #expect(try FloatingSoftmax { ($0.lanes, $0.maximumBeats) = (2, 4) }.toolComplaints() == "")
    #expect(try UnnormalizedSoftmax { ($0.lanes, $0.maximumBeats) = (2, 4) }.toolComplaints() == "")
    #expect(try FloatingDotProduct { $0.count = 2 }.toolComplaints() == "")
    #expect(try FloatingMultiplyAccumulator { $0.stages = 3 }.toolComplaints() == "")
    #expect(try FunctionUnit { ($0.function, $0.stages, $0.hasEnable) = (.exp, 3, true) }.toolComplaints() == "")
    #expect(try FunctionUnit { ($0.function, $0.stages, $0.hasEnable) = (.log, 3, true) }.toolComplaints() == "")
    #expect(try FloatingComparator { $0.stages = 1 }.toolComplaints() == "")
    #expect(try FloatingAdder { ($0.operation, $0.stages, $0.hasEnable) = (.either, 3, true) }.toolComplaints() == "")
  }
}
