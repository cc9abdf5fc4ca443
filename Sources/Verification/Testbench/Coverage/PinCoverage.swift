import Netlist

/// Coverage of a run that drives pins: vectors, and the streams that they make up where all of their ports are there.
@usableFromInline
final class PinCoverage {
  let collector: CoverageCollector
  /// Vectors that were looked at.
  var collected = 0

  /// Copies one field of a row of the bench into a vector of the model.
  private struct Copy {
    var from: Int
    var to: Int
    var words: Int
    var field: Int
    /// The bits of each word that belong to the field.
    var masks: [UInt64]
  }

  /// A stream by its places in a vector.
  private struct Handshake {
    var valid: RowField
    var validIndex: Int
    var ready: RowField
    var readyIndex: Int
    /// First word in the vector and number of words of each field of the payload.
    var payload: [(word: Int, count: Int)]
  }

  private let inputs: [Copy]
  private let outputs: [Copy]
  private let outputWords: Int
  private let handshakes: [Handshake?]
  private let heldWords: [UInt64]
  private let heldKnown: [Bool]

  init(_ model: CoverageModel, of bench: PinBench, firstCycle: Int) {
    collector = CoverageCollector(model, firstCycle: firstCycle)
    let pins = model.pins
    func place(_ port: String) -> Int? { pins.fields.firstIndex { $0.port == port } }
    func copies(_ shape: RowShape) -> [Copy] {
      let masks = shape.masks
      return shape.fields.compactMap { field in
        place(field.port).map { index in
          Copy(
            from: field.firstWord, to: pins.fields[index].firstWord, words: field.wordCount, field: index,
            masks: Array(masks[field.firstWord..<field.firstWord + field.wordCount]))
        }
      }
    }
    inputs = copies(bench.inputs)
    outputs = copies(bench.outputs)
    outputWords = bench.outputs.wordCount
    let driven = Set((bench.inputs.fields + bench.outputs.fields).map(\.port))
    handshakes = model.streams.map { stream -> Handshake? in
      guard bench.latency == 0, driven.contains(stream.validPort), driven.contains(stream.readyPort),
        stream.payload.fields.allSatisfy({ driven.contains($0.port) }), let valid = place(stream.validPort),
        let ready = place(stream.readyPort)
      else { return nil }
      return Handshake(
        valid: pins.fields[valid], validIndex: valid, ready: pins.fields[ready], readyIndex: ready,
        payload: stream.payload.fields.compactMap { field in
          place(field.port).map { (pins.fields[$0].firstWord, field.wordCount) }
        })
    }
    var (words, known) = (
      [UInt64](repeating: 0, count: pins.wordCount), [Bool](repeating: false, count: pins.fields.count)
    )
    for held in bench.constants.held(in: bench.interface, except: Set(bench.inputs.fields.map(\.port))) {
      guard let index = place(held.port.name) else { continue }
      known[index] = true
      for (offset, word) in held.words.enumerated() { words[pins.fields[index].firstWord + offset] = word }
    }
    (heldWords, heldKnown) = (words, known)
  }

  /// Takes one vector: what was driven, and what was expected with the bits that count.
  func take(_ driven: UnsafePointer<UInt64>, _ expected: UnsafePointer<UInt64>) {
    var (words, known) = (heldWords, heldKnown)
    for copy in inputs {
      known[copy.field] = true
      for word in 0..<copy.words { words[copy.to + word] = driven[copy.from + word] }
    }
    for copy in outputs {
      var isKnown = true
      for word in 0..<copy.words {
        words[copy.to + word] = expected[copy.from + word]
        if expected[outputWords + copy.from + word] != copy.masks[word] { isKnown = false }
      }
      known[copy.field] = isKnown
    }
    collector.vectors += words
    collector.known += known
    collector.addVector()

    for (stream, handshake) in handshakes.enumerated() {
      var byte: UInt8 = 0
      if let handshake, known[handshake.validIndex], known[handshake.readyIndex] {
        byte = HandshakeLog.ticked
        if words[handshake.valid.firstWord] != 0 { byte |= HandshakeLog.valid }
        if words[handshake.ready.firstWord] != 0 { byte |= HandshakeLog.ready }
      }
      collector.current[stream] = byte
    }
    var row: [UInt64] = []
    collector.followClock { stream, track in
      row.removeAll(keepingCapacity: true)
      for part in handshakes[stream]?.payload ?? [] { row += words[part.word..<part.word + part.count] }
      row.withUnsafeBufferPointer { track.append($0) }
    }
  }
}

extension PinSession {
  /// Hands what was compared since the last time to the collector.
  @usableFromInline
  func collectCoverage() {
    guard let coverage, failure == nil else { return }
    while coverage.collected < checks.head {
      coverage.take(inputs.row(coverage.collected), checks.row(coverage.collected))
      coverage.collected += 1
    }
    coverage.collector.sampleAll()
  }

  /// Adds what a run that passed covered, and fails it where that is illegal.
  @usableFromInline
  func addCoverage(to result: inout BenchResult) {
    guard let coverage, result.verdict == .passed else { return }
    result.addCoverage(coverage.collector, run: "")
  }
}
