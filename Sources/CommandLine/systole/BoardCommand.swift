import ArgumentParser
import Catalog
import HDL
import Packaging
import TATAAHardware
import Tools

struct BoardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "board", abstract: "Write an FPGA project: TATAA with memory and a serial line on a ULX3S.",
    discussion: """
      The accelerator, a memory on the chip, and a loader behind the serial line of the board, with pins, a Makefile for Yosys,
      nextpnr-ecp5 and ecppack, and a README with the protocol and the registers.

        systole board --config tiny --output board
        make -C board
      """)

  @Option(help: "The sizes of the accelerator to start from.", completion: .list(["tiny"]))
  var config = "tiny"

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Set a size of the accelerator, such as maximumDepth=16; may be repeated.", valueName: "name=value"))
  var settings: [Setting] = []

  @Option(help: "Words of 64 bits of the memory, a power of two.")
  var words = 4096

  @Option(help: "Bits a second of the serial line.")
  var baud = 1_000_000

  @Option(name: .shortAndLong, help: "The folder.", completion: .directory)
  var output = "board"

  func validate() throws {
    try require("--baud", baud, in: BoardProject.clock / 65536 + 1...BoardProject.clock / 4)
    try require("--words", words, in: 2...65536)
  }

  func run() throws {
    try reportingErrors {
      var board = TATAABoard()
      let options = settings.flatMap { ["--set", "\($0.name)=\($0.value)"] }
      board.configuration = try TATAAOptions.parse(["--config", config] + options).sizes()
      (board.words, board.divisor) = (words, (BoardProject.clock + baud / 2) / baud)
      let project = try BoardProject(board, license: Catalog.license)
      try project.write(to: output)
      print("\(output): \(project.files.count) files, top module \(project.top); run make -C \(shellQuoted(output))")
    }
  }
}
