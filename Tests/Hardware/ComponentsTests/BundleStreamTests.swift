import Components
import Engine
import HDL
import Netlist
import Simulator
import Testbench
import Testing
import Verilog

private struct Flit: SignalBundle {
  let isLast: Bit
  let route: [UInt]
  let value: SInt

  static var shape: Flit { Flit(isLast: .shape, route: [.shape(2), .shape(2)], value: .shape(5)) }

  /// The same flit with another value.
  func carrying(_ value: SInt) -> Flit { Flit(isLast: isLast, route: route, value: value) }
}

private struct FlitPair: SignalBundle {
  let first: Flit
  let second: SInt
}

/// A stream of bundles through every combinator that keeps the order, and a pair at the end.
private struct Chain: DefaultConfigurable {
  struct Ports { let push: StreamInput<Flit>, pop: StreamOutput<FlitPair> }
  var ports: Ports {
    Ports(push: .init(.shape), pop: .init(FlitPair(first: .shape, second: .shape(6))))
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    let branches = io.push
      .piped("stage", in: m)
      .filtered("kept", in: m) { $0.route[0] .!= 3 }
      .skidBuffered("skid", in: m)
      .mapped { $0.carrying($0.value &+ 1) }
      .forked("branch", count: 2, in: m)
    let early = branches[0].queued("early", depth: 4, in: m).linked("link", credits: 4, distance: 1, in: m)
    let late = branches[1].queued("late", depth: 2, storage: .registers, in: m).mapped { $0.value + $0.value }
    io.pop <== early.joined("pair", with: late, in: m) { FlitPair(first: $0, second: $1) }
  }
}

/// Two streams of bundles into one, packed beat by beat and taken apart again.
private struct Merge: DefaultConfigurable {
  struct Ports {
    let push: [StreamInput<Flit>]
    let pop: StreamOutput<SourcedItem<Flit>>
  }
  var ports: Ports {
    Ports(push: [.init(.shape), .init(.shape)], pop: .init(SourcedItem(.shape, sources: 2)))
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    let merged = io.push.arbitrated("merge", in: m)
    let shape = merged.payload
    let beats = merged.upsized("wide", factor: 3, in: m) { $0.data.isLast }
    io.pop <== beats.downsized("narrow", factor: 3, in: m).mapped { $0.data.unpacked(as: shape) }
  }
}

/// Flits of one clock for another one.
private struct Crossing: DefaultConfigurable {
  struct Ports { let push: StreamInput<Flit>, pop: StreamOutput<Flit> }
  var ports: Ports {
    Ports(push: .init(.shape).in(.source), pop: .init(.shape).in(.destination))
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    io.pop <== io.push.crossing("queue", from: .source, to: .destination, depth: 4, in: m)
  }
}

@Suite struct BundleStreamTests {
  @Test(arguments: [StallProfile.never, .random(0.5), .mixed])
  func `Combinators carry bundles`(stalls: StallProfile) throws {
    let circuit = try Chain().elaborate()
    var bench = try StreamBench(circuit.top.interface, seed: 3, stalls: stalls)
    var random = bench.random("flits")
    for number in 0..<400 {
      var flit = [
        Int(random.unsigned(bits: 1)), Int(random.unsigned(bits: 2)), Int(random.unsigned(bits: 2)),
        random.signed(bits: 5),
      ]
      if number == 399 { flit[1] = 0 }
      try bench.send(flit, on: "push")
      guard flit[1] != 3 else { continue }
      let next = flit[3] == 15 ? -16 : flit[3] + 1
      try bench.expect(flit[..<3] + [next, 2 * next], on: "pop")
    }
    let result = try bench.run(on: NativeModel(circuit))
    #expect(result.verdict == .passed, "\(result.text())")
    #expect(result.valuesCompared > 1000)
  }

  @Test(arguments: [0, 1]) func `An arbiter and width adapters carry bundles`(source: Int) throws {
    let circuit = try Merge().elaborate()
    var bench = try StreamBench(circuit.top.interface, seed: 4, stalls: .random(0.3))
    var random = bench.random("flits")
    for number in 0..<200 {
      let flit = [
        number == 199 ? 1 : Int(random.unsigned(bits: 1)), Int(random.unsigned(bits: 2)),
        Int(random.unsigned(bits: 2)), random.signed(bits: 5),
      ]
      try bench.send(flit, on: "push_\(source)")
      try bench.expect(flit + [source], on: "pop")
    }
    let result = try bench.run(on: NativeModel(circuit))
    #expect(result.verdict == .passed, "\(result.text())")
  }

  @Test(arguments: [ClockPattern.together, .unrelated]) func `A crossing carries bundles`(clocks: ClockPattern) throws {
    let circuit = try Crossing().elaborate()
    var bench = try StreamBench(circuit.top.interface, seed: 5, stalls: .random(0.3))
    bench.clocks = clocks
    var random = bench.random("flits")
    for _ in 0..<200 {
      let flit = [
        Int(random.unsigned(bits: 1)), Int(random.unsigned(bits: 2)), Int(random.unsigned(bits: 2)),
        random.signed(bits: 5),
      ]
      try bench.send(flit, on: "push")
      try bench.expect(flit, on: "pop")
    }
    let result = try bench.run(on: NativeModel(circuit))
    #expect(result.verdict == .passed, "\(result.text())")
  }

  @Test func `Ports of components have the names of the fields, their storage too where it is registers`() throws {
    let files = try Chain().elaborate().simplified().verilog()
    func words(_ text: String) -> String { text.split(separator: " ").joined(separator: " ") }
    let stage = words(try #require(files.first { $0.text.contains("module PipeStage") }).text)
    for line in [
      "input wire push_is_last", "input wire [1:0] push_route_0", "input wire signed [4:0] push_value",
      "output wire signed [4:0] pop_value", "reg item_is_last;", "reg [1:0] item_route_1;",
      "reg signed [4:0] item_value;",
    ] {
      #expect(stage.contains(line), "\(line)\n\(stage)")
    }
    let queue = words(try #require(files.first { $0.text.contains("reg [9:0] items [0:3];") }).text)
    #expect(queue.contains("output wire [1:0] pop_route_1"), "\(queue)")
    let crossing = words(try #require(try Crossing().elaborate().simplified().verilog().first).text)
    #expect(crossing.contains("output wire signed [4:0] pop_value"), "\(crossing)")
  }

  @Test func `A component for items is named after them, and one for vectors after their width`() throws {
    let names = try Chain().elaborate().definitions.map(\.name)
    #expect(names.contains("PipeStage_item_isLast_1_route_2_x_2_value_signed_5"), "\(names)")
    #expect(PipeStage(width: 9) == PipeStage(carrying: .bits(9)))
    #expect(PipeStage(width: 9) != PipeStage(carrying: PayloadShape(of: PacketItem(width: 8))))
    #expect(PipeStage(carrying: PayloadShape(of: PacketItem(width: 8))).width == 9)
    #expect(GeneratorIdentity(StreamFIFO(width: 9, depth: 4)).name == "StreamFIFO_width9_depth4")
    #expect(
      GeneratorIdentity(StreamFIFO(carrying: PayloadShape(of: PacketItem(width: 8)), depth: 4)).name
        == "StreamFIFO_item_data_8_last_1_depth4")
  }

  /// A parameter that its mirror left out would be missing in the name of the module.
  @Test func `Every parameter of a component for items shows in its identity`() {
    func differ<G: Generator>(_ one: G, _ others: G...) {
      for other in others { #expect(GeneratorIdentity(one).summary != GeneratorIdentity(other).summary, "\(other)") }
    }
    differ(
      StreamFIFO(width: 8), StreamFIFO(width: 9), StreamFIFO { $0.depth = 4 }, StreamFIFO { $0.storage = .registers },
      StreamFIFO { $0.isFallThrough = true }, StreamFIFO { $0.showsOccupancy = true })
    differ(StreamFork(), StreamFork(width: 9), StreamFork { $0.count = 3 })
    differ(
      StreamArbiter(), StreamArbiter(width: 9), StreamArbiter { $0.count = 4 }, StreamArbiter { $0.policy = .priority })
    differ(CreditSender(), CreditSender(width: 9), CreditSender { $0.credits = 5 })
    differ(CreditReceiver(), CreditReceiver(width: 9), CreditReceiver { $0.credits = 5 })
    differ(CreditLink(), CreditLink(width: 9), CreditLink { $0.credits = 5 }, CreditLink { $0.distance = 3 })
    differ(
      AsynchronousFIFO(), AsynchronousFIFO(width: 9), AsynchronousFIFO { $0.depth = 4 },
      AsynchronousFIFO { $0.stages = 3 },
      AsynchronousFIFO { $0.showsOccupancy = false }, AsynchronousFIFO { $0.canBeIsolated = true })
    differ(
      IndependentResetFIFO(), IndependentResetFIFO(width: 9), IndependentResetFIFO { $0.depth = 4 },
      IndependentResetFIFO { $0.stages = 3 })
    differ(BusSynchronizer(), BusSynchronizer(width: 9), BusSynchronizer { $0.stages = 3 })
    differ(StreamJoin(widths: [8, 8]), StreamJoin(widths: [8, 9]), StreamJoin(widths: [8]))
  }

  /// The fields of ``PacketItem`` in another order.
  private struct Turned: SignalBundle {
    let last: Bit
    let data: Bits
  }

  @Test func `Streams of components connect by the names of the fields`() throws {
    struct Turn: Generator {
      struct Ports { let push: StreamInput<PacketItem>, pop: StreamOutput<Turned> }
      var ports: Ports {
        Ports(push: .init(PacketItem(width: 1)), pop: .init(Turned(last: .shape, data: .shape(1))))
      }
      func build(_ io: Interior<Ports>, in m: Module) {
        let first = m.instance(PipeStage(carrying: PayloadShape(of: PacketItem(width: 1))), "first")
        let second = m.instance(
          PipeStage(carrying: PayloadShape(of: Turned(last: .shape, data: .shape(1)))), "second")
        first.push <== io.push
        second.push <== first.pop
        io.pop <== second.pop
      }
    }
    let circuit = try Turn().elaborate()
    var bench = try StreamBench(circuit.top.interface, seed: 6)
    for (data, last) in [(0, 1), (1, 0), (1, 1), (0, 0), (0, 1)] {
      try bench.send([data, last], on: "push")
      try bench.expect([last, data], on: "pop")
    }
    let result = try bench.run(on: NativeModel(circuit))
    #expect(result.verdict == .passed, "\(result.text())")
  }

  @Test func `Streams of other fields do not connect`() {
    struct Wrong: Generator {
      struct Ports { let push: StreamInput<PacketItem>, pop: StreamOutput<PacketBeat> }
      var ports: Ports { Ports(push: .init(PacketItem(width: 8)), pop: .init(PacketBeat(width: 8, lanes: 1))) }
      func build(_ io: Interior<Ports>, in m: Module) {
        let stage = m.instance(PipeStage(carrying: PayloadShape(of: PacketItem(width: 8))), "stage")
        stage.push <== io.push
        io.pop <== stage.pop
      }
    }
    let error = #expect(throws: DiagnosticList.self) { try Wrong().elaborate() }
    #expect(
      "\(error!)".contains("an item and what it is read as do not both have a field 'keep' [SYS0038]"), "\(error!)")
  }
}
