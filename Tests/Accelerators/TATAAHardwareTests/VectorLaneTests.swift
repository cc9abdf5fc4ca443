import Engine
import HDL
import NumberFormats
import Simulator
import SmallModels
import TATAA
import TATAAHardware
import TestSupport
import Testing

/// Lanes side by side, each with a multiplier.
struct LaneRow: Generator {
  let lanes: Int
  struct Ports {
    let operation: Input<UInt>
    let a, b, c: Input<Vector<Bits>>
    let range: Input<CodeRange>
    let result: Output<Vector<Bits>>
  }
  var ports: Ports {
    Ports(
      operation: .init(4), a: .init(lanes, of: 16), b: .init(lanes, of: 16), c: .init(lanes, of: 16),
      range: .init(CodeRange()),
      result: .init(lanes, of: 16))
  }
  func build(_ io: Interior<Ports>, in m: Module) {
    let unit = m.grid(VectorLane(), "lane", rows: 1, columns: lanes)
    unit.operation <== io.operation
    unit.a <== .columns(io.a.map { $0 })
    unit.b <== .columns(io.b.map { $0 })
    unit.c <== .columns(io.c.map { $0 })
    unit.range <== io.range
    let products = zip(unit.left.firstRow, unit.right.firstRow).enumerated().map {
      m.register("product_\($0)", $1.0 * $1.1)
    }
    unit.product <== .columns(products)
    io.result <== Vector(unit.result.firstRow)
  }
}

/// Collects operations, and compares the results of as many at once as there are lanes.
final class LaneBench {
  static let lanes = 256
  private let model: NativeModel
  private let pins: [String: Pin]
  private var waiting: [(operands: [BFloat16], result: UInt16)] = []
  private var operation = 8
  private var expected: [(operation: Int, work: [(operands: [BFloat16], result: UInt16)])] = []
  private(set) var compared = 0

  init() throws {
    let model = try NativeModel(LaneRow(lanes: Self.lanes).elaborate(), options: .init(initialState: .random(seed: 5)))
    self.model = model
    pins = Dictionary(uniqueKeysWithValues: model.interface.ports.enumerated().map { ($1.name, model.pin(at: $0)) })
  }

  func range(_ low: Int, _ high: Int, _ zero: Int) throws {
    try flush()
    pins["range_low"]!.signed = Int64(low)
    pins["range_high"]!.signed = Int64(high)
    pins["range_zero"]!.signed = Int64(zero)
  }

  func flush() throws { for _ in 0...VectorLane.latency + 1 { try send() } }

  func step(_ operation: Int, _ operands: [BFloat16], _ result: UInt16) throws {
    if operation != self.operation || waiting.count == Self.lanes {
      try send()
      self.operation = operation
    }
    waiting.append((operands, result))
  }

  private func send() throws {
    pins["operation"]!.unsigned = UInt64(operation)
    for (place, name) in ["a", "b", "c"].enumerated() {
      let storage = pins[name]!.storage.assumingMemoryBound(to: UInt16.self)
      for (lane, work) in waiting.enumerated() { storage[lane] = work.operands[place].bitPattern }
    }
    expected.append((operation, waiting))
    waiting = []
    model.settle()
    if expected.count > VectorLane.latency {
      let (operation, work) = expected.removeFirst()
      let storage = pins["result"]!.storage.assumingMemoryBound(to: UInt16.self)
      for (lane, work) in work.enumerated() where storage[lane] != work.result {
        Issue.record(
          "operation \(operation) of \(work.operands): \(String(storage[lane], radix: 16)), not \(String(work.result, radix: 16))"
        )
      }
      compared += work.count
    }
    try model.step()
  }

  func step(_ opcode: Opcode, _ a: BFloat16, _ b: BFloat16 = .zero, _ c: BFloat16 = .zero) throws {
    try step(opcode.code - Opcode.add.code, [a, b, c], opcode.result(a, b, c).bitPattern)
  }
}

struct VectorLaneTests {
  static let corners: [BFloat16] = [
    0, 0x8000, 0x3F80, 0xBF80, 0x7F80, 0xFF80, 0x7FC0, 0x7F7F, 0xFF7F, 0x0080, 0x8080, 0x00FF, 0x3F7F, 0x3F81, 0x4300,
    0xC37F,
    0x3FC0, 0xBFA0, 0x4200, 0x4780,
  ].map { BFloat16(bitPattern: $0) }

  @Test func `One operand, all of them`() throws {
    let bench = try LaneBench()
    for opcode in [Opcode.absolute, .floor, .fraction, .reciprocalSeed, .rootSeed] {
      for pattern in UInt16.min...UInt16.max {
        let number = BFloat16(bitPattern: pattern)
        if number.bitPattern == pattern { try bench.step(opcode, number) }
      }
    }
    try bench.flush()
    #expect(bench.compared > 5 * 65_000)
  }

  /// The published snapshot: 1.5 + −1.25 gives 1.25, −1 + −1 gives −1, 1.4140625 · −1.4140625 gives −1, 1 + 0.5 gives 1, and
  /// sums one a cycle lose their operands.
  @Test func `Known cases, and every pair of corners`() throws {
    let bench = try LaneBench()
    for (opcode, a, b) in [
      (Opcode.add, 1.5, -1.25), (.add, -1, -1), (.multiply, 1.4140625, -1.4140625), (.add, 1, 0.5), (.multiply, 2, 3),
    ] { try bench.step(opcode, BFloat16(a), BFloat16(b)) }
    for opcode in Opcode.allCases where opcode.arity ?? 0 > 1 {
      for a in Self.corners {
        for b in Self.corners {
          for c in opcode.arity == 3 ? Self.corners : [.zero] { try bench.step(opcode, a, b, c) }
        }
      }
    }
    try bench.flush()
  }

  @Test func `Sums and products of numbers near each other`() throws {
    let bench = try LaneBench()
    var random = SeededGenerator(seed: 8)
    func number(_ exponents: ClosedRange<UInt16>) -> BFloat16 {
      BFloat16(
        bitPattern: UInt16.random(in: 0...1, using: &random) << 15 | UInt16.random(in: exponents, using: &random) << 7
          | UInt16.random(in: 0...127, using: &random))
    }
    for exponents: ClosedRange<UInt16> in [120...134, 100...150, 1...8, 247...254, 0...255, 60...66] {
      let pairs = (0..<2_000).map { _ in (number(exponents), number(exponents)) }
      for opcode in [Opcode.add, .multiply, .maximum, .less] { for (a, b) in pairs { try bench.step(opcode, a, b) } }
      for (a, _) in pairs { try bench.step(.scale, a, number(118...138)) }
      for (a, b) in pairs {
        // An addend about as large as the product, or a quarter of its last place.
        let shift = Int16.random(in: -22...22, using: &random)
        let product = Int16((a * b).bitPattern >> 7 & 0xFF) + shift
        let addend = number(UInt16(max(0, min(product, 255)))...UInt16(max(0, min(product, 255))))
        try bench.step(.fusedMultiplyAdd, a, b, addend)
        try bench.step(.fusedMultiplyAdd, a, b, number(exponents))
      }
    }
    try bench.flush()
    #expect(bench.compared == 84_000)
  }

  @Test func `Codes of products, by their definition`() throws {
    let bench = try LaneBench()
    var random = SeededGenerator(seed: 9)
    for (low, high, zero) in [(-127, 127, 0), (-128, 127, -100), (0, 100, 3), (-128, -120, -125)] {
      try bench.range(low, high, zero)
      func step(_ a: BFloat16, _ b: BFloat16) throws {
        let product = (a.doubleValue * b.doubleValue).rounded(.toNearestOrEven)
        let sum = product.isNaN ? zero : Int(max(-1e6, min(product, 1e6))) + zero
        let code = min(max(sum, low), high)
        try bench.step(15, [a, b, .zero], UInt16(UInt8(truncatingIfNeeded: code)))
      }
      for a in Self.corners { for b in Self.corners { try step(a, b) } }
      for _ in 0..<10_000 {
        func number() -> BFloat16 {
          BFloat16(
            bitPattern: UInt16.random(in: 0...1, using: &random) << 15 | UInt16.random(in: 122...132, using: &random)
              << 7
              | UInt16.random(in: 0...127, using: &random))
        }
        try step(number(), number())
        // Ties.
        try step(BFloat16(Double(Int.random(in: -255...255, using: &random))), BFloat16(0.5))
      }
    }
    try bench.flush()
  }
}
