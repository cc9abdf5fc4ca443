import Netlist

/// What a bench sends and what it expects, stream by stream. Every expectation comes with the inputs that cause it.
public struct Stimuli: Sendable {
  let module: String
  @usableFromInline let streams: [StreamShape]
  /// One for each stream, in the same order.
  @usableFromInline var rows: [Rows]

  init(module: String, streams: [StreamShape]) {
    self.module = module
    self.streams = streams
    rows = streams.map { Rows($0.payload, for: $0.name) }
  }

  /// Sends one or more transactions: values in the order of the payload ports, transaction after transaction.
  ///
  /// Throws when there is no such input stream, the values do not make whole transactions or one does not fit its port.
  @inlinable
  public mutating func send<Values: Collection>(_ values: Values, on stream: String) throws(BenchError)
  where Values.Element: BinaryInteger {
    try rows[index(of: stream, .input)].append(values)
  }

  /// Expects one or more transactions on an output stream; as ``send(_:on:)-(_,_)``.
  @inlinable
  public mutating func expect<Values: Collection>(_ values: Values, on stream: String) throws(BenchError)
  where Values.Element: BinaryInteger {
    try rows[index(of: stream, .output)].append(values)
  }

  /// Sends transactions given as raw words in the layout of ``RowShape``.
  public mutating func send(words: [UInt64], on stream: String) throws(BenchError) {
    try rows[index(of: stream, .input)].append(words: words)
  }

  /// Expects transactions given as raw words in the layout of ``RowShape``.
  public mutating func expect(words: [UInt64], on stream: String) throws(BenchError) {
    try rows[index(of: stream, .output)].append(words: words)
  }

  @usableFromInline
  func index(of name: String, _ direction: PortDirection) throws(BenchError) -> Int {
    guard let index = streams.firstIndex(where: { $0.name == name }) else {
      throw .unknownStream(name, module: module, streams: streams.map(\.name))
    }
    guard streams[index].direction == direction else {
      throw .wrongDirection(
        port: name, is: streams[index].direction.rawValue, needed: direction.rawValue,
        reason: "send() is for input streams and expect() for output streams")
    }
    return index
  }

  mutating func removeAll() {
    for index in rows.indices { rows[index].removeAll() }
  }
}
