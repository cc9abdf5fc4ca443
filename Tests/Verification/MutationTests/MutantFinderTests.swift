import HDL
import Netlist
import Testing

@testable import Mutation

@Suite struct MutantFinderTests {
  private func changes(_ kind: Tiny.Kind, _ operation: MutationOperator) throws -> [String] {
    try Tiny(kind).elaborate().simplified().changes(operation)
  }

  @Test func `A register loses its enable, its reset, its value in reset, its top bit, and itself`() throws {
    #expect(
      try changes(.register, .enableDropped) == [
        "register 'held' is always enabled\nend else begin\nwire unused = &{1'b0, b, s, t, choice};"
      ])
    #expect(
      try changes(.register, .resetDropped) == [
        "register 'held' has no reset\ninitial begin\nheld = 4'd6;\nif (choice) begin"
      ])
    #expect(
      try changes(.register, .resetValueChanged) == [
        "register 'held' is 4'ha in reset, not 4'h9\nheld <= 4'd10;"
      ])
    #expect(
      try changes(.register, .widthNarrowed) == [
        "the next value of register 'held' loses bit 3\nheld <= {1'd0, a[2:0]};\n"
          + "wire unused = &{1'b0, a[3], b, s, t};"
      ])
    #expect(
      try changes(.delay, .registerRemoved) == [
        "register 'late' is its next value\nwire [3:0] late;\nassign late = a;\n"
          + "wire unused = &{1'b0, b, s, t, choice, clock};"
      ])
  }

  @Test func `What only assertions read is left alone`() throws {
    let mutants = try Stage().elaborate().simplified().mutants
    #expect(mutants.contains { $0.change.contains("register 'is_full'") })
    #expect(!mutants.contains { $0.change.contains("push_waits") || $0.change.contains("push_before") })
  }

  @Test func `A register that follows itself is not removed`() throws {
    #expect(try changes(.states, .registerRemoved) == [])
  }

  @Test func `Every transition goes to the case after the right one`() throws {
    let circuit = try Tiny(.states).elaborate().simplified()
    let redirected = circuit.mutants.filter { $0.operation == .transitionRedirected }
    #expect(
      Set(redirected.map(\.change)) == [
        "register 'phase' goes to 'idle', not to 'done'", "register 'phase' goes to 'busy', not to 'idle'",
        "register 'phase' goes to 'done', not to 'busy'",
      ])
    let texts = try redirected.map { try circuit.applying($0).verilog()[0].text }
    #expect(Set(texts).count == 3)
    #expect(texts.allSatisfy { $0 != circuit.verilog()[0].text })
  }

  @Test func `A memory is written and read at the address one further, and at every edge`() throws {
    let addresses = try changes(.memory, .addressOffByOne)
    #expect(addresses.count == 2)
    #expect(addresses[0].hasPrefix("the write address of memory 'words' is one more\n"))
    #expect(addresses[1].hasPrefix("the read address of memory 'words' is one more\n"))
    #expect(addresses.allSatisfy { $0.contains("+ 4'd1") }, "\(addresses)")
    let enables = try changes(.memory, .enableDropped)
    #expect(enables.count == 2)
    #expect(enables[0] == "the write enable of memory 'words' is always 1\nif (1'b1) begin")
  }

  @Test func `Words of a table are one more`() throws {
    #expect(
      try changes(.table, .constantOffByOne) == [
        "word 0 of memory 'squares' is one more\nsquares[0] = 4'd1;",
        "word 2 of memory 'squares' is one more\nsquares[2] = 4'd5;",
        "word 3 of memory 'squares' is one more\nsquares[3] = 4'd10;",
      ])
  }

  @Test func `Mutants are numbered from 1, the same every time, and know their lines`() throws {
    let circuit = try Tiny(.register).elaborate().simplified()
    #expect(circuit.mutants.map(\.number) == Array(1...circuit.mutants.count))
    #expect(try Tiny(.register).elaborate().simplified().mutants == circuit.mutants)
    let register = try #require(circuit.mutants.first { $0.operation == .resetDropped })
    #expect(register.place?.file == "MutationTests/Tiny.swift")
    #expect(register.place == circuit.top.place(circuit.top.signals.first { $0.name == "held" }!.place))
    #expect(
      register.description == "#\(register.number) reset dropped in Tiny_kindRegister: register 'held' has no reset")
  }

  @Test(arguments: Tiny.Kind.allCases)
  func `Every reader outside the node table is known, in order`(kind: Tiny.Kind) throws {
    for definition in try Tiny(kind).elaborate().simplified().definitions {
      #expect(definition.rootSites(in: []).map(\.node) == definition.roots)
    }
  }
}
