import Foundation
import Testing

@Suite struct RunTRONTests {
  @Test func `A layer runs on the machine in the native engine, bit for bit and clock by clock`() throws {
    let command = try Command()
    let arguments = [
      "run", "tron", "--config", "micro", "--tokens", "1", "--engine", "native", "--json", "--set", "rows=4", "--set",
      "wavelengths=8", "--set", "settle-cycles=2",
    ]
    let native = try command.program.run(arguments, in: command.folder.path, timeout: .seconds(600))
    native.expect(0)
    let figures = try native.object()
    #expect(figures["bit_exact"] as? Bool == true && figures["equals_integer_transformer"] as? Bool == true)
    #expect(figures["model_error_percent"] as? Double == 0)
    #expect((figures["stores_compared"] as? Int ?? 0) > 200 && (figures["cycles"] as? Int ?? 0) > 1000)
    #expect((figures["utilisation"] as? Double ?? 0) > 0.01 && figures["layers"] as? Int == 1)
  }

  @Test func `A decoder's layer runs as that of the integer transformer, and differs from an encoder's`() throws {
    let command = try Command()
    func passes(_ arguments: [String]) throws -> Int? {
      let result = try command.program.run(
        ["run", "tron", "--config", "micro", "--tokens", "12", "--engine", "golden", "--json"] + arguments,
        in: command.folder.path, timeout: .seconds(300)
      ).object()
      #expect(result["equals_integer_transformer"] as? Bool == true)
      return result["skipped_passes"] as? Int
    }
    let (decoder, encoder) = try (passes(["--model", "random-decoder"]), passes([]))
    #expect(try #require(decoder) > #require(encoder))
  }

  @Test func `Drifts with and without the lock are a table`() throws {
    let command = try Command()
    let result = try command.program.run(
      ["run", "tron", "--config", "micro", "--tokens", "1", "--engine", "golden", "--drift", "--json"],
      in: command.folder.path, timeout: .seconds(300)
    ).object()
    let scenarios = result["scenarios"] as? [[String: Any]] ?? []
    #expect(scenarios.count == 14)
    func cosine(_ kelvins: Double, _ isLocked: Bool) -> Double? {
      scenarios.first { $0["kelvins"] as? Double == kelvins && $0["is_locked"] as? Bool == isLocked }?["cosine"]
        as? Double
    }
    for kelvins in [-1.0, -0.5, 0.5, 1] {
      let (cold, locked) = (cosine(kelvins, false) ?? 1, cosine(kelvins, true) ?? 0)
      #expect(locked > cold && locked > 0.9, "\(kelvins): \(cold) \(locked)")
    }
  }

  @Test func `The machine is emitted with its registers`() throws {
    let command = try Command()
    let result = try command.program.run(
      ["compile", "tron", "--config", "micro", "--output", "machine"], in: command.folder.path, timeout: .seconds(120))
    result.expect(0)
    #expect(result.output.contains("1 photonic unit(s) of 2 bank(s) of 2 x 4 rings, 32 rings"), "\(result.output)")
    let table = try String(contentsOfFile: command.folder.path + "/machine/registers.md", encoding: .utf8)
    #expect(table.contains("| 0 | control | 1 |") && table.contains("stallRings"))
  }

  @Test func `The golden machine alone claims no comparison where the rings are not ideal`() throws {
    let command = try Command()
    let arguments = ["run", "tron", "--tokens", "2", "--engine", "golden", "--json", "--config"]
    let ideal = try command.program.run(
      arguments + ["micro"], in: command.folder.path, timeout: .seconds(300)
    ).object()
    #expect(ideal["bit_exact"] as? Bool == true && ideal["equals_integer_transformer"] as? Bool == true)
    let real = try command.program.run(
      arguments + ["tiny"], in: command.folder.path, timeout: .seconds(300)
    ).object()
    #expect(real["bit_exact"] == nil && real["equals_integer_transformer"] == nil)
    #expect(real["stores_compared"] as? Int == 0 && (real["passes"] as? Int ?? 0) > 0)
  }

  @Test func `What cannot be run is refused with what to give`() throws {
    let command = try Command()
    for (arguments, words) in [
      (["--config", "huge"], "no configuration is called 'huge'; there are "),
      (["--tokens", "0"], "--tokens 0: give 1 to 64"), (["--layers", "0"], "--layers 0: give 1 or more"),
      (["--temperature", "7"], "give -6 to 6"), (["--noise", "0.5"], "0.5"),
      (["--ideal", "--noise", "0.1"], "--ideal has no effects"), (["--text", "hi"], "--model random reads no --text"),
      (["--model", "random-decoder", "--text", "hi"], "--model random-decoder reads no --text"),
      (["--set", "banks=x"], "banks=x: give a number"),
      (["--set", "banks=17"], "banks is 17: give 1 to 16"),
      (
        ["--tokens", "9", "--model", "random-decoder", "--set", "tokens=8"],
        "'layer.0.probabilities' takes 9 tokens in a row, and tokens is 8: set tokens=9 or more"
      ),
      (["--model", "minilm", "--tokens", "4"], "reads no --tokens"),
      (["--model", "minilm", "--text", " "], "--text is empty"),
      (["--predistort-heaters"], "give --lock or --drift"), (["--heating", "0.1"], "give --lock or --drift"),
      (["--lock", "--heating", "1"], "heating is 1.0, and must be 0.0 to 0.9"),
      (["--lock", "--set", "lock-sweeps=5"], "lock-sweeps is 5: give 1 to 4"),
      (["--drift", "--lock"], "leave out --temperature and --lock"),
      (["--layers", "9999999999999"], "give 1 to 64"),
      (["--model", "/nonexistent"], "there is no folder '/nonexistent'"),
    ] {
      let result = try command.program.run(
        ["run", "tron", "--engine", "golden"] + arguments, in: command.folder.path, timeout: .seconds(120))
      result.expect(2)
      #expect(result.errors.contains(words), "\(arguments): \(result.errors)")
    }
  }
}
