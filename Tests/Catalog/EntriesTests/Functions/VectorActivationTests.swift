import Catalog
import NumberFormats
import Testing
import Units

@testable import Entries

@Suite struct VectorActivationTests {
  @Test(arguments: Catalog.vectorActivation.configurations)
  func `Elements are activated and gated as the definition says`(configuration: String) throws {
    let entry = Catalog.vectorActivation
    for index in 0..<2 {
      try entry.expectPassed(try entry.generator(configuration: configuration), .init(count: 80), index: index)
    }
  }

  static let others = [
    VectorActivation { ($0.function, $0.lanes, $0.stages) = (.relu, 1, 0) },
    VectorActivation { ($0.function, $0.format, $0.lanes, $0.hasGate) = (.sigmoid, .float8E5M2, 3, false) },
    VectorActivation { ($0.function, $0.format, $0.lanes, $0.stages) = (.tanh, .float8E4M3, 2, 3) },
    VectorActivation { ($0.function, $0.format, $0.lanes, $0.stages) = (.hardSwish, .float6E3M2, 2, 2) },
  ]

  @Test(arguments: others) func `Other activations, formats and pipelines`(unit: VectorActivation) throws {
    try Catalog.vectorActivation.expectPassed(unit, .init(count: 80))
  }

  @Test func `What is no activation is refused`() throws {
    let entry = Catalog.vectorActivation
    #expect(throws: (any Error).self) {
      _ = try entry.block(configuration: nil, settings: [Setting("function", "reciprocal")], workload: [])
    }
    #expect(throws: (any Error).self) { _ = try VectorActivation { $0.format = .float32 }.elaborate() }
  }
}
