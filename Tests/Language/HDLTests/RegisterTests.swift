import HDL
import Testing
import Verilog

/// A chain of registers of which the reset value stands nowhere else in the module.
private struct ResetChain: DefaultConfigurable {
  var length = 3

  struct Ports {
    let entering: Input<UInt>
    let leaving: Output<UInt>
  }
  var ports: Ports { Ports(entering: .init(4), leaving: .init(4)) }

  func build(_ io: Interior<Ports>, in m: Module) {
    var value = io.entering
    for stage in 0..<length { value = m.register("stage_\(stage)", value, reset: UInt(5 + stage)) }
    io.leaving <== value
  }
}

@Suite struct RegisterTests {
  @Test func `A reset value that nothing else in the module uses`() throws {
    let text = try #require(try ResetChain().elaborate().verilog().last?.text)
    for stage in 0..<3 { #expect(text.contains("stage_\(stage) <= 4'd\(5 + stage);"), "\(text)") }
  }
}
