import Foundation
import Testing

@testable import systole

@Suite struct ErrorsTests {
  @Test func `The errors of a function are measured over all operands`() throws {
    let result = try Command()("errors", "--function", "relu", "--function", "reciprocal")
    result.expect(0)
    let lines = result.output.split(separator: "\n").map { $0.components(separatedBy: " | ") }
    #expect(lines.map { $0[0] } == ["function", "relu", "reciprocal"])
    // Correctly rounded: half an ulp, or a result that is flushed.
    #expect(lines.dropFirst().allSatisfy { (Double($0[1]) ?? 9) <= 1 && $0.last == "0" })
    let table = try Command()("errors", "--function", "relu", "--json").object()
    let row = try #require((table["rows"] as? [[String: Any]])?.first)
    #expect(row["function"] as? String == "relu")
    #expect(row["wrong"] as? Int == 0)
  }

  @Test func `Requests that make no sense are refused`() throws {
    try Command()("errors", "--function", "rilu").expect(64)
    try Command()("errors", "--function", "relu", "--record").expect(64)
  }
}
