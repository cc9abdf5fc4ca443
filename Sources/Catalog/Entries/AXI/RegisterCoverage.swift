import Catalog
import Components
import Testbench

extension Catalog {
  /// Reads and writes, strobes, and what follows what.
  static func addAccess(
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

  /// The words of a bank, by the names of their registers, and the addresses behind the last one.
  static func words(of bank: RegisterBank) -> [String] {
    let (names, lanes) = (bank.map.registers.map(\.name), bank.dataWidth / 32)
    let words = stride(from: 0, to: names.count, by: lanes).map { first in
      names[first..<min(first + lanes, names.count)].joined(separator: " and ")
    }
    return words + ["none"]
  }

  /// The number of the bin for an address.
  static func word(_ address: Int, of bank: RegisterBank, _ words: [String]) -> Int {
    min(words.count - 1, Int(UInt64(truncatingIfNeeded: address) / UInt64(bank.dataWidth / 8)))
  }

  /// Every register and the addresses behind the last one, read and written, and which of that is an error.
  static func addRegisters(_ bank: RegisterBank, _ model: inout CoverageModel) throws(CoverageError) {
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
  static func excludeMissingBits(
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
}
