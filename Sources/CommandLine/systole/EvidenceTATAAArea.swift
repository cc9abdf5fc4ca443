import ArgumentParser
import HDL
import Machines
import Netlist
import Synthesis
import TATAA
import TATAAHardware
import Tools

/// What the second mode costs: hardware with lanes beside hardware without, through Yosys, each kind of module mapped once.
enum TATAAArea: ExpressibleByArgument {
  /// A strip of the published size, and the lanes that belong to it.
  case strip
  /// A core of the size for tests.
  case tiny
  /// A core of so many strips of the published size.
  case core(strips: Int)

  init?(argument: String) {
    switch argument {
    case "strip": self = .strip
    case "tiny": self = .tiny
    default:
      guard let strips = Int(argument), (1...16).contains(strips) else { return nil }
      self = .core(strips: strips)
    }
  }

  /// Cells of a design.
  private struct Cells {
    var flipFlops = 0
    var lut: Int? = 0
    var dsp: Int? = 0
    var tool = ""

    init(_ result: SynthesisResult) {
      (flipFlops, lut, dsp) = (result.flipFlops, result.lut, result.dsp)
      tool = result.tools.first ?? ""
    }

    /// This beside so many of another one.
    func with(_ count: Int, _ other: Cells) -> Cells {
      var sum = self
      sum.flipFlops += count * other.flipFlops
      sum.lut = lut.flatMap { own in other.lut.map { own + count * $0 } }
      sum.dsp = dsp.flatMap { own in other.dsp.map { own + count * $0 } }
      return sum
    }
  }

  private static func cells(_ design: some Generator, _ what: String, _ target: SynthesisTarget) throws -> Cells {
    let circuit = try design.elaborate().simplified()
    let options = SynthesisOptions(target, seeds: 0, keepsHierarchy: true)
    return Cells(
      try withProgress("\(what) for \(target.rawValue)") { try SynthesisFlow(circuit, options).run() })
  }

  /// Rows for UltraScale+ and ECP5.
  ///
  /// - Throws: `ToolMissing`, `SynthesisFailure`, and what elaboration says.
  func rows() throws -> [EvidenceRow] { try [SynthesisTarget.xcup, .ecp5].flatMap { try rows(for: $0) } }

  private func rows(for target: SynthesisTarget) throws -> [EvidenceRow] {
    switch self {
    case .strip:
      let sizes = Configuration.standard
      func strip(_ hasLanes: Bool) throws -> Cells {
        let cell = DualModeCell(
          operandWidth: sizes.operandWidth, packing: sizes.packing, accumulatorWidth: sizes.accumulatorWidth)
        return try Self.cells(
          Strip(rows: sizes.rowsPerStrip, columns: sizes.columns, cell: cell, hasLanes: hasLanes),
          hasLanes ? "a strip of both modes" : "a strip of int8 alone", target)
      }
      let (integer, dual) = try (strip(false), strip(true))
      let lane = try Self.cells(VectorLane(), "a lane", target)
      let size = "a strip of \(sizes.rowsPerStrip) x \(sizes.columns) cells, \(sizes.accumulatorWidth) bits a sum"
      return Self.rows(
        "strip", size, integer, dual, target, remark: "the array alone: its top row takes significands of lanes too")
        + Self.rows(
          "strip.lanes", "\(size); with \(sizes.columns) lanes where there are both modes", integer,
          dual.with(sizes.columns, lane), target, comparesWithPaper: true,
          remark: "lanes without registers, constants and their control")
    case .tiny: return try Self.core(.tiny, "tiny", "a core of the configuration tiny", target)
    case .core(let strips):
      var configuration = Configuration.standard
      (configuration.strips, configuration.maximumDepth) = (strips, 512)
      return try Self.core(
        configuration, "core",
        "a core of \(strips) strip(s) of \(configuration.rowsPerStrip) x \(configuration.columns) cells, banks of 512 steps",
        target)
    }
  }

  private static func core(
    _ configuration: Configuration, _ name: String, _ size: String, _ target: SynthesisTarget
  ) throws -> [EvidenceRow] {
    let both = try [0, configuration.vectorRegisters].map { registers -> Cells in
      var configuration = configuration.with(cores: 1)
      configuration.vectorRegisters = registers
      return try cells(
        TATAACore(configuration: configuration), registers == 0 ? "\(name), int8 alone" : "\(name), both modes", target)
    }
    return rows(
      name, size + ", with its memories and buses", both[0], both[1], target, comparesWithPaper: true,
      remark: "with vector registers, lanes, and the ways to load and store them")
  }

  private static func rows(
    _ name: String, _ size: String, _ integer: Cells, _ dual: Cells, _ target: SynthesisTarget,
    comparesWithPaper: Bool = false, remark: String
  ) -> [EvidenceRow] {
    let conditions = "\(size); \(integer.tool), \(target.rawValue), hierarchy kept, cells only"
    // The paper's claims are of an UltraScale+ device.
    let hasClaim = comparesWithPaper && target == .xcup
    let kinds: [(id: String, what: String, integer: Int?, dual: Int?, paper: Double?)] = [
      ("ff", "flip-flops", integer.flipFlops, dual.flipFlops, hasClaim ? 10.5 : nil),
      ("lut", "lookup tables", integer.lut, dual.lut, nil),
      ("dsp", "multiplier blocks", integer.dsp, dual.dsp, hasClaim ? 0 : nil),
    ]
    return kinds.flatMap { kind -> [EvidenceRow] in
      guard let integer = kind.integer, let dual = kind.dual else { return [] }
      let id = "area.\(target.rawValue).\(name).\(kind.id)"
      return [(".integer", "int8 alone", integer), (".dual", "both modes", dual)].map { suffix, mode, count in
        EvidenceRow(
          id + suffix, "\(kind.what), \(mode)", ours: Double(count), unit: "cells", conditions: conditions,
          tag: .measured)
      } + [
        EvidenceRow(
          id + ".more", "\(kind.what): both modes over int8 alone",
          ours: integer == 0 ? nil : 100 * Double(dual - integer) / Double(integer), paper: kind.paper, unit: "%",
          conditions: conditions, tag: .measured, remark: remark)
      ]
    }
  }
}
