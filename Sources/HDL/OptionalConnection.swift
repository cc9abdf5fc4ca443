import Netlist

// Connections of ports that may be absent, and of lists of ports. Absent on both sides is nothing to connect; what one side
// has alone is a mistake.

/// Connects two sides of a group that may be absent.
@_disfavoredOverload
public func <== <A: PortSide, B: PortSide>(left: A?, right: B?) {
  switch (left, right) {
  case (let left?, let right?): left <== right
  case (nil, nil): break
  case (let side?, nil): side.connectable.reportAlone()
  case (nil, let side?): side.connectable.reportAlone()
  }
}

/// Connects two streams that may be absent.
@_disfavoredOverload
public func <== <T: PortElement>(drain: StreamDrain<T>?, stream: Stream<T>?) {
  switch (drain, stream) {
  case (let drain?, let stream?): drain <== stream
  case (nil, nil): break
  case (let drain?, nil):
    drain.valid.reportAlone()
    T.drive(drain.payload, with: drain.form.refused())
  case (nil, let stream?):
    stream.ready.module.reportAlone(stream.valid)
    stream.ready.module.refuse(stream.ready.target, Bit.refused(width: 1).handle)
  }
}

/// Drives a sink that may be absent with a value that may be.
@_disfavoredOverload
public func <== <T: Signal>(sink: Sink<T>?, value: T?) {
  switch (sink, value) {
  case (let sink?, let value?): sink <== value
  case (nil, nil): break
  case (let sink?, nil): sink.reportAlone()
  case (nil, let value?): value.module?.reportAlone(value)
  }
}

/// Drives a bundle that may be absent with a value that may be.
@_disfavoredOverload
public func <== <B: SignalBundle>(sink: BundleSink<B>?, value: B?) {
  switch (sink, value) {
  case (let sink?, let value?): sink <== value
  case (nil, nil): break
  case (let sink?, nil):
    guard let first = sink.sinks.first else { return }
    first.module.reportAlone(first.target)
    B.drive(sink, with: sink.form.refused())
  case (nil, let value?): value.fields.first.map { $0.signal.module?.reportAlone($0.signal) }
  }
}

/// Drives each sink of a list with the value at its place; both must be equally many.
public func <== <T: Signal>(sinks: [Sink<T>], values: [T]) {
  guard sinks.count == values.count else {
    guard let module = sinks.first?.module ?? values.lazy.compactMap(\.module).first else { return }
    module.report(
      .fieldMissing, "\(sinks.count) signals are driven by a list of \(values.count)",
      notes: sinks.first.map { module.notes(sink: $0.target) } ?? [], fix: "give both lists one length")
    for sink in sinks { module.refuse(sink.target, T.refused(width: sink.width).handle) }
    return
  }
  for (sink, value) in zip(sinks, values) { sink <== value }
}

extension ConnectablePorts {
  fileprivate func reportAlone() {
    guard let first = layout.leaves.first else { return }
    scope.module.reportAlone(title, notes: [note(of: first)])
    refuse()
  }
}

extension Sink {
  fileprivate func reportAlone() {
    module.reportAlone(target)
    module.refuse(target, T.refused(width: width).handle)
  }
}

extension Module {
  fileprivate func reportAlone(_ target: TargetID) { reportAlone(name(of: target), notes: notes(sink: target)) }

  fileprivate func reportAlone(_ value: any Signal) {
    var name = "a value"
    if case .node(_, let id) = value.handle, definition.table[id].operation == .signal {
      name = "'\(definition.name(ofSignal: definition.table[id].a, in: elaboration.definitions))'"
    }
    reportAlone(quoted: name, notes: notes(value: value))
  }

  fileprivate func reportAlone(_ name: String, notes: [Diagnostic.Note]) {
    reportAlone(quoted: "'\(name)'", notes: notes)
  }

  private func reportAlone(quoted name: String, notes: [Diagnostic.Note]) {
    report(
      .fieldMissing, "\(name) is connected with a port that is absent", notes: notes,
      fix: "declare it on both sides or on neither; a value for a port that may be absent is nil where it is")
  }
}
