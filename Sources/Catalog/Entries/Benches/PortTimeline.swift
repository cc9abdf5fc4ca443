import Catalog
import Testbench

/// A bench of every port of a module in every clock, written down stream by stream.
///
/// What nothing is said of is 0 or not compared; the payload of a stream is noise while nothing is offered.
struct PortTimeline {
  /// The bench so far.
  private(set) var bench: PinBench
  private let streams: [String: StreamShape]
  /// Where a port stands among the inputs or the outputs.
  private let places: [String: Int]
  private var driven: [UInt64]
  private var expected: [UInt64]
  private var care: [UInt64]
  private var noise: Xoshiro256

  /// A bench for the module of `request`, whose ports have at most 64 bits.
  init<G, Workload>(_ request: BenchRequest<G, Workload>) throws(BenchError) {
    bench = try PinBench(request.interface, latency: 0, name: request.name, index: request.index, seed: request.seed)
    streams = Dictionary(uniqueKeysWithValues: try StreamShape.all(in: request.interface).map { ($0.name, $0) })
    let (inputs, outputs) = (bench.inputs.fields.map(\.port), bench.outputs.fields.map(\.port))
    places = Dictionary(uniqueKeysWithValues: [inputs, outputs].flatMap { $0.enumerated().map { ($1, $0) } })
    driven = inputs.map { _ in 0 }
    expected = outputs.map { _ in 0 }
    care = expected
    noise = bench.random("noise")
  }

  /// Drives an input in this clock.
  mutating func drive(_ value: UInt64, on port: String) { driven[places[port]!] = value }

  /// Expects an output in this clock.
  mutating func expect(_ value: UInt64, at port: String) {
    let place = places[port]!
    (expected[place], care[place]) = (value, .max)
  }

  /// Offers a transaction on a stream that enters the module, or nothing, and expects its ready.
  mutating func offer(_ values: [UInt64]?, on stream: String, expectsReady isReady: Bool) {
    let shape = streams[stream]!
    drive(values == nil ? 0 : 1, on: shape.validPort)
    for (index, field) in shape.payload.fields.enumerated() {
      drive(values?[index] ?? noise.next() >> UInt64(64 - field.width), on: field.port)
    }
    expect(isReady ? 1 : 0, at: shape.readyPort)
  }

  /// Expects a transaction on a stream that leaves the module, or none, and drives its ready.
  mutating func expect(_ values: [UInt64]?, on stream: String, drivesReady isReady: Bool) {
    let shape = streams[stream]!
    expect(values == nil ? 0 : 1, at: shape.validPort)
    if let values {
      for (value, field) in zip(values, shape.payload.fields) { expect(value, at: field.port) }
    }
    drive(isReady ? 1 : 0, on: shape.readyPort)
  }

  /// Ends the clock.
  mutating func endClock() throws(BenchError) {
    try bench.append(driven, expecting: expected, care: care)
    for place in driven.indices { driven[place] = 0 }
    for place in care.indices { (expected[place], care[place]) = (0, 0) }
  }
}
