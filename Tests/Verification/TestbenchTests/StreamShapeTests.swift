import Netlist
import Testbench
import Testing

@Suite struct StreamShapeTests {
  func module(_ ports: String) -> ModuleInterface {
    let shapes = ports.split(separator: " ").map { port in
      let name = port.dropFirst().prefix { $0 != ":" }
      let width = port.split(separator: ":").dropFirst().first.map { Int($0)! } ?? 1
      return PortShape(name: String(name), direction: port.first == "<" ? .input : .output, width: width)
    }
    return ModuleInterface(name: "m", ports: shapes, clocks: [])
  }

  @Test func `Streams are found by the names of their ports`() throws {
    let streams = try StreamShape.all(
      in: module("<a_valid >a_ready <a_x:8 <a_b_valid >a_b_ready <a_b_y:4 <mode:2 >out_valid <out_ready >done_valid"))
    #expect(streams.map(\.name) == ["a", "a_b", "out"])
    #expect(streams.map(\.direction) == [.input, .input, .output])
    #expect(streams.map { $0.payload.fields.map(\.name) } == [["x"], ["y"], []])
    #expect(streams[1].payload.fields[0].port == "a_b_y")
  }

  @Test func `Channels of AXI are streams of their own`() throws {
    let streams = try StreamShape.all(
      in: module(
        "<s_awvalid >s_awready <s_awaddr:8 <s_wvalid >s_wready <s_wdata:32 >s_bvalid <s_bready >s_bresp:2 "
          + "<tvalid >tready <tdata:8 <newvalid >newready"))
    #expect(streams.map(\.name) == ["s_aw", "s_w", "s_b", "t"])
    #expect(streams.map(\.direction) == [.input, .input, .output, .input])
    #expect(streams.map { $0.payload.fields.map(\.name) } == [["addr"], ["data"], ["resp"], ["data"]])
    #expect(streams.map(\.readyPort) == ["s_awready", "s_wready", "s_bready", "tready"])
  }

  @Test(arguments: [
    (
      "<a_valid >a_ready", "b",
      "module 'm' has no stream 'b'; it has 'a'. A stream is a pair of ports <name>_valid and <name>_ready"
    ),
    (
      "<x", "b",
      "module 'm' has no stream 'b'; it has no streams at all. "
        + "A stream is a pair of ports <name>_valid and <name>_ready"
    ),
    (
      "<a_valid", "a", "stream 'a' of module 'm' has no port 'a_ready'; add it, or rename the ports of the stream"
    ),
    (
      ">a_ready", "a", "stream 'a' of module 'm' has no port 'a_valid'; add it, or rename the ports of the stream"
    ),
    ("<a_valid:2 >a_ready", "a", "port 'a_valid' is 2 bits wide and must be 1"),
    (
      "<a_valid <a_ready", "a",
      "'a_ready' is an input and must be an output: 'a_valid' is an input too, and ready answers valid"
    ),
    (
      "<a_valid >a_ready >a_data:8", "a",
      "'a_data' is an output and must be an input: it is payload of stream 'a' and goes the way of 'a_valid'; "
        + "rename it if it is no part of the stream"
    ),
  ])
  func `A malformed stream is explained`(ports: String, name: String, message: String) {
    let error = #expect(throws: BenchError.self) { try StreamShape(module(ports), name) }
    #expect(error?.description == message)
  }

  @Test func `A port binds to the pins of an engine`() throws {
    let fifo = SoftwareFIFO()
    let port = try StreamPort(fifo, "push")
    port.valid.unsigned = 1
    port.payload[1].signed = -5
    #expect(fifo.pin("push_valid")?.unsigned == 1)
    #expect(fifo.pin("push_tag")?.signed == -5)
    #expect(throws: BenchError.self) { try StreamPort(fifo, "pull") }
  }

  @Test func `Stimuli name the stream they cannot find`() throws {
    var bench = try fifoBench(0)
    let unknown = #expect(throws: BenchError.self) { try bench.send([1, 2], on: "pull") }
    #expect(
      unknown?.description == "module 'fifo' has no stream 'pull'; it has 'push', 'pop'. "
        + "A stream is a pair of ports <name>_valid and <name>_ready")
    let wrongWay = #expect(throws: BenchError.self) { try bench.send([1, 2], on: "pop") }
    #expect(
      wrongWay?.description
        == "'pop' is an output and must be an input: send() is for input streams and expect() for output streams")
    #expect(throws: BenchError.self) { try StreamBench(SoftwareAdder(latency: 1).interface, seed: 1) }
    #expect(throws: BenchError.self) { try bench.setStalls(.never, on: "pull") }
    #expect(throws: BenchError.self) { try bench.generate(blocks: -1) { _, _, _ in } }
  }

  @Test func `An engine of another module is refused`() throws {
    let bench = try fifoBench(1, dataWidth: 9)
    let error = #expect(throws: BenchError.self) { try bench.run(on: SoftwareFIFO()) }
    #expect(
      error?.description
        == "the engine does not fit the bench: port 'push_data' is an input of 8 bits in module 'fifo', "
        + "the bench has an input of 9 bits. Make both from the same module")
    let missing = #expect(throws: BenchError.self) { try bench.run(on: SoftwareJoin()) }
    #expect(
      missing?.description
        == "the engine does not fit the bench: port 'push_valid' is missing in module 'join'. "
        + "Make both from the same module")
  }

  @Test func `A limit out of range is refused`() throws {
    var bench = try fifoBench(1)
    bench.options.watchdogCycles = 0
    let error = #expect(throws: BenchError.self) { try bench.run(on: SoftwareFIFO()) }
    #expect(error?.description == "watchdogCycles is 0 and must be 1 to 2147483647")
  }
}

extension StreamShapeTests {
  @Test func `Where the generator says what belongs together names tell nothing`() throws {
    var stream = InterfacePart(.stream, path: "rows", name: "rows")
    (stream.direction, stream.ports, stream.valid, stream.ready) = (.output, ["rows_data"], "rows_valid", "rows_ready")
    func port(_ name: String, _ direction: PortDirection) -> InterfacePart {
      var part = InterfacePart(.port, path: name, name: name)
      (part.direction, part.ports) = (direction, [name])
      return part
    }
    let module = ModuleInterface(
      name: "M",
      ports: [
        PortShape(name: "rows_valid", direction: .output, width: 1),
        PortShape(name: "rows_ready", direction: .input, width: 1),
        PortShape(name: "rows_data", direction: .output, width: 8),
        PortShape(name: "rows_left", direction: .input, width: 4),
        PortShape(name: "other_valid", direction: .input, width: 1),
        PortShape(name: "other_ready", direction: .output, width: 1),
      ], clocks: [],
      parts: [stream, port("rows_left", .input), port("other_valid", .input), port("other_ready", .output)])
    let streams = try StreamShape.all(in: module)
    #expect(streams.map(\.name) == ["rows"])
    #expect(streams[0].payload.fields.map(\.port) == ["rows_data"] && streams[0].bus == nil)
    #expect(throws: BenchError.unknownStream("other", module: "M", streams: ["rows"])) {
      try StreamShape(module, "other")
    }
  }
}
