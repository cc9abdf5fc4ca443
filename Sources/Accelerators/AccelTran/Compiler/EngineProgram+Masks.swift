extension EngineProgram {
  /// The memory behind the end: what it held at the start, and all that is stored, in the golden machine's codes.
  ///
  /// All that is stored has its place alone, so that this memory serves every load.
  public var finalMemory: [Int32] {
    var memory = self.memory
    for region in regions {
      let matrix = region.matrix
      for row in 0..<matrix.rows {
        for column in 0..<matrix.columns {
          memory[(matrix.address + row * matrix.stride) / 4 + column] = region.codes[row * matrix.columns + column]
        }
      }
    }
    return memory
  }
}

/// The masks of what a command loads into a buffer: a bit for each position of a chunk, 1 where a number is kept.
public struct LoadedMasks: Sendable {
  /// Which buffer.
  public let target: MachineCommand.Target
  /// The bank.
  public let bank: Int
  /// Chunks of a row.
  public let rowChunks: Int
  /// The masks, row by row, chunk by chunk; position 0 in bit 0 of the first word.
  public let masks: [[UInt64]]

  /// The masks of a load; nil for what is no load of activations or weights.
  ///
  /// - Parameters:
  ///   - command: The load.
  ///   - memory: What it reads, in numbers of 32 bits.
  public init?(_ command: MachineCommand, _ sizes: EngineSizes, memory: [Int32]) {
    let words = command.words
    guard command.kind == .load, let target = MachineCommand.Target(rawValue: Int(words[0] >> 8 & 7)),
      target == .activations || target == .weights
    else { return nil }
    let (runs, bytes, stride) = (Int(words[3] & 0xFFFF) + 1, Int(words[4]) + 1, Int(words[5]))
    let rowNumbers = (Int(words[6] & 0xFFF) + 1) * sizes.wordElements
    let (isDense, limit) = (words[0] >> 13 & 1 == 1, words[8])
    let chunk = sizes.chunk
    let chunks = (rowNumbers + chunk - 1) / chunk
    var masks: [[UInt64]] = []
    for run in 0..<runs {
      let first = (Int(words[1]) + run * stride) / 4
      for row in 0..<bytes / 4 / rowNumbers {
        for number in 0..<chunks {
          var mask = [UInt64](repeating: 0, count: (chunk + 63) / 64)
          for place in number * chunk..<min((number + 1) * chunk, rowNumbers) {
            let code = memory[first + row * rowNumbers + place]
            let inside = place - number * chunk
            if isDense || code.magnitude > limit { mask[inside / 64] |= 1 << UInt64(inside % 64) }
          }
          masks.append(mask)
        }
      }
    }
    (self.target, bank, rowChunks, self.masks) = (target, Int(words[0] >> 11 & 1), chunks, masks)
  }

  /// The number in its buffer of chunk `place`: rows of weights go to the lanes in turn.
  public func index(of place: Int, lanes: Int) -> Int {
    let row = target == .weights ? place / rowChunks / lanes : place / rowChunks
    return row * rowChunks + place % rowChunks
  }
}
