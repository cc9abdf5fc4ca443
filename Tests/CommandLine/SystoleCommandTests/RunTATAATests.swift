import Foundation
import SmallModels
import Testing

@Suite struct RunTATAATests {
  /// A folder with a small BERT and a vocabulary of letters.
  private func model(in command: Command) throws -> String {
    let folder = URL(fileURLWithPath: command.folder.path + "/small", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try SmallTransformer(hidden: 4, layers: 1, heads: 1, feedForward: 4, activation: "relu").write(to: folder)
    let words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + "abcdefghijklmno".map(String.init)
    try Data((words.joined(separator: "\n") + "\n").utf8).write(to: folder.appending(path: "vocab.txt"))
    return folder.path
  }

  @Test func `A model runs bit-exactly, and its figures are there`() throws {
    let command = try Command()
    let arguments = ["run", "tataa", "--model", try model(in: command), "--text", "a b", "--config", "tiny"]
    let native = try command.program.run(
      arguments + ["--engine", "native"], in: command.folder.path, timeout: .seconds(600))
    native.expect(0)
    #expect(native.output.hasPrefix("bert, 1 layers, 4 tokens: \"a b\"\n"), "\(native.output)")
    #expect(native.output.contains(/bit-exact      yes: (\d+) of \1 stores, \d+ bytes, equal the golden machine/))
    for word in ["cycles  ", "utilisation  ", "stalls  ", "against fp32", "the slowest"] {
      #expect(native.output.contains(word), "\(native.output)")
    }
    let json = try command.program.run(
      arguments + ["--engine", "golden", "--json", "--html", "page.html"], in: command.folder.path,
      timeout: .seconds(600)
    ).object()
    let page = try String(contentsOfFile: command.folder.path + "/page.html", encoding: .utf8)
    #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("<tr><th>layer.0.feedforward.up</th>"))
    #expect(json["bit_exact"] as? Bool == true && json["engine"] as? String == "golden" && json["cycles"] == nil)
    #expect((json["layers"] as? [Any])?.isEmpty == false && (json["events"] as? [String: Any])?["macs"] is Int)
    #expect((json["accuracy"] as? [String: Any])?["hidden_cosine"] is Double)
  }

  @Test func `Two cores run one model bit-exactly, each with its share`() throws {
    let command = try Command()
    let arguments = ["run", "tataa", "--model", try model(in: command), "--text", "a b", "--config", "tiny"]
    let native = try command.program.run(
      arguments + ["--engine", "native", "--cores", "2"], in: command.folder.path, timeout: .seconds(600))
    native.expect(0)
    #expect(native.output.contains(/bit-exact      yes: (\d+) of \1 stores, \d+ bytes, equal the golden machines/))
    for word in [
      "machine        2 cores of 2 strips", "steps  ", "utilisation  ", "core 0  ", "core 1  ", "one core  ",
    ] {
      #expect(native.output.contains(word), "\(native.output)")
    }
    let json = try command.program.run(
      arguments + ["--engine", "golden", "--json", "--set", "cores=3"], in: command.folder.path, timeout: .seconds(600)
    ).object()
    #expect(json["bit_exact"] as? Bool == true && json["cores"] as? Int == 3 && json["cycles"] == nil)
    #expect(try #require(json["model_speed_up"] as? Double) > 0)
  }

  @Test func `What cannot be run is refused with what to give`() throws {
    let command = try Command()
    let model = try model(in: command)
    for (arguments, words) in [
      (["--config", "huge"], "no configuration is called 'huge'; there are published, standard, tiny"),
      (["--set", "rows=4"], "TATAA has no size 'rows'; there are rowsPerStrip, strips"),
      (["--set", "strips=many"], "strips=many: give a number"),
      (["--set", "strips=0"], "strips is 0: give 1 to 256"),
      (["--cores", "0"], "cores is 0: give 1 to 64"),
      (["--cores", "2", "--html", "x"], "--html shows the layers of one core: leave out --cores"),
      (
        ["--cores", "2", "--tokens", "2"], "tokens are generated on one core, and the configuration has 2: set cores=1"
      ),
      (["--latency", "0"], "--latency 0: give 1 to 10000"), (["--stalls", "1"], "give a probability below 1"),
      (["--tokens", "2"], "generation is not for an encoder"), (["--tokens", "0"], "--tokens 0: give at least 1"),
      (["--tokens", "2", "--html", "x"], "--html shows the layers of one program: leave out --tokens"),
      (["--model", "/nonexistent"], "there is no folder '/nonexistent'"),
    ] {
      let result = try command.program.run(
        ["run", "tataa", "--model", model, "--text", "a", "--engine", "golden"] + arguments, in: command.folder.path,
        timeout: .seconds(120))
      result.expect(2)
      #expect(result.errors.contains(words), "\(result.errors)")
    }
  }

  @Test func `Images are classified bit-exactly, with their classes beside them`() throws {
    let command = try Command()
    let arguments = ["run", "tataa", "--model", try command.smallVision(), "--config", "tiny"]
    let native = try command.program.run(
      arguments + ["--engine", "native", "--images", "2"], in: command.folder.path, timeout: .seconds(600))
    native.expect(0)
    #expect(native.output.hasPrefix("vit, 1 layers, 5 tokens an image, 2 images of test-images.idx3-ubyte\n"))
    #expect(native.output.contains(/bit-exact      yes: (\d+) of \1 stores, \d+ bytes, equal the golden machine/))
    #expect(native.output.contains(/right          \d of 2, \d in fp32/), "\(native.output)")
    let json = try command.program.run(
      arguments + ["--engine", "golden", "--first", "1", "--json"], in: command.folder.path, timeout: .seconds(600)
    ).object()
    #expect(json["bit_exact"] as? Bool == true && json["cycles"] == nil)
    let images = try #require(json["images"] as? [[String: Any]])
    #expect(images.map { $0["image"] as? Int } == [1, 2] && images.map { $0["label"] as? Int } == [1, 2])
    #expect((json["accuracy"] as? [String: Any])?["equal_to_fp32"] is Int)
  }

  @Test func `Images that cannot be run are refused with what to give`() throws {
    let command = try Command()
    let vision = try command.smallVision()
    let text = try model(in: command)
    for (arguments, words) in [
      (["--model", vision, "--text", "a"], "a model of images takes --image and --images"),
      (["--model", vision, "--images", "0"], "--images 0: give at least 1"),
      (["--model", vision, "--first", "3"], "--first 3: 'test-images.idx3-ubyte' has images 0 to 2"),
      (["--model", vision, "--cores", "2"], "images run on one core, and the configuration has 2: set cores=1"),
      (["--model", vision, "--image", "nowhere.pgm"], "nowhere.pgm' cannot be read"),
      (["--model", text, "--text", "a", "--image", "x.pgm"], "--image is for models of images, such as vit"),
    ] {
      let result = try command.program.run(
        ["run", "tataa", "--engine", "golden", "--config", "tiny"] + arguments, in: command.folder.path,
        timeout: .seconds(120))
      result.expect(2)
      #expect(result.errors.contains(words), "\(result.errors)")
    }
  }
}
