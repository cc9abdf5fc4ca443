import Engine
import HDL
import NumberFormats
import Simulator
import TATAA
import TATAAHardware
import TestSupport
import Testing

/// A memory of bytes that a seed decides.
func randomBytes(_ count: Int, seed: UInt64) -> [UInt8] {
  var random = SeededGenerator(seed: seed)
  return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
}

func nativeCore(_ configuration: Configuration = .tiny, seed: UInt64 = 1) throws -> NativeModel {
  try NativeModel(Core(configuration: configuration).elaborate(), options: .init(initialState: .random(seed: seed)))
}

struct CoreTests {
  @Test func `One number, followed`() throws {
    let memory: [UInt8] = [6, 249, 0, 0, 0, 0, 0, 0x3F, 0, 0, 0, 0]
    let bench = try CoreBench(nativeCore(), .tiny, memory: memory)
    try bench.run(
      """
      load.x 0, address=0, depth=1, rows=1
      load.y 0, address=1, depth=1, columns=1
      load.t scale, address=4, count=1
      matmul x=0, y=0, depth=1, start=zero
      store.a bfloat16, address=8, rows=1, columns=1
      fence
      load.v v0, address=8, lanes=1
      const c0, 20
      add v1, v0, c0
      store.v bfloat16, v1, address=10, lanes=1
      end
      """)
    #expect(bench.bytesCompared == 4)
  }
}
