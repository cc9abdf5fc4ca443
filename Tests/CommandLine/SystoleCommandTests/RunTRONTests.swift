import Foundation
import Testing

@Suite struct RunTRONTests {
  @Test func `A layer runs on the bank and softmax of the native engine, bit for bit`() throws {
    let command = try Command()
    let arguments = ["run", "tron", "--config", "micro", "--tokens", "2"]
    let native = try command.program.run(
      arguments + ["--engine", "native"], in: command.folder.path, timeout: .seconds(600))
    native.expect(0)
    #expect(native.output.contains("integer        equal to the integer transformer in every bit"), "\(native.output)")
    #expect(native.output.contains(/bit-exact      yes: all \d+ bytes that were stored equal the golden machine's/))
    #expect(native.output.contains(/cycles         \d+ of the bank's shell, \d+ of softmax/))
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
    #expect(real["bytes_compared"] as? Int == 0 && (real["passes"] as? Int ?? 0) > 0)
  }

  @Test func `What cannot be run is refused with what to give`() throws {
    let command = try Command()
    for (arguments, words) in [
      (["--config", "huge"], "no configuration is called 'huge'; there are "),
      (["--tokens", "0"], "--tokens 0: give 1 to 64"), (["--layers", "0"], "--layers 0: give 1 or more"),
      (["--temperature", "7"], "give -6 to 6"), (["--noise", "0.5"], "0.5"),
      (["--ideal", "--noise", "0.1"], "--ideal has no effects"), (["--text", "hi"], "--model random reads no --text"),
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
