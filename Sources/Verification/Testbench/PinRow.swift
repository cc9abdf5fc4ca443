import Engine

/// Neighbouring pins of one width: one loop stores, loads or compares as many consecutive words of a row.
@usableFromInline
struct PinRun {
  @usableFromInline let storage: UnsafeMutableRawPointer
  /// Bytes of storage a word: 1, 2, 4 or 8.
  @usableFromInline let byteCount: Int
  /// The bits of a word that belong to its field.
  @usableFromInline let mask: UInt64
  /// Position of the first word in the row.
  @usableFromInline let firstWord: Int
  /// Number of words.
  @usableFromInline private(set) var count = 1

  private var end: UnsafeMutableRawPointer { storage + byteCount * count }

  /// The runs of a row. A pin above 64 bits is an array of 32-bit words and may end in half a word.
  static func runs(_ shape: RowShape, _ pins: [Pin]) -> [PinRun] {
    let masks = shape.masks
    var runs: [PinRun] = []
    for (field, pin) in zip(shape.fields, pins) {
      for word in 0..<field.wordCount {
        let run = PinRun(
          storage: pin.storage + 8 * word, byteCount: min(8, Pin.byteCount(width: field.width) - 8 * word),
          mask: masks[field.firstWord + word], firstWord: field.firstWord + word)
        if let last = runs.last, last.end == run.storage, last.byteCount == run.byteCount, last.mask == run.mask {
          runs[runs.count - 1].count += 1
        } else {
          runs.append(run)
        }
      }
    }
    return runs
  }

  private init(storage: UnsafeMutableRawPointer, byteCount: Int, mask: UInt64, firstWord: Int) {
    self.storage = storage
    self.byteCount = byteCount
    self.mask = mask
    self.firstWord = firstWord
  }

  @inlinable @inline(__always)
  func store<Word: FixedWidthInteger>(_ words: UnsafePointer<UInt64>, as type: Word.Type) {
    for index in 0..<count {
      let word = Word(truncatingIfNeeded: words[index] & mask)
      storage.storeBytes(of: word, toByteOffset: index &* MemoryLayout<Word>.size, as: type)
    }
  }

  @inlinable @inline(__always)
  func load<Word: FixedWidthInteger>(into words: UnsafeMutablePointer<UInt64>, as type: Word.Type) {
    for index in 0..<count {
      words[index] = UInt64(
        truncatingIfNeeded: storage.loadUnaligned(fromByteOffset: index &* MemoryLayout<Word>.size, as: type))
    }
  }

  @inlinable @inline(__always)
  func difference<Word: FixedWidthInteger>(from words: UnsafePointer<UInt64>, as type: Word.Type) -> UInt64 {
    var difference: UInt64 = 0
    for index in 0..<count {
      let word = storage.loadUnaligned(fromByteOffset: index &* MemoryLayout<Word>.size, as: type)
      difference |= UInt64(truncatingIfNeeded: word) ^ words[index]
    }
    return difference
  }

  @inlinable @inline(__always)
  func difference<Word: FixedWidthInteger>(
    from words: UnsafePointer<UInt64>, care: UnsafePointer<UInt64>, as type: Word.Type
  ) -> UInt64 {
    var difference: UInt64 = 0
    for index in 0..<count {
      let word = storage.loadUnaligned(fromByteOffset: index &* MemoryLayout<Word>.size, as: type)
      difference |= (UInt64(truncatingIfNeeded: word) ^ words[index]) & care[index]
    }
    return difference
  }
}

/// The pins of a row as runs in memory that somebody else frees.
@usableFromInline
struct PinRow {
  @usableFromInline let runs: UnsafeBufferPointer<PinRun>

  @inlinable @inline(__always)
  init(_ runs: UnsafeBufferPointer<PinRun>) { self.runs = runs }

  /// Runs in memory of their own until ``deallocate()``.
  init(copying runs: [PinRun]) { self.init(UnsafeBufferPointer(UnsafeMutableBufferPointer.copying(runs))) }

  func deallocate() { runs.deallocate() }

  /// Stores the words of a row; bits that do not belong to a field are left out.
  @inlinable @inline(__always)
  func store(_ row: UnsafePointer<UInt64>) {
    for index in 0..<runs.count {
      let run = runs[index]
      switch run.byteCount {
      case 1: run.store(row + run.firstWord, as: UInt8.self)
      case 2: run.store(row + run.firstWord, as: UInt16.self)
      case 4: run.store(row + run.firstWord, as: UInt32.self)
      default: run.store(row + run.firstWord, as: UInt64.self)
      }
    }
  }

  /// Loads the words of a row.
  @inlinable @inline(__always)
  func load(into row: UnsafeMutablePointer<UInt64>) {
    for index in 0..<runs.count {
      let run = runs[index]
      switch run.byteCount {
      case 1: run.load(into: row + run.firstWord, as: UInt8.self)
      case 2: run.load(into: row + run.firstWord, as: UInt16.self)
      case 4: run.load(into: row + run.firstWord, as: UInt32.self)
      default: run.load(into: row + run.firstWord, as: UInt64.self)
      }
    }
  }

  /// Not zero when the pins hold something else than the words of `row`.
  @inlinable @inline(__always)
  func difference(from row: UnsafePointer<UInt64>) -> UInt64 {
    var difference: UInt64 = 0
    for index in 0..<runs.count {
      let run = runs[index]
      switch run.byteCount {
      case 1: difference |= run.difference(from: row + run.firstWord, as: UInt8.self)
      case 2: difference |= run.difference(from: row + run.firstWord, as: UInt16.self)
      case 4: difference |= run.difference(from: row + run.firstWord, as: UInt32.self)
      default: difference |= run.difference(from: row + run.firstWord, as: UInt64.self)
      }
    }
    return difference
  }

  /// Not zero when the pins differ from the words of `row` in a bit that is 1 in the words of `care`.
  @inlinable @inline(__always)
  func difference(from row: UnsafePointer<UInt64>, care: UnsafePointer<UInt64>) -> UInt64 {
    var difference: UInt64 = 0
    for index in 0..<runs.count {
      let run = runs[index]
      let (row, care) = (row + run.firstWord, care + run.firstWord)
      switch run.byteCount {
      case 1: difference |= run.difference(from: row, care: care, as: UInt8.self)
      case 2: difference |= run.difference(from: row, care: care, as: UInt16.self)
      case 4: difference |= run.difference(from: row, care: care, as: UInt32.self)
      default: difference |= run.difference(from: row, care: care, as: UInt64.self)
      }
    }
    return difference
  }

  /// Stores noise.
  @inlinable @inline(__always)
  func scramble(_ noise: inout Xoshiro256) {
    for index in 0..<runs.count {
      let run = runs[index]
      for word in 0..<run.count {
        let bits = noise.next() & run.mask
        let place = run.storage + run.byteCount &* word
        switch run.byteCount {
        case 1: place.storeBytes(of: UInt8(truncatingIfNeeded: bits), as: UInt8.self)
        case 2: place.storeBytes(of: UInt16(truncatingIfNeeded: bits), as: UInt16.self)
        case 4: place.storeBytes(of: UInt32(truncatingIfNeeded: bits), as: UInt32.self)
        default: place.storeBytes(of: bits, as: UInt64.self)
        }
      }
    }
  }
}
