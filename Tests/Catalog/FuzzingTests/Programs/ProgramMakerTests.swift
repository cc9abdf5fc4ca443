import Netlist
import Testbench
import Testing

@testable import Fuzzing

@Suite struct ProgramMakerTests {
  private static let programs = (0..<400).map { ProgramMaker.program(seed: Seed(9).derived("circuit", index: $0)) }

  /// The name of an enum's case without its values.
  private func label(_ value: Any) -> String {
    Mirror(reflecting: value).children.first?.label ?? "\(value)"
  }

  private var all: [CircuitProgram] { Self.programs + Self.programs.flatMap(\.cells) }

  @Test func `Every kind of statement and every expression occurs`() {
    let statements = all.flatMap(\.statements)
    #expect(
      Set(statements.map(label)) == [
        "compute", "name", "pipeline", "variable", "block", "memory", "instance", "grid", "delay", "component",
        "machine", "crossing", "bundle",
      ])
    let computations = Set(
      statements.compactMap { if case .compute(_, let computation, _) = $0 { label(computation) } else { nil } })
    #expect(computations.count == 38, "\(computations.sorted())")
  }

  @Test func `Widths go from 1 to 200`() {
    let widths = Set(all.flatMap { $0.statements.flatMap { $0.results.map(\.type.width) } })
    #expect(widths.min() == 1)
    #expect(widths.max() == 200)
    #expect(widths.count > 80)
  }

  @Test func `Memories of every form, lanes, several clocks and streams occur`() {
    let memories = all.flatMap(\.statements).compactMap { if case .memory(let use) = $0 { use } else { nil } }
    #expect(Set(memories.map { label($0.form) }) == ["rom", "ports", "pair"])
    #expect(memories.contains { $0.lanes > 1 })
    #expect(memories.contains { $0.hasGap })
    #expect(memories.contains { $0.isShared })
    #expect(memories.contains { $0.isInFile && $0.contents != nil })
    #expect(Self.programs.contains { $0.sideEdge == .falling })
    #expect(Self.programs.contains { !$0.streams.isEmpty })
    #expect(Self.programs.contains { $0.cells.contains { !$0.cells.isEmpty } })
  }

  @Test func `Bundles and vectors of every kind are held in every way`() {
    let uses = all.flatMap(\.statements).compactMap { if case .bundle(let use) = $0 { use } else { nil } }
    let vectors = uses.filter { $0.content != .parcel }
    #expect(Set(vectors.map(\.content)) == Set(SignalKind.allCases.map { .vector($0) }))
    for chosen in [vectors, uses.filter { $0.content == .parcel }] {
      #expect(
        Set(chosen.map { label($0.holder) }) == [
          "mux", "select", "packed", "register", "variable", "wire", "delay", "memory", "queue",
        ])
    }
    #expect(vectors.contains { $0.items[0].count == 1 } && vectors.contains { $0.items[0].count > 8 })
    #expect(vectors.contains { $0.reset != nil })
  }

  @Test func `Checkers state relations of inputs and outputs`() throws {
    let relations = Self.programs.flatMap(\.relations)
    #expect(Set(relations.map(\.kind)) == [.unsigned, .signed])
    #expect(Set(relations.flatMap { [$0.first.isOutput, $0.second.isOutput] }) == [true, false])
    #expect(Set(relations.map(\.cycles)) == [0, 1, 2, 3])
    #expect(Set(relations.map(\.hasChoice)) == [true, false])
    let program = try #require(Self.programs.first { !$0.relations.isEmpty })
    let circuit = try BatchCircuit(program, seed: 1, cycles: 4).circuit
    #expect(circuit.top.name.hasSuffix("_checked"))
    let checker = try #require(circuit.definitions.first { $0.name.hasSuffix("_relations") })
    #expect(checker.assertions.contains { $0.kind == .assert && $0.label == "holds_0" })
  }

  @Test func `A relation that does not hold ends the run of every engine`() throws {
    var program = CircuitProgram(name: "Top")
    let number = MadeValue(0, ValueType(.unsigned, 4))
    program.inputs = [.init(result: number, domain: .main)]
    program.outputs = [.init(operand: Operand(number.type, .value(0)), domain: .main)]
    let port = PortRelation.Port(isOutput: false, index: 0)
    program.relations = [
      PortRelation(kind: .unsigned, first: port, second: port, cycles: 0, hasChoice: false)
    ]
    let circuit = try BatchCircuit(program, seed: 3, cycles: 8)
    var definitions = circuit.circuit.definitions
    let position = try #require(definitions.firstIndex { $0.name.hasSuffix("_relations") })
    definitions[position].assertions[0].condition = definitions[position].table.constant(
      BitVector(0, width: 1), isSigned: false)
    let broken = BatchCircuit(try Circuit(definitions: definitions), like: circuit)
    for simplifies in [true, false] {
      let engine = NativeCircuitEngine(simplifies: simplifies)
      #expect(engine.run(CircuitBatch([broken], cycles: 8))[0].isFailure)
      #expect(!engine.run(CircuitBatch([circuit], cycles: 8))[0].isFailure)
    }
  }

  @Test func `Grids are connected in every way, and lines have every length`() {
    let grids = all.flatMap(\.statements).compactMap { if case .grid(let use) = $0 { use } else { nil } }
    let forms = grids.flatMap { $0.links.map(\.form) }
    #expect(Set(forms.map { label($0) }) == ["all", "rows", "columns", "cells", "chain"])
    let sides = forms.compactMap { if case .chain(_, let side, _) = $0 { side } else { nil } }
    #expect(Set(sides) == Set(GridSide.allCases))
    #expect(grids.contains { $0.rows > 1 && $0.columns > 1 })
    let lines = all.flatMap(\.statements).compactMap {
      if case .delay(_, _, let cycles, _, _) = $0 { cycles } else { nil }
    }
    #expect(lines.contains(0) && lines.contains(1) && lines.contains { $0 > 8 })
  }

  @Test func `The netlist of every program has every operation`() throws {
    var operations: Set<Netlist.Operation> = []
    for (index, program) in Self.programs.prefix(120).enumerated() {
      let circuit = try BatchCircuit(program, seed: Seed(UInt64(index)), cycles: 1).circuit
      for definition in circuit.definitions { for node in definition.table.nodes { operations.insert(node.operation) } }
    }
    #expect(operations == Set(Netlist.Operation.allCases))
  }
}
