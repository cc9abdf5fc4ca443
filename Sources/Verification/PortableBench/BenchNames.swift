import Netlist
import Testbench

/// Names that a bench adds to those of the ports: none of them is the name of a port, in any letter case.
struct BenchNames {
  /// What the names of the bench's own nets begin with.
  let prefix: String
  /// The module under test.
  let instance: String
  /// The clock of a module without one.
  let clock: String
  /// The next number of a sequence, as a function.
  let nextRandom: String

  init(_ interface: ModuleInterface, streams: [StreamShape] = []) {
    let names =
      (interface.ports.map(\.name) + interface.clocks.flatMap { [$0.clock] + [$0.reset].compactMap { $0 } })
      .map { $0.lowercased() }
    var prefix = "tb_"
    var number = 2
    while names.contains(where: { $0.hasPrefix(prefix) }) {
      prefix = "tb\(number)_"
      number += 1
    }
    var taken = NameSet(capacity: names.count + 8)
    for name in names { _ = taken.insert(name) }
    // The registers of a stream are called after it and what they hold.
    for stream in streams { _ = taken.insert("\(prefix)\(stream.name)_random") }
    self.prefix = prefix
    instance = taken.unique("dut")
    clock = interface.clocks.first?.clock ?? taken.unique("clock")
    nextRandom = taken.unique(prefix + "next_random")
  }
}
