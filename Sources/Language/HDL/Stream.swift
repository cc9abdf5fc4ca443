import Netlist

/// A ready/valid stream into a module. `valid` never depends on `ready`; once valid, the payload stays until it is taken.
///
/// A transfer happens at a clock edge at which both `valid` and `ready` are 1. Verilog names are `<port>_valid`,
/// `<port>_ready`, and `<port>_data` for one signal or `<port>_<field>` for a bundle.
public struct StreamInput<T: PortElement>: PortDeclaration, ClockedPort {
  let shape: T.Shape
  /// To which clock it belongs; nil for ``ClockDomain/main``.
  public var timing: PortTiming?
  /// What its items are; empty when nothing is said of them.
  public let sentence: String
  let origin: SourceLine

  init(shape: T.Shape, _ sentence: String, origin: SourceLine) {
    self.shape = shape
    self.sentence = sentence
    self.origin = origin
  }

  /// Adds the vectors that this declares.
  public func declare(in walker: PortWalker, name: String, path: String) -> PortEntry {
    walker.declaring(timing, sentence, at: origin) {
      declareStream(T.self, shape, payload: .input, in: walker, name: name, path: path)
    }
  }

  func stream(_ entry: PortEntry, in scope: PortScope) -> Stream<T> { Stream(shape, entry, in: scope) }
  func drain(_ entry: PortEntry, in scope: PortScope) -> StreamDrain<T> { StreamDrain(shape, entry, in: scope) }
}

/// A ready/valid stream out of a module; the rules are those of ``StreamInput``.
public struct StreamOutput<T: PortElement>: PortDeclaration, ClockedPort {
  let shape: T.Shape
  /// To which clock it belongs; nil for ``ClockDomain/main``.
  public var timing: PortTiming?
  /// What its items are; empty when nothing is said of them.
  public let sentence: String
  let origin: SourceLine

  init(shape: T.Shape, _ sentence: String, origin: SourceLine) {
    self.shape = shape
    self.sentence = sentence
    self.origin = origin
  }

  /// Adds the vectors that this declares.
  public func declare(in walker: PortWalker, name: String, path: String) -> PortEntry {
    walker.declaring(timing, sentence, at: origin) {
      declareStream(T.self, shape, payload: .output, in: walker, name: name, path: path)
    }
  }

  func stream(_ entry: PortEntry, in scope: PortScope) -> Stream<T> { Stream(shape, entry, in: scope) }
  func drain(_ entry: PortEntry, in scope: PortScope) -> StreamDrain<T> { StreamDrain(shape, entry, in: scope) }
}

/// The vectors of a stream, in the order valid, ready, payload. A payload of one signal is called `data`.
private func declareStream<T: PortElement>(
  _ type: T.Type, _ shape: T.Shape, payload: PortDirection, in walker: PortWalker, name: String, path: String
) -> PortEntry {
  let back: PortDirection = payload == .input ? .output : .input
  let isOneSignal = T.form(shape).fields.map(\.name) == [.whole]
  func handshake(_ label: String, _ direction: PortDirection) -> PortEntry {
    walker.leaf(
      walker.join(name, label), path: path + "." + label, direction: direction, width: 1, isSigned: false)
  }
  let valid = handshake("valid", payload)
  let ready = handshake("ready", back)
  let data = T.declare(
    shape, in: walker, name: isOneSignal ? walker.join(name, "data") : name, path: path + ".payload",
    direction: payload)
  walker.streams.append(
    StreamLeaves(
      valid: valid.leaves[0], ready: ready.leaves[0], payload: data.leaves, direction: walker.seen(payload)))
  var part = walker.part(.stream, payload, name: name, path: path, ports: data.leaves)
  (part.valid, part.ready) = (walker.names(valid.leaves)[0], walker.names(ready.leaves)[0])
  walker.parts.append(part)
  return .list([valid, ready, data])
}

extension StreamInput where T: VectorSignal {
  /// A stream of vectors of `width` bits.
  public init(_ width: Int, _ sentence: String = "", file: StaticString = #fileID, line: Int = #line) {
    self.init(shape: width, sentence, origin: SourceLine(file: file, line: line))
  }
}

extension StreamInput where T: SignalBundle {
  /// A stream of bundles of this shape.
  public init(_ bundle: T, _ sentence: String = "", file: StaticString = #fileID, line: Int = #line) {
    self.init(shape: bundle, sentence, origin: SourceLine(file: file, line: line))
  }
}

extension StreamOutput where T: VectorSignal {
  /// A stream of vectors of `width` bits.
  public init(_ width: Int, _ sentence: String = "", file: StaticString = #fileID, line: Int = #line) {
    self.init(shape: width, sentence, origin: SourceLine(file: file, line: line))
  }
}

extension StreamOutput where T: SignalBundle {
  /// A stream of bundles of this shape.
  public init(_ bundle: T, _ sentence: String = "", file: StaticString = #fileID, line: Int = #line) {
    self.init(shape: bundle, sentence, origin: SourceLine(file: file, line: line))
  }
}

/// The end of a stream at which items are taken.
public struct Stream<T: PortElement> {
  /// 1 while an item is offered.
  public let valid: Bit
  /// The item; meaningful while `valid` is 1.
  public let payload: T
  /// Drive with 1 to take the item.
  public let ready: Sink<Bit>

  /// A stream of signals that are there already.
  ///
  /// - Parameters:
  ///   - valid: 1 while an item is offered; must not follow what drives `ready` within the clock.
  ///   - payload: The item.
  ///   - ready: What the taker drives.
  public init(valid: Bit, payload: T, ready: Sink<Bit>) {
    self.valid = valid
    self.payload = payload
    self.ready = ready
  }

  init(_ shape: T.Shape, _ entry: PortEntry, in scope: PortScope) {
    valid = Bit.source(1, entry.elements[0], in: scope)
    ready = Bit.drain(1, entry.elements[1], in: scope)
    payload = T.source(shape, entry.elements[2], in: scope)
  }

  /// Takes the item while `condition` is 1; gives 1 when a transfer happens.
  ///
  /// For a stream of the module's own ports, taken outside of `when`, it states the rule of streams too: an item that was
  /// offered stays until it is taken. See ``Module/assertKept(valid:taken:payload:_:file:line:)``.
  ///
  /// - Parameters:
  ///   - condition: 1 when an item can be taken.
  ///   - mayWithdraw: Whether whoever sends may take an offered item back, so that the rule is not stated.
  ///   - file: The caller's file, for messages.
  ///   - line: The caller's line, for messages.
  @discardableResult
  public func take(
    when condition: Bit, mayWithdraw: Bool = false, file: StaticString = #fileID, line: Int = #line
  ) -> Bit {
    ready <== condition
    let transfer = valid & condition
    if !mayWithdraw, let (module, name, clock) = port, module.scope == .root {
      module.inClock(clock) {
        module.assertKept(
          valid: valid, taken: transfer, payload: payload.fields.map(\.signal), name, file: file, line: line)
      }
    }
    return transfer
  }

  /// The module of which the stream is a port, the port's name in Verilog and the number of its clock; nil for other streams.
  private var port: (module: Module, name: String, clock: Int32)? {
    guard case .node(let module, let id) = valid.handle, module === ready.module else { return nil }
    let node = module.definition.table[id]
    guard node.operation == .signal, case .input(let port) = module.definition.signals[Int(node.a)].kind else {
      return nil
    }
    let declared = module.definition.ports[Int(port)]
    guard declared.clock != Port.anyTime, declared.path.hasSuffix(".valid") else { return nil }
    let name = FieldName.verilog(ofPath: declared.path.dropLast(".valid".count))
    return (module, name, declared.clock)
  }
}

/// The end of a stream at which items are given.
public struct StreamDrain<T: PortElement> {
  /// Drive with 1 to offer an item; must not depend on `ready`.
  public let valid: Sink<Bit>
  /// Where to assign the item.
  public let payload: T.Drain
  /// 1 when an offered item is taken at the coming clock edge.
  public let ready: Bit
  /// The shape of an item.
  let form: T

  init(_ shape: T.Shape, _ entry: PortEntry, in scope: PortScope) {
    valid = Bit.drain(1, entry.elements[0], in: scope)
    ready = Bit.source(1, entry.elements[1], in: scope)
    payload = T.drain(shape, entry.elements[2], in: scope)
    form = T.form(shape)
  }
}

/// Connects two streams of one kind.
public func <== <T: PortElement>(drain: StreamDrain<T>, stream: Stream<T>) {
  drain.valid <== stream.valid
  T.drive(drain.payload, with: stream.payload)
  stream.ready <== drain.ready
}
