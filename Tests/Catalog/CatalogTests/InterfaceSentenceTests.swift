import Catalog
import Entries
import HDL
import Netlist
import Testbench
import Testing
import Verilog

@Suite struct InterfaceSentenceTests {
  /// Every entry in its default configuration and in the others.
  private static func circuits(all: Bool) throws -> [(name: String, circuit: Circuit)] {
    try Catalog.entries.flatMap { entry in
      try entry.configurations.prefix(all ? .max : 1).map { configuration in
        let block = try entry.block(configuration: configuration, settings: [], workload: [])
        return ("\(entry.name) \(configuration)", try block.elaborate(reset: ResetStyle()))
      }
    }
  }

  @Test func `Every port of every module has a sentence, and the tree has every port`() throws {
    for (name, circuit) in try Self.circuits(all: true) {
      // A grid stands in the text of the module that has it.
      for definition in circuit.definitions where definition.grid == nil {
        let interface = definition.interface
        let parts = try #require(interface.parts, "\(name): \(interface.name) has no tree")
        #expect(parts.flatMap(\.allPorts) == interface.ports.map(\.name), "\(name): \(interface.name)")
        for (part, _) in interface.declared ?? [] {
          let sentence = part.sentence ?? ""
          #expect(
            !sentence.isEmpty && !sentence.hasSuffix(".") && !sentence.contains("`"),
            "\(name): '\(part.path)' of \(interface.name) says '\(sentence)'")
        }
      }
    }
  }

  @Test func `The streams that are declared are those that names tell, and ports are short lines`() throws {
    for (name, circuit) in try Self.circuits(all: false) {
      let interface = circuit.top.interface
      var named = interface
      named.parts = nil
      #expect(try StreamShape.all(in: interface) == StreamShape.all(in: named), "\(name)")
      for file in circuit.verilog() {
        let text = file.text
        guard let start = text.range(of: "\nmodule "), let end = text.range(of: "\n);") else { continue }
        for line in text[start.upperBound..<end.lowerBound].split(separator: "\n") {
          #expect(line.count <= 100, "\(file.module): \(line)")
        }
      }
    }
  }
}
