import Netlist

extension Circuit {
  /// Every mistake that can be put into the circuit, in a fixed order.
  ///
  /// Some of them the door of circuits refuses (``applying(_:lostReset:)``), some change nothing, and some come to the
  /// same circuit; ``MutationCampaign`` sorts these out. Bits of named signals and outputs are stuck at the lowest, the
  /// middle and the highest position. Black boxes and assertions are left alone.
  public var mutants: [Mutant] {
    var result: [Mutant] = []
    let users = placesOfUse
    for (index, definition) in definitions.enumerated() where definition.foreign == nil && definition.grid == nil {
      var finder = MutantFinder(definition, index, definitions, firstNumber: result.count + 1, usedAt: users[index])
      finder.run()
      result += finder.mutants
    }
    return result
  }

  /// For each module where it is first instantiated.
  private var placesOfUse: [Place?] {
    var places = [Place?](repeating: nil, count: definitions.count)
    for definition in definitions {
      for instance in definition.instances {
        let used = Int(instance.definition)
        for module in [used, definitions[used].grid.map { Int($0.cell) } ?? used] where places[module] == nil {
          places[module] = definition.place(instance.place)
        }
      }
    }
    return places
  }
}

/// Finds the mistakes that can be put into one module.
struct MutantFinder {
  let definition: Definition
  let definitions: [Definition]
  let index: Int
  let sites: [RootSite]
  private let firstNumber: Int
  /// What stands for a place that is not known.
  private let usedAt: Place?
  let nearest: NearestReaders
  private(set) var mutants: [Mutant] = []

  init(_ definition: Definition, _ index: Int, _ definitions: [Definition], firstNumber: Int, usedAt: Place?) {
    self.usedAt = usedAt
    self.definition = definition
    self.definitions = definitions
    self.index = index
    self.firstNumber = firstNumber
    sites = definition.rootSites(in: definitions)
    nearest = NearestReaders(definition, sites)
  }

  mutating func run() {
    for (index, node) in definition.table.nodes.enumerated() {
      guard let reader = nearest.reader[index] else { continue }
      findInNode(NodeID(Int32(index)), node, near: sites[reader])
    }
    findInRegisters()
    for (index, memory) in definition.memories.enumerated() { findInContents(of: memory, index) }
    findAtRoots()
  }

  mutating func add(_ operation: MutationOperator, _ edit: Mutant.Edit, _ change: String, place: Int32) {
    mutants.append(
      Mutant(
        number: firstNumber + mutants.count, operation: operation, module: definition.name, change: change,
        place: definition.place(place) ?? usedAt, definition: index, edit: edit))
  }

  // MARK: Registers and memories

  private mutating func findInRegisters() {
    let asserted = definition.assertionCone
    for (number, register) in definition.registers.enumerated() where !asserted.contains(register: number) {
      let signal = definition.signals[Int(register.signal)]
      func add(_ operation: MutationOperator, _ edit: Mutant.Edit, _ change: String) {
        self.add(operation, edit, change, place: signal.place)
      }
      if register.enable != nil {
        add(.enableDropped, .registerEnable(number), "register '\(signal.name)' is always enabled")
      }
      if let value = register.resetValue {
        add(.resetDropped, .reset(register: number), "register '\(signal.name)' has no reset")
        let other = value.incremented
        add(
          .resetValueChanged, .resetValue(register: number, other),
          "register '\(signal.name)' is \(other) in reset, not \(value)")
      }
      if !follows(Int(register.signal), itself: register) {
        add(.registerRemoved, .register(number), "register '\(signal.name)' is its next value")
      } else if let stages = definition.delayStages(of: register) {
        findInDelayLine(register.signal, stages)
      }
    }
  }

  /// What reads a stage of a delay line reads the one before it.
  private mutating func findInDelayLine(_ signal: Int32, _ stages: DelayStages) {
    for (index, node) in definition.table.nodes.enumerated() where node.operation == .slice {
      let vector = definition.table[NodeID(node.a)]
      guard vector.operation == .signal, vector.a == signal, Int(node.width) == stages.width,
        Int(node.b) >= stages.width, nearest.reader[index] != nil
      else { continue }
      add(
        .registerRemoved, .node(NodeID(Int32(index)), .lower(bits: stages.width)),
        "a stage of '\(definition.signals[Int(signal)].name)' is left out", place: definition.signals[Int(signal)].place
      )
    }
  }

  /// Whether the next value of a register depends on the register without a clock edge between, inside this module.
  private func follows(_ signal: Int, itself register: NetlistRegister) -> Bool {
    var seen: Set<Int32> = []
    var pending = [register.next]
    while let id = pending.popLast() {
      guard seen.insert(id.index).inserted else { continue }
      let node = definition.table[id]
      if node.operation == .signal {
        if Int(node.a) == signal { return true }
        if case .net(let driver) = definition.signals[Int(node.a)].kind { pending.append(driver) }
      }
      definition.table.forEachOperand(of: node) { pending.append($0) }
    }
    return false
  }

  private mutating func findInContents(of memory: NetlistMemory, _ number: Int) {
    guard memory.contents != nil else { return }
    for address in Set([0, memory.depth / 2, memory.depth - 1]).sorted() {
      add(
        .constantOffByOne, .word(memory: number, address: address),
        "word \(address) of memory '\(memory.name)' is one more", place: memory.place)
    }
  }

  // MARK: Readers outside the node table

  private mutating func findAtRoots() {
    for (position, site) in sites.enumerated() where site.role != .assertion {
      let node = definition.table[site.node]
      let place = site.place >= 0 ? site.place : nearest.place[Int(site.node.index)]
      func add(_ operation: MutationOperator, _ rewrite: Rewrite, _ change: String) {
        self.add(operation, .root(position, rewrite), change, place: place)
      }
      switch site.role {
      case .writeEnable:
        if node.operation != .constant {
          add(.enableDropped, .constant(BitVector(1, width: 1)), "\(site.target) is always 1")
        }
        continue
      case .readEnable(let memory, let port):
        self.add(
          .enableDropped, .readEnable(memory: memory, port: port), "\(site.target) is always 1", place: place)
        continue
      case .address: add(.addressOffByOne, .increment, "\(site.target) is one more")
      case .next(let register):
        if node.width > 1, ![.add, .subtract, .multiply, .shiftLeft].contains(node.operation) {
          add(.widthNarrowed, .narrowed, "the next value of \(site.target) loses bit \(node.width - 1)")
        }
        redirect(Int(definition.registers[register].signal), position, site)
      case .output:
        guard node.operation != .signal else { break }
        for (rewrite, change) in stuckBits(of: node, site.target) { add(.bitStuck, rewrite, change) }
      default: break
      }
      if let value = definition.table.constantValue(site.node) {
        for (other, how) in neighbours(of: value) {
          add(.constantOffByOne, .constant(other), "\(site.target) is \(other), \(how) than \(value)")
        }
      }
    }
  }

  /// Sends every transition of an enumeration's register to the case after the right one.
  private mutating func redirect(_ signal: Int, _ position: Int, _ site: RootSite) {
    let enumeration = definition.signals[signal].enumeration
    guard enumeration >= 0 else { return }
    let cases = definition.enumerations[Int(enumeration)].cases
    guard cases.count > 1 else { return }
    func other(_ id: NodeID) -> (from: String, to: Enumeration.Case)? {
      guard let value = definition.table.constantValue(id), let index = cases.firstIndex(where: { $0.code == value })
      else { return nil }
      return (cases[index].name, cases[(index + 1) % cases.count])
    }
    if let (from, to) = other(site.node) {
      add(
        .transitionRedirected, .root(position, .constant(to.code)),
        "\(site.target) goes to '\(to.name)', not to '\(from)'", place: site.place)
    }
    var seen: Set<Int32> = []
    var pending = [site.node]
    while let id = pending.popLast() {
      let node = definition.table[id]
      guard [.mux, .select].contains(node.operation), seen.insert(id.index).inserted else { continue }
      for (operand, value) in definition.table.operands(of: node).enumerated().dropFirst() {
        pending.append(value)
        guard let (from, to) = other(value) else { continue }
        add(
          .transitionRedirected, .node(id, .operand(operand, to.code)),
          "\(site.target) goes to '\(to.name)', not to '\(from)'", place: site.place)
      }
    }
  }
}
