/// What is wrong with the way a bench was put together. A design that misbehaves is a ``BenchFailure`` instead.
public enum BenchError: Error, Hashable, Sendable {
  /// The module has no stream of that name.
  case unknownStream(String, module: String, streams: [String])
  /// The module has no data port of that name.
  case unknownPort(String, module: String, ports: [String])
  /// A `<stream>_valid` without `<stream>_ready`, or the other way round.
  case missingHandshake(stream: String, port: String, module: String)
  /// A port points the other way than its role needs.
  case wrongDirection(port: String, is: String, needed: String, reason: String)
  /// A handshake port wider than one bit.
  case wrongWidth(port: String, width: Int, needed: Int)
  /// A number of values that does not make whole rows.
  case raggedRows(target: String, values: Int, fields: [String])
  /// A value that its field cannot hold.
  case outOfRange(target: String, field: String, value: String, width: Int, isSigned: Bool, row: Int)
  /// A stall profile with impossible numbers.
  case stallProfile(String)
  /// The engine runs another module than the bench was made for.
  case engineMismatch(port: String, reason: String)
  /// A coverage model that does not go with the bench.
  case coverage(String)
  /// More stimuli than a bench holds.
  case tooMuch(target: String, words: Int)
  /// The wave that was asked for could not be written, though the run itself passed.
  case wave(String)
  /// Captured values that are asked for as numbers of a type that cannot hold them.
  case fieldType(String, of: String, width: Int, isSigned: Bool, type: String)
  /// What made the stimuli of a job could not.
  case job(Int, reason: String)
  /// A latency, count or limit that makes no sense.
  case parameter(name: String, value: Int, needed: String)
}

extension BenchError: CustomStringConvertible {
  /// A sentence for a person: the thing, the values, the remedy.
  public var description: String {
    switch self {
    case .unknownStream(let name, let module, let streams):
      "module '\(module)' has no stream '\(name)'; it has \(listed(streams, none: "no streams at all")). "
        + "A stream is a pair of ports <name>_valid and <name>_ready"
    case .unknownPort(let name, let module, let ports):
      "module '\(module)' has no such port '\(name)'; it has \(listed(ports, none: "none that fits"))"
    case .missingHandshake(let stream, let port, let module):
      "stream '\(stream)' of module '\(module)' has no port '\(port)'; add it, or rename the ports of the stream"
    case .wrongDirection(let port, let direction, let needed, let reason):
      "'\(port)' is an \(direction) and must be an \(needed): \(reason)"
    case .wrongWidth(let port, let width, let needed):
      "port '\(port)' is \(width) bits wide and must be \(needed)"
    case .raggedRows(let target, let values, let fields):
      "\(values) values do not make whole rows for '\(target)', which takes \(fields.count) each: \(listed(fields))"
    case .outOfRange(let target, let field, let value, let width, let isSigned, let row):
      "\(value) does not fit field '\(field)' of '\(target)' (row \(row)): "
        + "\(width) bits \(isSigned ? "signed" : "unsigned") hold \(rangeText(width: width, isSigned: isSigned))"
    case .stallProfile(let reason):
      "stall profile: \(reason)"
    case .engineMismatch(let port, let reason):
      "the engine does not fit the bench: port '\(port)' \(reason). Make both from the same module"
    case .coverage(let reason): reason
    case .tooMuch(let target, let words):
      "'\(target)' would be \(words) words of 64 bits, and a bench holds \(Rows.mostWords) of a stream (2 GiB); send less,"
        + " or make it block by block with generate(blocks:_:)"
    case .wave(let reason): "\(reason). The run itself passed; make room for the wave or write it elsewhere"
    case .fieldType(let field, let stream, let width, let isSigned, let type):
      "field '\(field)' of '\(stream)' has \(width) bits \(isSigned ? "signed" : "unsigned"), which \(type) does not hold; "
        + "ask for a wider type, or read the words"
    case .job(let job, let reason): "the stimuli of job \(job) could not be made: \(reason)"
    case .parameter(let name, let value, let needed):
      "\(name) is \(value) and must be \(needed)"
    }
  }
}

/// Names in quotes with commas between them.
func listed(_ names: [String], none: String = "none") -> String {
  names.isEmpty ? none : names.map { "'\($0)'" }.joined(separator: ", ")
}

private func rangeText(width: Int, isSigned: Bool) -> String {
  switch (width, isSigned) {
  case (..<64, false): "0 to \(UInt64(1) << UInt64(width) - 1)"
  case (...64, true): "\(Int64.min >> Int64(64 - width)) to \(Int64.max >> Int64(64 - width))"
  case (_, false): "0 to 2^\(width) - 1"
  case (_, true): "-2^\(width - 1) to 2^\(width - 1) - 1"
  }
}
