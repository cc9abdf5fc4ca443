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
