import Golden
import HDL
import NumberFormats
import Simulator
import Testing
import Units

// The code of the tutorial "From a formula to a proven unit", as it stands there.

/// silu(x) · gate, +0 where that is not above a threshold: by the definition, on codes of a format.
func gatedActivation(_ x: UInt64, gate: UInt64, threshold: UInt64, in format: Minifloat) -> UInt64 {
  let activation = UnaryFunction.silu.code(for: format.value(of: x), in: format)
  let product = format.multiply(activation, gate)
  return DynaTran.mask(codes: [product], in: format, threshold: threshold)[0] ? product : 0
}

/// silu(x) · gate, pruned.
struct GatedActivation: Generator {
  var format = Minifloat.float8E4M3
  var function = UnaryFunction.silu

  struct Ports {
    let x, gate, threshold: Input<Bits>
    let y: Output<Bits>
    let isKept: Output<Bit>
  }
  var ports: Ports {
    Ports(
      x: .init(format.width, "The number"), gate: .init(format.width, "Its gate"),
      threshold: .init(format.width, "What a product must be above"), y: .init(format.width, "The product, or +0"),
      isKept: .init("1 where the product was kept"))
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    let activation = m.instance(FunctionUnit { ($0.function, $0.format) = (function, format) }, "activation")
    activation.x <== FloatingNumber(io.x, as: format)
    let product = m.instance(FloatingMultiplier { $0.format = format }, "product")
    product.a <== activation.result
    product.b <== FloatingNumber(io.gate, as: format)
    let pruner = m.instance(MagnitudePruner { ($0.element, $0.count) = (.floating(format), 1) }, "pruner")
    pruner.values <== Vector([product.product.bits])
    pruner.threshold <== io.threshold
    io.y <== pruner.pruned[0]
    io.isKept <== pruner.mask[0]
  }
}

/// The pairs of operands whose result is not that of the definition, for a threshold.
func differences(_ unit: GatedActivation, threshold: UInt64) throws -> [(x: UInt64, gate: UInt64)] {
  let model = try Simulation(unit).engine
  let pins = ["x", "gate", "threshold", "y"].compactMap { model.pin($0) }
  pins[2].unsigned = threshold
  var found: [(x: UInt64, gate: UInt64)] = []
  for x in 0..<UInt64(256) {
    for gate in 0..<UInt64(256) {
      (pins[0].unsigned, pins[1].unsigned) = (x, gate)
      model.settle()
      let expected = gatedActivation(x, gate: gate, threshold: threshold, in: unit.format)
      if pins[3].unsigned != expected { found.append((x, gate)) }
    }
  }
  return found
}

@Suite struct UnitTutorialTests {
  @Test(arguments: [0, 0x2C]) func `All pairs of operands give what the formula says`(threshold: UInt64) throws {
    #expect(try differences(GatedActivation(), threshold: threshold).isEmpty)
  }

  @Test func `Another function is found`() throws {
    #expect(try !differences(GatedActivation(function: .gelu), threshold: 0).isEmpty)
  }
}
