import Netlist

/// The streams that a finished module offers, for the rule that none waits for its taker.
struct OfferedStreams {
  struct Stream {
    var offer: StreamCheck.Offer
    /// Names of `valid`, `ready` and the first port of the payload.
    var names: (valid: String, ready: String, payload: String)
    /// The statement that drove `valid` last.
    var statement: Int
    /// The statement that drove the payload last.
    var payloadStatement: Int
    /// Where it is declared, or where the instance is made.
    var origin: Place?
  }

  var module: String
  var ordinal: Int
  var streams: [Stream]
}

extension Module {
  /// The streams that leave the module, and those that enter its instances.
  ///
  /// - Parameters:
  ///   - own: Streams among the ports of the module.
  ///   - known: Streams among the ports of the finished modules, by definition.
  func offeredStreams(_ own: [StreamLeaves], _ known: [[StreamLeaves]]) -> OfferedStreams {
    var result = OfferedStreams(module: title, ordinal: ordinal, streams: [])
    guard definition.foreign == nil else { return result }
    if own.contains(where: { $0.direction == .output }) {
      var inputs: [Int32: Int32] = [:]
      for (index, signal) in definition.signals.enumerated() {
        if case .input(let port) = signal.kind { inputs[port] = Int32(index) }
      }
      var statements: [Int32: Int] = [:]
      for target in targets {
        guard case .output(let port) = target.kind, let last = target.assignments.last else { continue }
        statements[port] = last.statement
      }
      for stream in own where stream.direction == .output {
        let ports = definition.ports
        guard let valid = ports[stream.valid].driver, let ready = inputs[Int32(stream.ready)] else { continue }
        result.streams.append(
          OfferedStreams.Stream(
            offer: StreamCheck.Offer(
              valid: valid, payload: stream.payload.compactMap { ports[$0].driver }, ready: ready),
            names: (
              ports[stream.valid].shape.name, ports[stream.ready].shape.name,
              stream.payload.first.map { ports[$0].shape.name } ?? ""
            ), statement: statements[Int32(stream.valid)] ?? 0,
            payloadStatement: stream.payload.first.flatMap { statements[Int32($0)] } ?? 0,
            origin: portOrigins[stream.valid]?.place))
      }
    }
    for instance in definition.instances {
      for stream in known[Int(instance.definition)] where stream.direction == .input {
        result.streams.append(offered(stream, to: instance))
      }
    }
    return result
  }

  /// A stream into an instance: what its ports are connected to.
  private func offered(_ stream: StreamLeaves, to instance: Instance) -> OfferedStreams.Stream {
    let ports = elaboration.definitions[Int(instance.definition)].ports
    func ordinal(_ port: Int) -> Int32 {
      let direction = ports[port].shape.direction
      return Int32(ports[..<port].count { $0.shape.direction == direction })
    }
    func connection(_ port: Int) -> Int { Int(instance.inputs.lowerBound + ordinal(port)) }
    func statement(_ port: Int?) -> Int {
      guard let port else { return 0 }
      if let target = connectionTargets[connection(port)] { return targets[target].assignments.last?.statement ?? 0 }
      return Int(connectionStatements[connection(port)])
    }
    func name(_ port: Int) -> String { instance.name + "_" + ports[port].shape.name }
    return OfferedStreams.Stream(
      offer: StreamCheck.Offer(
        valid: definition.connections[connection(stream.valid)],
        payload: stream.payload.map { definition.connections[connection($0)] },
        ready: instance.outputs.lowerBound + ordinal(stream.ready)),
      names: (name(stream.valid), name(stream.ready), stream.payload.first.map(name) ?? ""),
      statement: statement(stream.valid), payloadStatement: statement(stream.payload.first),
      origin: definition.place(instance.place))
  }
}

extension Elaboration {
  /// Reports every stream that waits for its taker.
  ///
  /// - Parameter paths: Those of each module of the circuit.
  func checkStreams(_ paths: [CombinationalPaths]) {
    var promised: [Int32: Set<Int32>] = [:]
    for (index, definition) in definitions.enumerated() where definition.foreign != nil {
      let inputs = definition.ports.indices.filter { definition.ports[$0].shape.direction == .input }
      let readies = Set(streams[index].filter { $0.direction == .output }.map(\.ready))
      promised[Int32(index)] = Set(inputs.indices.filter { readies.contains(inputs[$0]) }.map { Int32($0) })
    }
    for (definition, offered) in zip(definitions, offers) where !offered.streams.isEmpty {
      let check = StreamCheck(definition, of: definitions, paths: paths, promised: promised)
      for wait in check.waits(in: offered.streams.map(\.offer)) { report(wait, offered, in: definition) }
    }
  }

  private func report(_ wait: StreamCheck.Wait, _ offered: OfferedStreams, in definition: Definition) {
    let stream = offered.streams[wait.offer]
    let message: String
    if wait.isPayload {
      message =
        "'\(stream.names.payload)' follows '\(stream.names.ready)' within the cycle, so that an item changes before it is taken"
    } else if wait.circle.count == 1 {
      message =
        "'\(stream.names.valid)' follows '\(stream.names.ready)' within the cycle, and the taker may wait for valid"
    } else {
      let next = wait.circle.dropFirst() + [wait.circle[0]]
      let parts = zip(wait.circle, next).map {
        "'\(offered.streams[$0].names.valid)' follows '\(offered.streams[$1].names.ready)'"
      }
      message = parts.joined(separator: " and ") + " within the cycle, and the takers may wait for valid"
    }
    var notes = [Diagnostic.Note("the stream is declared here", at: stream.origin)]
    for signal in wait.route.dropFirst() {
      let known = definition.signals[Int(signal)]
      notes.append(
        Diagnostic.Note(
          "through '\(definition.name(ofSignal: signal, in: definitions))'", at: definition.place(known.place)))
    }
    let others = wait.circle.dropFirst().map { offered.streams[$0] }
    let first = notes.count
    for other in others { notes.append(Diagnostic.Note("'\(other.names.valid)' is driven here", at: nil)) }
    var fix =
      wait.isPayload
      ? "choose the payload without ready, or keep it in a register until it is taken"
      : "drive valid without ready; where one transfer must wait for another, put a register between, as in a SkidBuffer"
    if wait.isAssumed { fix += "; a black box whose outputs do not follow its inputs says so in followsInputs" }
    report(
      Diagnostic(.streamRule, message, module: offered.module, notes: notes, fix: fix),
      at: Statement(module: offered.ordinal, number: wait.isPayload ? stream.payloadStatement : stream.statement),
      noted: others.enumerated().map {
        (first + $0.offset, Statement(module: offered.ordinal, number: $0.element.statement))
      })
  }
}
