import Netlist

/// Everything that a bench drives and expects, as data: for benches in other languages.
public enum BenchRecording: Sendable {
  /// That of a bench for streams.
  case streams(StreamRecording)
  /// That of a bench for pins.
  case pins(PinRecording)

  /// The module under test.
  public var interface: ModuleInterface {
    switch self {
    case .streams(let recording): recording.interface
    case .pins(let recording): recording.interface
    }
  }

  /// Whether no output is expected, so that nothing is compared and a run says nothing about the hardware.
  public var comparesNothing: Bool {
    switch self {
    case .streams(let recording):
      recording.streams.allSatisfy { $0.shape.direction == .input || $0.rows.count == 0 }
    case .pins(let recording): recording.care.words.allSatisfy { $0 == 0 }
    }
  }
}

/// The transactions of a ``StreamBench``.
public struct StreamRecording: Sendable {
  /// The module under test.
  public var interface: ModuleInterface
  /// The streams, each with its transactions in order.
  public var streams: [(shape: StreamShape, rows: Rows)]
  /// Values of the inputs that belong to no stream, as they are at first.
  public var held: [HeldInput]
  /// Limits of the bench.
  public var options: BenchOptions
}

/// The vectors of a ``PinBench``.
public struct PinRecording: Sendable {
  /// The module under test.
  public var interface: ModuleInterface
  /// Cycles from an input to the output that it causes.
  public var latency: Int
  /// What is driven, a row a cycle.
  public var inputs: Rows
  /// What is expected, ``latency`` cycles later.
  public var outputs: Rows
  /// The bits of the outputs that are compared.
  public var care: Rows
  /// Values of the inputs that are not driven.
  public var held: [HeldInput]
  /// Limits of the bench.
  public var options: BenchOptions
}

/// An input port that keeps its value.
public struct HeldInput: Hashable, Sendable {
  /// The port.
  public var port: PortShape
  /// Its value, 64-bit words, least significant first.
  public var words: [UInt64]
}

extension StreamBench {
  /// All transactions, those that are made during a run included.
  public func recording() throws(BenchError) -> BenchRecording {
    var all = stimuli
    for block in 0..<blockCount { try generate(block: block, into: &all) }
    // A design that passes puts out what is expected.
    var outputs: [[CapturedRows]] = []
    var counts = all.rows.map { _ in 0 }
    for _ in 0..<jobCount {
      outputs.append(
        zip(zip(streams, all.rows), counts).filter { captured.contains($0.0.0.name) }.map { pair, count in
          CapturedRows(stream: pair.0.name, shape: pair.1.shape, words: Array(pair.1.words[count...]))
        })
      counts = all.rows.map(\.words.count)
      try generate(jobAfter: outputs, into: &all)
    }
    let driven = Set(streams.flatMap { [$0.validPort, $0.readyPort] + $0.payload.fields.map(\.port) })
    return .streams(
      StreamRecording(
        interface: interface, streams: Array(zip(streams, all.rows)),
        held: constants.held(in: interface, except: driven),
        options: options))
  }
}

extension PinBench {
  /// All vectors, those that are made during a run included.
  public func recording() throws(BenchError) -> BenchRecording {
    var all = vectors
    for block in 0..<blockCount { try generate(block: block, into: &all) }
    var (expected, care) = (Rows(outputs, for: "outputs"), Rows(outputs, for: "care"))
    let count = outputs.wordCount
    for start in stride(from: 0, to: all.checks.count, by: 2 * count + 1) {
      try expected.append(words: Array(all.checks[start..<start + count]))
      try care.append(words: Array(all.checks[start + count..<start + 2 * count]))
    }
    return .pins(
      PinRecording(
        interface: interface, latency: latency, inputs: all.inputs, outputs: expected, care: care,
        held: constants.held(in: interface, except: Set(inputs.fields.map(\.port))), options: options))
  }
}
