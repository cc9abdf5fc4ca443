import Netlist

extension StreamBench {
  /// Where the handshakes of `ports` are noted, and what counts; nil where no coverage is asked for.
  func coverage(
    of ports: [StreamPort], firstCycle: Int
  ) -> (log: HandshakeLog?, collector: CoverageCollector?) {
    guard let model = options.coverage else { return (nil, nil) }
    let log = HandshakeLog(
      ports.map { port in
        (
          valid: port.valid.storage.assumingMemoryBound(to: UInt8.self),
          ready: port.ready.storage.assumingMemoryBound(to: UInt8.self), clock: interface.clock(of: port.shape)
        )
      })
    let collector = CoverageCollector(model, firstCycle: firstCycle)
    // Inputs that are held show their value once; what other outputs show is not compared.
    var (words, known) = (
      [UInt64](repeating: 0, count: model.pins.wordCount), [Bool](repeating: false, count: model.pins.fields.count)
    )
    for held in constants.held(in: interface, except: drivenPorts) {
      guard let index = model.pins.fields.firstIndex(where: { $0.port == held.port.name }) else { continue }
      known[index] = true
      let first = model.pins.fields[index].firstWord
      for (offset, word) in held.words.enumerated() { words[first + offset] = word }
    }
    collector.vectors = words
    collector.known = known
    collector.addVector()
    return (log, collector)
  }
}

extension StreamSession {
  /// Hands what has moved since the last time to the collector.
  @usableFromInline
  mutating func collectCoverage() {
    guard let collector, let log, failure == nil else { return }
    var collected = collected
    var (inputs, outputs) = (0, 0)
    var queues: [RowQueue] = []
    for stream in bench.streams {
      switch stream.direction {
      case .input:
        queues.append(drivers[inputs].queue)
        inputs += 1
      case .output:
        queues.append(monitors[outputs].queue)
        outputs += 1
      }
    }
    collector.follow(log) { stream, track in
      let queue = queues[stream]
      track.append(UnsafeBufferPointer(start: queue.row(collected[stream]), count: queue.wordsPerRow))
      collected[stream] += 1
    }
    self.collected = collected
  }

  /// Adds what a run that passed covered, and fails it where that is illegal.
  @usableFromInline
  func addCoverage(to result: inout BenchResult) {
    guard let collector, result.verdict == .passed else { return }
    let profiles = bench.profiles.contains { $0 != .mixed } ? bench.profiles.map(\.description) : []
    result.addCoverage(collector, run: profiles.isEmpty ? "" : " stalls " + profiles.joined(separator: ", "))
  }
}

extension CoverageModel {
  /// Throws when the model was made for another module than `other`.
  @usableFromInline
  func check(_ other: ModuleInterface) throws(BenchError) {
    for port in interface.ports {
      guard let match = other.ports.first(where: { $0.name == port.name }) else {
        throw .coverage(
          CoverageError.otherModule(model: interface.name, bench: other.name, reason: "it has no port '\(port.name)'")
            .description)
      }
      guard match.width == port.width, match.direction == port.direction else {
        throw .coverage(
          CoverageError.otherModule(
            model: interface.name, bench: other.name,
            reason: "'\(port.name)' is an \(match.direction.rawValue) of \(match.width) bits there, "
              + "an \(port.direction.rawValue) of \(port.width) bits in the model"
          ).description)
      }
    }
  }
}

extension BenchResult {
  /// Adds what `collector` counted; an illegal bin makes the run fail.
  mutating func addCoverage(_ collector: CoverageCollector, run: String) {
    let coverage = collector.finish(run: "\(seed) \(test) \(index)\(run)", index: index)
    if let violation = collector.violation {
      verdict = .failed
      failure = BenchFailure(
        kind: .illegalBin, cycle: UInt64(violation.cycle),
        message: "bin '\(violation.bin)' of cover point '\(violation.point)' must not be hit, and was")
    } else {
      self.coverage = coverage
    }
  }
}
