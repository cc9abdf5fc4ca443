import Foundation
import Testing

@Suite struct EvidenceXFormerTests {
  @Test func `Formulas and measured accuracy become files`() throws {
    let command = try Command()
    let point = """
      {"configuration":{"layers":6,"machine":{"rows":128},"model":"minilm","texts":2},"cosines":[0.9,1],"nearest":1,\
      "point":{"codeFractionBits":0,"converterBits":7,"effects":EFFECTS,"encoding":"differential","name":"adc-7",\
      "place":7,"sweep":"converter bits","temperature":0},"seed":1}
      """
    let effects = """
      {"absoluteProgramming":0,"activationEnergy":0,"age":1,"converterGain":0,"converterOffset":0,"driftExponent":0,"lossPerColumn":0,"lossPerRow":0,\
      "readNoise":0,"relativeProgramming":0,"seed":1,"stuckHighest":0,"storedKelvins":300,"stuckLowest":0,"telegraphShare":0,"telegraphStrength":0,\
      "temperatureCoefficient":0,"verifyPulses":8,"verifyTolerance":0}
      """
    try Data((point.replacing("EFFECTS", with: effects) + "\n").utf8).write(
      to: URL(fileURLWithPath: command.folder.path + "/accuracy.json"))
    let result = try command.program.run(
      ["evidence", "xformer", "--no-machine", "--accuracy", "accuracy.json", "--output", "out"],
      in: command.folder.path, timeout: .seconds(300))
    result.expect(0)
    #expect(result.output.contains("hypothesis.h1.blocked: 0.983 ms, published 0.98"), "\(result.output)")
    // A machine of other sizes does not go on with the file.
    let other = try command.program.run(
      ["accuracy", "xformer", "--layers", "6", "--texts", "2", "--config", "tiny", "--output", "accuracy.json"],
      in: command.folder.path, timeout: .seconds(300))
    other.expect(2)
    #expect(
      other.errors.contains("holds results of another configuration: attention-tiles is missing there and 2 here"),
      "\(other.errors)")
    let data = try Data(contentsOf: URL(fileURLWithPath: command.folder.path + "/out/evidence.json"))
    let rows = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
    let accuracy = try #require(rows.first { $0["id"] as? String == "accuracy.adc-7.cosine" })
    #expect(accuracy["ours"] as? Double == 0.95 && (accuracy["remark"] as? String)?.hasPrefix("goal 0.995") == true)
    for name in [
      "evidence.csv", "evidence.html", "latency-20ns.svg", "energy.svg", "accuracy.svg", "accuracy-converter-bits.svg",
    ] {
      #expect(command.exists("out/" + name), "\(name)")
    }
  }

  @Test func `What cannot be measured is refused with what to give`() throws {
    let command = try Command()
    for (arguments, words) in [
      (["--texts", "0"], "--texts 0: give 1 to 100"), (["--seeds", "0"], "--seeds 0: give 1 to 100"),
      (["--jobs", "0"], "--jobs 0: give 1 to"),
      (["--only", "adc-3"], "there is no point 'adc-3'; there are ideal, adc-8"),
      (["--config", "huge"], "there are micro, compact, tiny, layer"), (["--model", "/nowhere"], "/nowhere"),
    ] {
      let result = try command.program.run(
        ["accuracy", "xformer"] + arguments, in: command.folder.path, timeout: .seconds(120))
      result.expect(2)
      #expect(result.errors.contains(words), "\(arguments): \(result.errors)")
    }
  }
}
