import Foundation
import Testing

@Suite struct RunXFormerTests {
  private static let random = ["run", "xformer", "--model", "random", "--config", "micro", "--engine", "native"]

  @Test func `A layer on crossbars with errors runs bit-exactly`() throws {
    let command = try Command()
    let result = try command.program.run(
      Self.random + [
        "--tokens", "1", "--schedule", "wavefront", "--encoding", "flipped-offset", "--programming-error", "0.05",
        "--set", "code-fraction-bits=1", "--verify-tolerance", "0.1", "--kelvins", "340",
        "--temperature-coefficient=-0.001",
        "--json",
      ],
      in: command.folder.path, timeout: .seconds(600))
    result.expect(0)
    let json = try result.object()
    #expect(json["bit_exact"] as? Bool == true && json["schedule"] as? String == "wavefront")
    #expect(json["equals_integer_transformer"] == nil || json["equals_integer_transformer"] is NSNull)
    #expect(try #require(json["stores_compared"] as? Int) > 0 && #require(json["cycles"] as? Int) > 0)
    let (projection, attention) = (json["utilisation"] as? Double, json["attention_utilisation"] as? Double)
    for share in [projection, attention] { #expect((0...1).contains(share ?? -1), "\(json)") }
    #expect(json["layers"] as? Int == 1)
    #expect(try #require(json["write_pulses"] as? Int) > #require(json["row_writes"] as? Int))
    #expect(json["model_error_percent"] as? Double == 0 && json["model_cycles"] as? Int == json["cycles"] as? Int)
  }

  @Test func `The golden machine alone says that no hardware ran`() throws {
    let command = try Command()
    let result = try command.program.run(
      [
        "run", "xformer", "--model", "random", "--config", "micro", "--engine", "golden", "--tokens", "2",
        "--sequences", "2",
      ],
      in: command.folder.path, timeout: .seconds(300))
    result.expect(0)
    #expect(result.output.contains("2 sequence(s) of 2 tokens"))
    #expect(result.output.contains("integer        equal to the integer transformer in every bit"))
    #expect(result.output.contains("the golden machine ran alone; no hardware"))
  }

  @Test func `What cannot be run is refused with what to give`() throws {
    let command = try Command()
    for (arguments, words) in [
      (["--tokens", "0"], "--tokens 0: give 1 to 128"), (["--layers", "0"], "--layers 0: give 1 or more"),
      (["--kelvins", "299"], "--kelvins 299.0: give 300 to 427.5"),
      (["--verify-pulses", "0"], "verifyPulses is 0.0, and must be 1.0 to 15.0"),
      (["--sequences", "5"], "--sequences 5: give 1 to 4"), (["--latency", "0"], "--latency 0: give 1 to 10000"),
      (["--stalls", "1"], "--stalls 1.0: give a probability"),
      (["--set", "block=0"], "block is 0: give 1 to 64"),
      (["--set", "blocks=4"], "X-Former has no size 'blocks'; there are rows, columns"),
      (["--set", "bus-bytes=24"], "bus-bytes is 24: give a power of two"),
      (["--config", "huge"], "no configuration is called 'huge'; there are micro, compact, tiny, layer"),
      (["--model", "/nowhere"], "/nowhere"),
    ] {
      let result = try command.program.run(
        Self.random + arguments, in: command.folder.path, timeout: .seconds(120))
      result.expect(2)
      #expect(result.errors.contains(words), "\(arguments): \(result.errors)")
    }
  }
}
