import Netlist
import Testing

@Suite struct ClockMapTests {
  /// A module with one register, and a user of it with two clocks.
  private func definitions(_ map: ClockMap?) -> [Definition] {
    var cell = Definition(name: "Leaf")
    cell.clocks = [ClockShape(clock: "clock", reset: "reset")]
    cell.signals = [
      NetlistSignal(name: "state", width: 1, isSigned: false, kind: .register(0), place: -1)
    ]
    let state = cell.table.intern(Node(.signal, width: 1, isSigned: false, a: 0))
    cell.registers = [
      NetlistRegister(
        signal: 0, next: state, enable: nil, resetValue: .zeros(1), initialValue: nil, clock: 0)
    ]
    var top = Definition(name: "Top")
    top.clocks = [ClockShape(clock: "fast", reset: "fast_reset"), ClockShape(clock: "slow", reset: nil)]
    _ = top.table.constant(.zeros(2), isSigned: false)
    _ = top.table.constant(.zeros(1), isSigned: false)
    top.clockMaps = map.map { [$0] } ?? []
    top.instances = [
      Instance(name: "unit", definition: 0, inputs: 0..<0, outputs: 0..<0, place: -1, clockMap: map == nil ? -1 : 0)
    ]
    return [cell, top]
  }

  private func message(_ map: ClockMap?) -> String {
    do {
      _ = try Circuit(definitions: definitions(map))
      return ""
    } catch {
      return error.diagnostics.map(\.message).joined(separator: "\n")
    }
  }

  @Test func `Clocks of instances lead to clocks of the module`() {
    #expect(message(ClockMap(clocks: [0])) == "")
    #expect(message(nil) == "instance 'unit' needs clock 'clock', which the module does not have")
    #expect(message(ClockMap(clocks: [])) == "the map of clocks of instance 'unit' has another number of clocks")
    #expect(message(ClockMap(clocks: [2])) == "clock 'clock' of instance 'unit' is no clock of the module")
  }

  @Test func `Resets of instances come from somewhere`() {
    #expect(message(ClockMap(clocks: [1])) == "instance 'unit' needs a reset with clock 'slow', which has none")
    #expect(message(ClockMap(clocks: [1], resets: [NodeID(1)])) == "")
    #expect(
      message(ClockMap(clocks: [1], resets: [NodeID(0)]))
        == "reset of 'unit' of 1 bits is driven by 2 bits or another signedness")
    #expect(message(ClockMap(clocks: [1], resets: [NodeID(9)])) == "reset of 'unit' has no driver")
  }
}
