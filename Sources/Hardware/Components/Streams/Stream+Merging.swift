import HDL

extension Array {
  /// All items of some streams, each with the number of its stream; see ``StreamArbiter``. At least one stream.
  public func arbitrated<T>(
    _ name: String, _ policy: ArbitrationPolicy = .roundRobin, in m: Module, file: StaticString = #fileID,
    line: Int = #line
  ) -> Stream<SourcedItem<T>> where Element == Stream<T> {
    let shape = first?.payload
    let merge = m.instance(
      StreamArbiter(carrying: first?.item ?? .bits(1)) { ($0.count, $0.policy) = (count, policy) }, name, file: file,
      line: line)
    for (input, stream) in zip(merge.push, self) { input <== stream }
    guard let shape else { preconditionFailure("an arbiter of no streams is refused") }
    return merge.pop.mapped { SourcedItem(data: $0.data.read(as: shape), source: $0.source) }
  }
}

extension Stream {
  /// Beats of `factor` items, each item packed into a lane; see ``StreamUpsizer``.
  ///
  /// - Parameters:
  ///   - name: Name of the instance.
  ///   - factor: Items of a beat.
  ///   - m: The module.
  ///   - file: The caller's file, for messages.
  ///   - line: The caller's line, for messages.
  ///   - last: 1 for the last item of a packet, with which a beat ends early.
  public func upsized(
    _ name: String, factor: Int, in m: Module, file: StaticString = #fileID, line: Int = #line,
    last: (T) -> Bit
  ) -> Stream<PacketBeat> {
    let adapter = m.instance(
      StreamUpsizer(width: payload.packedWidth) { $0.factor = factor }, name, file: file, line: line)
    adapter.push <== mapped { PacketItem(data: $0.packed, last: last($0)) }
    return adapter.pop
  }

  /// The stream behind an ``AsynchronousFIFO``: items of one clock for another one. Reset both together.
  public func crossing(
    _ name: String, from source: ClockDomain, to destination: ClockDomain, depth: Int = 16, in m: Module,
    file: StaticString = #fileID, line: Int = #line
  ) -> Stream {
    let queue = m.instance(
      AsynchronousFIFO(carrying: item, depth: depth) { $0.showsOccupancy = false }, name,
      clocks: [.source: source, .destination: destination], file: file, line: line)
    queue.push <== self
    return queue.pop.carrying(payload)
  }
}

extension Stream where T == PacketBeat {
  /// The items of the beats, which have `factor` lanes, one after the other; see ``StreamDownsizer``.
  public func downsized(
    _ name: String, factor: Int, in m: Module, file: StaticString = #fileID, line: Int = #line
  ) -> Stream<PacketItem> {
    let adapter = m.instance(
      StreamDownsizer(width: payload.data.elementWidth) { $0.factor = factor }, name, file: file, line: line)
    adapter.push <== self
    return adapter.pop
  }
}
