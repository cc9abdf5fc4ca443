import Netlist
import Testbench

/// What happens to the clocks and resets of all circuits of a batch in a cycle. Bit 0 is the main domain, bit 1 the side
/// domain.
package struct ClockEvent: Hashable, Sendable {
  /// Domains that are held in reset.
  package var held: UInt8
  /// Domains that have an edge at the end of the cycle.
  package var edges: UInt8
}

/// The clock events of a run: both resets over two edges of both clocks, then at random.
///
/// They follow from the number of the cycle alone, so that a circuit sees the same ones in every batch.
struct ClockSchedule: Sendable {
  var events: [ClockEvent]

  init(cycles: Int) {
    var random = Seed(0x5C4E).generator("clocks")
    events = (0..<cycles).map { cycle in
      var event = ClockEvent(held: 0, edges: 0)
      for domain in 0..<2 as Range<UInt8> {
        if random.chance(11) { event.held |= 1 << domain }
        if !random.chance(4) { event.edges |= 1 << domain }
      }
      return cycle < 2 ? ClockEvent(held: 3, edges: 3) : event
    }
  }
}

/// The inputs of one circuit in every cycle.
struct Stimuli: Sendable {
  /// For each cycle a value for each input port, in the order of the ports.
  var rows: [[BitVector]]

  /// Each port has random numbers of its own by its key, so that it keeps them when others go.
  init(_ interface: ModuleInterface, keys: [Int], seed: Seed, cycles: Int) {
    let ports = interface.ports.filter { $0.direction == .input }
    var columns: [[BitVector]] = []
    for (index, port) in ports.enumerated() {
      var random = seed.generator("stimuli", index: index < keys.count ? keys[index] : -index)
      var last = BitVector.zeros(port.width)
      columns.append(
        (0..<cycles).map { _ in
          if !random.chance(5) { last = random.bits(port.width) }
          return last
        })
    }
    rows = (0..<cycles).map { cycle in columns.map { $0[cycle] } }
  }
}
