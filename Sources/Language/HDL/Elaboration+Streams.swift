import Netlist

/// The streams that a finished module offers, for the rule that none waits for its taker.
struct OfferedStreams {
  struct Stream {
    var offer: StreamCheck.Offer
    /// Names of `valid`, `ready` and the ports of the payload.
    var names: (valid: String, ready: String, payload: [String])
    /// The statement that drove `valid` last.
    var statement: Int
    /// The statements that drove the ports of the payload last.
    var payloadStatements: [Int]
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
              stream.payload.map { ports[$0].shape.name }
            ), statement: statements[Int32(stream.valid)] ?? 0,
            payloadStatements: stream.payload.map { statements[Int32($0)] ?? 0 },
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
    func statement(_ port: Int) -> Int {
      if let target = connectionTargets[connection(port)] { return targets[target].assignments.last?.statement ?? 0 }
      return Int(connectionStatements[connection(port)])
    }
    func name(_ port: Int) -> String { instance.name + "_" + ports[port].shape.name }
    return OfferedStreams.Stream(
      offer: StreamCheck.Offer(
        valid: definition.connections[connection(stream.valid)],
        payload: stream.payload.map { definition.connections[connection($0)] },
        ready: instance.outputs.lowerBound + ordinal(stream.ready)),
      names: (name(stream.valid), name(stream.ready), stream.payload.map(name)),
      statement: statement(stream.valid), payloadStatements: stream.payload.map(statement),
      origin: definition.place(instance.place))
  }
}

extension Elaboration {
  /// Reports every stream that waits for its taker.
  ///
  /// - Parameter paths: Those of each module of the circuit.
  func checkStreams(_ paths: [CombinationalPaths]) {
    var paths = paths
    // Modules of which the paths are others than in the circuit, and those around them.
    var changed: Set<Int32> = []
    for (index, offered) in offers.enumerated() {
      let definition = definitions[index]
      if !changed.isEmpty, index < offers.count - 1,
        definition.instances.contains(where: { changed.contains($0.definition) })
      {
        paths[index] = CombinationalPaths(of: definition, instances: paths)
        changed.insert(Int32(index))
      }
      guard !offered.streams.isEmpty || definition.foreign != nil else { continue }
      var kept = definition.ports.indices.map { $0 }
      if definition.foreign != nil {
        // A black box keeps the rule; of its other outputs nothing is known.
        kept = streams[index].filter { $0.direction == .output }.flatMap { [$0.valid] + $0.payload }
      } else {
        let check = StreamCheck(definition, of: definitions, paths: paths)
        let waits = check.waits(in: offered.streams.map(\.offer))
        for wait in waits { report(wait, offered, in: definition) }
        // What was told of a module is not told once more of those around it.
        if waits.isEmpty { continue }
      }
      paths[index].remove(from: readies(of: index), to: kept)
      changed.insert(Int32(index))
    }
  }

  /// Inputs of a module that are the `ready` of its own streams, counted among its inputs.
  private func readies(of module: Int) -> Set<Int32> {
    let ports = definitions[module].ports
    let inputs = ports.indices.filter { ports[$0].shape.direction == .input }
    let readies = Set(streams[module].filter { $0.direction == .output }.map(\.ready))
    return Set(inputs.indices.filter { readies.contains(inputs[$0]) }.map { Int32($0) })
  }

  private func report(_ wait: StreamCheck.Wait, _ offered: OfferedStreams, in definition: Definition) {
    let stream = offered.streams[wait.offer]
    let message: String
    if let part = wait.payload {
      message =
        "'\(stream.names.payload[part])' follows '\(stream.names.ready)' within the cycle, so that an item changes before it is taken"
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
      wait.payload != nil
      ? "choose the payload without ready, or keep it in a register until it is taken"
      : "drive valid without ready; where one transfer must wait for another, put a register between, as in a SkidBuffer"
    if wait.isAssumed { fix += "; a black box whose outputs do not follow its inputs says so in followsInputs" }
    report(
      Diagnostic(.streamRule, message, module: offered.module, notes: notes, fix: fix),
      at: Statement(
        module: offered.ordinal, number: wait.payload.map { stream.payloadStatements[$0] } ?? stream.statement),
      noted: others.enumerated().map {
        (first + $0.offset, Statement(module: offered.ordinal, number: $0.element.statement))
      })
  }
}
