import HDL
import Netlist
import Testbench

/// Makes random valid programs: the same seed gives the same program on every machine.
package struct ProgramMaker {
  var random: Xoshiro256
  var program: CircuitProgram
  /// Values that may be read, by domain.
  var pool: [ProgramDomain: [MadeValue]] = [.main: [], .side: []]
  /// Registers that blocks assign, by domain.
  var variables: [ProgramDomain: [MadeValue]] = [.main: [], .side: []]
  /// Bits of wires and registers that are assigned outside every condition.
  var fixedBits: [Int: Set<Int>] = [:]
  /// Registers that hold something else than zeros at power-up.
  var startsHigh: Set<Int> = []
  var nextID = 0
  let hasSide: Bool

  private init(random: Xoshiro256, name: String, hasSide: Bool) {
    self.random = random
    self.hasSide = hasSide
    program = CircuitProgram(name: name)
  }

  /// The program of a seed.
  package static func program(seed: Seed) -> CircuitProgram {
    var random = seed.generator("program")
    let size = random.chance(4) ? 20 + random.below(40) : 3 + random.below(18)
    return make(random: &random, name: "Top", size: size, depth: 0)
  }

  private static func make(random: inout Xoshiro256, name: String, size: Int, depth: Int) -> CircuitProgram {
    var cells: [CircuitProgram] = []
    if depth < 2, random.chance(depth == 0 ? 3 : 4) {
      for index in 0...random.below(2) {
        let cell = (depth == 0 ? "Cell" : name + "Part") + ["A", "B"][index]
        cells.append(make(random: &random, name: cell, size: 2 + random.below(8), depth: depth + 1))
      }
    }
    var maker = ProgramMaker(random: random, name: name, hasSide: depth == 0 && random.chance(4))
    maker.program.cells = cells
    maker.fill(size: size, isTop: depth == 0)
    random = maker.random
    return maker.program
  }

  private mutating func fill(size: Int, isTop: Bool) {
    if hasSide {
      program.sideEdge = random.chance(3) ? .falling : .rising
      if random.flip() {
        program.sideReset = ResetStyle(
          random.flip() ? .synchronous : .asynchronous, random.flip() ? .activeHigh : .activeLow)
      }
    }
    for index in 0..<2 + random.below(5) {
      let domain: ProgramDomain = hasSide && (index == 0 || random.flip()) ? .side : .main
      let result = made(randomType())
      program.inputs.append(.init(result: result, domain: domain))
      pool[domain]!.append(result)
    }
    if pool[.main]!.isEmpty {
      let result = made(randomType())
      program.inputs.append(.init(result: result, domain: .main))
      pool[.main]!.append(result)
    }
    for _ in 0..<random.below(4) { addVariable(domain()) }
    for _ in 0..<size { addStatement() }
    if program.startsTwice { program.sideReset?.kind = .synchronous }
    // Registers that nothing assigned until now close their loops.
    for domain in ProgramDomain.allCases where !variables[domain]!.isEmpty { addBlock(domain) }
    if isTop, random.chance(5) { addStreams() }
    addOutputs()
    if isTop { addRelations() }
  }

  private mutating func addOutputs() {
    for _ in 0..<2 + random.below(5) {
      let domain = domain()
      let values = pool[domain]!
      // Late values see most of the program.
      let position = max(random.below(values.count), random.below(values.count))
      let value = values[position]
      program.outputs.append(.init(operand: Operand(value.type, .value(value.id)), domain: domain))
    }
  }

  private mutating func addStreams() {
    let width = 1 + random.below(random.chance(5) ? 90 : 12)
    let stages = (0...random.below(3)).map { _ -> CircuitProgram.StreamStage in
      switch random.below(5) {
      case 0: .pipe
      case 1: .skidBuffer
      case 2: .queue(depth: 1 + random.below(5), inMemory: random.flip())
      case 3: .filter(bit: random.below(width))
      default: .invert(bits(width))
      }
    }
    program.streams.append(.init(width: width, stages: stages))
  }

  /// A domain that the program has.
  mutating func domain() -> ProgramDomain { hasSide && random.chance(3) && !pool[.side]!.isEmpty ? .side : .main }

  mutating func made(_ type: ValueType) -> MadeValue {
    nextID += 1
    return MadeValue(nextID - 1, type)
  }

  // MARK: Types and constants

  mutating func randomWidth() -> Int {
    switch random.below(20) {
    case 0...1: 1
    case 2...13: 1 + random.below(10)
    case 14...17: 1 + random.below(34)
    case 18: [31, 32, 33, 63, 64, 65, 127, 128, 129, 200][random.below(10)]
    default: 1 + random.below(Computation.widest)
    }
  }

  mutating func randomType() -> ValueType {
    switch random.below(8) {
    case 0: .bit
    case 1...3: ValueType(.unsigned, randomWidth())
    case 4...6: ValueType(.signed, randomWidth())
    default: ValueType(.bits, randomWidth())
    }
  }

  /// Bits: a corner now and then.
  mutating func bits(_ width: Int) -> BitVector { random.bits(width) }

  // MARK: Operands

  /// Something of this type: a value that is there, one made from another one, or now and then a constant.
  mutating func pick(_ type: ValueType, _ domain: ProgramDomain) -> Operand {
    if random.chance(12) { return Operand(type, .constant(bits(type.width))) }
    let fitting = pool[domain]!.filter { $0.type == type }
    if !fitting.isEmpty, !random.chance(3) {
      return Operand(type, .value(fitting[random.below(fitting.count)].id))
    }
    return adapted(any(domain), to: type, domain)
  }

  /// Any value.
  mutating func any(_ domain: ProgramDomain) -> Operand {
    let values = pool[domain]!
    let value = values[random.below(values.count)]
    return Operand(value.type, .value(value.id))
  }

  private mutating func adapted(_ operand: Operand, to type: ValueType, _ domain: ProgramDomain) -> Operand {
    var operand = operand
    func apply(_ computation: Computation, _ maker: inout ProgramMaker) {
      guard let type = computation.result(of: [operand.type]) else { return }
      let result = maker.made(type)
      maker.program.statements.append(.compute(result, computation, [operand]))
      operand = Operand(type, .value(result.id))
    }
    if operand.type == type { return operand }
    if type.kind == .bit {
      let width = operand.type.width
      apply([.bit(random.below(width)), .any, .all, .parity, .bit(width - 1)][random.below(5)], &self)
      return operand
    }
    if operand.type.kind == .bit { apply(.asBits, &self) }
    let width = operand.type.width
    if width > type.width { apply(.slice(low: random.below(width - type.width + 1), width: type.width), &self) }
    if width < type.width { apply(.extend(type.width), &self) }
    if operand.type.kind != type.kind {
      switch type.kind {
      case .unsigned: apply(.asUnsigned, &self)
      case .signed: apply(.asSigned, &self)
      default: apply(.asBits, &self)
      }
    }
    return operand
  }

  /// Adds an expression and gives its value; nil where the language has no such expression.
  @discardableResult
  mutating func add(_ computation: Computation, _ operands: [Operand], _ domain: ProgramDomain) -> Operand? {
    guard let type = computation.result(of: operands.map(\.type)) else { return nil }
    let result = made(type)
    program.statements.append(.compute(result, computation, operands))
    pool[domain]!.append(result)
    return Operand(type, .value(result.id))
  }
}

extension Xoshiro256 {
  /// A number below `bound`.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
  /// One of two.
  mutating func flip() -> Bool { next() & 1 == 1 }
  /// True once in `count` times.
  mutating func chance(_ count: Int) -> Bool { below(count) == 0 }

  /// Bits of a value: zeros, ones, the extremes of signed numbers and single bits as often as anything else.
  mutating func bits(_ width: Int) -> BitVector {
    switch below(10) {
    case 0: return .zeros(width)
    case 1: return .ones(width)
    case 2, 3:
      var corner = BitVector.zeros(width)
      corner[width - 1] = true
      return flip() || width == 1 ? corner : BitVector.ones(width - 1).extended(to: width, signed: false)
    case 4:
      var single = BitVector.zeros(width)
      single[below(width)] = true
      return single
    case 5: return BitVector(signed: below(5) - 2, width: width)
    default: return BitVector(words: (0..<(width + 63) / 64).map { _ in next() }, width: width)
    }
  }
}
