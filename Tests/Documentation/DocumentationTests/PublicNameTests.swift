import Engine
import Foundation
import Fuzzing
import HDL
import Netlist
import Simulator
import TestFiles
import Testbench
import Testing
import Verilator
import Verilog

/// Names of the language beside those of every layer that a program may import too.
private struct Keeper: Generator {
  struct Item: SignalBundle {
    let word: UInt = .shape(8)
    let last: Bit = .shape
  }

  struct Ports {
    let item: Input<Item> = .init(Item())
    let kept: Output<UInt> = .init(8)
  }
  var ports: Ports { Ports() }

  func build(_ io: Interior<Ports>, in m: Module) {
    let kept: UInt = m.register("kept", UInt.self, width: 8)
    let words: Memory<UInt> = m.memory("words", UInt.self, width: 8, depth: 4)
    words.write(io.item.word, at: 0, when: io.item.last)
    kept.next <== words.read(at: 1)
    io.kept <== same(kept)
  }

  private func same<S: Signal>(_ value: S) -> S { value }
}

@Suite struct PublicNameTests {
  @Test func `A program that imports the layers around the language writes its names plainly`() throws {
    #expect(try Keeper().elaborate().top.registers.count == 1)
  }

  /// A name of two modules is ambiguous in every file that imports both.
  @Test func `A public type has a name of its own among all modules`() throws {
    let sources = Checkout.root.appendingPathComponent("Sources")
    let files = FileManager.default.enumerator(atPath: sources.path)?.compactMap { $0 as? String } ?? []
    var modules: [String: Set<String>] = [:]
    for file in files where file.hasSuffix(".swift") {
      let text = try String(contentsOf: sources.appendingPathComponent(file), encoding: .utf8)
      let declaration = /(?m)^public (?:(?:indirect|final) )*(?:struct|class|enum|protocol|typealias|actor) (\w+)/
      for match in text.matches(of: declaration) {
        modules[String(match.1), default: []].insert(String(file.split(separator: "/")[1]))
      }
    }
    #expect(modules.count > 200)
    #expect(modules.filter { $0.value.count > 1 } == [:])
  }
}
