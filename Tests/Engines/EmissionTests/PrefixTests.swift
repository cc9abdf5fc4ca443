import HDL
import Netlist
import TestSupport
import Testing
import Verilog

@Suite struct PrefixTests {
  @Test func `Every module gets the prefix, where it is declared and where it is used`() throws {
    let files = try Adders().elaborate().simplified().prefixed("acme_").verilog()
    #expect(files.map(\.name) == ["acme_AddOne.v", "acme_Adders.v"])
    let top = try #require(files.last?.text)
    #expect(top.contains("module acme_Adders ("))
    #expect(top.contains("  acme_AddOne first ("))
    #expect(!top.contains(" AddOne "))
    #expect(files[0].text.contains("module acme_AddOne ("))
  }

  @Test func `A module that is written elsewhere keeps its name`() throws {
    let top = try #require(try BlackBoxChain(hasModel: true).elaborate().prefixed("acme_").verilog().last?.text)
    #expect(top.contains("module acme_BlackBoxChain ("))
    #expect(top.contains("  vendor_accumulator #("))
  }

  @Test func `A prefix that gives a module the name of one that is written elsewhere is refused`() throws {
    let circuit = try Accumulator().elaborate()
    let error = #expect(throws: InvalidPrefix.self) { try circuit.prefixed("vendor_") }
    #expect(
      error?.description
        == "'vendor_Accumulator' is the name of a module that is written elsewhere; take a prefix of letters, digits and "
        + "underscores, such as 'acme_'")
  }

  @Test func `Without a prefix nothing changes`() throws {
    let circuit = try Adders().elaborate().simplified()
    #expect(try circuit.prefixed("").verilog() == circuit.verilog())
  }

  @Test(arguments: [
    (
      "9", "'9AddOne' is no identifier; take a prefix of letters, digits and underscores, such as 'acme_'"
    ),
    (
      "a b", "'a bAddOne' is no identifier; take a prefix of letters, digits and underscores, such as 'acme_'"
    ),
    (
      "x\n", #"'x\u{a}AddOne' is no identifier; take a prefix of letters, digits and underscores, such as 'acme_'"#
    ),
  ])
  func `A prefix that gives no names is refused`(prefix: String, message: String) throws {
    let circuit = try Adders().elaborate()
    let error = #expect(throws: InvalidPrefix.self) { try circuit.prefixed(prefix) }
    #expect(error?.description == message)
  }
}

private struct AddOne: Generator {
  struct Ports {
    let value: Input<UInt>
    let sum: Output<UInt>
  }
  var ports: Ports { Ports(value: .init(8), sum: .init(8)) }
  func build(_ io: Interior<Ports>, in m: Module) { io.sum <== io.value &+ 1 }
}

private struct Adders: Generator {
  struct Ports {
    let value: Input<UInt>
    let sum: Output<UInt>
  }
  var ports: Ports { Ports(value: .init(8), sum: .init(8)) }
  func build(_ io: Interior<Ports>, in m: Module) {
    let first = m.instance(AddOne(), "first")
    let second = m.instance(AddOne(), "second")
    first.value <== io.value
    second.value <== first.sum
    io.sum <== second.sum
  }
}

/// A module around one that is written elsewhere, of which the name is its own with a prefix.
private struct Accumulator: Generator {
  struct Ports {
    let item: Input<SInt>
    let sum: Output<SInt>
  }
  var ports: Ports { Ports(item: .init(12), sum: .init(12)) }
  func build(_ io: Interior<Ports>, in m: Module) {
    let box = m.instance(VendorAccumulator(), "accumulator")
    box.item <== io.item
    box.enable <== true
    io.sum <== box.sum
  }
}
