import HDL
import Testing
import Verilog
import XFormer
import XFormerHardware

/// The generators of X-Former by themselves.
@Suite struct XFormerElaborationTests {
  @Test func `Every engine becomes Verilog, for other sizes too`() throws {
    var odd = XFormerSizes.micro
    odd.crossbar.encoding = .flippedOffset
    odd.block = 3
    odd.exponentFractionBits = 4
    for sizes in [XFormerSizes.micro, odd] {
      let modules: [any Generator] = [
        ProjectionEngine(sizes: sizes), AttentionEngine(sizes: sizes), VectorEngine(sizes: sizes),
        CommandDispatcher(sizes: sizes),
      ]
      for module in modules { _ = try module.elaborate() }
    }
  }

  @Test func `Sizes without hardware are refused`() {
    var sizes = XFormerSizes.micro
    sizes.block = 100
    do {
      _ = try VectorEngine(sizes: sizes).elaborate()
      Issue.record("it was built")
    } catch { #expect("\(error)".contains("block is 100: give 1 to 64")) }
  }
}
