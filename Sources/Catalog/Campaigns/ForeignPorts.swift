import Catalog
import Netlist
import Verilator

extension CatalogBlock {
  /// The interface of a foreign module as the block's bench sees it: the signs and clock domains of its ports are those of
  /// the block's own, which foreign Verilog leaves to its reader.
  ///
  /// Each clock of the block is the foreign one of its name, else the only one, else the one whose name has the same rest
  /// beside the word for clock (`clk_wr`, `wr_clock`); or by their order where the clocks were named.
  ///
  /// - Parameters:
  ///   - foreign: The foreign module.
  ///   - own: The block's own.
  ///   - clocksAreNamed: Whether the clocks of `foreign` stand in the order of the block's own.
  /// - Throws: ``/Catalog/CatalogError/portsDiffer(module:block:differences:)`` with everything that is missing or differs: ports,
  ///   directions, widths, clocks, resets, and inputs that nothing would drive.
  public func adapted(
    _ foreign: ModuleInterface, to own: ModuleInterface, clocksAreNamed: Bool = false
  ) throws(CatalogError) -> ModuleInterface {
    var differences = portDifferences(foreign, own)
    var adapted = foreign
    adapted.parts = own.parts
    let clocks = own.clocks.enumerated().map { index, clock -> ClockShape? in
      clocksAreNamed
        ? (foreign.clocks.indices.contains(index) ? foreign.clocks[index] : nil)
        : Self.clock(like: clock.clock, among: foreign.clocks, isOnly: own.clocks.count == 1)
    }
    for (clock, found) in zip(own.clocks, clocks) {
      guard let found else {
        differences.append(
          "it has no clock"
            + (own.clocks.count == 1
              ? "; if an input is one, name it: --clock PORT"
              : " '\(clock.clock)'; name the clocks in the order \(own.clocks.map(\.clock).joined(separator: ", ")): "
                + own.clocks.map { _ in "--clock PORT" }.joined(separator: " ")))
        continue
      }
      if let reset = clock.reset, found.reset == nil {
        differences.append(
          "its clock '\(found.clock)' has no reset, where the block has '\(reset)'; if an input is one, name it: "
            + "--clock \(found.clock) --reset-port PORT")
      }
    }
    if !differences.isEmpty { throw .portsDiffer(module: foreign.name, block: name, differences: differences) }
    let used = clocks.compactMap { $0 }
    // The bench knows clocks by their place.
    adapted.clocks = used + foreign.clocks.filter { !used.contains($0) }
    for (index, port) in foreign.ports.enumerated() {
      guard let mine = own.ports.first(where: { $0.name == port.name }) else { continue }
      adapted.ports[index].isSigned = mine.isSigned
      if let place = own.clocks.firstIndex(where: { $0.clock == mine.clock }) {
        adapted.ports[index].clock = clocks[place]?.clock
      }
    }
    return adapted
  }

  private static func clock(like name: String, among clocks: [ClockShape], isOnly: Bool) -> ClockShape? {
    if let same = clocks.first(where: { $0.clock == name }) { return same }
    if isOnly, clocks.count == 1 { return clocks[0] }
    let rest = ClockNames.clockStem(name)
    let alike = clocks.filter { ClockNames.clockStem($0.clock) == rest }
    return alike.count == 1 ? alike[0] : nil
  }

  /// Ports that are missing, differ, or would not be driven.
  private func portDifferences(_ foreign: ModuleInterface, _ own: ModuleInterface) -> [String] {
    var differences: [String] = []
    for port in own.ports {
      guard let other = foreign.ports.first(where: { $0.name == port.name }) else {
        differences.append("\(port.direction.rawValue) '\(port.name)' of \(bits(port.width)) is missing")
        continue
      }
      if other.direction != port.direction {
        differences.append("'\(port.name)' is an \(other.direction.rawValue), not an \(port.direction.rawValue)")
      }
      if other.width != port.width { differences.append("'\(port.name)' has \(bits(other.width)), not \(port.width)") }
    }
    for port in foreign.ports where port.direction == .input && !own.ports.contains(where: { $0.name == port.name }) {
      differences.append("input '\(port.name)' of \(bits(port.width)) is not driven by the bench")
    }
    return differences
  }
}

private func bits(_ width: Int) -> String { width == 1 ? "1 bit" : "\(width) bits" }
