import Foundation
import Testing

/// Comparisons with other tools from the command line.
@Suite struct PeersTests {
  /// ZigZag needs 256 cycles for the products themselves, 128 before them for the first operands, and 32 for the last sums.
  @Test func `ZigZag maps the products that are asked for`() throws {
    let command = try Command()
    let result = try command.program.run(
      ["peers", "zigzag", "--product", "64x64x64", "--product", "128x64x128", "--json"], in: command.folder.path,
      timeout: .seconds(300))
    result.expect(0)
    let rows = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
    #expect(rows.count == 2)
    // The second has 8 tiles of 128 steps.
    #expect(rows.map { $0["zigzag_cycles"] as? Int } == [416, 1568])
    for row in rows {
      let ours = try #require(row["cycles"] as? Int)
      let theirs = try #require(row["zigzag_cycles"] as? Int)
      let sizes = ["rows", "columns", "depth"].compactMap { row[$0] as? Int }
      #expect(sizes.count == 3 && min(ours, theirs) * 1024 > sizes.reduce(1, *))
      let difference = try #require(row["difference_percent"] as? Double)
      #expect(abs(difference - 100 * (Double(ours) / Double(theirs) - 1)) < 1e-9)
    }
  }

  @Test func `What cannot be compared is refused with the remedy`() throws {
    let command = try Command()
    for (arguments, words) in [
      (["zigzag", "--product", "64x64"], "give rows, columns and depth"),
      (["scalesim", "--product", "0x1x1"], "each 1 to 65536"),
      (["scalesim", "--config", "huge"], "published, standard, tiny, integer"),
    ] {
      let refused = try command.program.run(["peers"] + arguments, in: command.folder.path, timeout: .seconds(60))
      refused.expect(2)
      #expect(refused.errors.contains(words), "\(arguments): \(refused.errors)")
    }
  }
}
