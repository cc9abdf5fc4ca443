import HDL
import NumberFormats
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
      .multiplier(.init()), .multiplier(.init(format: .float8E4M3, stages: 3)), .adder(.init()),
      .adder(.init(format: .float16, operation: .subtract, stages: 3)), .multiplyAdd(.init()),
      .multiplyAdd(.init(format: .float8E5M2, stages: 3)), .dotProduct(.init(format: .float8E4M3, count: 3, stages: 3)),
      .converter(.init(stages: 2)), .toFixed(.init(scale: .bfloat16, stages: 3)), .toFixed(.init(to: .uint8)),
      .fromFixed(.init(scale: .float32, stages: 3)), .fromFixed(.init(from: .uint8, to: .float8E4M3)),
      .function(.init(.reciprocal, stages: 2)), .function(.init(.tanh, format: .float8E4M3, stages: 1)),
    ]
    #expect(try UnitCollection(units: units, pruner: MagnitudePruner(count: 4, stages: 1)).toolComplaints() == "")
  }

  @Test(.enabled(if: isExhaustive)) func `Tools take the large units without a word`() throws {
    #expect(try FloatingSoftmax(lanes: 2, maximumBeats: 4).toolComplaints() == "")
    #expect(try UnnormalizedSoftmax(lanes: 2, maximumBeats: 4).toolComplaints() == "")
    #expect(try FloatingDotProduct(count: 2).toolComplaints() == "")
    #expect(try FloatingMultiplyAccumulator(stages: 3).toolComplaints() == "")
    #expect(try FunctionUnit(.exp, stages: 3, hasEnable: true).toolComplaints() == "")
    #expect(try FunctionUnit(.log, stages: 3, hasEnable: true).toolComplaints() == "")
    #expect(try FloatingComparator(stages: 1).toolComplaints() == "")
    #expect(try FloatingAdder(operation: .either, stages: 3, hasEnable: true).toolComplaints() == "")
  }
}
