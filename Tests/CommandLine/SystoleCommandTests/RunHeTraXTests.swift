import Foundation
import SmallModels
import Testing

@Suite struct RunHeTraXTests {
  /// A folder with a small GPT-2 whose tokens are bytes.
  private func decoder(in command: Command) throws -> String {
    let folder = URL(fileURLWithPath: command.folder.path + "/decoder", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try SmallTransformer(
      family: .gpt2, hidden: 16, layers: 1, heads: 2, feedForward: 16, activation: "gelu_new", maximumTokens: 256,
      vocabulary: 256
    ).write(to: folder)
    // Bytes without a sign of their own have one from 256 on.
    var free = UInt32(256)
    let vocabulary = (0..<256).map { byte -> (String, Int) in
      var code = UInt32(byte)
      if byte < 33 || (127...160).contains(byte) || byte == 173 {
        code = free
        free += 1
      }
      return (String(UnicodeScalar(code).map(Character.init) ?? "?"), byte)
    }
    try JSONSerialization.data(withJSONObject: Dictionary(uniqueKeysWithValues: vocabulary)).write(
      to: folder.appending(path: "vocab.json"))
    try Data("#version: 0.2\n".utf8).write(to: folder.appending(path: "merges.txt"))
    return folder.path
  }

  @Test func `A random decoder runs bit-exactly, in the cycles of the model`() throws {
    let command = try Command()
    let json = try command.program.run(
      [
        "run", "hetrax", "--model", "random-decoder", "--config", "micro", "--engine", "native", "--tokens", "3",
        "--set", "shared-bytes=0", "--json",
      ], in: command.folder.path, timeout: .seconds(600)
    ).object()
    #expect(json["bit_exact"] as? Bool == true && json["equals_integer_transformer"] as? Bool == true)
    #expect(try #require(json["stores_compared"] as? Int) > 0 && #require(json["cycles"] as? Int) > 0)
    #expect(json["model_error_percent"] as? Double == 0 && json["model_cycles"] as? Int == json["cycles"] as? Int)
    // Two heads of 8 features, two products: blocks of 2 and 1 tokens, of which the second sees the first.
    #expect(json["attention_products"] as? Int == 2 * 2 * 8 * (4 + 2 + 1))
  }

  @Test func `A prompt of a decoder gives the next token, beside that of binary32`() throws {
    let command = try Command()
    let model = try decoder(in: command)
    let arguments = [
      "run", "hetrax", "--model", model, "--text", "abcde", "--config", "micro", "--engine", "golden",
    ]
    let result = try command.program.run(arguments, in: command.folder.path, timeout: .seconds(300))
    result.expect(0)
    #expect(result.output.contains("5 tokens: abcde"), "\(result.output)")
    #expect(result.output.contains("integer        equal to the integer transformer in every bit"))
    #expect(result.output.contains(/next token     (\d+); in binary32 \1/), "\(result.output)")
    // A decoder that does not fit is refused with what to give.
    let refused = try command.program.run(
      arguments + ["--set", "row-length=8"], in: command.folder.path, timeout: .seconds(300))
    refused.expect(2)
    #expect(
      refused.errors.contains(
        "a row has 16 features, and a vector lane takes 8: give row-length=16"), "\(refused.errors)")
  }
}
