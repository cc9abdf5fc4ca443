import HDL

/// Stream algebra: each of these takes a stream of signals or bundles and gives one, so that they chain.
///
/// ```swift
/// io.pop <== io.push
///   .mapped { $0 &+ 1 }
///   .filtered("even", in: m) { !$0[0] }
///   .queued("queue", depth: 16, in: m)
/// ```
extension Stream {
  /// The stream with another payload; combinational.
  public func mapped<U: PortElement>(_ transform: (T) -> U) -> Stream<U> {
    Stream<U>(valid: valid, payload: transform(payload), ready: ready)
  }

  /// The stream behind a ``PipeStage``: registers for valid and payload.
  public func piped(_ name: String, in m: Module, file: StaticString = #fileID, line: Int = #line) -> Stream {
    let stage = m.instance(PipeStage(carrying: item), name, file: file, line: line)
    return through(stage.push, stage.pop)
  }

  /// The stream behind a ``SkidBuffer``: registers for valid, payload and ready.
  public func skidBuffered(_ name: String, in m: Module, file: StaticString = #fileID, line: Int = #line) -> Stream {
    let buffer = m.instance(SkidBuffer(carrying: item), name, file: file, line: line)
    return through(buffer.push, buffer.pop)
  }

  /// The stream behind a ``StreamFIFO``.
  public func queued(
    _ name: String, depth: Int, storage: StreamFIFO.Storage = .memory, in m: Module, file: StaticString = #fileID,
    line: Int = #line
  ) -> Stream {
    let queue = StreamFIFO(carrying: item, depth: depth) { $0.storage = storage }
    let instance = m.instance(queue, name, file: file, line: line)
    return through(instance.push, instance.pop)
  }

  /// The stream behind a ``CreditLink``: over `distance` registers each way, without a path from end to end.
  public func linked(
    _ name: String, credits: Int, distance: Int, in m: Module, file: StaticString = #fileID, line: Int = #line
  ) -> Stream {
    let link = CreditLink(carrying: item) { ($0.credits, $0.distance) = (credits, distance) }
    let instance = m.instance(link, name, file: file, line: line)
    return through(instance.push, instance.pop)
  }

  /// The items for which `keep` gives 1; combinational.
  public func filtered(
    _ name: String, in m: Module, file: StaticString = #fileID, line: Int = #line, where keep: (T) -> Bit
  ) -> Stream {
    let filter = m.instance(StreamFilter(carrying: item), name, file: file, line: line)
    filter.push.valid <== valid
    filter.push.payload.data <== payload
    filter.push.payload.keep <== keep(payload)
    ready <== filter.push.ready
    return filter.pop.carrying(payload)
  }

  /// `count` streams, each with every item; see ``StreamFork``.
  public func forked(
    _ name: String, count: Int, in m: Module, file: StaticString = #fileID, line: Int = #line
  ) -> [Stream] {
    let fork = m.instance(StreamFork(carrying: item) { $0.count = count }, name, file: file, line: line)
    fork.push <== self
    return fork.pop.map { $0.carrying(payload) }
  }

  /// What `combine` makes of an item of this stream and one of `other`, the first of each, then the second; see
  /// ``StreamJoin``.
  public func joined<U: PortElement, V: PortElement>(
    _ name: String, with other: Stream<U>, in m: Module, file: StaticString = #fileID, line: Int = #line,
    _ combine: (T, U) -> V
  ) -> Stream<V> {
    let both = StreamJoin(carrying: [item, other.item])
    let join = m.instance(both, name, file: file, line: line)
    join.push[0] <== self
    join.push[1] <== other
    let parts = both.parts(of: join.pop.payload)
    return Stream<V>(
      valid: join.pop.valid, payload: combine(parts[0].read(as: payload), parts[1].read(as: other.payload)),
      ready: join.pop.ready)
  }

  /// What is known of an item.
  var item: PayloadShape { PayloadShape(of: payload) }

  private func through(_ input: StreamDrain<Payload>, _ output: Stream<Payload>) -> Stream {
    input <== self
    return output.carrying(payload)
  }
}
