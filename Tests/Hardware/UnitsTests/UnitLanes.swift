import HDL
import NumberFormats
import Units

/// A unit with operands and one result, whatever it computes.
enum UnitUnderTest: Hashable, Sendable {
  case multiplier(FloatingMultiplier)
  case adder(FloatingAdder)
  case multiplyAdd(FloatingFusedMultiplyAdd)
  case dotProduct(FloatingDotProduct)
  case converter(FloatingConverter)
  case toFixed(FloatingToFixed)
  case fromFixed(FixedToFloating)
  case function(FunctionUnit)

  /// Formats of the operands.
  var operands: [any NumberFormat] {
    switch self {
    case .multiplier(let unit): [unit.format, unit.format]
    case .adder(let unit): [unit.format, unit.format]
    case .multiplyAdd(let unit): [unit.format, unit.format, unit.format]
    case .dotProduct(let unit): Array(repeating: unit.format, count: 2 * unit.count)
    case .converter(let unit): [unit.source]
    case .toFixed(let unit): [unit.source] + (unit.scale.map { [$0] } ?? [])
    case .fromFixed(let unit): [unit.source] + (unit.scale.map { [$0] } ?? [])
    case .function(let unit): [unit.format]
    }
  }

  /// Format of the result.
  var result: any NumberFormat {
    switch self {
    case .multiplier(let unit): unit.format
    case .adder(let unit): unit.format
    case .multiplyAdd(let unit): unit.format
    case .dotProduct(let unit): unit.format
    case .converter(let unit): unit.target
    case .toFixed(let unit): unit.target
    case .fromFixed(let unit): unit.target
    case .function(let unit): unit.format
    }
  }

  var latency: Int {
    switch self {
    case .multiplier(let unit): unit.latency
    case .adder(let unit): unit.latency
    case .multiplyAdd(let unit): unit.latency
    case .dotProduct(let unit): unit.latency
    case .converter(let unit): unit.latency
    case .toFixed(let unit): unit.latency
    case .fromFixed(let unit): unit.latency
    case .function(let unit): unit.latency
    }
  }

  /// One unit on `operands`.
  func result(of operands: [Bits], _ name: String, in m: Module) -> Bits {
    func number(_ index: Int, _ format: Minifloat) -> FloatingNumber { FloatingNumber(operands[index], as: format) }
    switch self {
    case .multiplier(let unit):
      let instance = m.instance(unit, name)
      instance.a <== number(0, unit.format)
      instance.b <== number(1, unit.format)
      return instance.product.bits
    case .adder(let unit):
      let instance = m.instance(unit, name)
      instance.a <== number(0, unit.format)
      instance.b <== number(1, unit.format)
      return instance.sum.bits
    case .multiplyAdd(let unit):
      let instance = m.instance(unit, name)
      instance.a <== number(0, unit.format)
      instance.b <== number(1, unit.format)
      instance.c <== number(2, unit.format)
      return instance.result.bits
    case .dotProduct(let unit):
      let instance = m.instance(unit, name)
      for index in 0..<unit.count {
        instance.a[index] <== number(2 * index, unit.format)
        instance.b[index] <== number(2 * index + 1, unit.format)
      }
      return instance.result.bits
    case .converter(let unit):
      let instance = m.instance(unit, name)
      instance.value <== number(0, unit.source)
      return instance.result.bits
    case .toFixed(let unit):
      let instance = m.instance(unit, name)
      instance.value <== number(0, unit.source)
      if let scale = unit.scale, let sink = instance.scale { sink <== number(1, scale) }
      return instance.code.bits
    case .function(let unit):
      let instance = m.instance(unit, name)
      instance.x <== number(0, unit.format)
      return instance.result.bits
    case .fromFixed(let unit):
      let instance = m.instance(unit, name)
      instance.code <== Integer(operands[0], as: unit.source)
      if let scale = unit.scale, let sink = instance.scale { sink <== number(1, scale) }
      return instance.result.bits
    }
  }
}

/// Many units side by side, which the native engine runs as lanes of one operation.
struct UnitLanes: Generator {
  let unit: UnitUnderTest
  let lanes: Int

  struct Ports {
    let operands: [Input<Bits>]
    let results: [Output<Bits>]
  }

  var ports: Ports {
    let widths = unit.operands.map(\.width)
    return Ports(
      operands: (0..<lanes).flatMap { _ in widths.map { .init($0) } },
      results: (0..<lanes).map { _ in .init(unit.result.width) })
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    let count = unit.operands.count
    for lane in 0..<lanes {
      let operands = (0..<count).map { io.operands[lane * count + $0] }
      io.results[lane] <== unit.result(of: operands, "lane_\(lane)", in: m)
    }
  }
}

/// All units from one set of operands: the first ones are shared, the lane counts through the lowest bits of the last one.
struct CountingLanes: Generator {
  let unit: UnitUnderTest
  /// Lanes, a power of two.
  let lanes: Int

  struct Ports {
    let operands: [Input<Bits>]
    let results: [Output<Bits>]
  }

  var ports: Ports {
    let widths = unit.operands.map(\.width)
    return Ports(
      operands: widths.enumerated().map { .init($1 - ($0 == widths.count - 1 ? clog2(lanes) : 0)) },
      results: (0..<lanes).map { _ in .init(unit.result.width) })
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    let last = io.operands.count - 1
    for lane in 0..<lanes {
      let number: Bits = m.constant(lane, width: clog2(lanes), as: Bits.self)
      let operands = (0...last).map { $0 == last ? concatenate(io.operands[$0], number) : io.operands[$0] }
      io.results[lane] <== unit.result(of: operands, "lane_\(lane)", in: m)
    }
  }
}
