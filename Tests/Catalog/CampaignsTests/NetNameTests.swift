import Foundation
import TestFiles
import Testing

@Suite struct NetNameTests {
  @Test func `No net in Generated has a name that contradicts its expression`() throws {
    let folder = Checkout.root.appending(path: "Generated")
    let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
      .compactMap { $0 as? URL }.filter { $0.pathExtension == "v" }
    #expect(files.count > 100)
    var nets = 0
    for file in files {
      let text = try String(contentsOf: file, encoding: .utf8)
      nets += NetNameJudge.nets(in: text).count
      for contradiction in NetNameJudge.contradictions(in: text) {
        Issue.record("\(file.lastPathComponent): \(contradiction)")
      }
    }
    #expect(nets > 300)
  }

  @Test(arguments: [
    ("wire input_transfer = input_valid & !input_ready;", "is input_stalled"),
    ("wire input_transfer = input_valid & other_ready;", "is input_valid_and_other_ready"),
    ("wire count_eq_16 = count != 5'd16;", "is count_ne_16"),
    ("wire count_ne_16 = count != 5'd15;", "is count_ne_15"),
    ("wire rows_left_gt_128 = rows_left < 16'd128;", "is rows_left_lt_128"),
    ("wire rows_left_gt_128 = rows > 16'd128;", "is rows_gt_128"),
    ("wire not_busy = busy;", "is busy"),
    ("wire a_and_b = a | b;", "is a_or_b"),
    ("wire a_or_b_and_c = (a | b) & c;", "says more than it can"),
    ("wire [8:0] sum_with_total = total - 9'd1;", "is no sum"),
    ("wire [8:0] sum_with_total = (count + 9'd1) + part;", "has no total"),
    ("wire any_mask = &mask;", "is all_mask"),
    ("wire a_plus_1 = a + 1'd1 + b;", "says more than it can"),
    ("wire count_ne_0 = !count_ne_0_seen;", "is count_eq_0_seen"),
  ])
  func `A name that contradicts its expression is found`(verilog: String, finding: String) throws {
    let found = NetNameJudge.contradictions(in: verilog)
    #expect(found.count == 1)
    #expect(found.first?.hasSuffix(": " + finding) == true, "\(found)")
  }

  @Test(arguments: [
    "wire input_transfer = input_valid & input_ready;", "wire count_ne_16 = count != 5'd16;",
    "wire count_ne_16_2 = count != 5'd16;", "wire a_or_b_and_c = a | b & c;", "wire signed [8:0] product_q = a * b;",
    "wire level_eq_m3 = level == -8'sd3;", "wire not_a_and_b = !a & b;", "wire x_7_0_eq_255 = x[7:0] == 8'hff;",
    "wire [8:0] a_plus_b = {1'd0, a} + b;",
  ])
  func `A name that says what its expression says is not`(verilog: String) {
    #expect(NetNameJudge.contradictions(in: verilog).isEmpty)
  }
}
