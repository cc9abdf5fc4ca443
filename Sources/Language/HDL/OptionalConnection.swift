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
    drain.valid.module.reportAlone(drain.valid.target)
    drain.valid.module.refuse(drain.valid.target, Bit.refused(width: 1).handle)
    T.drive(drain.payload, with: drain.form.refused())
  case (nil, let stream?):
    stream.ready.module.reportAlone(stream.valid)
    stream.ready.module.refuse(stream.ready.target, Bit.refused(width: 1).handle)
  }
}

/// Drives a sink that may be absent with a value that may be.
@_disfavoredOverload
public func <== <S: ValueSink>(sink: S?, value: S.Value?) {
  switch (sink, value) {
  case (let sink?, let value?): sink.drive(with: value)
  case (nil, nil): break
  case (let sink?, nil):
    sink.fields.first.map { $0.module.reportAlone($0.target) }
    sink.refuse()
  case (nil, let value?): value.fields.first.map { $0.signal.module?.reportAlone($0.signal) }
  }
}

/// Drives each sink of a list with the value at its place; both must be equally many.
public func <== <S: ValueSink>(sinks: [S], values: [S.Value]) {
  guard sinks.count == values.count else {
    let signals = values.lazy.flatMap { $0.fields.map(\.signal) }
    let first = sinks.lazy.compactMap(\.fields.first).first
    guard let module = first?.module ?? signals.compactMap(\.module).first else { return }
    module.report(
      .fieldMissing, "\(sinks.count) signals are driven by a list of \(values.count)",
      notes: first.map { module.notes(sink: $0.target) } ?? [], fix: "give both lists one length")
    for sink in sinks { sink.refuse() }
    return
  }
  for (sink, value) in zip(sinks, values) { sink.drive(with: value) }
}

/// Connects each stream of a list with the one at its place; both must be equally many.
public func <== <T: PortElement>(drains: [StreamDrain<T>], streams: [Stream<T>]) {
  guard drains.count == streams.count else {
    guard let module = drains.first?.valid.module ?? streams.first?.ready.module else { return }
    module.report(
      .fieldMissing, "\(drains.count) streams are connected with a list of \(streams.count)",
      notes: drains.first.map { module.notes(sink: $0.valid.target) } ?? [], fix: "give both lists one length")
    for drain in drains {
      module.refuse(drain.valid.target, Bit.refused(width: 1).handle)
      T.drive(drain.payload, with: drain.form.refused())
    }
    for stream in streams { module.refuse(stream.ready.target, Bit.refused(width: 1).handle) }
    return
  }
  for (drain, stream) in zip(drains, streams) { drain <== stream }
}

/// Connects each group of a list with the one at its place; both must be equally many.
@_disfavoredOverload
public func <== <A: PortSide, B: PortSide>(left: [A], right: [B]) {
  guard left.count == right.count else {
    let sides = left.map(\.connectable) + right.map(\.connectable)
    guard let first = sides.first else { return }
    first.scope.module.report(
      .fieldMissing, "\(left.count) groups are connected with a list of \(right.count)", notes: [first.note()],
      fix: "give both lists one length")
    for side in sides { side.refuse() }
    return
  }
  for (one, other) in zip(left, right) { one <== other }
}

/// Where a value is assigned as a whole.
public protocol ValueSink {
  /// What is assigned.
  associatedtype Value: HardwareValue
  /// The vectors of it.
  var fields: [FieldSink] { get }
  /// Drives all of it.
  func drive(with value: Value)
}

extension ValueSink {
  /// What follows from the lack of a driver is no further mistake.
  fileprivate func refuse() {
    for field in fields { field.module.refuse(field.target, Bits.refused(width: field.width).handle) }
  }
}

extension Sink: ValueSink {
  /// The vector.
  public var fields: [FieldSink] { [FieldSink(self)] }
  /// Drives the signal.
  public func drive(with value: T) { self <== value }
}

extension BundleSink: ValueSink {
  /// The vectors of the bundle.
  public var fields: [FieldSink] { sinks }
  /// Drives every field with the one of the same name.
  public func drive(with value: B) { self <== value }
}

extension VectorSink: ValueSink {
  /// The vector.
  public var fields: [FieldSink] { [sink] }
  /// Drives all elements.
  public func drive(with value: Vector<Element>) { self <== value }
}

extension NumberSink: ValueSink {
  /// The vectors of the number.
  public var fields: [FieldSink] { sinks }
  /// Drives the number.
  public func drive(with value: N) { self <== value }
}

extension ConnectablePorts {
  fileprivate func reportAlone() {
    guard let first = layout.leaves.first else { return }
    scope.module.reportAlone(title, notes: [note(of: first)])
    refuse()
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
