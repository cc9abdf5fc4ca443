import Foundation
import SmallModels
import Testing

@Suite struct RunAccelTranTests {
  /// A folder with a small BERT and a vocabulary of letters.
  private func model(in command: Command) throws -> String {
    let folder = URL(fileURLWithPath: command.folder.path + "/small", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try SmallTransformer(hidden: 8, layers: 2, heads: 2, feedForward: 12, activation: "gelu").write(to: folder)
    let words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + "abcdefghijklmno".map(String.init)
    try Data((words.joined(separator: "\n") + "\n").utf8).write(to: folder.appending(path: "vocab.txt"))
    return folder.path
  }

  @Test func `A pruned layer runs bit-exactly, with masks, zeros and what the dense machine takes`() throws {
    let command = try Command()
    let arguments = ["run", "acceltran", "--model", try model(in: command), "--text", "a b", "--config", "tiny"]
    let native = try command.program.run(
      arguments + ["--engine", "native", "--tau", "0.3", "--baseline", "--set", "row-length=16"],
      in: command.folder.path, timeout: .seconds(600))
    native.expect(0)
    #expect(native.output.hasPrefix("bert, 1 of 2 layers, 4 tokens: \"a b\"\n"), "\(native.output)")
    #expect(
      native.output.contains(
        /bit-exact      yes: all \d+ numbers that were stored, and all \d+ masks, equal the golden machine's/))
    #expect(native.output.contains(/zeros          \d+\.\d % over real tokens: x [\d.]+ %, q/), "\(native.output)")
    let skipped = try #require(
      native.output.firstMatch(
        of: /without zeros  (\d+) multiplications for (\d+), [\d.]+ % skipped; (\d+) cycles for (\d+)/))
    #expect(try #require(Int(skipped.1)) < #require(Int(skipped.2)))
    let json = try command.program.run(
      arguments + ["--engine", "native", "--sparsity", "0.5", "--layers", "2", "--json"], in: command.folder.path,
      timeout: .seconds(600)
    ).object()
    #expect(json["bit_exact"] as? Bool == true && (json["masks_compared"] as? Int ?? 0) > 0)
    let zeros = try #require(json["sparsity"] as? [String: Double])
    for place in ["q0", "k1", "g0"] { #expect(abs((zeros[place] ?? 0) - 0.5) < 0.2, "\(place): \(zeros)") }
  }

  @Test func `What cannot be run is refused with what to give`() throws {
    let command = try Command()
    let model = try model(in: command)
    for (arguments, words) in [
      (["--tau=-1"], "--tau -1.0: give a threshold from 0 on"),
      (["--tau", "0.1", "--sparsity", "0.5"], "--tau goes without --sparsity: give one of them"),
      (["--sparsity", "1"], "--sparsity 1.0: give a share below 1"),
      (["--layers", "3"], "--layers 3: the model has 2; give 1 to 2"),
      (["--baseline"], "--baseline needs hardware"), (["--set", "rows=4"], "AccelTran has no size 'rows'"),
      (["--config", "huge"], "no configuration is called 'huge'; there are tiny, edge-slice, tiny-int8"),
      (["--dataflow", "bbjk"], "is no loop order"),
    ] {
      let result = try command.program.run(
        ["run", "acceltran", "--model", model, "--text", "a", "--engine", "golden"] + arguments,
        in: command.folder.path, timeout: .seconds(120))
      result.expect(2)
      #expect(result.errors.contains(words), "\(result.errors)")
    }
  }
}
