import Engine
import Foundation
import Netlist
import TestFiles
import Testing

@testable import Verilator

@Suite struct WaveTests {
  /// Runs the counter for ten cycles, the last seven with a wave at `path`.
  private func record(_ pair: Bench.Pair, _ waves: ModelProfile.Waves, to path: String) throws {
    let profile = ModelProfile(optimization: .none, waves: waves)
    let model = try pair.builder().model(of: Designs.counter(), profile: profile, initialState: .zero)
    model.pin("enable")?.unsigned = 1
    try model.run(cycles: 3)
    try model.startTrace(path: path)
    try model.run(cycles: 7)
    try model.stopTrace()
  }

  @Test(arguments: Bench.Pair.clang)
  func `A VCD file shows the ports and both edges of the clock`(pair: Bench.Pair) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/counter.vcd"
    try record(pair, .vcd, to: path)
    let dump = try ValueChangeDump(String(contentsOfFile: path, encoding: .utf8))
    #expect(dump.timescale == "1ns")
    #expect(dump.names.isSuperset(of: ["clock", "reset", "enable", "count"]))
    // Seven cycles of two units, from the end of the third one.
    #expect(dump.changes("clock") == (6...20).map { .init(time: $0, value: $0 % 2) })
    #expect(
      dump.changes("count") == [.init(time: 6, value: 3)] + (0..<7).map { .init(time: 7 + 2 * $0, value: 4 + $0) })
    #expect(dump.changes("enable") == [.init(time: 6, value: 1)])
  }

  /// The layout of the blocks is that of GTKWave's documentation of the format.
  @Test(arguments: Bench.Pair.clang)
  func `An FST file has the signals, the times and the scale`(pair: Bench.Pair) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/counter.fst"
    try record(pair, .fst, to: path)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    func number(at offset: Int) -> UInt64 { bytes[offset..<offset + 8].reduce(0) { $0 << 8 | UInt64($1) } }
    // Block 0 is the header: type, length, first and last time, a test number, memory, scopes, variables, …
    #expect(bytes[0] == 0)
    #expect(number(at: 1) == 329)
    #expect(number(at: 9) == 6)
    #expect(number(at: 17) == 20)
    #expect(number(at: 49) >= 4, "variables")
    #expect(Int8(bitPattern: bytes[73]) == -9, "nanoseconds")
    // The blocks that follow end with the file.
    var offset = 0
    var kinds: [UInt8] = []
    while offset < bytes.count {
      kinds.append(bytes[offset])
      offset += 1 + Int(number(at: offset + 1))
    }
    #expect(offset == bytes.count)
    #expect(kinds.contains(3), "geometry")
    #expect(kinds.contains { [4, 6, 7].contains($0) }, "hierarchy")
  }

  @Test(arguments: Bench.Pair.clang)
  func `A model can write several waves, and one wave ends with the model`(pair: Bench.Pair) throws {
    let folder = try TemporaryFolder()
    for format in [ModelProfile.Waves.vcd, .fst] {
      let paths = ["a", "b", "c"].map { "\(folder.path)/\($0).\(format.rawValue)" }
      do {
        let model = try pair.builder().model(
          of: Designs.counter(), profile: ModelProfile(optimization: .none, waves: format))
        for path in paths {
          // The second start ends the first wave.
          try model.startTrace(path: path)
          try model.run(cycles: 20)
        }
      }
      for path in paths { #expect((FileSystem.status(path)?.bytes ?? 0) > 200, "\(path)") }
    }
  }

  @Test(arguments: Bench.Pair.clang)
  func `A wave ends well when the design fails`(pair: Bench.Pair) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/failing.vcd"
    let model = try pair.builder().model(
      of: Designs.failing("$stop;"), profile: ModelProfile(optimization: .none, waves: .vcd), initialState: .zero)
    try model.startTrace(path: path)
    try model.run(cycles: 4)
    model.pin("go")?.unsigned = 1
    try model.settle()
    #expect(throws: EngineFailure.self) { try model.step() }
    try model.stopTrace()
    let dump = try ValueChangeDump(String(contentsOfFile: path, encoding: .utf8))
    #expect(dump.changes("go").last == .init(time: 8, value: 1))
    #expect(dump.changes("count").last == .init(time: 7, value: 4))
  }

  @Test(arguments: Bench.Pair.clang)
  func `Signals of any width are in the wave`(pair: Bench.Pair) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/wide.vcd"
    let model = try pair.builder().model(
      of: Designs.widths([512]), profile: ModelProfile(optimization: .none, waves: .vcd))
    try model.startTrace(path: path)
    try model.run(cycles: 2)
    try model.stopTrace()
    #expect(try ValueChangeDump(String(contentsOfFile: path, encoding: .utf8)).names.contains("a512"))
  }

  @Test func `What cannot be written is said, with the reason`() throws {
    let folder = try TemporaryFolder()
    let builder = try Bench.Pair.newClang.builder()
    let traced = try builder.model(of: Designs.counter(), profile: ModelProfile(optimization: .none, waves: .vcd))
    let plain = try builder.model(of: Designs.counter(), profile: .debug)
    func reason(_ model: VerilatedModel, _ path: String) -> String {
      do {
        try model.startTrace(path: path)
        return "none"
      } catch { return error.description }
    }
    let nowhere = folder.path + "/none/a.vcd"
    #expect(reason(traced, nowhere) == "cannot write the wave '\(nowhere)': No such file or directory")
    #expect(
      reason(traced, "a.fst")
        == "cannot write the wave 'a.fst': the model was compiled for .vcd waves; end the name so, or build it with"
        + " 'waves: .fst'")
    #expect(
      reason(plain, "a.vcd")
        == "cannot write the wave 'a.vcd': the model was compiled without waves; build it with the profile 'trace'")
    try traced.run(cycles: 3)
    #expect(traced.cycle == 3, "the model goes on")
  }

  @Test(arguments: Bench.Pair.clang)
  func `All profiles behave alike`(pair: Bench.Pair) throws {
    let folder = try TemporaryFolder()
    let builder = try pair.builder()
    let widths = [1, 9, 33, 129]
    let profiles = [ModelProfile.debug, .default, .fast, .trace]
    let models = try profiles.map { try builder.model(of: Designs.widths(widths), profile: $0, initialState: .zero) }
    let traced = models[3]
    try traced.startTrace(path: "\(folder.path)/all.\(try #require(traced.waveFormat).rawValue)")
    var generator = SplitMix(state: 3)
    for _ in 0..<200 {
      for width in widths {
        for word in 0..<(width + 31) / 32 {
          let value = UInt32(truncatingIfNeeded: generator.next())
          for model in models { model.pin("a\(width)")?[word: word] = value }
        }
      }
      for model in models { try model.settle() }
      for index in models[0].interface.ports.indices {
        let values = models.map { model in
          let pin = model.pin(at: index)
          return (0..<pin.wordCount).map { pin[word: $0] }
        }
        #expect(Set(values).count == 1, "\(models[0].interface.ports[index].name)")
      }
      for model in models { try model.step() }
    }
    try traced.stopTrace()
  }
}

/// As much of a VCD file as the tests ask for (IEEE 1364, clause 18).
struct ValueChangeDump {
  struct Change: Equatable {
    var time: Int
    var value: Int
  }

  private(set) var timescale = ""
  private var codes: [String: String] = [:]
  private var changesByCode: [String: [Change]] = [:]

  var names: Set<String> { Set(codes.keys) }

  func changes(_ name: String) -> [Change] { codes[name].flatMap { changesByCode[$0] } ?? [] }

  init(_ text: String) throws {
    var time = 0
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      switch words.first {
      case "$timescale": timescale = words.dropFirst().first ?? ""
      case "$var": if words.count > 4 { codes[words[4]] = words[3] }
      case let word? where word.hasPrefix("#"): time = try #require(Int(word.dropFirst()))
      case let word? where word.hasPrefix("b") && words.count == 2:
        changesByCode[words[1], default: []].append(Change(time: time, value: Int(word.dropFirst(), radix: 2) ?? -1))
      case let word? where "01".contains(word.prefix(1)):
        changesByCode[String(word.dropFirst()), default: []].append(
          Change(time: time, value: word.first == "1" ? 1 : 0))
      default: continue
      }
    }
  }
}
