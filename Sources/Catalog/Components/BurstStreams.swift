import Components

/// Where the parts of a transfer are seen.
struct BurstStreams {
  var readCommand, readData, writeCommand, writeData, writeDone: String
  /// Before the name of a channel.
  var bus: String
  /// Whether identifiers and the kind of burst are there.
  var isBus: Bool

  /// The streams of a reader or a writer alone.
  static let plain = BurstStreams(
    readCommand: "command", readData: "output", writeCommand: "command", writeData: "input", writeDone: "done", bus: "",
    isBus: false)
  /// A master on a bus.
  static let bus = BurstStreams(
    readCommand: "read_command", readData: "read_data", writeCommand: "write_command", writeData: "write_data",
    writeDone: "write_done", bus: "axi_", isBus: true)

  /// The fields of a burst's address.
  func address(_ address: Int, words: Int, _ shape: BurstShape) -> [Int] {
    isBus ? [0, address, words - 1, shape.wordBytes.trailingZeroBitCount, 1] : [address, words - 1]
  }
}
