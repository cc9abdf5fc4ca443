import Engine
import Netlist

/// Follows the values of a model and writes their changes into a file.
///
/// Two units of time a cycle, 1 ns each: the settled state before the edge with the clocks low, and the state after the
/// edge with the clocks high.
final class WaveRecorder {
  /// A value in the file, shared by all names that it has.
  private struct Track {
    var number: Int
    var start: UnsafeRawPointer
    var stride: Int
    var width: Int
    /// Names of values, for a track of names.
    var names: [UInt64: String]?
    /// The last value that was written.
    var words: [UInt64]
  }

  private let file: any WaveFile
  private var tracks: [Track]
  private let clocks: [Int]
  private var lastClocks: UInt64 = 0
  private var time: UInt64
  private var isFirst = true

  /// Starts to fill `file`, which has the declarations of `plan`; `time` is that of the next sample.
  init(_ file: any WaveFile, plan: WavePlan, time: UInt64, pointer: (Address) -> UnsafeMutableRawPointer) {
    self.file = file
    self.time = time
    tracks = plan.tracks.map { track in
      Track(
        number: track.number, start: UnsafeRawPointer(pointer(track.address)), stride: track.type.stride,
        width: track.width, names: track.names, words: Array(repeating: 0, count: (track.width + 63) / 64))
    }
    clocks = plan.clocks
  }

  /// Records the values as they stand, with the clocks of the bits in `clocks` high.
  func sample(clocks levels: UInt64) {
    file.advance(to: time)
    time += 1
    for (index, number) in clocks.enumerated() {
      let level = levels >> UInt64(index) & 1
      if isFirst || level != lastClocks >> UInt64(index) & 1 { file.change(number, to: [level], width: 1) }
    }
    lastClocks = levels
    for index in tracks.indices {
      var isChanged = isFirst
      for word in tracks[index].words.indices {
        let value = load(tracks[index], word: word)
        if value != tracks[index].words[word] {
          tracks[index].words[word] = value
          isChanged = true
        }
      }
      if isChanged { write(tracks[index]) }
    }
    isFirst = false
  }

  private func load(_ track: Track, word: Int) -> UInt64 {
    let value: UInt64 =
      switch track.stride {
      case 1: UInt64(track.start.load(as: UInt8.self))
      case 2: UInt64(track.start.load(as: UInt16.self))
      case 4: UInt64(track.start.load(as: UInt32.self))
      default: track.start.load(fromByteOffset: 8 * word, as: UInt64.self)
      }
    return value & lowBits(track.width - 64 * word)
  }

  private func write(_ track: Track) {
    if let names = track.names {
      file.change(track.number, to: names[track.words[0]] ?? "illegal")
    } else {
      file.change(track.number, to: track.words, width: track.width)
    }
  }

  /// Completes the file. Throws when not all of it could be written.
  func close() throws(EngineFailure) { try file.close() }
}

/// A file of waves, which gets times in ascending order and after each the values that are new.
protocol WaveFile: AnyObject {
  /// The changes that follow happen at `time`.
  func advance(to time: UInt64)
  /// A value of `width` bits, in words with the least significant one first.
  func change(_ track: Int, to words: [UInt64], width: Int)
  /// A text.
  func change(_ track: Int, to text: String)
  /// Completes the file. Throws when not all of it could be written.
  func close() throws(EngineFailure)
}
