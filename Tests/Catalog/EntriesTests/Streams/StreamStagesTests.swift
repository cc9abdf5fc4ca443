import Catalog
import Components
import Entries
import HDL
import Netlist
import TestSupport
import Testbench
import Testing

@Suite struct StreamStagesTests {
  static let widths = [1, 8, 64, 65, 130]
  private let work = CountWorkload(count: 400)

  @Test(arguments: widths) func `A pipe stage keeps items under all stalls`(width: Int) throws {
    for stalls in stallProfiles { try Catalog.pipeStage.expectPassed(PipeStage(width: width), work, stalls: stalls) }
  }

  @Test(arguments: widths) func `A skid buffer keeps items under all stalls`(width: Int) throws {
    for stalls in stallProfiles { try Catalog.skidBuffer.expectPassed(SkidBuffer(width: width), work, stalls: stalls) }
  }

  @Test func `Both pass an item a clock, one clock late`() throws {
    for result in [
      try Catalog.pipeStage.expectPassed(PipeStage(), work, stalls: .never),
      try Catalog.skidBuffer.expectPassed(SkidBuffer(), work, stalls: .never),
    ] {
      #expect(result.streams[0].throughput == 1)
      #expect(result.latencies.first?.minimum == 1)
    }
  }

  @Test func `A skid buffer has no path from an input to an output, a pipe stage only that of ready`() throws {
    let skid = try SkidBuffer().elaborate()
    for output in ["push_ready", "pop_valid", "pop_data"] {
      #expect(skid.inputsFollowed(by: output) == [], "\(output)")
    }
    let pipe = try PipeStage().elaborate()
    #expect(pipe.inputsFollowed(by: "push_ready") == ["pop_ready"])
    #expect(pipe.inputsFollowed(by: "pop_valid") == [])
  }

  @Test(arguments: [
    CreditLink(width: 8) { ($0.credits, $0.distance) = (1, 0) },
    CreditLink(width: 70) { ($0.credits, $0.distance) = (3, 1) },
    CreditLink(width: 8) { ($0.credits, $0.distance) = (4, 5) },
    CreditLink(width: 1) { ($0.credits, $0.distance) = (9, 3) },
  ])
  func `A link with credits keeps items under all stalls`(link: CreditLink) throws {
    for stalls in stallProfiles { try Catalog.creditLink.expectPassed(link, work, stalls: stalls) }
  }

  @Test(arguments: [0, 1, 2, 5]) func `Credits for the way there and back make an item a clock`(distance: Int) throws {
    let enough = CreditLink { ($0.credits, $0.distance) = (2 * distance + 2, distance) }
    let result = try Catalog.creditLink.expectPassed(enough, work, stalls: .never)
    #expect(result.streams[0].throughput == 1)
    #expect(result.latencies.first?.minimum == UInt64(distance + 1))
    let few = CreditLink { ($0.credits, $0.distance) = (2 * distance + 1, distance) }
    let slower = try Catalog.creditLink.expectPassed(few, work, stalls: .never)
    #expect(try #require(slower.streams[0].throughput) < 1)
  }

  @Test func `Widths without hardware are refused`() {
    #expect(throws: DiagnosticList.self) { try PipeStage(width: 0).elaborate() }
    #expect(throws: DiagnosticList.self) { try SkidBuffer(width: 0).elaborate() }
    #expect(throws: DiagnosticList.self) { try CreditLink { $0.credits = 0 }.elaborate() }
  }
}
