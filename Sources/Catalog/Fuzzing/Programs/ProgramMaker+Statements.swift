import HDL
import Netlist

extension ProgramMaker {
  mutating func addStatement() {
    let domain = domain()
    switch random.below(45) {
    case 0..<24: addComputation(domain)
    case 24..<27: addPipeline(domain)
    case 27: addName(domain)
    case 28..<32: addBlock(domain)
    case 32, 33: addMemory()
    case 34: addMachine(domain)
    case 35: addComponent()
    case 36, 37: addInstance(domain)
    case 38: addDelay(domain)
    case 39, 40: addGrid(domain)
    case 41, 42: addBundle()
    default: if hasSide { addCrossing() } else { addComputation(domain) }
    }
  }

  // MARK: Expressions

  mutating func addComputation(_ domain: ProgramDomain) {
    func number(_ maker: inout ProgramMaker) -> ValueType {
      ValueType(maker.random.flip() ? .unsigned : .signed, maker.randomWidth())
    }
    func vector(_ maker: inout ProgramMaker) -> Operand {
      let type = maker.randomType()
      return maker.pick(type.kind == .bit ? ValueType(.bits, maker.randomWidth()) : type, domain)
    }
    switch random.below(13) {
    case 0, 1: addArithmetic(domain)
    case 2:
      let type = randomType()
      let computation: Computation = [.and, .or, .xor][random.below(3)]
      add(computation, [pick(type, domain), pick(type, domain)], domain)
    case 3: add(.not, [any(domain)], domain)
    case 4:
      let kind: SignalKind = random.flip() ? .unsigned : .signed
      let list: [Computation] = [.equal, .notEqual, .less, .greater, .lessOrEqual, .greaterOrEqual]
      let (a, b) = (ValueType(kind, randomWidth()), ValueType(kind, randomWidth()))
      add(list[random.below(list.count)], [pick(a, domain), pick(random.flip() ? a : b, domain)], domain)
    case 5:
      let type = randomType()
      add(random.flip() ? .equal : .notEqual, [pick(type, domain), pick(type, domain)], domain)
    case 6: addShift(domain)
    case 7:
      let operand = vector(&self)
      let width = operand.type.width
      let low = random.below(width)
      switch random.below(3) {
      case 0: add(.bit(low), [operand], domain)
      case 1 where width <= 40: add(.bitBySignal, [operand, pick(index(width), domain)], domain)
      default: add(.slice(low: low, width: 1 + random.below(width - low)), [operand], domain)
      }
    case 8:
      let operand = pick(number(&self), domain)
      let width = operand.type.width
      switch random.below(3) {
      case 0: add(.truncate(1 + random.below(width)), [operand], domain)
      case 1: add(.extend(width + random.below(12)), [operand], domain)
      default: add(.saturate(1 + random.below(width)), [operand], domain)
      }
    case 9:
      let list: [Computation] = [.all, .any, .parity, .asUnsigned, .asSigned, .asBits]
      add(list[random.below(list.count)], [vector(&self)], domain)
    case 10:
      let type = randomType()
      add(.mux, [pick(.bit, domain), pick(type, domain), pick(type, domain)], domain)
    case 11:
      let type = randomType()
      let count = 1 + random.below(9)
      let values = (0..<count).map { _ in pick(type, domain) }
      add(.select, [pick(index(count), domain)] + values, domain)
    default: add(.concatenate, (0...random.below(3)).map { _ in any(domain) }, domain)
    }
  }

  /// An index for `count` elements: of the width that they need, or another one.
  private mutating func index(_ count: Int) -> ValueType {
    let needed = BitVector.bitsNeeded(unsigned: UInt64(max(1, count - 1)))
    return ValueType(.unsigned, random.chance(3) ? 1 + random.below(needed + 2) : needed)
  }

  private mutating func addArithmetic(_ domain: ProgramDomain) {
    let kind: SignalKind = random.flip() ? .unsigned : .signed
    switch random.below(10) {
    case 0...1:
      // Products cost gates: they are wide only now and then.
      let limit = random.chance(8) ? 33 : 9
      let types = (0..<2).map { _ in ValueType(kind, 1 + random.below(limit)) }
      add(random.flip() ? .multiply : .wrappingMultiply, types.map { pick($0, domain) }, domain)
    case 2:
      let type = ValueType(kind, 1 + random.below(16))
      add(.sum, (0...random.below(4)).map { _ in pick(type, domain) }, domain)
    case 3:
      let operand = pick(ValueType(.signed, randomWidth()), domain)
      add(random.flip() ? .negate : .isNegative, [operand], domain)
    default:
      let list: [Computation] = [.add, .subtract, .wrappingAdd, .wrappingSubtract]
      let (a, b) = (ValueType(kind, randomWidth()), ValueType(kind, randomWidth()))
      add(list[random.below(list.count)], [pick(a, domain), pick(b, domain)], domain)
    }
  }

  private mutating func addShift(_ domain: ProgramDomain) {
    let operand = pick(ValueType(random.flip() ? .unsigned : .signed, randomWidth()), domain)
    switch random.below(4) {
    case 0: add(.shiftLeft(random.below(9)), [operand], domain)
    case 1: add(.shiftRight(random.below(operand.type.width + 3)), [operand], domain)
    default:
      let count = pick(ValueType(.unsigned, 1 + random.below(random.chance(6) ? 9 : 5)), domain)
      add(random.flip() ? .shiftLeftBySignal : .shiftRightBySignal, [operand, count], domain)
    }
  }

  // MARK: State

  private mutating func powerUp(_ width: Int) -> PowerUp {
    PowerUp(
      reset: random.chance(3) ? nil : bits(width), initial: random.chance(3) ? bits(width) : nil)
  }

  mutating func addVariable(_ domain: ProgramDomain) {
    let result = made(randomType())
    var powerUp = powerUp(result.type.width)
    // What nothing assigns must have a value.
    if powerUp.reset == nil, powerUp.initial == nil { powerUp.reset = bits(result.type.width) }
    if let initial = powerUp.initial, !initial.isZero { startsHigh.insert(result.id) }
    program.statements.append(.variable(result, powerUp, domain))
    pool[domain]!.append(result)
    variables[domain]!.append(result)
  }

  private mutating func addPipeline(_ domain: ProgramDomain) {
    let next = any(domain)
    let enable = random.flip() ? pick(.bit, domain) : nil
    let result = made(next.type)
    program.statements.append(.pipeline(result, next: next, enable: enable, powerUp(next.type.width), domain))
    pool[domain]!.append(result)
  }

  private mutating func addName(_ domain: ProgramDomain) {
    let operand = any(domain)
    let result = made(operand.type)
    program.statements.append(.name(result, operand))
    pool[domain]!.append(result)
  }

  private mutating func addCrossing() {
    let target: ProgramDomain = random.flip() ? .main : .side
    let source: ProgramDomain = target == .main ? .side : .main
    guard !pool[source]!.isEmpty, !pool[target]!.isEmpty else { return }
    let crossing: Statement.Crossing
    var operand = any(source)
    switch random.below(3) {
    case 0:
      crossing = .synchronizer(stages: 2 + random.below(2))
      operand = pick(.bit, source)
    case 1 where operand.type.kind != .bit: crossing = .gray(stages: 2 + random.below(2))
    default: crossing = .captured
    }
    let result = made(operand.type)
    let enable = crossing == .captured ? pick(.bit, target) : nil
    program.statements.append(.crossing(result, crossing, operand, enable: enable, target))
    pool[target]!.append(result)
  }

  // MARK: Blocks

  mutating func addBlock(_ domain: ProgramDomain) {
    var wires: [BlockWire] = []
    var prologue: [Action] = []
    for _ in 0..<random.below(3) {
      let type = randomType()
      let fallback = pick(type, domain)
      let result = made(type)
      if random.flip() {
        wires.append(BlockWire(result: result, fallback: fallback))
      } else {
        wires.append(BlockWire(result: result, fallback: nil))
        prologue.append(.assign(target: result.id, low: nil, fallback))
        fixedBits[result.id] = Set(0..<type.width)
      }
    }
    let targets = wires.map(\.result) + variables[domain]!
    guard !targets.isEmpty else { return }
    let actions = prologue + actions(targets, domain, depth: 0)
    program.statements.append(.block(wires: wires, actions: actions, domain))
    pool[domain]! += wires.map(\.result)
  }

  private mutating func actions(_ targets: [MadeValue], _ domain: ProgramDomain, depth: Int) -> [Action] {
    (0...random.below(3)).map { _ in action(targets, domain, depth: depth) }
  }

  private mutating func action(_ targets: [MadeValue], _ domain: ProgramDomain, depth: Int) -> Action {
    switch random.below(depth < 2 ? 9 : 4) {
    case 4...6:
      let branches = (0...random.below(3)).map { _ in
        WhenBranch(condition: pick(.bit, domain), actions: actions(targets, domain, depth: depth + 1))
      }
      return .when(branches, otherwise: random.flip() ? actions(targets, domain, depth: depth + 1) : nil)
    case 7:
      let width = 1 + random.below(4)
      let branches = (0...random.below(3)).map { _ in
        ChooseBranch(
          values: (0...random.below(2)).map { _ in random.below(1 << width) },
          actions: actions(targets, domain, depth: depth + 1))
      }
      return .choose(
        pick(ValueType(.unsigned, width), domain), branches,
        otherwise: random.flip() ? actions(targets, domain, depth: depth + 1) : nil)
    case 8 where domain == .main: return check(domain)
    default: return assignment(targets[random.below(targets.count)], domain, depth: depth)
    }
  }

  /// Outside every condition a bit is driven once; a further assignment needs a `when` around it.
  private mutating func assignment(_ target: MadeValue, _ domain: ProgramDomain, depth: Int) -> Action {
    var bits = 0..<target.type.width
    if target.type.kind != .bit, random.chance(4) {
      let low = random.below(target.type.width)
      bits = low..<low + 1 + random.below(target.type.width - low)
    }
    let isWhole = bits.count == target.type.width
    let type = isWhole ? target.type : ValueType(.bits, bits.count)
    let action = Action.assign(target: target.id, low: isWhole ? nil : bits.lowerBound, pick(type, domain))
    guard depth == 0 else { return action }
    if fixedBits[target.id, default: []].isDisjoint(with: bits) {
      fixedBits[target.id, default: []].formUnion(bits)
      return action
    }
    return .when([WhenBranch(condition: pick(.bit, domain), actions: [action])], otherwise: nil)
  }

  /// A statement that holds whatever the values are, or one that may happen.
  private mutating func check(_ domain: ProgramDomain) -> Action {
    let label = "check_\(nextID)"
    nextID += 1
    guard random.chance(3) == false else { return .check(.cover, pick(.bit, domain), label: label) }
    let type = ValueType(random.flip() ? .unsigned : .signed, randomWidth())
    let (a, b) = (pick(type, domain), pick(type, domain))
    guard let below = add(.lessOrEqual, [a, b], domain), let above = add(.greater, [a, b], domain),
      let both = add(.xor, [below, above], domain)
    else { return .check(.cover, pick(.bit, domain), label: label) }
    return .check(random.flip() ? .assert : .assume, both, label: label)
  }
}
