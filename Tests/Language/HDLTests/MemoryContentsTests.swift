import Foundation
import HDL
import Netlist
import Testing
import Verilog

@testable import struct HDL.HexadecimalFile

@Suite struct MemoryContentsTests {
  @Test func `A file has words, comments and addresses`() throws {
    let text = "// squares\r\n0 1 /* two\nlines */ 0_4\n@6 24 // last\n"
    let words = try HexadecimalFile(text, width: 6).words
    #expect(words.map(\.unsigned) == [0, 1, 4, 0, 0, 0, 0x24])
  }

  @Test(arguments: [
    ("0\n1 x2\n", 2, "has the word 'x2'"), ("40", 1, "has the word '40'"), ("@g 1", 1, "has the address '@g'"),
  ])
  func `A file with another form is refused`(text: String, line: Int, problem: String) {
    #expect(throws: HexadecimalFile.Mistake(line: line, problem: problem)) { try HexadecimalFile(text, width: 6) }
  }

  @Test func `A file that is longer than its memory is refused where it is`() throws {
    let folder = NSTemporaryDirectory()
    for (text, problem) in [
      ("0 1 2 3\n4 5 6 7\n8\n", "line 3 has more words than fit: the word at address 8"),
      ("0\n@3fffffff 1\n", "line 2 has the address '@3fffffff'"), ("0 1\nzz\n", "line 2 has the word 'zz'"),
      ("\u{FFFD}\n", "line 1 has the word '\u{FFFD}'"),
    ] {
      let path = folder + "squares-\(UUID().uuidString).hex"
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      defer { try? FileManager.default.removeItem(atPath: path) }
      let told = diagnosis(Squares(path: path))
      #expect(told.contains("error: memory 'squares' starts with the file '\(path)': \(problem) [SYS0031]"), "\(told)")
      #expect(
        told.contains("fix: write words of at most 6 bits at addresses below 8 as $readmemh takes them"), "\(told)")
    }
    #expect(diagnosis(Squares(path: folder)).contains("which cannot be read [SYS0032]"))
  }

  struct Squares: Generator {
    var path: String

    struct Ports { let a: Input<UInt>, y: Output<UInt> }
    var ports: Ports { Ports(a: .init(3), y: .init(6)) }
    func build(_ io: Interior<Ports>, in m: Module) {
      io.y <== m.rom("squares", UInt.self, width: 6, depth: 8, contents: .file(path)).read(at: io.a)
    }
  }

  @Test func `A design with a file has a file of its own`() throws {
    let path = NSTemporaryDirectory() + "squares-\(UUID().uuidString).hex"
    try "0 1 4 9\n@5 19\n".write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let circuit = try Squares(path: path).elaborate()
    let name = circuit.top.name
    #expect(circuit.dataFiles == [DataFile(name: "\(name).squares.hex", text: "00\n01\n04\n09\n00\n19\n00\n00\n")])
    #expect(EmittedDesign(circuit).files.map(\.name).contains("\(name).squares.hex"))
    #expect(circuit.manifest.data == ["\(name).squares.hex"])
    let text = try #require(circuit.verilog().last?.text)
    #expect(
      text.contains(
        """
          reg [5:0] squares [0:7];
          reg [5:0] squares_data;
        `ifdef SYSTOLE_DATA
          initial $readmemh({`SYSTOLE_DATA, "/\(name).squares.hex"}, squares);
        `else
          initial $readmemh("\(name).squares.hex", squares);
        `endif

        """), "\(text)")
  }
}
