import Components
import HDL
import Netlist

/// Two bundles of equal shape in something that holds or chooses bundles.
public struct BundleUse: Hashable, Sendable {
  /// What takes the bundles.
  public enum Holder: Hashable, Sendable {
    /// The choice by one bit.
    case mux
    /// The choice by an index.
    case select
    /// Packed, combined as bits and unpacked.
    case packed
    /// A register of the first one.
    case register
    /// A register that blocks assign, whole and by field.
    case variable
    /// A wire that blocks assign, with the second one where nothing is assigned.
    case wire
    /// A delay of the first one.
    case delay(Int)
    /// A memory of four words into which the first one is written.
    case memory
    /// A queue of the first one.
    case queue(depth: Int, inMemory: Bool)

    var readsSecond: Bool {
      switch self {
      case .mux, .select, .packed, .variable, .wire, .queue: true
      case .register, .delay, .memory: false
      }
    }

    var readsControl: Bool {
      switch self {
      case .mux, .register, .variable, .wire, .memory, .queue: true
      case .select, .packed, .delay: false
      }
    }

    var readsIndex: Bool {
      switch self {
      case .select, .memory: true
      case .mux, .packed, .register, .variable, .wire, .delay, .queue: false
      }
    }
  }

  /// Name in the Verilog.
  public var name: String
  /// What takes the bundles.
  public var holder: Holder
  /// The fields of both: a bit, a signed number, unsigned lanes of one width, and a vector in a bundle inside.
  public var items: [[Operand]]
  /// One bit.
  public var control: Operand
  /// Two bits.
  public var index: Operand
  /// The fields of the result, in the same order.
  public var results: [MadeValue]

  /// What the fields of a register have in reset.
  public var reset: [BitVector]?

  /// The statement with other operands, of those that the holder reads.
  func mapped(_ body: (Operand) -> Operand) -> BundleUse {
    var use = self
    use.items[0] = items[0].map(body)
    if holder.readsSecond { use.items[1] = items[1].map(body) }
    if holder.readsControl { use.control = body(control) }
    if holder.readsIndex { use.index = body(index) }
    return use
  }
}

/// The bundle of random programs.
public struct Parcel: SignalBundle {
  /// A bundle inside.
  public struct Inner: SignalBundle {
    let vector: Bits
  }
  let flag: Bit
  let number: SInt
  let lanes: [UInt]
  let inner: Inner

  /// As it is written in a program.
  static let text = """
    struct Parcel: SignalBundle {
      struct Inner: SignalBundle { let vector: Bits }
      let flag: Bit
      let number: SInt
      let lanes: [UInt]
      let inner: Inner
    }

    """

  init(flag: Bit, number: SInt, lanes: [UInt], inner: Inner) {
    (self.flag, self.number, self.lanes, self.inner) = (flag, number, lanes, inner)
  }

  init(_ fields: [Value]) {
    self.init(
      flag: fields[0].bit, number: fields[1].signed, lanes: fields[2..<(fields.count - 1)].map(\.unsigned),
      inner: Inner(vector: fields[fields.count - 1].vector))
  }

  /// The shape of a parcel of fields of these types.
  static func shape(_ types: [ValueType]) -> Parcel {
    Parcel(
      flag: .shape, number: .shape(types[1].width),
      lanes: types[2..<(types.count - 1)].map { .shape($0.width) },
      inner: Inner(vector: .shape(types[types.count - 1].width)))
  }

  var values: [Value] { [Value(flag), Value(number)] + lanes.map { Value($0) } + [Value(inner.vector)] }
}

extension ProgramBuilder {
  func addBundle(_ use: BundleUse) {
    let first = Parcel(use.items[0].map(value))
    let second = use.holder.readsSecond ? Parcel(use.items[1].map(value)) : first
    let shape = Parcel.shape(use.items[0].map(\.type))
    let control = use.holder.readsControl ? value(use.control).bit : 0
    let index = use.holder.readsIndex ? value(use.index).unsigned : 0
    let reset = use.reset.map { bits in
      Parcel(zip(bits, use.items[0]).map { constant($0, $1.type.kind) })
    }
    let made: Parcel
    switch use.holder {
    case .mux: made = HDL.mux(control, first, second)
    case .select: made = HDL.select(index, [first, second, first])
    case .packed: made = (first.packed ^ second.packed).unpacked(as: shape)
    case .register: made = m.register(use.name, first, when: control, reset: reset)
    case .variable:
      let register = m.register(use.name, of: shape, reset: reset)
      m.when(control) { register.next <== first }.otherwise { register.next.number <== second.number }
      made = register
    case .wire:
      let wire = m.wire(use.name, of: shape, default: second)
      m.when(control) { wire.driver <== first }
      m.when(first.flag) { wire.driver.inner.vector <== second.inner.vector }
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
      queue.pop.ready <== second.flag
      made = queue.pop.payload.read(as: shape)
    }
    for (result, field) in zip(use.results, made.values) { values[result.id] = field }
  }
}

extension ProgramMaker {
  mutating func addBundle() {
    let lanes = ValueType(.unsigned, 1 + random.below(6))
    var types = [ValueType.bit, ValueType(.signed, 1 + random.below(random.chance(6) ? 70 : 9))]
    types += (0..<random.below(4)).map { _ in lanes }
    types.append(ValueType(.bits, 1 + random.below(9)))
    let holder: BundleUse.Holder =
      switch random.below(9) {
      case 0: .mux
      case 1: .select
      case 2: .packed
      case 3: .register
      case 4: .variable
      case 5: .wire
      case 6: .delay(random.below(4))
      case 7: .memory
      default: .queue(depth: 1 + random.below(4), inMemory: random.flip())
      }
    let items = (0..<2).map { _ in types.map { pick($0, .main) } }
    let (control, index) = (pick(.bit, .main), pick(ValueType(.unsigned, 2), .main))
    let reset = random.flip() ? types.map { bits($0.width) } : nil
    let results = types.map { made($0) }
    program.statements.append(
      .bundle(
        BundleUse(
          name: "parcel_\(results[0].id)", holder: holder, items: items, control: control, index: index,
          results: results, reset: reset)))
    pool[.main]! += results
  }
}

extension SwiftPrinter {
  mutating func addBundle(_ use: BundleUse) {
    func joined(_ parts: [String]) -> String { parts.joined(separator: ", ") }
    func parcel(_ fields: [String]) -> String {
      "Parcel(flag: \(fields[0]), number: \(fields[1]), lanes: [\(joined(Array(fields[2..<(fields.count - 1)])))], "
        + "inner: .init(vector: \(fields[fields.count - 1])))"
    }
    let types = use.items[0].map(\.type)
    let shape = parcel(types.map { $0.kind == .bit ? ".shape" : ".shape(\($0.width))" })
    let (first, second) = ("\(use.name)_first", "\(use.name)_second")
    let control = use.holder.readsControl ? name(use.control) : ""
    let index = use.holder.readsIndex ? name(use.index) : ""
    let reset = use.reset.map { bits in ", reset: " + parcel(zip(bits, types).map { constant($0, $1.kind) }) } ?? ""
    line("let \(first) = \(parcel(use.items[0].map(name)))")
    if use.holder.readsSecond { line("let \(second) = \(parcel(use.items[1].map(name)))") }
    let held = "\(use.name)_held"
    let made: String
    switch use.holder {
    case .mux: made = "mux(\(control), \(first), \(second))"
    case .select: made = "select(\(index), [\(first), \(second), \(first)])"
    case .packed: made = "(\(first).packed ^ \(second).packed).unpacked(as: \(shape))"
    case .register: made = "m.register(\"\(use.name)\", \(first), when: \(control)\(reset))"
    case .variable:
      line("let \(held) = m.register(\"\(use.name)\", of: \(shape)\(reset))")
      line("m.when(\(control)) { \(held).next <== \(first) }.otherwise { \(held).next.number <== \(second).number }")
      made = held
    case .wire:
      line("let \(held) = m.wire(\"\(use.name)\", of: \(shape), default: \(second))")
      line("m.when(\(control)) { \(held).driver <== \(first) }")
      line("m.when(\(first).flag) { \(held).driver.inner.vector <== \(second).inner.vector }")
      made = held
    case .delay(let count): made = "m.delayed(\"\(use.name)\", \(first), by: \(count))"
    case .memory:
      line("let \(held) = m.memory(\"\(use.name)\", of: \(shape), depth: 4)")
      line("\(held).write(\(first), at: \(index), when: \(control))")
      made = "\(held).read(at: \(index))"
    case .queue(let depth, let inMemory):
      let storage = inMemory ? ".memory" : ".registers"
      line(
        "let \(held) = m.instance(StreamFIFO(carrying: PayloadShape(of: \(shape)), depth: \(depth), storage: \(storage)), "
          + "\"\(use.name)\")")
      line("\(held).push.valid <== \(control)")
      line("\(held).push.payload <== \(first)")
      line("\(held).pop.ready <== \(second).flag")
      made = "\(held).pop.payload.read(as: \(shape))"
    }
    let paths = ["flag", "number"] + (0..<(types.count - 3)).map { "lanes[\($0)]" } + ["inner.vector"]
    let isRead = use.results.contains { self.isRead($0.id) }
    line("\(isRead ? "let \(use.name)" : "_") = \(made)")
    for (result, path) in zip(use.results, paths) where self.isRead(result.id) {
      line("let v\(result.id) = \(use.name).\(path)")
    }
  }
}
