import Foundation
import Testing

@testable import systole

@Suite struct GenerateTests {
  /// All files under a folder.
  private func files(_ command: Command, _ folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: command.folder.path + "/" + folder).filter { name in
      var isFolder: ObjCBool = false
      let path = "\(command.folder.path)/\(folder)/\(name)"
      return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
    }.sorted()
  }

  @Test(
    arguments: [["generate"], ["testbench"]],
    [
      (["stream-fifo"], ["counter"]), (["matmul"], ["matmul", "--configuration", "int8"]),
      (["stream-fifo", "--set", "depth=4"], ["stream-fifo", "--set", "depth=16"]),
      (["register-bank"], ["adder-tree"]), (["asynchronous-fifo"], ["stream-fifo"]),
    ])
  func `What an earlier design left goes, and what others wrote stays`(
    verb: [String], designs: (first: [String], second: [String])
  ) throws {
    let command = try Command()
    func write(_ design: [String], to folder: String) throws {
      try command.program.run(verb + design + ["--output", folder], in: command.folder.path).expect(0)
    }
    try write(designs.first, to: "both")
    for name in ["notes.txt", "mine.v", "vectors/mine.hex"] {
      let path = command.folder.path + "/both/" + name
      try FileManager.default.createDirectory(
        atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try "mine".write(toFile: path, atomically: true, encoding: .utf8)
    }
    try write(designs.second, to: "both")
    try write(designs.second, to: "fresh")
    let expected = try files(command, "fresh") + ["notes.txt", "mine.v", "vectors/mine.hex"]
    #expect(try files(command, "both") == expected.sorted())
    // The other way round as well, and twice the same.
    try write(designs.first, to: "both")
    try write(designs.first, to: "both")
    try write(designs.second, to: "both")
    #expect(try files(command, "both") == expected.sorted())
  }

  @Test func `A manifest that leads out of the folder removes nothing there`() throws {
    let command = try Command()
    try command("generate", "counter", "--output", "out").expect(0)
    let path = command.folder.path + "/out/manifest.json"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let hostile = text.replacing("\"Counter.v\"", with: "\"../outside.v\", \"\(command.folder.path)/outside.v\"")
    #expect(hostile != text)
    try hostile.write(toFile: path, atomically: true, encoding: .utf8)
    try "mine".write(toFile: command.folder.path + "/outside.v", atomically: true, encoding: .utf8)
    try command("generate", "stream-fifo", "--output", "out").expect(0)
    #expect(command.exists("outside.v"))
  }

  @Test func `A block is written as Verilog, manifest and name map`() throws {
    let command = try Command()
    let result = try command("generate", "stream-fifo", "--set", "depth=5", "--output", "deep/rtl")
    result.expect(0)
    let names = try FileManager.default.contentsOfDirectory(atPath: command.folder.path + "/deep/rtl")
    #expect(names.sorted() == ["StreamFIFO_depth5.v", "manifest.json", "names.json"])
    #expect(result.output.contains("1 module, 0 instances"))
    // The same again gives the same bytes as printing does.
    let text = try String(contentsOfFile: command.folder.path + "/deep/rtl/StreamFIFO_depth5.v", encoding: .utf8)
    #expect(try command("generate", "stream-fifo", "--set", "depth=5", "--stdout").output == text)
  }

  @Test func `The folder is named after the block unless another one is given`() throws {
    let command = try Command()
    let manifest = try command("generate", "requantizer", "--json").object()
    #expect(manifest["files"] as? [String] == ["Requantizer.v"])
    #expect(command.exists("requantizer/Requantizer.v"))
  }

  @Test func `Reset style and places are taken over`() throws {
    let text = try Command()(
      "generate", "stream-fifo", "--stdout", "--reset", "async", "--active-low", "--places"
    ).output
    #expect(text.contains("always @(posedge clock or negedge reset_n)"))
    #expect(text.contains("StreamFIFO.swift:"))
  }

  @Test func `A prefix keeps two designs of one chip apart`() throws {
    let command = try Command()
    let manifest = try command("generate", "matmul", "--configuration", "small", "--prefix", "acme_", "--json").object()
    let files = try #require(manifest["files"] as? [String])
    #expect(files.count == 7)
    #expect(files.allSatisfy { $0.hasPrefix("acme_") })
    #expect((manifest["top"] as? String)?.hasPrefix("acme_MatrixMultiply") == true)
    let refused = try command("generate", "counter", "--prefix", "1st-")
    refused.expect(2)
    #expect(
      refused.errors
        == "systole: error: '1st-Counter' is no identifier; take a prefix of letters, digits and underscores, such as 'acme_'\n"
    )
  }

  @Test func `The licence stands in the first line, and can be another one`() throws {
    let command = try Command()
    #expect(
      try command("generate", "counter", "--stdout").output
        .hasPrefix("// SPDX-License-Identifier: Apache-2.0\n//\n// Counter("))
    #expect(
      try command("generate", "counter", "--stdout", "--license", "CERN-OHL-P-2.0").output
        .hasPrefix("// SPDX-License-Identifier: CERN-OHL-P-2.0\n"))
    try command("generate", "counter", "--stdout", "--license", "").expect(64)
  }

  @Test func `A folder that cannot be made is named with the reason`() throws {
    let command = try Command()
    try "".write(toFile: command.folder.path + "/file", atomically: true, encoding: .utf8)
    let result = try command("generate", "stream-fifo", "--output", "file/rtl")
    result.expect(2)
    #expect(
      result.errors
        == "systole: error: cannot write 'file/rtl/StreamFIFO.v': Not a directory; choose another folder with --output, or make room\n"
    )
  }

  @Test func `A request that cannot be met writes nothing`() throws {
    let command = try Command()
    let cases: [([String], String)] = [
      (["stream-fifoo"], "did you mean 'stream-fifo'?"),
      (["stream-fifo", "--set", "depth=0"], "'0' is no value for 'depth'; write 1…65536"),
      (["stream-fifo", "--set", "dept=2"], "did you mean 'depth'?"),
      (["stream-fifo", "--configuration", "deep"], "has no configuration 'deep'; it has default, registers"),
      (["requantizer", "--set", "least=5", "--set", "greatest=-5"], "SYS0013"),
    ]
    for (arguments, message) in cases {
      let result = try command.program.run(["generate"] + arguments, in: command.folder.path)
      result.expect(2)
      #expect(result.errors.contains(message), "'\(message)' is not in\n\(result.errors)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: command.folder.path).isEmpty)
  }

  @Test func `Mistakes of a design are called errors once`() throws {
    let result = try Command()("generate", "single-port-memory", "--set", "width=8", "--set", "lanes=3")
    result.expect(2)
    #expect(
      result.errors.hasPrefix("systole: error: parameter 'lanes' is 3 for words of 8 bits [SYS0013]"),
      "\(result.errors)")
  }
}
