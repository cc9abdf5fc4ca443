extension CoverageCollector {
  /// The value of a point at an event; nil where there is none.
  func value(_ point: Int, at index: Int) -> Int? {
    let sampler = samplers[point]
    if case .corners = sampler.sampling { return cornerValue(sampler, point, at: index) }
    for (place, load) in sampler.loads.enumerated() {
      guard let value = value(load, at: index) else { return nil }
      values[place] = value
    }
    if case .computed(let closure) = sampler.sampling { return closure(CoverValues(values: values)) }
    return values[0]
  }

  /// The number of the corner that a field shows; one past the last for none.
  private func cornerValue(_ sampler: PointSampler, _ point: Int, at index: Int) -> Int? {
    switch sampler.loads[0] {
    case .word(let track, let word, _, _):
      let start = (index - tracks[track].base) * tracks[track].wordsPerRow + word
      return tracks[track].words.withUnsafeBufferPointer {
        corner(point, $0.baseAddress! + start) ?? sampler.corners.count
      }
    case .pin(let field, let word, _, _):
      let vector = index - vectorBase
      guard known[vector * model.pins.fields.count + field] else { return nil }
      return vectors.withUnsafeBufferPointer {
        corner(point, $0.baseAddress! + vector * model.pins.wordCount + word) ?? sampler.corners.count
      }
    default: return nil
    }
  }

  private func value(_ load: PointSampler.Load, at index: Int) -> Int? {
    switch load {
    case .word(let track, let word, let width, let isSigned):
      let row = (index - tracks[track].base) * tracks[track].wordsPerRow
      return Self.number(tracks[track].words[row + word], width, isSigned)
    case .pin(let field, let word, let width, let isSigned):
      let vector = index - vectorBase
      guard known[vector * model.pins.fields.count + field] else { return nil }
      return Self.number(vectors[vector * model.pins.wordCount + word], width, isSigned)
    case .arrival(let track): return tracks[track].arrivals[index - tracks[track].base]
    case .wait(let track): return tracks[track].waits[index - tracks[track].base]
    case .gap(let track): return tracks[track].gaps[index - tracks[track].base]
    case .latency(let from, let to):
      return tracks[to].stamps[index - tracks[to].base] - tracks[from].stamps[index - tracks[from].base]
    case .handshake(let stream):
      guard current[stream] & HandshakeLog.ticked != 0 else { return nil }
      return Int(current[stream] & 3)
    case .occupancy(let from, let to): return tracks[from].count - tracks[to].count
    }
  }

  private static func number(_ word: UInt64, _ width: Int, _ isSigned: Bool) -> Int {
    guard isSigned, width < 64 else { return Int(truncatingIfNeeded: word) }
    let unused = 64 - width
    return (Int(truncatingIfNeeded: word) << unused) >> unused
  }
}
