import Foundation
import HeTraX
import TestFiles
import Testing
import Tools

/// Temperatures beside those of FiPy, on a mesh of its own: `Tests/Reference/thermal_vectors.py`.
@Suite struct ThermalPeerTests {
  struct Case: Decodable {
    var name: String
    var request: ThermalRequest
    var cells: Int
    var temperatures: [[Double]]

    /// Greatest difference of any cell of a tier, in kelvins.
    func difference() throws -> Double {
      let field = try ThermalGrid(request.stack, columns: cells, rows: cells, margin: 6).steady(request.power)
      return zip(field.tiers, temperatures).map { ours, theirs in
        zip(ours, theirs).map { abs($0 - $1) }.max() ?? .infinity
      }.max() ?? .infinity
    }
  }

  @Test func `Every cell is within half a kelvin of FiPy's recorded temperatures`() throws {
    let cases = try Checkout.vectors("thermal.json", as: [Case].self)
    #expect(cases.count == 3)
    for one in cases {
      let difference = try one.difference()
      #expect(difference < 0.5, "\(one.name): \(difference) K")
    }
  }

  private static let python = Checkout.tools + "/references/bin/python"
  private static let hasFiPy =
    FileManager.default.fileExists(
      atPath: Checkout.tools + "/references/lib") && FileManager.default.isExecutableFile(atPath: python)
    && Tier.isFull

  @Test(.enabled(if: hasFiPy, "needs SYSTOLE_TESTS_ALL=1 and scripts/setup references"))
  func `Every cell is within half a kelvin of what FiPy computes now`() throws {
    let folder = try TemporaryFolder()
    let result = try Program(path: Self.python).run(
      [Checkout.path + "/Tests/Reference/thermal_vectors.py", folder.path + "/now.json"], timeout: .seconds(1200))
    #expect(result.termination.isSuccess, "\(result.errors.suffix(400))")
    let cases = try JSONDecoder().decode(
      [Case].self, from: Data(contentsOf: URL(fileURLWithPath: folder.path + "/now.json")))
    for one in cases { #expect(try one.difference() < 0.5, "\(one.name)") }
  }
}
