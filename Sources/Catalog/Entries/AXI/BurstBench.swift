import Catalog
import Components
import Golden
import HDL
import Testbench

extension BenchRequest {
  /// Whether this run looks at each clock: every other one does where words fit.
  func checksTiming(_ shape: BurstShape) -> Bool { checksTiming && shape.wordBytes <= 8 }
}

extension StreamBench {
  /// Whether a command is as long as there is, or half of it: dear ones begin every other run of this kind, and short ones
  /// come more often.
  private func isLong(_ number: Int, _ shape: BurstShape) -> Bool {
    index % 4 == 2 && number % (1 << shape.lengthWidth <= 1024 ? 8 : .max) < 2
  }

  /// Sends `count` commands to read, and answers their bursts.
  mutating func addReads(
    _ count: Int, _ shape: BurstShape, on streams: BurstStreams
  ) throws(BenchError) {
    var random = random("commands")
    for number in 0..<count {
      let (address, split) = random.transfer(shape, isLongest: isLong(number, shape), isHalf: number % 2 == 1)
      let length = split.bytes.joined().count { $0 }
      try send([address, length - 1], on: streams.readCommand)
      var rest = split.bytes[...]
      for burst in split.bursts {
        try expect(streams.address(burst.address, words: burst.words, shape), on: streams.bus + "ar")
        try holdResponse(on: streams.bus + "r", after: [streams.bus + "ar"])
        for word in 0..<burst.words {
          let data = random.items(1, width: 8 * shape.wordBytes)
          let resp = random.integer(below: 16) == 0 ? UInt64(2 + random.integer(below: 2)) : 0
          let keep = packed(rest.removeFirst().map { $0 ? 1 : 0 }, width: 1)
          let identifier = streams.identifier.map { UInt64($0) }
          let isLast: UInt64 = word == burst.words - 1 ? 1 : 0
          let isEnd: UInt64 = rest.isEmpty ? 1 : 0
          try withStimuli { stimuli throws(BenchError) in
            try stimuli.send(words: identifier + data + [resp, isLast], on: streams.bus + "r")
            try stimuli.expect(words: data + keep + [isEnd, resp == 0 ? 0 : 1], on: streams.readData)
          }
        }
      }
    }
  }

  /// Sends `count` commands to write with their words, and ends their bursts.
  mutating func addWrites(
    _ count: Int, _ shape: BurstShape, on streams: BurstStreams
  ) throws(BenchError) {
    var random = random("commands to write")
    for number in 0..<count {
      let (address, split) = random.transfer(shape, isLongest: isLong(number, shape), isHalf: number % 2 == 1)
      let length = split.bytes.joined().count { $0 }
      try send([address, length - 1], on: streams.writeCommand)
      var rest = split.bytes[...]
      var hasFailed = false
      for burst in split.bursts {
        try expect(streams.address(burst.address, words: burst.words, shape), on: streams.bus + "aw")
        for word in 0..<burst.words {
          let data = random.items(1, width: 8 * shape.wordBytes)
          let strobe = packed(rest.removeFirst().map { $0 ? 1 : 0 }, width: 1)
          let isLast: UInt64 = word == burst.words - 1 ? 1 : 0
          try withStimuli { stimuli throws(BenchError) in
            try stimuli.send(words: data, on: streams.writeData)
            try stimuli.expect(words: data + strobe + [isLast], on: streams.bus + "w")
          }
        }
        let resp = random.integer(below: 8) == 0 ? 2 + random.integer(below: 2) : random.integer(below: 2)
        hasFailed = hasFailed || resp >= 2
        try holdResponse(on: streams.bus + "b", after: [streams.bus + "aw", streams.bus + "w"])
        try send(streams.identifier + [resp], on: streams.bus + "b")
      }
      try expect([hasFailed ? 1 : 0], on: streams.writeDone)
    }
  }
}

extension Xoshiro256 {
  /// A transfer that fits the address space: short or long, close to a boundary of 4 KiB or anywhere.
  ///
  /// - Parameters:
  ///   - isLongest: As long as there is.
  ///   - isHalf: With `isLongest`, the shortest whose length has the highest bit.
  mutating func transfer(
    _ shape: BurstShape, isLongest: Bool, isHalf: Bool = false
  ) -> (address: Int, split: BurstSplit) {
    let space = 1 << min(62, shape.addressWidth)
    if isLongest {
      // A bench holds what it transfers: lengths above 2^16 words differ from shorter ones in the width of counters alone.
      let longest = min(1 << shape.lengthWidth, space, shape.wordBytes << 16)
      let length = isHalf ? longest / 2 + 1 : longest
      let page = (integer(below: space) | 4095) + 1
      let place = integer(below: 4)
      let address =
        switch place {
        case 0: page - length
        case 1: page - 1 - integer(below: length)
        case 2: integer(below: space - length + 1)
        default: integer(below: min(shape.wordBytes, space - length + 1))
        }
      var start = max(0, min(address, space - length))
      // Only a transfer that begins inside a word has a word more than its bytes fill.
      if place > 0, start % shape.wordBytes == 0, start + length < space { start += 1 }
      return (
        start,
        BurstSplit(address: start, length: length, wordBytes: shape.wordBytes, maximumBurst: shape.maximumBurst)
      )
    }
    let longest = min(
      1 << shape.lengthWidth, 24 * shape.maximumBurst * shape.wordBytes / 4, space / 2)
    var length = integer(below: 3) == 0 ? 1 + integer(below: 2 * shape.wordBytes) : 1 + integer(below: longest)
    if integer(below: 8) == 0 { length = min(longest, shape.wordBytes) }
    var address = integer(below: space - length)
    if integer(below: 2) == 0 {
      let near = (address | 4095) + 1 - integer(below: min(length + 8, 4096))
      if near >= 0, near + length <= space { address = near }
    }
    switch integer(below: 64) {
    case 0: address = 0
    case 1: address = 1
    case 2: address = space / 2
    case 3: (address, length) = (space - 1, 1)
    case 4: address = space - length
    case 5...8: address = (address | 4095) + 1 - length
    default: break
    }
    address = max(0, min(address, space - length))
    return (
      address,
      BurstSplit(address: address, length: length, wordBytes: shape.wordBytes, maximumBurst: shape.maximumBurst)
    )
  }
}
