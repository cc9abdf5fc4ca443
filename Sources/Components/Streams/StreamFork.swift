import HDL

/// Gives each item of a stream to several streams, each of which takes it when it likes.
///
/// Latency 0, an item a clock when all outputs take it at once. An output that has taken the item waits for the others;
/// the input is taken when the last output is.
public struct StreamFork: ItemCarrier {
  /// What an item is.
  public var item: PayloadShape
  /// Number of outputs.
  public var count: Int

  /// A fork into `count` streams.
  public init(width: Int = 8, count: Int = 2) { self.init(carrying: .bits(width), count: count) }

  /// A fork of items of this shape into `count` streams.
  public init(carrying item: PayloadShape, count: Int = 2) {
    self.item = item
    self.count = count
  }

  /// The parameters besides ``item``.
  public var settings: KeyValuePairs<String, Any> { ["count": count] }

  /// The default configuration.
  public init() { self.init(width: 8) }

  /// Streams in and out.
  public struct Ports {
    public let input: StreamInput<Payload>
    public let output: [StreamOutput<Payload>]
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      input: .init(item, "Items that enter"),
      output: (0..<max(0, count)).map { _ in .init(item, "Each gets every item") })
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    Gives each item to \(count) streams. Each output takes it at a time of its own; the input is taken with the last one.
    No clock edge from input to outputs.
    """
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("width", width, in: 1...65536)
    parameters.require("count", count, in: 1...1024)
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let outputs = io.output
    let payload = io.input.payload
    let done = (0..<count).map { m.register("is_done_\($0)", Bit.self, reset: 0) }
    let isComplete = allOf(zip(done, outputs).map { $0.value | $1.ready }).named("is_complete")
    for (done, output) in zip(done, outputs) {
      output.valid <== (io.input.valid & !done.value)
      output.payload <== payload
      m.when(io.input.valid) { done <== (!isComplete & (done.value | output.ready)) }
    }
    m.assertKept(io.input, taken: io.input.valid & isComplete, "input")
    m.assert(
      io.input.valid | !anyOf(done.map(\.value)), "item_stays_until_all_took_it",
      "an item was withdrawn that some outputs have taken")
    m.assert(!allOf(done.map(\.value)), "waits_for_an_output", "all outputs have taken an item that is still there")
    io.input.ready <== isComplete
  }
}
