import Components

/// Where the parts of a transfer are seen.
struct BurstStreams {
  var readCommand, readData, writeCommand, writeData, writeDone: String
  /// Before the name of a channel.
  var bus: String
  /// The master whose channels have the fields of AXI4; nil for a reader or a writer alone.
  var master: AXIBurstMaster?

  /// The streams of a reader or a writer alone.
  static let plain = BurstStreams(
    readCommand: "command", readData: "pop", writeCommand: "command", writeData: "push", writeDone: "done", bus: "")
  /// A master on a bus.
  static func bus(_ master: AXIBurstMaster) -> BurstStreams {
    BurstStreams(
      readCommand: "read_command", readData: "read_data", writeCommand: "write_command", writeData: "write_data",
      writeDone: "write_done", bus: "axi_", master: master)
  }

  /// The identifier before other fields, where there is one.
  var identifier: [Int] { master.map { $0.idWidth > 0 ? [0] : [] } ?? [] }

  /// The fields of a burst's address.
  func address(_ address: Int, words: Int, _ shape: BurstShape) -> [Int] {
    if master == nil { return [address, words - 1] }
    // Whole words at rising addresses; neither exclusive nor cached, without privilege or priority.
    return identifier + [address, words - 1, shape.wordBytes.trailingZeroBitCount, 1, 0, AXIBurstMaster.cache, 0, 0]
  }
}
