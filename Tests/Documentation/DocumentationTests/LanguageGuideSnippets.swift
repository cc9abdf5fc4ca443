import Components
import HDL
import Netlist

// What the language guide shows, in surroundings that the compiler takes. The test of this folder compares both.

struct GuideParameters: Generator {
  var depth = 4
  var isPipelined = false

  static let parameters: [Parameter<Self>] = [
    .integer("depth", \.depth, in: 1...65536, "Words of the storage"),
    .flag("isPipelined", \.isPipelined, "Whether a register stands behind the words"),
  ]
  func validate(_ parameters: inout ParameterCheck) {
    parameters.require(depth > 1 || !isPipelined, "a pipeline behind one word", fix: "use at least 2 words")
  }

  struct Ports { let a: Input<Bit>, y: Output<Bit> }
  var ports: Ports { Ports(a: .init(), y: .init()) }
  func build(_ io: Interior<Ports>, in m: Module) { io.y <== io.a }
}

struct GuideDeclared: DefaultConfigurable {
  var width = 8
  static let parameters: [Parameter<Self>] = [.integer("width", \.width, in: 2...1024, "Bits of the operands")]

  struct Ports { let a: Input<UInt>, y: Output<UInt> }
  var ports: Ports { Ports(a: .init(width), y: .init(width)) }
  func build(_ io: Interior<Ports>, in m: Module) { io.y <== io.a }
}

struct GuideOptional: Generator {
  var canStop = true

  struct Ports { let a: Input<UInt>, isOn: Input<Bit>?, y: Output<UInt> }
  var ports: Ports { Ports(a: .init(8), isOn: canStop ? .init() : nil, y: .init(8)) }
  func build(_ io: Interior<Ports>, in m: Module) { io.y <== m.register("y", io.a, when: io.isOn ?? 1) }
}

struct GuideState: Generator {
  struct Ports {
    let a, b: Input<UInt>
    let load, step, clear, choose: Input<Bit>
    let operation: Input<UInt>
    let y, z, w: Output<UInt>
  }
  var ports: Ports {
    Ports(
      a: .init(8), b: .init(8), load: .init(), step: .init(), clear: .init(), choose: .init(), operation: .init(2),
      y: .init(8), z: .init(8), w: .init(8))
  }
  func build(_ io: Interior<Ports>, in m: Module) {
    let delayed = m.register("delayed", io.a)  // every clock
    let held = m.register("held", io.a, when: io.load)  // with an enable
    let count = m.register("count", UInt.self, width: 4, reset: 0)  // assigned below
    let later = m.wire("later", UInt.self, width: 4, default: 0)
    later.driver <== count &+ 1
    m.when(io.step) { count.next <== later }
    io.w <== delayed ^ held

    m.when(io.clear) { count.next <== 0 }
      .otherwise(when: io.step) { count.next <== count &+ 1 }
    m.switch(io.operation) {
      $0.case(0) { io.y <== io.a }
      $0.case(1, 2) { io.y <== io.b }
      $0.default { io.y <== 0 }
    }
    io.z <== mux(io.choose, io.a, io.b)
  }
}

struct GuideEnums: Generator {
  enum Operation: HardwareEnum { case add, subtract, negate }

  struct Ports {
    let start, isLoaded, isDone: Input<Bit>
    let operation: Input<Enum<Operation>>
    let a, b: Input<UInt>
    let request: Output<Bit>
    let y: Output<UInt>
  }
  var ports: Ports {
    Ports(
      start: .init(), isLoaded: .init(), isDone: .init(), operation: .init(), a: .init(8), b: .init(8),
      request: .init(), y: .init(8))
  }
  func build(_ io: Interior<Ports>, in m: Module) {
    let operation = m.register("operation", Operation.self, reset: .add)
    operation.next <== io.operation
    io.request <== 0
    enum Phase: HardwareEnum { case idle, load, run }

    m.stateMachine("phase", of: Phase.self, reset: .idle) { phase in
      phase.when(.idle) { m.when(io.start) { phase.go(.load) } }
      phase.when(.load) { m.when(io.isLoaded) { phase.go(.run) } }
      phase.when(.run) {
        io.request <== 1
        m.when(io.isDone) { phase.go(.idle) }
      }
    }
    m.switch(operation) {
      $0.case(.add) { io.y <== io.a &+ io.b }
      $0.case(.subtract, .negate) { io.y <== io.a &- io.b }
    }
  }
}

struct GuideMemories: Generator {
  static let bus = ClockDomain("bus"), core = ClockDomain("core")

  struct Ports {
    let data, busData, coreData: Input<Bits>
    let address, rowAddress, columnAddress, busAddress, coreAddress, place: Input<UInt>
    let row, column: Input<SInt>
    let write, read, rowWrite, columnWrite, busWrite, coreWrite: Input<Bit>
    let bytes: Input<Bits>
    let word, busWord, coreWord: Output<Bits>
    let left, right, weight: Output<SInt>
    let square: Output<UInt>
  }
  var ports: Ports {
    Ports(
      data: .init(32), busData: .init(32).in(Self.bus), coreData: .init(32).in(Self.core), address: .init(9),
      rowAddress: .init(10), columnAddress: .init(10), busAddress: .init(10).in(Self.bus),
      coreAddress: .init(10).in(Self.core), place: .init(3), row: .init(8), column: .init(8), write: .init(),
      read: .init(), rowWrite: .init(), columnWrite: .init(), busWrite: .init().in(Self.bus),
      coreWrite: .init().in(Self.core), bytes: .init(4), word: .init(32), busWord: .init(32).in(Self.bus),
      coreWord: .init(32).in(Self.core), left: .init(8), right: .init(8), weight: .init(8), square: .init(8))
  }
  func build(_ io: Interior<Ports>, in m: Module) {
    access(io, in: m)
    share(io, in: m)
    look(io, in: m)
  }
  private func access(_ io: Interior<Ports>, in m: Module) {
    let ram = m.memory("ram", Bits.self, width: 32, depth: 512, lanes: 4)
    ram.write(io.data, at: io.address, when: io.write, lanes: io.bytes)
    io.word <== ram.read(at: io.address, when: io.read, during: .newData)
  }
  private func share(_ io: Interior<Ports>, in m: Module) {
    let ram = m.dualPortMemory(
      "tile", SInt.self, width: 8, depth: 1024, duringOwnWrite: .noChange, duringOtherWrite: .newData)
    io.left <== ram.a.access(at: io.rowAddress, writing: io.row, when: io.rowWrite)
    io.right <== ram.b.access(at: io.columnAddress, writing: io.column, when: io.columnWrite)

    let shared = m.dualPortMemory(
      "shared", Bits.self, width: 32, depth: 1024, duringOwnWrite: .oldData, clocks: (a: Self.bus, b: Self.core))
    io.busWord <== shared.a.access(at: io.busAddress, writing: io.busData, when: io.busWrite)
    io.coreWord <== shared.b.access(at: io.coreAddress, writing: io.coreData, when: io.coreWrite)
  }
  private func look(_ io: Interior<Ports>, in m: Module) {
    let squares = m.rom("squares", UInt.self, width: 8, contents: [0, 1, 4, 9, 16, 25, 36, 49])
    let weights = m.rom("weights", SInt.self, width: 8, contents: .file("weights.hex"), style: .block)
    io.square <== squares.read(at: io.place)
    io.weight <== weights.read(at: io.place)
  }
}

struct Beat: SignalBundle {
  let value: SInt
  let isLast: Bit
}

struct GuideStreams: Generator {
  var connects: Bool

  struct Ports {
    let push: StreamInput<Beat>
    let pop: StreamOutput<Beat>
    let isRoom: Input<Bit>
    let isTaken: Output<Bit>
  }
  var ports: Ports {
    let beat = Beat(value: .shape(8), isLast: .shape)
    return Ports(push: .init(beat), pop: .init(beat), isRoom: .init(), isTaken: .init())
  }
  func build(_ io: Interior<Ports>, in m: Module) {
    guard connects else {
      let isRoom = io.isRoom
      let taken = io.push.take(when: isRoom)  // drives ready; 1 when a transfer happens
      io.isTaken <== taken
      hold(io, taken, in: m)
      return
    }
    io.isTaken <== io.push.valid & io.pop.ready
    io.pop <== io.push  // connects valid, payload and ready
  }
  private func hold(_ io: Interior<Ports>, _ taken: Bit, in m: Module) {
    let beat = Beat(value: .shape(8), isLast: .shape)
    let held = m.register("held", io.push.payload, when: taken)
    let later = m.register("later", of: beat, reset: Beat(value: 0, isLast: 0))
    m.when(io.isRoom) { later.next <== mux(held.isLast, held, Beat(value: -1, isLast: 1)) }
      .otherwise { later.next.isLast <== 0 }
    let words = m.memory("words", of: beat, depth: 16)
    words.write(later, at: 0)
    io.pop.valid <== 0
    io.pop.payload <== words.read(at: 1)
  }
}

struct Pass: SignalBundle {
  let isFirst, isLast: Bit
  let code: UInt
}

struct DecisionBundles: Generator {
  struct Ports { let starts: Input<Bit>, code: Input<UInt>, laterCode: Output<UInt> }
  var ports: Ports { Ports(starts: .init(), code: .init(8), laterCode: .init(8)) }
  func build(_ io: Interior<Ports>, in m: Module) {
    let later = m.register("later", Pass(isFirst: io.starts, isLast: 0, code: io.code))
    io.laterCode <== later.code
  }
}

struct ProcessingElement: Generator {
  var sumWidth: Int

  struct Ports {
    let activation: Input<SInt>
    let partialOut: Output<SInt>
  }
  var ports: Ports { Ports(activation: .init(8), partialOut: .init(sumWidth)) }
  func build(_ io: Interior<Ports>, in m: Module) { io.partialOut <== io.activation.extended(to: sumWidth) }
}

struct GuideInstances: Generator {
  struct Ports { let activation: Input<SInt>, sum: Output<SInt> }
  var ports: Ports { Ports(activation: .init(8), sum: .init(24)) }
  func build(_ io: Interior<Ports>, in m: Module) {
    let element = m.instance(ProcessingElement(sumWidth: 24), "element")
    element.activation <== io.activation
    io.sum <== element.partialOut
  }
}

struct DividerModel: SoftwareModel {
  func outputs(for inputs: PortValues) -> PortValues {
    var result = PortValues()
    result["quotient"] = inputs["divisor"] == 0 ? 0 : inputs["dividend"] / inputs["divisor"]
    return result
  }
}

struct Divider: BlackBox {
  var width = 16
  struct Ports { let dividend, divisor: Input<UInt>, quotient: Output<UInt> }
  var ports: Ports { Ports(dividend: .init(width), divisor: .init(width), quotient: .init(width)) }
  var moduleName: String { "vendor_divider" }
  var verilogParameters: [ForeignModule.Parameter] { [.init("WIDTH", .integer(width))] }
  var clocking: BlackBoxClocking? { BlackBoxClocking(clock: "clk", reset: "rst_n", .activeLow) }
  var sources: [BlackBoxSource] { [.file("vendor/divider.v")] }
  func makeModel() -> (any SoftwareModel)? { DividerModel() }
}

struct GuideAssertions: Generator {
  struct Ports { let push: Input<Bit>, step: Input<UInt>, count: Output<UInt> }
  var ports: Ports { Ports(push: .init(), step: .init(4), count: .init(4)) }
  func build(_ io: Interior<Ports>, in m: Module) {
    let count = m.register("count", UInt.self, width: 4, reset: 0)
    m.when(io.push) { count.next <== io.step }
    io.count <== count
    let isFull = count .== 15
    m.when(io.push) { m.assert(!isFull, "no_overflow", "the producer ignores ready") }
    m.assume(io.step .!= 0, "moves")
    m.cover(isFull, "fills_up")
  }
}

struct GuideRipple: Generator {
  struct Ports { let left, right: Input<Bits>, carryIn: Input<Bit>, sum: Output<Bits>, carryOut: Output<Bit> }
  var ports: Ports {
    Ports(left: .init(8), right: .init(8), carryIn: .init(), sum: .init(8), carryOut: .init())
  }
  func build(_ io: Interior<Ports>, in m: Module) {
    var carry = io.carryIn
    let sum = (0..<8).map { bit -> Bit in
      let (a, b) = (io.left[bit], io.right[bit])
      defer { carry = (a & b) | (carry & (a ^ b)) }
      return a ^ b ^ carry
    }
    io.sum <== concatenate(sum.reversed())
    io.carryOut <== carry
  }
}

struct GuideVector: Generator {
  struct Ports { let sample: Input<SInt>, index: Input<UInt>, chosen: Output<SInt> }
  var ports: Ports { Ports(sample: .init(8), index: .init(2), chosen: .init(8)) }
  func build(_ io: Interior<Ports>, in m: Module) {
    let taps = m.register("taps", of: Vector<SInt>.shape(4, of: 8), reset: Vector([0, 0, 0, 0], of: 8))
    for tap in 0..<3 { taps.next[tap] <== taps[tap + 1] }
    taps.next[3] <== io.sample
    io.chosen <== taps[io.index]
  }
}

struct GuideHistory: Generator {
  struct Ports { let push: StreamInput<Bits>, isRoom: Input<Bit>, count: Output<UInt> }
  var ports: Ports { Ports(push: .init(8), isRoom: .init(), count: .init(4)) }
  func build(_ io: Interior<Ports>, in m: Module) {
    let isRoom = io.isRoom
    let takes = io.push.take(when: isRoom)
    let count = m.register("counted", UInt.self, width: 4, reset: 0)
    m.when(takes) { count.next <== count &+ io.push.payload[0].asUnsigned.extended(to: 4) }
    let before = m.register("count_before", count)
    m.assert((count .== before) | (count .== before &+ 1), "counts_by_one")
    io.count <== count
  }
}

struct Monitor: Generator {
  static let sample = ClockDomain("sample"), bus = ClockDomain("bus")
  struct Ports { let level: Input<Bit>, alarm: Output<Bit> }
  var ports: Ports { Ports(level: .init().in(Self.sample), alarm: .init().in(Self.bus)) }
  func build(_ io: Interior<Ports>, in m: Module) {
    let level = m.domain(Self.sample) { m.register("level", io.level) }
    io.alarm <== m.domain(Self.bus) { m.synchronizer("alarm", level) }
  }
}

struct Core: Generator {
  struct Ports { let step: Input<Bit>, count: Output<UInt> }
  var ports: Ports { Ports(step: .init(), count: .init(4)) }
  func build(_ io: Interior<Ports>, in m: Module) {
    let count = m.register("count", UInt.self, width: 4, reset: 0)
    m.when(io.step) { count.next <== count &+ 1 }
    io.count <== count
  }
}

struct GuideClocks: Generator {
  static let bus = ClockDomain("bus")
  struct Ports { let step: Input<Bit>, count: Output<UInt> }
  var ports: Ports { Ports(step: .init().in(Self.bus), count: .init(4).in(Self.bus)) }
  func build(_ io: Interior<Ports>, in m: Module) {
    let reset = m.instance(ResetSynchronizer(), "reset_bus", clocks: [.main: Self.bus])
    let core = m.instance(Core(), "core", clocks: [.main: Self.bus], resets: [.main: reset.active])
    core.step <== io.step
    io.count <== core.count
  }
}

func adderOfTheOverview() throws -> Circuit {
  struct Adder: Generator {
    var width = 8
    struct Ports { let a, b: Input<UInt>, sum: Output<UInt> }
    var ports: Ports { Ports(a: .init(width), b: .init(width), sum: .init(width + 1)) }
    func build(_ io: Interior<Ports>, in m: Module) { io.sum <== m.register("sum", io.a + io.b) }
  }
  let circuit = try Adder(width: 12).elaborate()
  return circuit
}

struct DotCell: Generator {
  struct Ports {
    let activation, weight: Input<SInt>
    let sum: Input<SInt>
    let activationOut, sumOut: Output<SInt>
  }
  var ports: Ports {
    Ports(
      activation: .init(8), weight: .init(8), sum: .init(24), activationOut: .init(8), sumOut: .init(24))
  }
  func build(_ io: Interior<Ports>, in m: Module) {
    io.activationOut <== m.register("activation", io.activation)
    io.sumOut <== m.register("sum", io.sum &+ (io.activation * io.weight).extended(to: 24))
  }
}

struct GuideGrid: Generator {
  var rows = 3, columns = 4

  struct Ports {
    let activations, weights: [Input<SInt>]
    let load: Input<Bit>
    let sums: [Output<SInt>]
    let late: Output<Bit>
  }
  var ports: Ports {
    Ports(
      activations: (0..<rows).map { _ in .init(8) }, weights: (0..<columns).map { _ in .init(8) }, load: .init(),
      sums: (0..<columns).map { _ in .init(24) }, late: .init())
  }
  func build(_ io: Interior<Ports>, in m: Module) {
    let weights = io.weights
    let skewed = io.activations.enumerated().map { row, value in m.delayed("activation_\(row)", value, by: row) }
    let history = m.delays("load", io.load, upTo: 3)
    io.late <== anyOf(history)
    let mac = m.grid(DotCell(), "mac", rows: rows, columns: columns)
    mac.activation <== .chain(mac.activationOut, from: .firstColumn, entering: skewed)
    mac.sum <== .chain(mac.sumOut, from: .firstRow, entering: 0)
    mac.weight <== .columns(weights)
    for (result, sum) in zip(io.sums, mac.sumOut.lastRow) { result <== sum }
  }
}
