import Netlist

extension CoverageModel {
  /// The points that follow from an interface alone.
  ///
  /// - Each field of an input stream, and each input port outside of streams: its corner values (`input.data corners`) and each
  ///   bit at 0 and 1 (`input.data bits`). Of outputs, whose values the design decides: each bit at 0 and 1.
  /// - Each stream: transactions accepted at once and after stalls, with idle clocks before and back to back
  ///   (`input flow`).
  /// - Each pair of an input and an output stream: clocks in which the producer offers or holds back while the consumer
  ///   takes or holds back (`input × output`).
  ///
  /// Throws when a stream of the module is malformed.
  public init(_ interface: ModuleInterface) throws(BenchError) {
    self = try .empty(interface)
    do throws(CoverageError) {
      try addDefaults()
    } catch {
      throw .coverage(error.description)
    }
  }

  private mutating func addDefaults() throws(CoverageError) {
    for stream in streams {
      for field in stream.payload.fields {
        try addField(try self.field(stream.name, field.name), isInput: stream.direction == .input)
      }
      try point(
        "\(stream.name) flow", over: try arrival(stream.name),
        [
          .mask("at once", 0, mask: 1), .mask("stalled", 1, mask: 1), .mask("idle before", 2, mask: 2),
          .mask("back to back", 4, mask: 4),
        ])
    }
    let ofStreams = Set(streams.flatMap { [$0.validPort, $0.readyPort] + $0.payload.fields.map(\.port) })
    for port in interface.ports where !ofStreams.contains(port.name) {
      try addField(try pin(port.name), isInput: port.direction == .input)
    }
    let (inputs, outputs) = (
      streams.filter { $0.direction == .input }, streams.filter { $0.direction == .output }
    )
    if inputs.isEmpty || outputs.isEmpty { return }
    for input in inputs {
      try point(
        "\(input.name) producer", over: try handshake(input.name),
        [.mask("offers", 1, mask: 1), .mask("holds back", 0, mask: 1)])
    }
    for output in outputs {
      try point(
        "\(output.name) consumer", over: try handshake(output.name),
        [.mask("takes", 2, mask: 2), .mask("holds back", 0, mask: 2)])
    }
    for input in inputs {
      for output in outputs {
        try cross("\(input.name) × \(output.name)", ["\(input.name) producer", "\(output.name) consumer"])
      }
    }
  }

  private mutating func addField(_ variable: CoverVariable, isInput: Bool) throws(CoverageError) {
    if isInput, try layout(variable).width > 1 { try corners("\(variable.name) corners", of: variable) }
    try bits("\(variable.name) bits", of: variable)
  }
}
