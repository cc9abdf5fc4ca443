import HeTraX
import HeTraXHardware
import Network
import Testing
import Verilog

/// The generators of HeTraX by themselves.
@Suite struct HeTraXElaborationTests {
  @Test func `Every part becomes Verilog, for other sizes too`() throws {
    var odd = HeTraXSizes.micro
    (odd.streamingCores, odd.sharedBytes, odd.commandDepth) = (1, 0, 1)
    odd.resistive.projectionEngines = 3
    for sizes in [HeTraXSizes.micro, odd] {
      let text = try HeTraXAccelerator(sizes: sizes).elaborate().simplified().verilog().map(\.text).joined()
      #expect(text.contains("module MemoryController"))
      #expect(text.contains("module SharedMemory") == (sizes.sharedBytes > 0))
    }
  }

  @Test func `Sizes without hardware are refused`() {
    var sizes = HeTraXSizes.micro
    sizes.resistive.projectionEngines = 4
    #expect(throws: HeTraXError.range("3 · streaming-cores + resistive-cores", 10, 4...8)) { try sizes.validate() }
    sizes = .micro
    sizes.sharedBytes = 1000
    #expect(throws: HeTraXError.self) { try sizes.validate() }
    sizes = .micro
    sizes.streaming.multiplierRows = nil
    #expect(throws: HeTraXError.self) { try sizes.validate() }
  }

  @Test func `Requests and answers share no channel on the machine's network, and a circle of both is found`() throws {
    for (_, sizes) in HeTraXSizes.named {
      let dependencies = try RequestDependencies(sizes.routes(), server: sizes.memoryNode)
      #expect(dependencies.cycle == nil && dependencies.shared.isEmpty)
    }
    // Apart the ways are free of circles; an answer that begins where a request passed closes one.
    func dependencies(_ requests: [[Int]], _ answers: [[Int]]) -> RequestDependencies {
      RequestDependencies(requests: requests, answers: answers, channels: 4) { "c\($0)" }
    }
    #expect(dependencies([[0, 1]], [[2, 3]]).cycle == nil)
    #expect(dependencies([[0, 1]], [[2, 0]]).cycle == ["c0", "c1", "c2"])
    #expect(dependencies([[0, 1]], [[2, 0]]).shared == ["c0"])
  }
}
