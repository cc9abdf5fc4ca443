import HDL
import Netlist
import Testing

@testable import Simulator

@Suite struct DelayLineTests {
  @Test(arguments: [(5, 8), (9, 13), (4, 64), (6, 1)])
  func `Delay lines move by a lane a clock`(lanes: Int, width: Int) throws {
    let circuit = try Skew(lanes: lanes, width: width).elaborate()
    try Comparison.run(NativeModel(circuit), circuit, seed: UInt64(lanes), cycles: 60)
  }

  @Test func `A ring of registers keeps what it starts with`() throws {
    let circuit = try Skew(lanes: 6).elaborate()
    let model = try NativeModel(circuit, options: .init(initialState: .random(seed: 3)))
    func ring() -> [Int64] {
      model.settle()
      return (0..<6).map { model.pin("ring_\($0)")!.signed }
    }
    let first = ring()
    #expect(Set(first).count > 1)
    try model.run(cycles: 2)
    #expect(ring() == Array(first[2...] + first[..<2]))
    try model.run(cycles: 4)
    #expect(ring() == first)
  }
}
