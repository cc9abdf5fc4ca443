import HDL
import Netlist
import Testbench

extension CircuitProgram {
  /// The program with one to three things made wrong.
  func corrupted(_ random: inout Xoshiro256) -> CircuitProgram {
    var program = self
    for _ in 0...random.below(3) { program.corrupt(&random) }
    return program
  }

  private mutating func corrupt(_ random: inout Xoshiro256) {
    guard !statements.isEmpty else { return }
    let position = random.below(statements.count)
    switch random.below(9) {
    case 0...2: mismatch(position, &random)
    case 3: statements[position] = statements[position].distorted(&random)
    case 4:
      if !inputs.isEmpty {
        let index = random.below(inputs.count)
        inputs[index].result.type.width = random.hostileWidth()
      }
    case 5: if !inputs.isEmpty { inputs[random.below(inputs.count)].domain = random.flip() ? .main : .side }
    case 6: if !outputs.isEmpty { outputs[random.below(outputs.count)].domain = random.flip() ? .main : .side }
    case 7:
      if !outputs.isEmpty { outputs[random.below(outputs.count)].operand.type.width = random.hostileWidth() }
    default:
      // Twice the same: names and drivers clash.
      if statements[position].results.isEmpty || random.flip() { statements.append(statements[position]) }
    }
  }

  /// Lets an operand be an earlier value of the same kind and, mostly, another width.
  private mutating func mismatch(_ position: Int, _ random: inout Xoshiro256) {
    let earlier = inputs.map(\.result) + statements[..<position].flatMap(\.results)
    let count = statements[position].operands.count
    guard count > 0, !earlier.isEmpty else { return }
    let chosen = random.below(count)
    let start = random.below(earlier.count)
    var number = -1
    statements[position] = statements[position].mapped { operand in
      number += 1
      guard number == chosen else { return operand }
      let rotated = earlier[start...] + earlier[..<start]
      guard let other = rotated.first(where: { $0.type.kind == operand.type.kind }) else { return operand }
      return Operand(operand.type, .value(other.id))
    }
  }
}

extension Statement {
  /// The statement with hostile numbers and names.
  fileprivate func distorted(_ random: inout Xoshiro256) -> Statement {
    switch self {
    case .compute(let result, let computation, let operands):
      return .compute(result, computation.distorted(&random), operands)
    case .pipeline(let result, let next, let enable, _, let domain):
      let value = random.bits(1 + random.below(70))
      return .pipeline(
        result, next: next, enable: enable, PowerUp(reset: value, initial: random.flip() ? value : nil), domain)
    case .variable(let result, _, let domain):
      let type = ValueType(result.type.kind, result.type.kind == .bit ? 1 : random.hostileWidth())
      return .variable(
        MadeValue(result.id, type), PowerUp(reset: random.bits(1 + random.below(9)), initial: nil), domain)
    case .block(var wires, let actions, let domain):
      for index in wires.indices {
        wires[index].fallback = nil
        if wires[index].result.type.kind != .bit { wires[index].result.type.width = random.hostileWidth() }
      }
      return .block(wires: wires, actions: random.flip() ? actions + actions : [], domain == .main ? .side : .main)
    case .memory(var use):
      switch random.below(5) {
      case 0: use.lanes = random.below(9) - 2
      case 1: use.type.width = random.hostileWidth()
      case 2: use.name = random.hostileName()
      case 3: use.contents = (0..<random.below(40)).map { _ in random.bits(1 + random.below(20)) }
      default: (use.writes, use.contents) = ([], nil)
      }
      return .memory(use)
    case .instance(var use):
      use.name = random.hostileName()
      use.domain = use.domain == .main ? .side : .main
      return .instance(use)
    case .grid(var use):
      switch random.below(4) {
      case 0: use.name = random.hostileName()
      case 1: (use.rows, use.columns) = (random.below(4) - 1, [0, 1, 3, 70_000][random.below(4)])
      case 2: use.reads[0].row = [-1, use.rows, 1 << 40][random.below(3)]
      default:
        let link = random.below(max(1, use.links.count))
        if use.links.indices.contains(link) { use.links[link].values += use.links[link].values }
      }
      return .grid(use)
    case .delay(let result, let operand, _, _, let domain):
      return .delay(
        result, operand, cycles: [-1, 3, 65536, 65537][random.below(4)], reset: random.bits(1 + random.below(9)), domain
      )
    case .machine(var use):
      use.name = random.hostileName()
      for state in use.transitions.indices where random.flip() { use.transitions[state] = [] }
      return .machine(use)
    case .crossing(let result, _, let operand, let enable, let domain) where operand.type.kind == .bit:
      return .crossing(result, .synchronizer(stages: random.below(4) - 2), operand, enable: enable, domain)
    case .component(_, _, let valid, let data, let ready, let results):
      return .component(
        .queue(depth: random.below(5) - 2, inMemory: random.flip()), name: random.hostileName(), valid: valid,
        data: data, ready: ready, results)
    case .bundle(var use):
      switch random.below(3) {
      case 0: use.name = random.hostileName()
      case 1: if use.items[1].count > 3 { use.items[1].remove(at: 2) }
      default: use.reset = use.items[0].map { _ in random.bits(1 + random.below(9)) }
      }
      return .bundle(use)
    case .crossing, .name: return self
    }
  }
}

extension Computation {
  fileprivate func distorted(_ random: inout Xoshiro256) -> Computation {
    let number = [-1, -100, 0, 1, 7, 1000, 65536][random.below(7)]
    switch self {
    case .shiftLeft: return .shiftLeft(number)
    case .shiftRight: return .shiftRight(number)
    case .bit: return .bit(number)
    case .truncate: return .truncate(number)
    case .extend: return .extend(min(number, 5000))
    case .saturate: return .saturate(number)
    case .slice: return .slice(low: number, width: 1 + random.below(300))
    default: return self
    }
  }
}

extension Xoshiro256 {
  /// A width that something should refuse, or that is at least unusual.
  mutating func hostileWidth() -> Int { [-1, 0, 1, 2, 63, 64, 65, 4097, Int(Int32.min)][below(9)] }

  /// A name that something should refuse, or that is at least unusual.
  mutating func hostileName() -> String {
    let names = [
      "", " ", "1x", "a b", "reg", "always", "begin", "entity", "clock", "reset", "side_clock", "in_0", "_", "__",
      "a-b",
      "\u{1F600}", "ünder", "x\n", "\"", "a\\b", "unused", "bits_0", "Batch", String(repeating: "n", count: 3000),
      "logic", "r_0", "v1", "module", "endmodule",
    ]
    return names[below(names.count)]
  }
}
