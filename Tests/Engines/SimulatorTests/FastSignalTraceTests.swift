import Engine
import Foundation
import HDL
import Netlist
import RandomCircuits
import TestSupport
import Testing
import Tools

@testable import Simulator

@Suite struct FastSignalTraceTests {
  private static func makeFolder() throws -> String {
    let path = NSTemporaryDirectory() + "systole-waves-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  /// The wave of random inputs in both formats, the compressed one as GTKWave's converter reads it.
  private func dumps(
    _ circuit: Circuit, seed: UInt64, cycles: Int, sectionBytes: Int = 1 << 24
  ) throws -> (plain: ValueChangeDump, converted: ValueChangeDump, bytes: (plain: Int, compressed: Int)) {
    let folder = try Self.makeFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (plain, compressed) = (folder + "/wave.vcd", folder + "/wave.fst")
    for path in [plain, compressed] {
      let model = try NativeModel(circuit)
      var random = SplitMix(state: seed)
      try model.run(cycles: 3)
      if path == plain {
        try model.startTrace(path: path)
      } else {
        try model.startTrace { (plan) throws(EngineFailure) in
          try FastSignalTraceFile(path: path, plan: plan, sectionBytes: sectionBytes)
        }
      }
      for _ in 0..<cycles {
        for (index, port) in circuit.top.ports.enumerated() where port.driver == nil {
          model.pin(at: index).store(Comparison.value(port.shape.width, &random))
        }
        for index in circuit.top.clocks.indices {
          model.resetPin(ofClock: index)?.unsigned = random.below(8) == 0 ? 1 : 0
        }
        model.settle()
        try model.step(clocks: circuit.top.clocks.count > 1 ? random.next() % 8 : .max)
      }
      try model.stopTrace()
    }
    let converted = folder + "/converted.vcd"
    let result = try Toolbox().waveConverter().program.run(["-f", compressed, "-o", converted])
    try #require(result.termination.isSuccess && result.errors.isEmpty, "\(result.errors)")
    func size(_ path: String) throws -> Int { try Data(contentsOf: URL(fileURLWithPath: path)).count }
    return (
      try ValueChangeDump(String(contentsOfFile: plain, encoding: .utf8)),
      try ValueChangeDump(String(contentsOfFile: converted, encoding: .utf8)),
      (try size(plain), try size(compressed))
    )
  }

  private func expectEqual(_ circuit: Circuit, seed: UInt64, cycles: Int, sectionBytes: Int = 1 << 24) throws {
    let (plain, converted, _) = try dumps(circuit, seed: seed, cycles: cycles, sectionBytes: sectionBytes)
    #expect(converted.declarations == plain.declarations)
    #expect(converted.times == plain.times)
    var count = 0
    for path in plain.paths.sorted() {
      let changes = try plain.changes(path)
      #expect(try converted.changes(path) == changes, "\(path)")
      count += changes.count
    }
    #expect(count > cycles)
  }

  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func `A compressed wave holds what the plain one holds`(seed: UInt64) throws {
    try expectEqual(try RandomHierarchy.circuit(seed: seed), seed: seed, cycles: 60)
  }

  @Test func `Memories and wide words are in it`() throws {
    try expectEqual(try MemoryKinds().elaborate(), seed: 3, cycles: 100)
  }

  @Test func `Several clocks and resets are in it`() throws {
    try expectEqual(try ClockZoo().elaborate(), seed: 4, cycles: 300)
  }

  @Test func `Names of states are in it`() throws { try expectEqual(try Loaders().elaborate(), seed: 5, cycles: 100) }

  @Test(arguments: [0, 300, 5000]) func `It may have many sections`(bytes: Int) throws {
    try expectEqual(try Loaders().elaborate(), seed: 6, cycles: 80, sectionBytes: bytes)
    try expectEqual(try RandomHierarchy.circuit(seed: 11), seed: 6, cycles: 80, sectionBytes: bytes)
  }

  @Test func `It is smaller by far`() throws {
    let (_, _, bytes) = try dumps(try SystolicArray(size: 3).elaborate(), seed: 7, cycles: 200)
    #expect(4 * bytes.compressed < bytes.plain, "\(bytes)")
  }

  @Test func `Equal runs make equal files`() throws {
    let folder = try Self.makeFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let files = try ["a", "b"].map { name in
      let model = try NativeModel(SystolicArray(size: 3).elaborate())
      try model.startTrace(path: "\(folder)/\(name).fst")
      model.pin("rows_1")?.signed = 77
      try model.run(cycles: 20)
      try model.stopTrace()
      return try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).fst"))
    }
    #expect(files[0] == files[1])
  }
}

@Suite struct LZ4Tests {
  /// Reads a block as the format says.
  private func unpacked(_ block: [UInt8]) throws -> [UInt8] {
    var output: [UInt8] = []
    var position = 0
    func count(_ half: UInt8) -> Int {
      var sum = Int(half)
      guard half == 15 else { return sum }
      while true {
        let byte = Int(block[position])
        position += 1
        sum += byte
        if byte < 255 { return sum }
      }
    }
    while position < block.count {
      let token = block[position]
      position += 1
      let literals = count(token >> 4)
      output += block[position..<position + literals]
      position += literals
      guard position < block.count else { break }
      let distance = Int(block[position]) | Int(block[position + 1]) << 8
      position += 2
      try #require(distance > 0 && distance <= output.count)
      for _ in 0..<count(token & 15) + 4 { output.append(output[output.count - distance]) }
    }
    return output
  }

  @Test func `What is packed comes back`() throws {
    var random = SplitMix(state: 1)
    for length in Array(0..<40) + [255, 270, 271, 4096, 70000] {
      for alphabet in [1, 2, 5, 256] as [UInt64] {
        let input = (0..<length).map { _ in UInt8(random.next() % alphabet) }
        #expect(try unpacked(LZ4.block(input)) == input, "\(length) bytes out of \(alphabet)")
      }
    }
  }

  @Test func `What repeats becomes small`() {
    #expect(LZ4.block([UInt8](repeating: 7, count: 10_000)).count < 60)
    let period = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
    #expect(LZ4.block(period + period + period).count < 1100)
  }

  @Test func `A block ends in literals`() throws {
    let block = LZ4.block([UInt8](repeating: 0, count: 100))
    #expect(block.suffix(6) == [5 << 4, 0, 0, 0, 0, 0])
  }
}
