import Foundation
import Netlist
import Testing

@Suite struct ModuleInterfaceTests {
  @Test func `An interface survives JSON`() throws {
    let interface = ModuleInterface(
      name: "adder", ports: [PortShape(name: "sum", direction: .output, width: 9, isSigned: true)],
      clocks: [ClockShape(clock: "clock", reset: "reset_n", resetKind: .asynchronous, resetPolarity: .activeLow)])
    let data = try JSONEncoder().encode(interface)
    #expect(try JSONDecoder().decode(ModuleInterface.self, from: data) == interface)
  }
}
