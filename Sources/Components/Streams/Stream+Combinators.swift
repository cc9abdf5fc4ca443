import HDL

/// Stream algebra: each of these takes a stream and gives one, so that they chain.
///
/// ```swift
/// io.output <== io.input
///   .mapped { $0 &+ 1 }
///   .filtered("even", in: m) { !$0[0] }
///   .queued("queue", depth: 16, in: m)
/// ```
extension Stream where T: VectorSignal, T.Source == T {
  /// The stream with another payload; combinational.
  public func mapped<U: VectorSignal>(_ transform: (T) -> U) -> Stream<U> where U.Source == U {
    Stream<U>(valid: valid, payload: transform(payload), ready: ready)
  }

  /// The stream behind a ``PipeStage``: registers for valid and payload.
  public func piped(_ name: String, in m: Module, file: StaticString = #fileID, line: Int = #line) -> Stream {
    let stage = m.instance(PipeStage(width: payload.width), name, file: file, line: line)
    return through(stage.input, stage.output)
  }

  /// The stream behind a ``SkidBuffer``: registers for valid, payload and ready.
  public func skidBuffered(_ name: String, in m: Module, file: StaticString = #fileID, line: Int = #line) -> Stream {
    let buffer = m.instance(SkidBuffer(width: payload.width), name, file: file, line: line)
    return through(buffer.input, buffer.output)
  }

  /// The stream behind a ``StreamFIFO``.
  public func queued(
    _ name: String, depth: Int, storage: StreamFIFO.Storage = .memory, in m: Module, file: StaticString = #fileID,
    line: Int = #line
  ) -> Stream {
    let queue = StreamFIFO(width: payload.width, depth: depth, storage: storage)
    let instance = m.instance(queue, name, file: file, line: line)
    return through(instance.input, instance.output)
  }

  /// The items for which `keep` gives 1; combinational.
  public func filtered(
    _ name: String, in m: Module, file: StaticString = #fileID, line: Int = #line, where keep: (T) -> Bit
  ) -> Stream {
    let filter = m.instance(StreamFilter(width: payload.width), name, file: file, line: line)
    filter.input.valid <== valid
    filter.input.payload.data <== payload.asBits
    filter.input.payload.keep <== keep(payload)
    ready <== filter.input.ready
    return typed(filter.output)
  }

  /// `count` streams, each with every item; see ``StreamFork``.
  public func forked(
    _ name: String, count: Int, in m: Module, file: StaticString = #fileID, line: Int = #line
  ) -> [Stream] {
    let fork = m.instance(StreamFork(width: payload.width, count: count), name, file: file, line: line)
    drive(fork.input)
    return fork.output.map(typed)
  }

  private func through(_ input: StreamDrain<Bits>, _ output: Stream<Bits>) -> Stream {
    drive(input)
    return typed(output)
  }

  private func drive(_ input: StreamDrain<Bits>) {
    input.valid <== valid
    input.payload <== payload.asBits
    ready <== input.ready
  }

  private func typed(_ stream: Stream<Bits>) -> Stream {
    let payload = T.isSigned ? stream.payload.asSigned.handle : stream.payload.handle
    return Stream(valid: stream.valid, payload: T(handle: payload), ready: stream.ready)
  }
}
