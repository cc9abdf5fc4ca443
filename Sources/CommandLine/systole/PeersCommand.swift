import ArgumentParser
import Foundation
import Machines
import Models
import TATAA
import Tools

struct PeersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "peers", abstract: "Compare an accelerator's cycles with what other tools count.",
    discussion: """
      'make setup' installs the other tools. Without SCALE-Sim its published formula stands in.

        systole peers scalesim
        systole peers zigzag
      """,
    subcommands: [PeersScaleSimCommand.self, PeersZigZagCommand.self])
}

/// What is compared with another tool.
struct PeersOptions: ParsableArguments {
  @Option(help: "The sizes of the accelerator: \(PeersOptions.names).")
  var config = "standard"

  @Option(
    name: .customLong("product"),
    help: ArgumentHelp(
      "Compare this product, ROWSxCOLUMNSxDEPTH, in place of those of the models; may be repeated.", valueName: "shape")
  )
  var shapes: [String] = []

  @Flag(help: "Print JSON for a script.")
  var json = false

  private static var names: String { Configuration.named.map(\.name).joined(separator: ", ") }

  /// The products on one core: those that are asked for, or two small ones and those of a layer of BERT-base, DeiT-S and GPT-2.
  ///
  /// - Throws: `RequestError` where no configuration has the name or a shape is none, and `CompilerError`.
  func comparison() throws -> SystolicComparison {
    guard var configuration = Configuration.named.first(where: { $0.name == config })?.configuration else {
      throw RequestError("no configuration is called '\(config)': give \(Self.names)")
    }
    configuration.cores = 1
    var comparison = try SystolicComparison(configuration: configuration)
    guard shapes.isEmpty else {
      for shape in shapes {
        let sizes = shape.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        guard sizes.count == 3, sizes.allSatisfy({ (1...65_536).contains($0) }) else {
          throw RequestError(
            "'\(shape)' is no product: give rows, columns and depth, each 1 to 65536, such as 64x64x64")
        }
        try comparison.add("as asked", rows: sizes[0], columns: sizes[1], depth: sizes[2])
      }
      return comparison
    }
    try withProgress("matrix products of BERT-base, DeiT-S and GPT-2") {
      try comparison.add("64 x 64 x 64", rows: 64, columns: 64, depth: 64)
      try comparison.add("23 x 384 x 384", rows: 23, columns: 384, depth: 384)
      try comparison.add(.bertBase, tokens: 128)
      try comparison.add(.deitSmall, tokens: nil)
      try comparison.add(.gpt2, tokens: 128)
      try comparison.add(.gpt2, tokens: 1024)
      try comparison.add(.gpt2, tokens: 128, past: 128)
    }
    return comparison
  }
}

/// A Python package that `make setup` installs beside the checkout's other tools.
struct PeerPackage {
  /// What it is called in messages.
  var name: String
  /// What a script that uses it imports first.
  var module: String

  /// What a script prints behind `COUNTS`, an array with a number for each thing that it was asked for; nil where the package
  /// is not installed.
  ///
  /// - Parameters:
  ///   - script: Python; its first argument is the request, and it may write files where it runs.
  ///   - request: is given as JSON.
  /// - Throws: `RequestError` with the end of what the script says where it fails.
  func counts(_ script: String, request: some Encodable, timeout: Duration = .seconds(900)) throws -> [Int?]? {
    guard let tools = Toolbox().folder else { return nil }
    let python = tools + "/peers/bin/python"
    guard FileManager.default.isExecutableFile(atPath: python) else { return nil }
    let probe = try Program(path: python).run(["-c", "import \(module)"], timeout: .seconds(60))
    guard probe.termination.isSuccess else { return nil }
    let folder = FileManager.default.temporaryDirectory.appending(path: "systole-peers-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(script.utf8).write(to: folder.appending(path: "counts.py"))
    let asked = String(decoding: try JSONEncoder().encode(request), as: UTF8.self)
    let result = try Program(path: python).run(["counts.py", asked], in: folder.path, timeout: timeout)
    guard result.termination.isSuccess,
      let line = result.output.split(separator: "\n").first(where: { $0.hasPrefix("COUNTS ") })
    else { throw RequestError("\(name)'s package did not count: \(result.errors.suffix(400))") }
    return try JSONDecoder().decode([Int?].self, from: Data(line.dropFirst(7).utf8))
  }
}
