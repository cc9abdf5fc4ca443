import Catalog
import Components
import Testbench

extension Catalog {
  /// Lengths of commands, where they begin in a word, and whether they cross a boundary of 4 KiB.
  static func addCommands(
    _ stream: String, _ shape: BurstShape, _ model: inout CoverageModel
  ) throws(CoverageError) {
    let (address, length) = (
      try model.field(stream, "address"), try model.field(stream, "length_less_one")
    )
    let (word, most) = (shape.wordBytes, shape.maximumBurst * shape.wordBytes)
    try model.point(
      "\(stream) length", over: [length],
      .named(["one byte", "less than a word", "a word", "up to a burst", "several bursts", "the longest"])
    ) { values in
      let bytes = values[0] + 1
      if bytes == 1 { return 0 }
      if bytes < word { return 1 }
      if bytes == word { return 2 }
      if bytes == 1 << shape.lengthWidth { return 5 }
      return bytes <= most ? 3 : 4
    }
    if word == 2 { try model.exclude("\(stream) length", ["less than a word"], because: "that is one byte") }
    try model.point("\(stream) offset in a word", over: [address], .each(0..<min(word, 16))) { $0[0] % word }
    try model.point(
      "\(stream) at 4 KiB", over: [address, length],
      .named(["within a page", "ends with a page", "crosses one boundary", "crosses several"])
    ) { values in
      let end = values[0] & 4095 + values[1] + 1
      return end < 4096 ? 0 : end == 4096 ? 1 : end <= 8192 ? 2 : 3
    }
    if 1 << shape.lengthWidth <= 4096 {
      try model.exclude("\(stream) at 4 KiB", ["crosses several"], because: "a command has less than a page")
    }
    try model.cross("\(stream) length × 4 KiB", ["\(stream) length", "\(stream) at 4 KiB"], shortCannotCross(shape))
  }

  private static func shortCannotCross(_ shape: BurstShape) -> [CoverCombination] {
    let long = shape.maximumBurst * shape.wordBytes
    var rules: [CoverCombination] = [
      .excluded("one byte", "crosses one boundary", because: "one byte crosses nothing")
    ]
    if 1 << shape.lengthWidth > 4096 {
      rules += ["one byte", "less than a word", "a word"].map {
        .excluded($0, "crosses several", because: "it is shorter than a page")
      }
      if long <= 4096 {
        rules.append(.excluded("up to a burst", "crosses several", because: "it is shorter than a page"))
      }
      rules += ["within a page", "ends with a page", "crosses one boundary"].map {
        .excluded("the longest", $0, because: "it is longer than two pages")
      }
    }
    return rules
  }

  /// Lengths of bursts.
  static func addBursts(
    _ channel: String, address: String, length: String, _ shape: BurstShape, _ model: inout CoverageModel
  ) throws(CoverageError) {
    let most = shape.maximumBurst - 1
    try model.point(
      "burst of \(channel)", over: try model.field(channel, length),
      [.value("one word", 0)] + (most > 1 ? [.range("some words", 1...most - 1)] : [])
        + (most > 0 ? [.value("the longest", most)] : []) + [.illegal("too long", most + 1...Int.max)])
    try model.excludeBits(
      "\(channel).\(address)", 0..<shape.wordBytes.trailingZeroBitCount, because: "bursts begin with a whole word")
    let width = channel.hasPrefix("axi") ? model.width(channel + length) : model.width("\(channel)_\(length)")
    try model.excludeBits(
      "\(channel).\(length)", (0..<width).filter { most >> $0 == 0 },
      because: "a burst has \(shape.maximumBurst) words at most")
  }
}
