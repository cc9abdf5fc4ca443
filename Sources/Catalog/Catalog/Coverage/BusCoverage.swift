import Components
import Testbench

extension Catalog {
  private static let okay: [CoverBin] = .named(["OKAY", "EXOKAY", "SLVERR", "DECERR"])
  private static let responseIsAwaited =
    "a manager is ready for a response from the cycle after its request was accepted"

  static let coverAXILiteManager: Entry<AXILiteManager, CountWorkload>.AddCoverage = { _, model throws(CoverageError) in
    try addAccess("access", &model)
    try model.point("write response", over: try model.field("axi_b", "resp"), okay)
    try model.point("read response", over: try model.field("axi_r", "resp"), okay)
    for channel in ["axi_aw", "axi_ar"] {
      try model.excludeBits("\(channel).prot", 0..<3, because: "accesses are unprivileged, secure and for data")
    }
    try model.excludeBackToBack(
      ["access", "response", "axi_aw", "axi_w", "axi_b", "axi_ar", "axi_r"],
      because: "one access is under way at a time")
    try model.excludeStalls(["axi_b", "axi_r"], because: responseIsAwaited)
  }

  static let coverAXILiteSubordinate: Entry<AXILiteSubordinate, CountWorkload>.AddCoverage = {
    _, model throws(CoverageError) in
    try addAccess("access", &model, mixes: false)
    try addResponse("axi_b", &model)
    try addResponse("axi_r", &model)
    try model.excludeBackToBack(
      ["axi_aw", "axi_w", "axi_b", "axi_ar", "axi_r", "access", "response"],
      because: "one access is under way at a time")
  }

  /// Bits and values of a response that is OKAY or SLVERR.
  private static func addResponse(_ channel: String, _ model: inout CoverageModel) throws(CoverageError) {
    let response = try model.field(channel, "resp")
    try model.point("response of \(channel)", over: response, [.value("OKAY", 0), .value("SLVERR", 2)])
    try model.excludeBits("\(channel).resp", [0], because: "a response is OKAY or SLVERR")
  }

  /// Reads and writes, strobes, and what follows what.
  private static func addAccess(
    _ stream: String, _ model: inout CoverageModel, mixes: Bool = true
  ) throws(CoverageError) {
    let isWrite = try model.field(stream, "is_write")
    try model.point("access", over: isWrite, .named(["read", "write"]))
    let strobe = try model.field(stream, "strobe")
    let all = 1 << model.width("\(stream)_strobe") - 1
    try model.point(
      "strobe of a write", over: [isWrite, strobe], .named(["none", "some bytes", "all"])
    ) { $0[0] == 0 ? nil : $0[1] == 0 ? 0 : $0[1] == all ? 2 : 1 }
    let order: [CoverBin] = [
      .transition("read, read", 0, 0), .transition("write, write", 1, 1), .transition("read, write", 0, 1),
      .transition("write, read", 1, 0),
    ]
    try model.point("order", over: isWrite, mixes ? order : Array(order.prefix(2)))
  }

  static let coverRegisterBank: Entry<RegisterBank, CountWorkload>.AddCoverage = { bank, model throws(CoverageError) in
    try addAccess("access", &model)
    try addRegisters(bank, &model)
  }

  static let coverAXILiteSystem: Entry<AXILiteSystem, CountWorkload>.AddCoverage = {
    system, model throws(CoverageError) in
    try addAccess("access", &model)
    try addRegisters(system.bank, &model)
    try model.excludeBackToBack(["access", "response"], because: "one access is under way at a time")
  }

  /// The words of a bank, by the names of their registers, and the addresses behind the last one.
  private static func words(of bank: RegisterBank) -> [String] {
    let (names, lanes) = (bank.map.registers.map(\.name), bank.dataWidth / 32)
    let words = stride(from: 0, to: names.count, by: lanes).map { first in
      names[first..<min(first + lanes, names.count)].joined(separator: " and ")
    }
    return words + ["none"]
  }

  /// The number of the bin for an address.
  private static func word(_ address: Int, of bank: RegisterBank, _ words: [String]) -> Int {
    min(words.count - 1, Int(UInt64(truncatingIfNeeded: address) / UInt64(bank.dataWidth / 8)))
  }

  /// Every register and the addresses behind the last one, read and written, and which of that is an error.
  private static func addRegisters(_ bank: RegisterBank, _ model: inout CoverageModel) throws(CoverageError) {
    let (isWrite, address) = (try model.field("access", "is_write"), try model.field("access", "address"))
    let (words, bytes) = (words(of: bank), bank.dataWidth / 8)
    try model.point("register", over: [isWrite, address], .named(words)) { word($0[1], of: bank, words) }
    try model.point("read or write", over: [isWrite, address], .named(["read", "write"])) { $0[0] }
    try model.cross("register × read or write", ["register", "read or write"])
    try model.point("byte address", over: [isWrite, address], .each(0..<bytes)) { $0[1] & (bytes - 1) }
    try model.point("is error", over: [isWrite, try model.field("response", "is_error")], .bit) { $0[1] }
    try excludeMissingBits("response.data", bank, &model)
  }

  /// Bits of a word that no register has where it stands in the word.
  private static func excludeMissingBits(
    _ field: String, _ bank: RegisterBank, _ model: inout CoverageModel
  ) throws(CoverageError) {
    let (registers, lanes) = (bank.map.registers, bank.dataWidth / 32)
    let missing = (0..<bank.dataWidth).filter { bit in
      !registers.indices.contains { $0 % lanes == bit / 32 && registers[$0].width > bit % 32 }
    }
    if !missing.isEmpty {
      try model.excludeBits(field, missing, because: "no register has a bit at this place of a word")
    }
  }

  static let coverAXILiteRegisterBank: Entry<AXILiteRegisterBank, CountWorkload>.AddCoverage = {
    peripheral, model throws(CoverageError) in
    let (bank, words) = (peripheral.bank, words(of: peripheral.bank))
    for channel in ["axi_aw", "axi_ar"] {
      try model.point("register of \(channel)", over: [try model.field(channel, "addr")], .named(words)) {
        word($0[0], of: bank, words)
      }
    }
    try addResponse("axi_b", &model)
    try addResponse("axi_r", &model)
    try excludeMissingBits("axi_r.data", bank, &model)
    try model.excludeBackToBack(
      ["axi_aw", "axi_w", "axi_b", "axi_ar", "axi_r"], because: "one access is under way at a time")
  }

  // MARK: Bursts

  static let coverBurstReader: Entry<BurstReader, CountWorkload>.AddCoverage = { unit, model throws(CoverageError) in
    try addCommands("command", unit.shape, &model)
    try addBursts("ar", address: "address", length: "length", unit.shape, &model)
    try addReadResponses("r", &model)
    try model.excludeBackToBack(["command"], because: "a command is taken when the one before is cut into bursts")
  }

  static let coverBurstWriter: Entry<BurstWriter, CountWorkload>.AddCoverage = { unit, model throws(CoverageError) in
    try addCommands("command", unit.shape, &model)
    try addBursts("aw", address: "address", length: "length", unit.shape, &model)
    try model.point("write response", over: try model.field("b", "data"), okay)
    try model.excludeBackToBack(["command"], because: "a command is taken when the one before is cut into bursts")
    try model.excludeStalls(["b"], because: responseIsAwaited)
    try model.excludeBackToBack(
      ["done"], because: "the words of a command take a clock at least, and its answer another")
  }

  static let coverAXIBurstMaster: Entry<AXIBurstMaster, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    for (kind, channel) in [("read", "axi_ar"), ("write", "axi_aw")] {
      try addCommands("\(kind)_command", unit.shape, &model)
      try addBursts(channel, address: "addr", length: "len", unit.shape, &model)
      if unit.idWidth > 0 {
        try model.excludeBits("\(channel).id", 0..<unit.idWidth, because: "the identifier is 0")
      }
      let size = unit.shape.wordBytes.trailingZeroBitCount
      for (field, value, what) in [
        ("size", size, "a beat is a whole word"), ("burst", 1, "addresses rise"), ("lock", 0, "no access is exclusive"),
        ("cache", AXIBurstMaster.cache, "memory is not cached"),
        ("prot", 0, "accesses are unprivileged, secure and for data"),
        ("qos", 0, "no burst has a priority"),
      ] {
        let width = model.width(channel + field)
        try model.exclude(
          "\(channel).\(field) bits", (0..<width).map { "bit \($0) at \(value >> $0 & 1 == 1 ? 0 : 1)" }, because: what)
      }
      try model.excludeBackToBack(
        ["\(kind)_command"], because: "a command is taken when the one before is cut into bursts")
    }
    for channel in ["axi_b", "axi_r"] where unit.idWidth > 0 {
      try model.excludeBits("\(channel).id", 0..<unit.idWidth, because: "the identifier is 0")
    }
    try addReadResponses("axi_r", &model)
    try model.point("write response", over: try model.field("axi_b", "resp"), okay)
    try model.excludeStalls(["axi_b"], because: responseIsAwaited)
    try model.excludeBackToBack(
      ["write_done"], because: "the words of a command take a clock at least, and its answer another")
  }

  /// Lengths of commands, where they begin in a word, and whether they cross a boundary of 4 KiB.
  private static func addCommands(
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
  private static func addBursts(
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

  private static func addReadResponses(_ channel: String, _ model: inout CoverageModel) throws(CoverageError) {
    let response = try model.field(channel, "resp")
    try model.point("read response", over: response, okay)
    try model.point("last word", over: try model.field(channel, "last"), .bit)
    try model.cross("response × last word", ["read response", "last word"])
  }
}
