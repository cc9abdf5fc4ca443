import Components
import HDL

extension ProgramBuilder {
  func addBundle(_ use: BundleUse) {
    switch use.content {
    case .parcel: add(use, Parcel.self)
    case .vector(.bit): add(use, Vector<Bit>.self)
    case .vector(.unsigned): add(use, Vector<UInt>.self)
    case .vector(.signed): add(use, Vector<SInt>.self)
    case .vector(.bits): add(use, Vector<Bits>.self)
    }
  }

  private func add<A: RandomAggregate>(_ use: BundleUse, _ type: A.Type) {
    let first = A(use.items[0].map(value))
    let second = use.holder.readsSecond ? A(use.items[1].map(value)) : first
    let shape = A.shape(of: use.items[0].map(\.type))
    let control = use.holder.readsControl ? value(use.control).bit : 0
    let index = use.readsIndex ? value(use.index).unsigned : 0
    let reset = use.reset.map { bits in A(zip(bits, use.items[0]).map { constant($0, $1.type.kind) }) }
    let made: A
    switch use.holder {
    case .mux: made = HDL.mux(control, first, second)
    case .select: made = HDL.select(index, [first, second, first])
    case .packed: made = (first.packed ^ second.packed).unpacked(as: shape)
    case .register: made = m.register(use.name, first, when: control, reset: reset)
    case .variable:
      let register = m.register(use.name, of: shape, reset: reset)
      m.when(control) { A.drive(register.next, with: first) }
        .otherwise { A.assignPart(of: register.next, from: second, first: false) }
      made = register
    case .wire:
      let wire = m.wire(use.name, of: shape, default: second)
      m.when(control) { A.drive(wire.driver, with: first) }
      m.when(first.condition) { A.assignPart(of: wire.driver, from: second, first: true) }
      made = wire
    case .delay(let count): made = m.delayed(use.name, first, by: count)
    case .memory:
      let memory = m.memory(use.name, of: shape, depth: 4)
      memory.write(first, at: index, when: control)
      made = memory.read(at: index)
    case .queue(let depth, let inMemory):
      let queue = m.instance(
        StreamFIFO(carrying: PayloadShape(of: shape), depth: depth) { $0.storage = inMemory ? .memory : .registers },
        use.name)
      queue.push.valid <== control
      queue.push.payload <== first
      queue.pop.ready <== second.condition
      made = queue.pop.payload.read(as: shape)
    }
    for (result, field) in zip(use.results, made.values(at: index)) { values[result.id] = field }
  }
}
