import Foundation
import Testing
import Tools

@Suite struct NetworkTests {
  private static let short = ["--warm-up", "100", "--window", "400"]

  private func run(_ arguments: [String], in command: Command) throws -> ProgramResult {
    try command.program.run(
      ["network"] + Self.short + arguments, in: command.folder.path, timeout: .seconds(300))
  }

  @Test func `A curve is printed and written`() throws {
    let command = try Command()
    let result = try run(
      ["--topology", "mesh:2x2x2", "--load", "0.05..0.9", "--points", "3", "--output", "out"], in: command)
    result.expect(0)
    for words in ["mesh:2x2x2: 8 routers, 12 links, 8 nodes, 2 tier(s)", "no circle", "saturated"] {
      #expect(result.output.contains(words), "\(result.output)")
    }
    let csv = try String(contentsOfFile: command.folder.path + "/out/curve.csv", encoding: .utf8)
    #expect(csv.split(separator: "\n").count == 4)
    let svg = try String(contentsOfFile: command.folder.path + "/out/curve.svg", encoding: .utf8)
    #expect(svg.contains("<polyline") && svg.hasSuffix("</svg>\n"))
    let json = try run(["--topology", "mesh:2x2x2", "--load", "0.05,0.1", "--json"], in: command)
    json.expect(0)
    let points = try #require(try json.object()["points"] as? [[String: Any]])
    #expect(points.map { $0["load"] as? Double } == [0.05, 0.1])
    #expect((points[0]["mean_latency"] as? Double ?? 0) > 8)
  }

  @Test func `Routes are proved, or refuted with the circle`() throws {
    let command = try Command()
    let ring = (0..<5).map { "router r\($0) \($0) 0 0\nlink r\($0) r\(($0 + 1) % 5)\nnode n\($0) r\($0)\n" }.joined()
    try ring.write(toFile: command.folder.path + "/ring", atomically: true, encoding: .utf8)
    let proved = try run(["--topology", "ring", "--prove", "--json"], in: command)
    proved.expect(0)
    #expect(try proved.object()["is_deadlock_free"] as? Bool == true)
    let refuted = try run(["--topology", "ring", "--routing", "shortest", "--prove"], in: command)
    refuted.expect(1)
    #expect(refuted.output.contains("r0→r1\n") && refuted.output.contains("r4→r0\n"), "\(refuted.output)")
    let refused = try run(["--topology", "ring", "--routing", "shortest"], in: command)
    refused.expect(2)
    #expect(refused.errors.contains("shortest routes can deadlock"), "\(refused.errors)")
    // One layer is not enough for a ring, which is a circle that was found.
    let crowded = try run(["--topology", "ring", "--routing", "layered", "--layers", "1", "--prove"], in: command)
    crowded.expect(1)
    #expect(crowded.errors.contains("layered in 1"), "\(crowded.errors)")
    let layered = try run(["--topology", "ring", "--routing", "layered", "--load", "0.1"], in: command)
    layered.expect(0)
    #expect(layered.output.contains("layered, 2 layer(s)"))
  }

  @Test func `A window without a packet has no latency, and options without an effect are refused`() throws {
    let command = try Command()
    let result = try run(["--topology", "mesh:2x2", "--load", "0", "--output", "out"], in: command)
    result.expect(0)
    let csv = try String(contentsOfFile: command.folder.path + "/out/curve.csv", encoding: .utf8)
    #expect(csv.contains("0.0000,0.0000,0.0000,0,,,,,0.0000,false"), "\(csv)")
    for (options, named) in [
      (["--stress", "2", "--verilog", "rtl"], "--verilog"), (["--prove", "--saturation"], "--saturation"),
      (["--engine", "native", "--output", "out"], "--output"), (["--width", "0"], "--width"),
    ] {
      let refused = try run(options, in: command)
      refused.expect(64)
      #expect(refused.errors.contains(named), "\(refused.errors)")
    }
    #expect(!command.exists("rtl"))
  }

  @Test func `The hardware is compared, written and exported`() throws {
    let command = try Command()
    let result = try run(
      [
        "--topology", "hetrax.tiny", "--fail", "sm0:reram0", "--channels", "2", "--depth", "2", "--load", "0.3",
        "--engine",
        "native", "--verilog", "rtl", "--export", "booksim", "sim",
      ], in: command)
    result.expect(0)
    #expect(result.output.contains("flits come in the clock of the golden network"), "\(result.output)")
    #expect(command.exists("rtl/manifest.json"))
    let anynet = try String(contentsOfFile: command.folder.path + "/sim/network.anynet", encoding: .utf8)
    #expect(anynet.hasPrefix("router 0 node 0 router 1 1\n"))
  }

  @Test func `Random networks are looked through`() throws {
    let command = try Command()
    let result = try run(["--stress", "3"], in: command)
    result.expect(0)
    #expect(result.output.contains("3 random networks") && result.output.contains("nothing was stuck"))
  }

  @Test func `What cannot be done is refused with what to give`() throws {
    let command = try Command()
    for (arguments, words) in [
      (["--topology", "nowhere"], "no file 'nowhere' can be read; a topology is mesh:XxYxZ"),
      (["--topology", "mesh:2"], "give columns, rows and tiers, as in mesh:3x3x2"),
      (["--routing", "xy"], "no routes are called 'xy'; there are up-down"),
      (["--traffic", "tornado"], "no file 'tornado' can be read; traffic is uniform"),
      (["--traffic", "transpose"], "5 nodes are no square"), (["--fail", "sm0"], "give two routers, as in sm0:reram0"),
      (["--fail", "sm0:sm1"], "there is no link between 'sm0' and 'sm1'"),
      (["--channels", "0"], "the number of virtual channels is 0: give 1 to 32"),
      (["--root", "sm9"], "there is no router 'sm9'"),
      (["--depth", "300"], "the depth of a queue is 300: give 1 to 256"),
      (["--switch-delay", "0", "--export", "booksim", "x"], "the delay of the switch, for BookSim, is 0"),
      (["--width", "4", "--engine", "native"], "use 6 bits or more"),
    ] {
      let result = try run(["--load", "0.1"] + arguments, in: command)
      result.expect(2)
      #expect(result.errors.contains(words), "\(arguments): \(result.errors)")
    }
    for arguments in [
      ["--export", "sim"], ["--load", "2"], ["--points", "1"], ["--stress", "0"], ["--unproved", "--engine", "native"],
    ] {
      try run(arguments, in: command).expect(64)
    }
  }
}
