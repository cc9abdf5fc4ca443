import Foundation
import TestFiles
import Testing

@Suite struct RunTests {
  /// A folder with links to the files of the real model, but for those given.
  private func model(in command: Command, _ files: [String: String]) throws -> String {
    let folder = command.folder.path + "/model"
    let real = Checkout.path + "/.tools/models/all-MiniLM-L6-v2"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for name in ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"] {
      if let text = files[name] {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
      } else {
        try FileManager.default.createSymbolicLink(atPath: folder + "/" + name, withDestinationPath: real + "/" + name)
      }
    }
    return folder
  }

  @Test func `Overflow, saturation and cut tokens are said, and nothing that a terminal obeys`() throws {
    let command = try Command()
    let model = try model(in: command, ["tokenizer_config.json": #"{"model_max_length":6}"#])
    let text = "The cat\u{1B}[31m sat\non the\u{202E} mat."
    let arguments = [
      "run", "matmul", "--model", model, "--text", text, "--set", "rows=8", "--set", "columns=8", "--set",
      "accumulatorWidth=16",
    ]
    let refused = try command.program.run(arguments, in: command.folder.path, timeout: .seconds(900))
    refused.expect(2)
    let pattern =
      /systole: error: (\d+) of 2304 sums do not fit into accumulators of 16 bits and would wrap; use --set accumulatorWidth=(\d+) or more, or --allow-overflow to see what wrapping does to the layer\n/
    let match = try #require(refused.errors.firstMatch(of: pattern), "\(refused.errors)")
    #expect(refused.errors.contains("systole: note: the sentence is too long and was cut: the last "))
    #expect(refused.output.isEmpty)

    let run = try command.program.run(arguments + ["--allow-overflow"], in: command.folder.path, timeout: .seconds(900))
    run.expect(0)
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(lines[0] == #"query projection of layer 0, 6 tokens: "The cat\u{1B}[31m sat\u{A}on the\u{202E} mat.""#)
    #expect(lines[1].hasPrefix("cut            the last ") && lines[1].hasSuffix(" tokens: the model takes 6 at most"))
    #expect(
      lines.contains(
        "overflow       \(match.1) of 2304 sums wrapped in accumulators of 16 bits: these outputs are not the layer's"))
    #expect(
      lines.contains { $0.wholeMatch(of: /saturation     \d+ of 2304 outputs were clamped to -127 or 127/) != nil })

    let json = try command.program.run(
      arguments + ["--allow-overflow", "--json"], in: command.folder.path, timeout: .seconds(900)
    ).object()
    #expect(json["overflows"] as? Int == Int(match.1))
    #expect(json["bitExact"] as? Bool == true && json["outputsCompared"] as? Int == 2304)
    #expect(json["cutTokens"] as? Int ?? 0 > 0 && json["saturations"] is Int && json["cosine"] is Double)
  }

  @Test func `A model that cannot be read says why`() throws {
    let command = try Command()
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:53aa\nsize 90868376\n"
    let model = try model(in: command, ["model.safetensors": pointer])
    let result = try command("run", "matmul", "--model", model)
    result.expect(2)
    #expect(
      result.errors.hasSuffix(
        "systole: error: model.safetensors: is a Git LFS pointer to a file of 90868376 bytes, not the file itself: run "
          + "'git lfs pull' in the model's repository, or download the file\n"))
    let none = try command("run", "matmul", "--model", "/nonexistent")
    none.expect(2)
    #expect(
      none.errors
        == "systole: error: there is no folder '/nonexistent'; give the folder of a model, or 'make model' fetches one\n"
    )
    let file = try command("run", "matmul", "--model", model + "/config.json")
    file.expect(2)
    #expect(file.errors.contains("config.json' is a file; give the folder of a model, which holds config.json"))
    let empty = try command("run", "matmul", "--model", command.folder.path)
    empty.expect(2)
    #expect(
      empty.errors
        == "systole: error: config.json is not there: a model folder holds config.json, model.safetensors, and tokenizer.json "
        + "or vocab.txt\n")
  }

  @Test(arguments: [
    ["list", "\u{1B}[31mx"], ["cosim", "a\u{202E}b\u{7}"], ["generate", "stream-fifo", "--set", "depth=\u{9B}2J"],
    ["generate", "stream-fifo", "--set", "\u{1B}]0;t\u{7}=1"],
    ["generate", "stream-fifo", "--configuration", "\u{1B}c"],
    ["run", "\u{1B}[2Jmatmul"], ["run", "matmul", "--model", "/nonexistent\u{1B}[31m"],
    ["run", "matmul", "--layer", "-\u{1B}1"],
    ["cosim", "stream-fifo", "--stalls", "\u{1B}[5m"],
    ["cosim", "--verilog", "\u{1B}[1m.v", "--against", "stream-fifo"],
    ["cosim", "--case", "\u{1B}[1m.json"], ["cosim", "stream-fifo", "--wave", "\u{1B}[1m/x.vcd"], ["\u{1B}[1m"],
    ["list", "--\u{1B}[1m"], ["lint", "\u{1B}[1m"], ["prove", "\u{1B}[1m"], ["mutate", "\u{1B}[1m"],
    ["cover", "\u{1B}[1m"],
    ["testbench", "\u{1B}[1m"], ["generate", "stream-fifo", "--output", "rtl\u{1B}[1m"],
    ["testbench", "stream-fifo", "--output", "bench\u{1B}[1m"], ["list", "x\u{9B}", "--json"],
    ["generate", "stream-fifo", "--output", "rtl\u{9B}", "--json"],
  ])
  func `Whatever is given, no control character comes back`(arguments: [String]) throws {
    let command = try Command()
    let result = try command.program.run(arguments, in: command.folder.path, timeout: .seconds(120))
    let text = result.output + result.errors
    #expect(!text.isEmpty)
    #expect(!text.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control })
    #expect(!text.unicodeScalars.contains("\u{202E}"))
    if arguments.contains("--json"), !result.output.isEmpty { _ = try result.object() }
  }
}
